"""Whoever changes history behind our back is found out, and where."""

import pytest
from django.db import connection
from tests.registries.definition import BIRTH, POPULATION, cause, maryam

from panjereh.registries import operations
from panjereh.registries.models import Record
from panjereh.registries.verify import chains

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity():
    made = operations.create(POPULATION, maryam(), valid_from=BIRTH, cause=cause(reason="birth"), key="birth").entity
    operations.correct(POPULATION, made, {"city": "قم"}, cause=cause(reason="misread"), key="c")
    return made


def tamper(statement, *values):
    """Change a table as somebody would who owns the database: without its guards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, values)
        for _name, sql in triggers:
            cursor.execute(sql)


def test_an_untouched_history_holds(entity):
    assert chains() == []
    assert chains("population") == []
    assert chains("vehicles") == []


@pytest.mark.parametrize(
    ("statement", "version", "what"),
    [
        ('UPDATE registries_record SET data = \'{"city": "x"}\' WHERE version = 1', 1, "value"),
        ("UPDATE registries_record SET valid_from = '1999-01-01' WHERE version = 2", 2, "hash"),
        ("UPDATE registries_act SET law = 'other' WHERE key = 'c'", 2, "hash"),
        ("UPDATE registries_act SET reason = 'other' WHERE key = 'birth'", 1, "value"),
        ("UPDATE registries_record SET salt = NULL WHERE version = 2", 2, "half_erased"),
    ],
)
def test_what_was_changed_is_named(entity, statement, version, what):
    tamper(statement)

    broken = chains()[0]
    assert (broken.registry, broken.entity, broken.version, broken.what) == ("population", entity, version, what)


def test_a_version_that_was_taken_out_is_missed(entity):
    tamper("DELETE FROM registries_superseded")
    tamper("DELETE FROM registries_record WHERE version = 1")

    assert [(broken.version, broken.what) for broken in chains()] == [(2, "previous")]


def test_an_index_that_says_otherwise_than_history_is_noticed(entity):
    tamper("DELETE FROM registries_term")
    tamper("DELETE FROM registries_current")

    assert [(broken.version, broken.what) for broken in chains()] == [(2, "index")]


def test_an_erased_person_leaves_the_chain_whole(entity):
    Record.objects.filter(entity=entity).update(data=None, salt=None)

    assert chains() == []
