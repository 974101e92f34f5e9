"""Entries of a register: seen, proposed to be mended by one, confirmed by another."""

from datetime import date

import pytest
from django.db import IntegrityError
from tests.desk.conftest import Desk, effects, person, rows

from panjereh.cases.models import Case
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.documents import queries as documents
from panjereh.identity import queries as identity
from panjereh.registries.models import Proposal, Record

POPULATION = "/en/desk/registers/population/"
WHY = {"law": "civil-registration-act", "article": "4", "reason": "The notice of the hospital says so."}


def entry_of(row: int) -> str:
    return f"{POPULATION}entry/{rows()[row]['entity']}/"


def form_of(desk: Desk, address: str) -> dict[str, str]:
    """What an untouched form would send."""
    shown = desk.page.open(f"{address}correct/")
    typed = {str(box.get("name")): box.get("value") or "" for box in shown.all("input") if box.get("type") != "radio"}
    typed |= {
        str(box.get("name")): str(box.get("value"))
        for box in shown.all("input", type="radio")
        if box.get("checked") is not None
    }
    for box in shown.all("select"):
        chosen = [option.get("value") or "" for option in box.iter() if option.get("selected") is not None]
        typed[str(box.get("name"))] = chosen[0] if chosen else ""
    return typed


def propose(desk: Desk, address: str, **changed: str) -> Proposal:
    typed = {**form_of(desk, address), **WHY, **{f"value.{name}": value for name, value in changed.items()}}
    response = desk.client.post(f"{address}correct/", typed)
    assert response.status_code == 302, response.content.decode()
    return Proposal.objects.get(state="open")


def test_an_entry_is_found_and_its_history_shown(karimi: Desk) -> None:
    karimi.page.open("/en/desk/registers/")
    karimi.page.open(POPULATION)
    found = karimi.page.send(POPULATION, {"text": rows()[0]["national_id"]})

    shown = karimi.page.open(found.all("a", href=entry_of(0))[0].get("href") or "")

    assert rows()[0]["given_name"] in shown.text
    assert "until now" in shown.text
    assert "holds no such entry" in karimi.page.send(POPULATION, {"text": "Nobody"}).text
    assert karimi.page.send(POPULATION, {"text": ""}, status=422).title.startswith("Error:")


def test_registers_are_for_their_clerks(amini: Desk, karimi: Desk) -> None:
    assert amini.client.get("/en/desk/registers/").status_code == 403
    assert amini.client.get(entry_of(0)).status_code == 404
    assert karimi.client.get("/en/desk/registers/birth-notices/").status_code == 404  # kept by another agency
    assert karimi.client.get(f"{POPULATION}entry/{karimi.number}/").status_code == 404


def test_a_correction_needs_law_reason_and_a_difference(karimi: Desk) -> None:
    typed = form_of(karimi, entry_of(0))
    address = f"{entry_of(0)}correct/"

    assert "Name the law" in karimi.page.send(address, typed, status=422).text
    nothing = karimi.page.send(address, {**typed, **WHY}, status=422)
    assert "Change at least one field" in nothing.text
    silent = karimi.page.send(address, {**typed, **WHY, "reason": "", "value.given_name": "نیلو"}, status=422)
    assert "Write why the entry is wrong" in silent.text
    karimi.page.send(address, {**typed, **WHY, "value.given_name": ""}, status=422)
    assert not Proposal.objects.exists()


def test_nothing_is_written_before_another_official_confirms(karimi: Desk, bahrami: Desk) -> None:
    proposal = propose(karimi, entry_of(0), given_name="نیلو")
    assert "waits to be confirmed" in karimi.page.open(entry_of(0)).text
    address = f"{POPULATION}change/{proposal.pk}/"
    assert karimi.client.post(address, {"do": "confirm"}).status_code == 404  # no such thing for a clerk
    assert Record.objects.filter(entity=proposal.entity).count() == 1

    bahrami.page.open("/en/desk/registers/changes/")
    shown = bahrami.page.open(address)
    assert rows()[0]["given_name"] in shown.text
    assert "نیلو" in shown.text
    bahrami.client.post(address, {"do": "confirm"})
    bahrami.client.post(address, {"do": "confirm"})

    newest = Record.objects.filter(entity=proposal.entity).order_by("-version")[0]
    assert newest.data["given_name"] == "نیلو"
    assert newest.version == 2
    assert "Confirmed by Bahrami Test" in bahrami.page.open(address).text
    assert "Corrected" in karimi.page.open(entry_of(0)).text


def test_who_holds_both_roles_still_does_not_confirm_their_own(db: None) -> None:
    both = Desk("both", "registry-clerk", "supervisor")
    proposal = propose(both, entry_of(0), given_name="نیلو")

    refused = both.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    assert refused.status_code == 403
    with pytest.raises(IntegrityError):
        Proposal.objects.filter(pk=proposal.pk).update(state="confirmed", closed_by=both.number, closed_at=proposal.at)


def test_a_proposal_is_refused_with_an_answer_or_taken_back(karimi: Desk, bahrami: Desk) -> None:
    first = propose(karimi, entry_of(0), given_name="نیلو")
    address = f"{POPULATION}change/{first.pk}/"
    assert "Write to your colleague" in bahrami.page.send(address, {"do": "refuse"}, status=422).text
    bahrami.client.post(address, {"do": "refuse", "answer": "The notice says otherwise."})
    assert "The notice says otherwise." in karimi.page.open(address).text

    second = propose(karimi, entry_of(0), given_name="نیلو")
    karimi.client.post(f"{POPULATION}change/{second.pk}/", {"do": "refuse"})

    assert Proposal.objects.get(pk=second.pk).state == "withdrawn"


