"""Cases are erased when their time is over, never before, never while something holds them, and with proof."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.definitions.country import HOME, build, change
from tests.project import town
from tests.project.test_encryption_at_rest import OPEN, everything

from panjereh import definitions
from panjereh.audit.models import LogEntry
from panjereh.cases import operations as cases
from panjereh.cases import queries, retention
from panjereh.cases.errors import CaseIsErased, NotNow, ReasonMissing
from panjereh.cases.models import Case, Event, Note, Upload
from panjereh.cases.verify import chains, uploads
from panjereh.catalogue import operations as catalogue
from panjereh.catalogue import queries as catalogue_queries
from panjereh.kernel import clock
from panjereh.kernel.errors import Invalid, NotFound
from panjereh.vault import keys

LAW = "civil-registration-act#1"
KEEP = f"retention: {{keep: P30D, law: {LAW}}}\n"
ON_REQUEST = f"retention: {{keep: P30D, law: {LAW}, on_request: true}}\n"


def publish(rule=KEEP):
    """The complaint keeps its cases for thirty days."""
    catalogue_queries.forget()
    for bundle in town.bundles():
        if bundle.service == "complaint":
            changed = bundle.files["service.yaml"] + f"\n{rule}".encode()
            bundle = replace(bundle, files={**bundle.files, "service.yaml": changed})
        catalogue.publish(bundle, by="test", note="for a test")


def closed_case():
    """A complaint of Nilufar's that she has taken back, with a word and a file of hers."""
    nilufar = town.actor_of(town.person(f"n{Case.objects.count()}@example.org"))
    case = town.complaint(nilufar).case
    cases.say(case.number, actor=nilufar, text=town.SECRET)
    cases.withdraw(case.number, actor=nilufar)
    return nilufar, Case.objects.get(pk=case.pk)


@pytest.fixture
def hers(db):
    publish()
    return closed_case()


def days_later(days):
    return clock.at(clock.now() + timedelta(days=days))


def erased(case):
    return Case.objects.get(pk=case.pk).erased_at is not None


def test_a_case_is_kept_to_the_end_of_its_last_day_and_then_erased(hers):
    _nilufar, case = hers
    with days_later(30):
        retention.sweep()
        assert not erased(case)
    with days_later(31):
        assert retention.sweep() == 1
        assert retention.sweep() == 0
    assert erased(case)


def test_nothing_of_what_she_wrote_is_left_in_database_or_store(hers):
    _nilufar, case = hers
    stored = list(Upload.objects.values_list("stored_as", flat=True))
    scopes = {case.pk, *Upload.objects.values_list("scope", flat=True)}
    with days_later(31):
        retention.sweep()
        for _savepoints, later, *_rest in connection.run_on_commit[:]:
            if getattr(later, "func", None) == default_storage.delete:
                later()

    case = Case.objects.get(pk=case.pk)
    assert (case.answers, case.facts, case.results) == ({}, {}, {})
    assert not Event.objects.exclude(personal=None).exists()
    assert not Event.objects.exclude(salt=None).exists()
    assert keys.are_destroyed(scopes) == scopes
    assert not any(default_storage.exists(name) for name in stored)
    assert list(uploads()) == []
    assert [column for column, text in everything().items() if town.SECRET in text and column not in OPEN] == []


def test_the_erasure_is_proven_and_the_chain_holds(hers):
    _nilufar, case = hers
    with days_later(31):
        retention.sweep()

    event = Event.objects.get(case=case, kind="erased")
    assert event.public["law"] == LAW
    assert event.public["erased"]["events"] >= 2
    assert event.public["erased"]["files"] == 1
    (entry,) = LogEntry.objects.filter(kind="erasure")
    assert (entry.public["case"], entry.public["erased"]) == (case.number, event.public["erased"])
    assert entry.commitment == Case.objects.get(pk=case.pk).head
    assert town.SECRET not in str(entry.public)
    assert chains() == []


@pytest.mark.parametrize("what", ["values", "key"])
def test_what_is_gone_without_proof_is_damage(hers, what):
    _nilufar, case = hers
    if what == "values":
        Event.objects.filter(case=case).update(personal=None, salt=None)
    else:
        keys.destroy([case.pk])

    assert [fault.code for fault in chains()] == ["erased"]


