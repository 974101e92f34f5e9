"""Several writers at once: one entity's history stays one chain, and a key is given to one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection
from tests.registries.definition import BIRTH, CLERK, LAW, POPULATION, cause, maryam

from panjereh.registries import operations, queries
from panjereh.registries.errors import KeyIsTaken
from panjereh.registries.models import Entity, Record
from panjereh.registries.verify import chains

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="writers of SQLite wait in line: config/sqlite shows that"
    ),
]


def at_once(act, times):
    def run(number):
        try:
            return act(number)
        except (KeyIsTaken, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_changes_of_one_entity_wait_for_each_other():
    entity = operations.create(POPULATION, maryam(), valid_from=BIRTH, cause=cause(), key="birth").entity

    at_once(
        lambda number: operations.update(
            POPULATION, entity, {"city": f"شهر {number}"}, valid_from=date(2020, 1, 1), cause=cause(), key=f"m{number}"
        ),
        8,
    )

    history = queries.history_of(POPULATION, entity, actor=CLERK, purpose="keeping", law=LAW)
    assert sorted(entry.version for entry in history) == list(range(1, len(history) + 1))
    assert Record.objects.filter(current__isnull=False).count() == 2
    assert chains() == []


def test_one_key_wanted_by_many_is_given_to_one():
    made = at_once(
        lambda number: operations.create(
            POPULATION, maryam(national_id="0499370899"), valid_from=BIRTH, cause=cause(), key=f"b{number}"
        ),
        6,
    )

    assert sum(not isinstance(one, Exception) for one in made) == 1
    assert Entity.objects.count() == 1
    assert chains() == []


def test_one_effect_run_by_two_workers_writes_once():
    at_once(lambda _: operations.create(POPULATION, maryam(), valid_from=BIRTH, cause=cause(), key="same"), 4)

    assert Entity.objects.count() == 1