def test_the_same_proposal_twice_is_one_and_another_waits(karimi: Desk) -> None:
    proposal = propose(karimi, entry_of(0), given_name="نیلو")
    typed = {**form_of(karimi, entry_of(0)), **WHY, "value.given_name": "نیلو"}
    karimi.client.post(f"{entry_of(0)}correct/", typed)
    other = karimi.page.send(f"{entry_of(0)}correct/", {**typed, "value.given_name": "نیک"}, status=422)

    assert "Another change of this entry waits" in other.text
    assert Proposal.objects.get() == proposal


def approved(amini: Desk, case: Case) -> tuple[str, str]:
    """Address of the entry that the case made, and the code of its certificate."""
    for act in ("accept", "approve"):
        amini.takes(case)
        amini.does(case, act)
    effects()
    case.refresh_from_db()
    record = case.results["records"]["child.0"]
    [certificate] = documents.of_case(case.number)
    return f"{POPULATION}entry/{record['entity']}/", certificate.code


def test_a_corrected_birth_gives_a_new_certificate_in_place_of_the_old(
    amini: Desk, karimi: Desk, bahrami: Desk, birth_case: Case
) -> None:
    entry, code = approved(amini, birth_case)
    proposal = propose(karimi, entry, given_name="سارینا", sex="male")
    bahrami.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    old, new = documents.of_case(birth_case.number)

    assert (old.code, old.state) == (code, "replaced")
    assert old.replaced_by_id == new.pk
    assert new.data["given_name"] == "سارینا"
    assert new.data["sex"] != old.data["sex"]
    assert documents.check_code(new.code).state == "valid"
    told = correspondence.conversation(birth_case.number)
    assert any(WHY["reason"] in one.text for one in told)
    assert "entry in the register was corrected" in amini.page.open(f"/en/desk/case/{birth_case.number}/").text


def test_a_second_correction_replaces_the_replacement(
    amini: Desk, karimi: Desk, bahrami: Desk, birth_case: Case
) -> None:
    entry, _code = approved(amini, birth_case)
    for name in ("سارینا", "سایه"):
        proposal = propose(karimi, entry, given_name=name)
        bahrami.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    assert [one.state for one in documents.of_case(birth_case.number)] == ["replaced", "replaced", "valid"]
    assert documents.of_case(birth_case.number)[-1].data["given_name"] == "سایه"


def test_an_annulled_birth_leaves_no_valid_certificate(
    amini: Desk, karimi: Desk, bahrami: Desk, birth_case: Case
) -> None:
    entry, code = approved(amini, birth_case)
    karimi.page.open(f"{entry}annul/")
    karimi.page.send(f"{entry}annul/", {}, status=422)
    karimi.client.post(f"{entry}annul/", WHY)
    proposal = Proposal.objects.get()
    bahrami.page.open(f"{POPULATION}change/{proposal.pk}/")
    bahrami.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    assert documents.check_code(code).state == "revoked"
    assert "Annulled" in karimi.page.open(entry).text
    assert karimi.client.get(f"{entry}correct/").status_code == 404


def test_whose_entry_it_is_is_told(karimi: Desk, bahrami: Desk) -> None:
    nilufar = person(0)
    proposal = propose(karimi, entry_of(0), given_name="نیلو")
    bahrami.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    assert any(WHY["reason"] in one.text for one in correspondence.inbox(nilufar))


def test_nobody_mends_their_own_entry(db: None) -> None:
    person(0)
    clerk = Desk("person0", "registry-clerk", "supervisor")
    population = catalogue.country().registries["population"]
    party = identity.party(clerk.number)
    assert str(party.entity) == rows()[0]["entity"], population.id

    typed = {**form_of(clerk, entry_of(0)), **WHY, "value.given_name": "نیلو"}

    assert clerk.client.post(f"{entry_of(0)}correct/", typed).status_code == 403


def test_what_was_right_before_the_day_since_when_an_entry_is_wrong_stays(karimi: Desk, bahrami: Desk) -> None:
    typed = {**form_of(karimi, entry_of(0)), **WHY, "value.given_name": "نیلو"}
    since = {"since.day": "1", "since.month": "1", "since.year": "2020"}
    tomorrow = {"since.day": "1", "since.month": "1", "since.year": "2999"}
    refused = karimi.page.send(f"{entry_of(0)}correct/", {**typed, **tomorrow}, status=422)
    assert "Write a day that has been" in refused.text

    assert karimi.client.post(f"{entry_of(0)}correct/", {**typed, **since}).status_code == 302
    proposal = Proposal.objects.get()
    shown = bahrami.page.open(f"{POPULATION}change/{proposal.pk}/")
    assert "1 January 2020" in shown.text
    bahrami.client.post(f"{POPULATION}change/{proposal.pk}/", {"do": "confirm"})

    believed = Record.objects.filter(current__entity=proposal.entity).order_by("valid_from")
    assert [record.data["given_name"] for record in believed] == [rows()[0]["given_name"], "نیلو"]
    assert believed[1].valid_from == date(2020, 1, 1)
