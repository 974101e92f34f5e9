"""What happened can't be denied or changed unseen, and no effect happens twice."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from panjereh.audit import queries as log
from panjereh.cases import effects, verify
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Event
from panjereh.correspondence import queries as correspondence
from panjereh.definitions.types import Form
from panjereh.documents import queries as documents
from panjereh.kernel import clock
from panjereh.outbox.handlers import EffectContext
from panjereh.outbox.models import Effect
from panjereh.registries import operations as registries
from panjereh.registries.models import Act


def tamper(statement: str, *values: object) -> None:
    """Change a table as somebody would who owns the database: without its guards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_event'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, values)
        for _name, sql in triggers:
            cursor.execute(sql)


def test_every_event_commits_to_the_one_before(house):
    case = house.case("mother", "accept", "approve")

    events = list(case.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(len(events)))
    assert all(later.prev_hash == earlier.hash for earlier, later in pairwise(events))
    assert Case.objects.get(pk=case.pk).head == events[-1].hash
    assert verify.chains() == []


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "x"), ("public", '{"kind": "x"}'), ("personal", '{"a": 1}'), ("at", "2020-01-01")]
)
def test_one_changed_row_is_located(house, column, value):
    case = house.case("mother", "accept", "approve")

    tamper(f"UPDATE cases_event SET {column} = %s WHERE case_id = %s AND seq = 1", value, stored(case))

    assert [(broken.number, broken.seq) for broken in verify.chains()] == [(case.number, 1)]


def stored(case: Case) -> str:
    """Its id as the database keeps it."""
    return str(case.pk) if connection.vendor == "postgresql" else case.pk.hex


def test_an_event_that_was_cut_off_is_missed(house):
    case = house.case("mother", "accept")
    last = case.events.order_by("-seq").first()

    tamper("DELETE FROM cases_event WHERE case_id = %s AND seq = %s", stored(case), last.seq)

    assert [(each.number, each.code) for each in verify.chains()] == [(case.number, "head")]


def test_a_history_that_was_deleted_as_a_whole_is_missed(house):
    case = house.case("mother", "accept")

    tamper("DELETE FROM cases_event WHERE case_id = %s", stored(case))

    assert [(each.number, each.code) for each in verify.chains()] == [(case.number, "gone")]


def test_a_decided_case_that_was_deleted_with_all_its_rows_is_missed(house):
    case = house.case("mother", "accept", "approve")
    assert [number for number, _commitment in log.decisions()] == [case.number]

    tamper("DELETE FROM cases_event WHERE case_id = %s", stored(case))
    Case.objects.filter(pk=case.pk).update(number="0000000000", head="")

    assert (case.number, "gone") in [(each.number, each.code) for each in verify.chains()]


def test_a_certificate_that_was_deleted_is_missed(house, monkeypatch):
    case = house.case("mother", "accept", "approve")
    monkeypatch.setattr(documents, "of_case", lambda number: [])

    assert [(each.number, each.code) for each in verify.chains()] == [(case.number, "results")]


def test_a_case_that_went_to_another_agency_holds(house):
    case = house.case("complaint", service="complaint")
    task = house.task(case, house.official("amini"))
    cases.ask_correction(task.pk, actor=house.official("amini"), screens=["addressee"], message="Is it about us?")
    laleh, boxes = house.person("laleh"), Form({"addressee": ["inspectorate"]})
    cases.answer_correction(case.number, actor=laleh, path="addressee", form=boxes, language="en")
    cases.send_correction(case.number, actor=laleh)

    case.refresh_from_db()
    assert case.agency == "inspectorate"
    assert verify.chains() == []


def test_the_database_itself_refuses_to_change_history(house):
    case = house.case()

    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(case=case).update(kind="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(case=case).delete()


def test_the_public_part_of_an_event_holds_nothing_personal(house):
    case = house.case("mother", "accept", "approve")

    said = " ".join(str(event.public) for event in case.events.all())

    for personal in ("نورا", "نیلوفر", "2535473917", "BN-0358476"):
        assert personal not in said


def test_an_effect_that_dies_halfway_leaves_nothing_and_is_repeated_once(house, monkeypatch):
    real, failures = effects.documents.issue, iter([RuntimeError("the power went off")])

    def dying(**order):
        for failure in failures:
            raise failure
        return real(**order)

    monkeypatch.setattr(effects.documents, "issue", dying)
    created = []
    monkeypatch.setattr(registries, "create", counted(registries.create, created))
    case = approved_without_workers(house)

    house.let_workers_run()
    case.refresh_from_db()
    assert (case.results, documents.of_case(case.number), len(created)) == ({}, [], 1)

    clock.advance(timedelta(minutes=1))
    house.let_workers_run()

    case.refresh_from_db()
    assert case.outcome == "approved"
    assert len(documents.of_case(case.number)) == 1
    assert entries_of(case) == 1
    assert told(house, case) == ["submitted", "approved"]


def test_an_effect_that_comes_twice_does_nothing_the_second_time(house):
    case = house.case("mother", "accept", "approve")
    before = (case.events.count(), len(documents.of_case(case.number)), entries_of(case), told(house, case))

    for effect in Effect.objects.filter(key__startswith=f"case:{case.pk}:", kind="cases.step"):
        with transaction.atomic():
            effects.step(effect.payload, EffectContext(effect.pk, effect.key, 2, None))

    assert (case.events.count(), len(documents.of_case(case.number)), entries_of(case), told(house, case)) == before


def approved_without_workers(house) -> Case:
    """A case that is approved while no worker has run yet."""
    amini = house.official("amini")
    case = house.case("mother", "accept")
    cases.decide(house.task(case, amini).pk, actor=amini, outcome="approve")
    return case


def counted(function, calls):
    def counting(*args, **kwargs):
        calls.append(kwargs.get("key"))
        return function(*args, **kwargs)

    return counting


def entries_of(case: Case) -> int:
    """How many entries of registers the case has caused."""
    return Act.objects.filter(case=case.number).count()


def told(house, case: Case) -> list[str]:
    inbox = correspondence.inbox(house.person("nilufar"))
    return [message.key.split(":")[2] for message in reversed(inbox) if message.case == case.number]
