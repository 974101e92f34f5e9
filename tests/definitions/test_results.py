"""What approval brings about: fees, entries, documents, notices; and what the rules of a service say."""

from datetime import date
from typing import Any

import pytest
from tests.definitions.country import HOME, build, change
from tests.definitions.test_screens import CHILD, COMPLETE, FACTS, FOUND

from panjereh.definitions import Service, load_country
from panjereh.kernel.money import Money
from panjereh.localisation.calendars import WorkingCalendar


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Service:
    return load_country(build(tmp_path_factory.mktemp("country"))).services["birth"]


def context(service: Service, submitted_on: str = "2026-11-23", **answers: Any) -> dict[str, Any]:
    return service.context({**COMPLETE, **answers}, {**FACTS, "submitted_on": submitted_on})


def test_the_context_has_typed_values_and_named_ones(service):
    known = context(service)

    assert known["children"][0]["birth_date"] == date(2026, 11, 20)
    assert known["submitted_on"] == date(2026, 11, 23)
    assert (known["days"], known["late"], known["witnesses"]) == (3, False, [])


def test_the_fee_comes_from_the_table_with_the_law_of_its_row(service):
    fee = service.fee_for(context(service, "2026-12-31"))

    assert fee.money == Money(500_000)
    assert [row.as_dict() for row in fee.rows] == [
        {
            "id": "2",
            "law": "civil-registration-act#19",
            "text": {"fa": "دیر", "en": "Late"},
            "looked_at": [[{"fa": "روزها", "en": "Days"}, {"fa": "۴۱", "en": "41"}]],
        }
    ]
    assert service.fee_for(context(service)).money == Money(0)


def test_four_eyes_are_needed_where_the_rule_says(service):
    assert not service.needs_four_eyes(context(service))
    assert service.needs_four_eyes(context(service, "2028-01-01"))


def test_the_time_for_applying_runs_from_the_first_birth(service):
    twins = context(service, children=[CHILD, {**CHILD, "birth_date": "2026-11-19"}])

    assert service.deadline_of_application(twins) == date(2026, 11, 19)


def test_a_deadline_knows_its_last_day(service):
    friday_off = WorkingCalendar(weekend=frozenset({4}))

    assert friday_off.first_working(service.deadlines["decide"].counts_to(date(2026, 11, 26), friday_off)) == date(
        2026, 11, 30
    )
    assert sorted(service.deadlines) == ["appeal", "apply", "correct", "decide", "sign"]


def test_the_same_matter_has_the_same_key_in_any_order(service):
    other = {**CHILD, "birth_date": "2026-11-19"}

    one = service.duplicate_key(context(service, children=[CHILD, other]))

    assert one == service.duplicate_key(context(service, children=[other, CHILD], paper="13"))
    assert one != service.duplicate_key(context(service))
    assert service.duplicate_key(context(service, mother=None)) is None


def test_a_tie_keeps_strangers_away(service):
    stranger = {**FOUND, "national_id": "0084575948"}

    assert service.may_apply("mother", context(service))
    assert not service.may_apply("mother", context(service, mother=stranger))
    assert service.may_apply("other", context(service, mother=stranger))


def test_each_child_becomes_an_entry(service):
    [first, second] = service.records_for(context(service, children=[CHILD, {**CHILD, "given_name": "مینا"}]))

    assert (first.key, first.action, first.registry, first.new_key) == ("child.0", "create", "population", True)
    assert first.data == {
        "given_name": "نیما",
        "birth_date": "2026-11-20",
        "birth_place": "hospital",
        "mother": "0012345679",
    }
    assert first.valid_from == date(2026, 11, 20)
    assert (second.key, second.data["given_name"]) == ("child.1", "مینا")


def test_a_document_has_the_entry_the_words_of_choices_and_labels(service):
    records = {"child.0": {"entity": "e-2", "data": {"national_id": "0084575948"}}}

    [document] = service.documents_for(context(service), records)

    assert document.data["number"] == "0084575948"
    assert document.data["birth_date"] == date(2026, 11, 20)
    assert document.data["place"].in_("en") == "Hospital"
    assert document.labels["place"].in_("fa") == "محل تولد"
    assert (document.subjects, document.public) == (["e-2"], ["given_name", "birth_date"])


def test_a_notice_is_filled_in_for_its_reader(service):
    known = {**context(service), "code": "1234567890", "fee": 500_000}

    assert service.notice("submitted", known, "en").text == "We have your request 123 456 7890. Fee 50,000\u00a0toman"
    assert service.notice("submitted", known, "fa").text == "درخواست ۱۲۳ ۴۵۶ ۷۸۹۰ دریافت شد. مبلغ ۵۰٬۰۰۰\u00a0تومان"
    assert service.notice("refused", known, "en") is None


def test_the_service_says_what_it_is(service):
    assert (service.id, service.agency, service.stage, service.process_name) == (
        "birth",
        "civil-registry",
        "transaction",
        "standard",
    )
    assert service.law == "civil-registration-act#12"
    assert service.conditions["notice"].number == 1
    assert service.applicant_fields == ("national_id",)
    assert service.purpose_of_reading("population").id == "register"
    assert service.asked_concepts(COMPLETE, FACTS)[:2] == ["person.given_name", "person.birth_date"]
    assert service.fetched_concepts(COMPLETE, FACTS) == ["person"]


def test_a_condition_that_only_others_need_does_not_hold(tmp_path):
    build(tmp_path)
    file = f"{HOME}/service.yaml"
    change(tmp_path, file, "title: {fa: شخص دیگر, en: Somebody else}", "title: {fa: دیگر, en: Other}, needs: [power]")
    change(
        tmp_path, file, "  notice: {fa", "  power: {fa: وکالت, en: Power of attorney, official: true}\n  notice: {fa"
    )
    service = load_country(tmp_path).services["birth"]

    assert [condition.id for condition in service.conditions_for("mother")] == ["notice"]
    assert [condition.number for condition in service.conditions_for("other")] == [1, 2]
