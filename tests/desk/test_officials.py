"""Officials, roles and offices, managed on pages."""

from tests.desk.conftest import Desk

from panjereh.identity import queries as identity
from panjereh.identity.models import Official

NEW = {
    "email": "noor@example.org",
    "given_name": "Noor",
    "family_name": "Azadi",
    "place": "civil-registry/tehran",
    "roles": ["officer"],
    "reason": "appointment 14/22",
}


def test_an_operator_appoints_changes_moves_and_ends(yazdani: Desk) -> None:
    yazdani.page.open("/en/desk/officials/new/")
    yazdani.client.post("/en/desk/officials/new/", NEW)
    held = Official.objects.get(account__email="noor@example.org")
    address = f"/en/desk/officials/{held.pk}/"
    assert "Noor Azadi" in yazdani.page.open("/en/desk/officials/").text
    assert "appointment 14/22" in yazdani.page.open(address).text

    assert "reason" in yazdani.page.send(f"{address}roles/", {"roles": ["registrar"]}, status=422).text.lower()
    yazdani.client.post(f"{address}roles/", {"roles": ["registrar", "officer"], "reason": "passed the course"})
    yazdani.client.post(f"{address}move/", {"office": "shiraz", "reason": "moved house"})
    assert identity.official(held.pk).roles == {"registrar", "officer"}
    assert identity.official(held.pk).office == "shiraz"

    yazdani.client.post(f"{address}end/", {"reason": "retired"})
    assert identity.official(held.pk).ended_at is not None
    assert "ended" in yazdani.page.open(address).text


def test_what_is_missing_or_unknown_is_said(yazdani: Desk, amini: Desk) -> None:
    assert "name@example.org" in yazdani.page.send("/en/desk/officials/new/", {**NEW, "email": "x"}, status=422).text
    for wrong in (
        {"place": "inspectorate/tehran"},
        {"roles": []},
        {"roles": ["king"]},
        {"reason": ""},
        {"given_name": ""},
    ):
        yazdani.page.send("/en/desk/officials/new/", {**NEW, **wrong}, status=422)
    yazdani.page.send("/en/desk/officials/new/", {**NEW, "email": "amini@example.org"}, status=422)
    moved = yazdani.page.send(
        f"/en/desk/officials/{amini.official.pk}/move/", {"office": "moon", "reason": "x"}, status=422
    )
    assert "from the list" in moved.text
    assert not Official.objects.filter(account__email="noor@example.org").exists()


def test_operators_reach_their_own_agency_only_and_nobody_their_own_office(yazdani: Desk) -> None:
    elsewhere = Desk("rostami", "officer", agency="inspectorate")

    assert yazdani.client.get(f"/en/desk/officials/{elsewhere.official.pk}/").status_code == 404
    own = yazdani.page.open(f"/en/desk/officials/{yazdani.official.pk}/")
    assert "Nobody changes their own office." in own.text
    roles = yazdani.client.post(
        f"/en/desk/officials/{yazdani.official.pk}/roles/", {"roles": ["officer"], "reason": "x"}
    )
    assert roles.status_code == 403


def test_only_an_administrator_sees_every_agency_and_that_role(yazdani: Desk) -> None:
    chief = Desk("chief", "administrator")
    Desk("rostami", "officer", agency="inspectorate")

    assert "Rostami Test" in chief.page.open("/en/desk/officials/").text
    assert "Rostami Test" not in yazdani.page.open("/en/desk/officials/").text
    assert chief.page.open("/en/desk/officials/new/").all("input", value="administrator")
    assert not yazdani.page.open("/en/desk/officials/new/").all("input", value="administrator")


def test_offices_permissions_and_the_own_office_can_be_looked_at(yazdani: Desk, amini: Desk) -> None:
    assert "Civil Registry of Shiraz" in yazdani.page.open("/en/desk/officials/offices/").text
    assert "Decide a case" in amini.page.open("/en/desk/officials/permissions/").text
    assert "Amini Test" in amini.page.open("/en/desk/me/").text
    assert amini.client.get("/en/desk/officials/").status_code == 403