def test_a_hold_keeps_it_until_it_is_released(hers):
    _nilufar, case = hers
    with pytest.raises(ReasonMissing):
        retention.hold(case.number, reason=" ", law=LAW, by="operator")
    retention.hold(case.number, reason="A court asks for it.", law=LAW, by="operator")
    with days_later(400):
        retention.sweep()
        assert not erased(case)
        assert retention.release(case.number) == 1
        retention.sweep()
    assert erased(case)
    with pytest.raises(NotNow):
        retention.hold(case.number, reason="Too late.", law=LAW, by="operator")


def test_open_cases_and_services_that_say_nothing_are_kept(db):
    publish("")
    _nilufar, kept = closed_case()
    publish()
    nilufar = town.actor_of(town.person("open@example.org"))
    open_case = town.complaint(nilufar).case
    with days_later(4000):
        retention.sweep()

    assert not erased(kept)
    assert not erased(open_case)


def test_the_applicant_reads_that_it_was_erased_and_officials_too(hers):
    nilufar, case = hers
    with days_later(31):
        retention.sweep()

    with pytest.raises(CaseIsErased, match=case.number):
        queries.of_applicant(nilufar, case.number)
    assert [line.number for line in queries.cases_of(nilufar)] == [case.number]
    officer = town.actor_of(town.official("officer"), as_official=True)
    with pytest.raises(CaseIsErased):
        queries.for_official(officer, case.number)


class TestOnRequest:
    def test_it_is_refused_with_the_law_where_the_definition_does_not_allow_it(self, hers):
        nilufar, case = hers
        with pytest.raises(Invalid, match=LAW):
            retention.ask_to_erase(case.number, actor=nilufar)
        assert not erased(case)

    def test_it_is_done_at_once_where_the_definition_allows_it(self, db):
        publish(ON_REQUEST)
        nilufar, case = closed_case()

        retention.ask_to_erase(case.number, actor=nilufar)

        assert erased(case)
        assert Event.objects.get(case=case, kind="erased").public["why"] == "request"
        assert chains() == []

    def test_not_while_it_is_open_or_held_and_not_by_others(self, db):
        publish(ON_REQUEST)
        nilufar, case = closed_case()
        stranger = town.actor_of(town.person("stranger@example.org"))
        with pytest.raises(NotFound):
            retention.ask_to_erase(case.number, actor=stranger)
        retention.hold(case.number, reason="A court asks for it.", law=LAW, by="operator")
        with pytest.raises(NotNow):
            retention.ask_to_erase(case.number, actor=nilufar)
        open_case = town.complaint(nilufar).case
        with pytest.raises(NotNow):
            retention.ask_to_erase(open_case.number, actor=nilufar)
        assert not erased(case)
        assert not erased(open_case)


class TestHistories(TestCase):
    """Whatever happens in whichever order: erased exactly when it was due and nothing held it, and provable."""

    @classmethod
    def setUpTestData(cls):
        publish()

    @settings(max_examples=15)
    @given(st.lists(st.sampled_from(["hold", "release", "five days", "thirty days", "sweep"]), max_size=10))
    def test_a_case_is_erased_when_it_may_and_only_then(self, acts):
        nilufar, case = closed_case()
        passed, held, gone = 0, False, False
        for act in acts:
            with days_later(passed):
                if act == "hold" and not gone:
                    retention.hold(case.number, reason="A court asks for it.", law=LAW, by="operator")
                    held = True
                elif act == "release":
                    retention.release(case.number)
                    held = False
                elif act == "sweep":
                    retention.sweep()
                    gone = gone or (passed > 30 and not held)
            passed += {"five days": 5, "thirty days": 30}.get(act, 0)
            assert erased(case) == gone
        assert [fault for fault in chains() if fault.number == case.number] == []
        assert bool(Case.objects.get(pk=case.pk).answers) != gone
        if not gone:
            assert queries.of_applicant(nilufar, case.number)


def test_the_law_of_the_rule_must_be_known(tmp_path):
    country = build(tmp_path)
    rule = "identity: substantial\nretention: {keep: P1Y, law: no-such-act#1}"
    change(country, f"{HOME}/service.yaml", "identity: substantial", rule)

    assert "P104" in {finding.code for finding in definitions.check(country)}


def test_notes_of_officials_go_too(hers):
    _nilufar, case = hers
    Note.objects.create(case=case, by_id=case.applicant_id, text=town.SECRET)
    with days_later(31):
        retention.sweep()

    assert [note.text for note in Note.objects.filter(case=case)] == [""]
