"""Who could do what on that day: answered from histories that nobody can change."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.identity.factories import official

from panjereh.config import permissions
from panjereh.identity import history, operations, policy, standing
from panjereh.identity.models import AuthorityEvent, Official
from panjereh.identity.policy import Role
from panjereh.kernel import clock

MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+03:30")
AGENCIES = ["civil-registry"]


def roles_at(moment: datetime) -> list[tuple[str, ...]]:
    return sorted(each.roles for each in standing.offices_at(moment, AGENCIES))


@pytest.mark.django_db
def test_every_day_answers_for_itself():
    with clock.at(MONDAY):
        held, _actor = official("officer")
        _operator, operator = official("operator")
    with clock.at(MONDAY + timedelta(days=1)):
        operations.change_roles(held.pk, actor=operator, roles=["registrar", "officer"], reason="x")
    with clock.at(MONDAY + timedelta(days=2)):
        operations.move_official(held.pk, actor=operator, office="shiraz", reason="x")
        operations.end_official(held.pk, actor=operator, reason="x")

    assert roles_at(MONDAY - timedelta(days=1)) == []
    assert roles_at(MONDAY) == [("officer",), ("operator",)]
    assert roles_at(MONDAY + timedelta(days=1)) == [("officer", "registrar"), ("operator",)]
    assert roles_at(MONDAY + timedelta(days=3)) == [("operator",)]
    assert standing.offices_at(MONDAY, ["inspectorate"]) == []
    assert list(history.verify()) == []


@pytest.mark.django_db
def test_the_table_is_written_down_when_it_changes_and_only_then(monkeypatch):
    with clock.at(MONDAY):
        standing.begin_histories()
        standing.begin_histories()
    assert AuthorityEvent.objects.filter(stream="policy").count() == 1

    monkeypatch.setitem(policy.TABLE, "case.note", {Role.REGISTRAR: policy.OFFICE})
    with clock.at(MONDAY + timedelta(days=1)):
        standing.begin_histories()
    assert standing.table_at(MONDAY)["case.note"]["officer"] == "office"
    assert standing.table_at(MONDAY + timedelta(days=1))["case.note"] == {"registrar": "office"}
    assert standing.table_at(MONDAY - timedelta(days=1)) == {}


@pytest.mark.django_db
def test_officials_of_before_there_were_histories_get_one():
    held, _actor = official("officer")
    other = Official.objects.create(party=held.party, account=operations.create_account("b@example.org"), agency="x")
    standing.begin_histories()

    assert [event.kind for event in history.of(f"official:{other.pk}")] == ["found"]
    assert [event.kind for event in history.of(f"official:{held.pk}")] == ["appointed"]


def test_the_page_of_the_reference_is_up_to_date():
    page = Path(__file__).parents[2] / "docs" / "reference" / permissions.PAGE

    assert page.read_text(encoding="utf-8") == permissions.page(), (
        "run: python -m panjereh.config.permissions docs/reference"
    )


@pytest.mark.django_db
def test_it_is_printed_as_text_csv_and_json():
    with clock.at(MONDAY):
        official("officer")
        standing.begin_histories()

    assert permissions.printed("text", None) == policy.as_text()
    assert permissions.printed("csv", None).splitlines() == [",".join(row) for row in policy.as_rows()]
    then = json.loads(permissions.printed("json", MONDAY.date()))
    assert then["table"]["case.reassign"] == {"supervisor": "agency"}
    assert then["offices"][0]["roles"] == ["officer"]
    assert json.loads(permissions.printed("json", MONDAY.date() - timedelta(days=1)))["offices"] == []
