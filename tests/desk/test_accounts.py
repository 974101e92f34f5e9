"""At the counter: an account is confirmed, recovered by two officials, closed and opened again."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.desk.conftest import Desk, rows
from tests.identity.authenticator import Authenticator
from tests.identity.test_passkeys import add

from panjereh.cases import operations as cases
from panjereh.cases.models import Draft
from panjereh.cases.operations import deaths
from panjereh.catalogue import queries as catalogue
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Account, Recovery
from panjereh.identity.operations import binding, parties
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause


@pytest.fixture
def visitor() -> Account:
    """Somebody of the register with an account, which nobody has confirmed."""
    account = identity.create_account("visitor@example.org")
    row = rows()[0]
    names = {name: row[name] for name in ("national_id", "given_name", "family_name")}
    parties.link(account.party_id, entity=UUID(row["entity"]), proof="papers", **names)
    return Account.objects.select_related("party").get(pk=account.pk)


@pytest.fixture
def supervisor() -> Desk:
    return Desk("zand", "supervisor")


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_helpdesk_confirms_an_account_by_papers_and_code(karimi: Desk, visitor: Account, language: str) -> None:
    add(visitor, identity_queries.actor_of(visitor), Authenticator("https://portal.example.org", "portal.example.org"))
    address = f"{language}/desk/visitors/{visitor.party_id}/"
    code = binding.counter_code(visitor)

    wrong = karimi.page.send(address, {"do": "confirm", "code": "1", "confirm_papers": "ID card"}, status=422)
    missing = karimi.page.send(address, {"do": "confirm", "code": code}, status=422)
    done = karimi.client.post(address, {"do": "confirm", "code": code, "confirm_papers": "ID card 12"})

    assert wrong.all("a", href="#code")
    assert missing.all("a", href="#confirm_papers")
    assert done.headers["Location"] == address
    assert Account.objects.get(pk=visitor.pk).assurance == "substantial"


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_recovery_is_asked_by_one_and_confirmed_by_another(
    karimi: Desk, supervisor: Desk, visitor: Account, language: str
) -> None:
    address = f"{language}/desk/accounts/{visitor.party_id}/"
    karimi.page.open(address)
    missing = karimi.page.send(address, {"do": "recover", "email": "new@example.org"}, status=422)
    assert missing.all("a", href="#papers")
    given = {"do": "recover", "papers": "ID card", "reason": "lost", "email": "new@example.org"}
    assert karimi.client.post(address, given).headers["Location"] == address

    shown = supervisor.page.open(f"{language}/desk/accounts/")
    assert "new@example.org" in shown.text
    number = str(Recovery.objects.get().pk)
    decided = {"do": "confirm", "recovery": number}
    assert supervisor.page.send(f"{language}/desk/accounts/", decided, status=422).title
    with clock.at(clock.now() + timedelta(hours=25)):
        assert supervisor.client.post(f"{language}/desk/accounts/", decided).status_code == 302

    assert Account.objects.get(pk=visitor.pk).email == "new@example.org"


def test_a_refusal_says_why_and_what_is_no_recovery_is_not_found(
    karimi: Desk, supervisor: Desk, visitor: Account
) -> None:
    given = {"do": "recover", "papers": "ID card", "reason": "lost", "email": "new@example.org"}
    karimi.client.post(f"/en/desk/accounts/{visitor.party_id}/", given)
    number = str(Recovery.objects.get().pk)

    assert supervisor.page.send("/en/desk/accounts/", {"do": "refuse", "recovery": number}, status=422).title
    assert supervisor.client.post("/en/desk/accounts/", {"do": "refuse", "recovery": "x"}).status_code == 404
    supervisor.client.post("/en/desk/accounts/", {"do": "refuse", "recovery": number, "reason": "another face"})

    assert Recovery.objects.get().state == "refused"


def test_a_supervisor_finds_closes_and_opens_an_account(supervisor: Desk, visitor: Account) -> None:
    found = supervisor.page.send("/en/desk/accounts/", {"text": "visitor@example.org"})
    address = found.link("visitor@example.org")
    assert supervisor.page.send(address, {"do": "close"}, status=422).title.startswith("Error:")

    supervisor.client.post(address, {"do": "close", "reason": "asked by letter"})
    assert not Account.objects.get(pk=visitor.pk).is_active
    assert "closed" in supervisor.page.open(address).text
    supervisor.client.post(address, {"do": "reopen", "reason": "came in person"})

    assert Account.objects.get(pk=visitor.pk).is_active


def test_whoever_may_do_nothing_with_accounts_finds_no_such_page(amini: Desk, karimi: Desk, visitor: Account) -> None:
    amini.page.open(f"/en/desk/accounts/{visitor.party_id}/", status=404)
    amini.page.open("/en/desk/accounts/", status=403)
    karimi.page.open(f"/en/desk/accounts/{karimi.number}/", status=404)


def test_a_death_in_the_register_closes_the_account_and_puts_drafts_away(visitor: Account) -> None:
    other = identity.create_account("other@example.org")
    cases.start_draft("complaint", actor=identity_queries.actor_of(visitor))
    cases.start_draft("complaint", actor=identity_queries.actor_of(other))
    population = catalogue.country().registries["population"]
    assert deaths.close_for_deaths() == 0

    registries.update(
        population,
        visitor.party.entity,
        {"death_date": clock.today().isoformat()},
        valid_from=clock.today(),
        cause=Cause(law=population.law or "", actor=SYSTEM),
        key="death",
    )

    assert deaths.close_for_deaths() == 1
    assert not Account.objects.get(pk=visitor.pk).is_active
    assert [draft.applicant_id for draft in Draft.objects.all()] == [other.party_id]
    assert deaths.close_for_deaths() == 0
