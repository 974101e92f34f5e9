"""No way to personal data goes past the access log: a probe watches what pages and effects take out of the database.

For every address of the desk and the portal, and for every effect, it notes whose data were loaded, and wants a row of
the access log (or, for what an effect wrote, an entry in a history) for each person who is not the reader. A new path
that reads without a row fails here by itself.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import Model
from tests.project import town
from tests.project.test_every_door import Door, address, answers, doors, real

from panjereh.audit.models import AccessLog
from panjereh.cases.models import Case, Correction, Decision, Draft, Event, Note, Upload
from panjereh.config.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.documents.models import Certificate, Subject
from panjereh.identity.models import Official, Party
from panjereh.outbox import operations as outbox
from panjereh.registries.models import Act, Proposal, Record

PERSONAL: dict[type[Model], tuple[str, ...]] = {
    Party: ("national_id", "email", "phone"),
    Case: ("answers", "facts", "results"),
    Draft: ("answers", "facts"),
    Event: ("personal",),
    Note: ("text",),
    Decision: ("reason",),
    Correction: ("message", "answers"),
    Upload: ("name", "stored_as"),
    Message: ("subject", "text"),
    Certificate: ("data",),
    Record: ("data",),
    Proposal: ("changes", "reason"),
}
"""The columns that say something of a person. Names of people stand only beside these."""

ALL_ROLES = ("officer", "registrar", "supervisor", "registry-clerk", "helpdesk", "operator")


@pytest.fixture
def hers(db: None) -> town.Belongings:
    town.publish()
    return town.settle()


class Probe:
    """Whose data were loaded, and by which statements personal columns were selected as bare values."""

    def __init__(self) -> None:
        self.owners: dict[str, set[str]] = defaultdict(set)
        self.models: set[type[Model]] = set()
        self.selected: dict[str, list[tuple[str, Any]]] = defaultdict(list)

    def loaded(self, made: Model) -> None:
        fields = PERSONAL[type(made)]
        if all(made.__dict__.get(name) in (None, "", {}, []) for name in fields):
            return
        self.models.add(type(made))
        for owner in owners_of(made):
            self.owners[owner].add(type(made).__name__)

    def sent(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        selected = re.match(r"SELECT (?:DISTINCT )?(.*?) FROM ", sql, re.DOTALL)
        if selected:
            for model, fields in PERSONAL.items():
                columns = [f'"{model._meta.db_table}"."{field}"' for field in fields]
                if any(re.search(rf"(^|, ){re.escape(column)}(,|$| AS)", selected[1]) for column in columns):
                    self.selected[model.__name__].append((sql, params))
        return execute(sql, params, many, context)

    def bare(self) -> list[str]:
        """Models of which values were fetched without making objects of them, so that nobody knows whose they were."""
        objects = {model.__name__ for model in self.models}
        asked = {name: each for name, each in self.selected.items() if name not in objects}
        return sorted(name for name, each in asked.items() if any(map(found_any, each)))


def found_any(asked: tuple[str, Any]) -> bool:
    sql, params = asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM ({sql}) AS asked LIMIT 1", params)
        return cursor.fetchone() is not None


def owners_of(made: Any) -> set[str]:
    """The names under which the access log speaks of whom a row is about."""
    match made:
        case Party():
            return {f"party:{made.pk}"}
        case Case() | Draft():
            return {f"party:{made.applicant_id}"}
        case Message():
            return {f"party:{made.party_id}"}
        case Certificate():
            return set(Subject.objects.filter(certificate=made.pk).values_list("subject", flat=True))
        case Record() | Proposal():
            return {f"population:{made.entity_id}"}
        case Upload() if made.case_id is None:
            return {f"party:{made.owner_id}"}
        case _:
            return {f"party:{Case.objects.values_list('applicant').get(pk=made.case_id)[0]}"}


@contextmanager
def probing() -> Iterator[Probe]:
    probe = Probe()
    watching = [True]

    def watch(original: Any) -> Any:
        def from_db(cls: type[Model], db: Any, names: Any, values: Any) -> Model:
            made: Model = original(db, names, values)
            if watching[0] and type(made) in PERSONAL:
                watching[0] = False
                probe.loaded(made)
                watching[0] = True
            return made

        return classmethod(from_db)

    with ExitStack() as stack:
        plans = connections["default"].__dict__.setdefault("_panjereh_plans", {})
        stack.enter_context(patch.dict(plans, clear=True))  # plans of before make objects without `from_db`
        for model in PERSONAL:
            stack.enter_context(patch.object(model, "from_db", watch(model.from_db)))
        stack.enter_context(connection.execute_wrapper(probe.sent))
        yield probe


def same_people(names: set[str]) -> set[str]:
    """With the other names that the same people have: a party and its entry are one human being."""
    found = set(names)
    for party, entity in Party.objects.filter(entity__isnull=False).values_list("pk", "entity"):
        pair = {f"party:{party}", f"population:{entity}"}
        if pair & found:
            found |= pair
    return found


def unseen(probe: Probe, before: set[UUID], *, reader: UUID | None = None, written: Collection[str] = ()) -> list[str]:
    """Whose data were read without a row."""
    noted = set(AccessLog.objects.exclude(pk__in=before).values_list("subject", flat=True))
    known = same_people(noted | set(written) | ({f"party:{reader}"} if reader else set()))
    officials = {f"party:{party}" for party in Official.objects.values_list("party", flat=True)}
    found = [
        f"{', '.join(sorted(models))} of {owner}"
        for owner, models in probe.owners.items()
        if owner not in known and not (models == {"Party"} and owner in officials)
    ]
    if not noted and not written:
        found += [f"values of {name}" for name in probe.bare() if name != "Party"]
    return found


def rows() -> set[UUID]:
    return set(AccessLog.objects.values_list("pk", flat=True))


def handed_out(response: Any) -> bool:
    """A page or a file; who is sent elsewhere is shown nothing."""
    return response.status_code not in (301, 302, 404, 403, 405)


def walk(door: Door, client: Any, hers: town.Belongings, reader: UUID) -> list[str]:
    found = []
    for where in address(door, real(hers)):
        before = rows()
        with probing() as probe:
            response = client.get(where)
            town.finish(response)
        if handed_out(response):
            found += [f"GET {where}: {each}" for each in unseen(probe, before, reader=reader)]
    return found


@pytest.mark.parametrize("agency", [town.AGENCY, town.OTHER_AGENCY])
def test_no_page_of_the_desk_shows_anybody_who_cannot_see_it(hers, agency):
    account = town.official(*ALL_ROLES, agency=agency)
    client, opened = town.signed_in(account), 0
    found: list[str] = []
    for door in doors():
        if door.is_of_the_desk:
            found += walk(door, client, hers, account.party_id)
            opened += 1

    assert found == []
    assert opened > 30
    if agency == town.AGENCY:
        assert AccessLog.objects.filter(actor=account.party_id, subject=f"party:{hers.account.party_id}").count() > 5


def test_what_officials_send_shows_nobody_either(hers):
    account = town.official(*ALL_ROLES)
    client = town.signed_in(account)
    found: list[str] = []
    for door in doors():
        if not door.is_of_the_desk:
            continue
        for where in address(door, real(hers)):
            before = rows()
            with probing() as probe:
                for _method, response in answers(client, where, real(hers)):
                    town.finish(response)
            if handed_out(response):
                found += [f"POST {where}: {each}" for each in unseen(probe, before, reader=account.party_id)]

    for text in (town.SECRET, hers.case.number, "0499370899"):
        for where in ("/desk/search/", "/desk/visitors/", "/desk/registers/population/"):
            before = rows()
            with probing() as probe:
                response = client.post(where, {"text": text})
            assert response.status_code == 200
            found += [f"POST {where} {text}: {each}" for each in unseen(probe, before, reader=account.party_id)]
    assert found == []


def test_no_page_of_the_portal_shows_anybody_else(hers):
    """Neither to her whose things they are, nor to a stranger, nor to somebody who is not signed in."""
    stranger = town.person("arash@example.org", "آرش")
    found: list[str] = []
    for account in (hers.account, stranger, None):
        client = town.signed_in(account)
        for door in doors():
            if not door.is_of_the_desk and door.name != "account_logout":
                found += walk(door, client, hers, account.party_id if account else UUID(int=0))

    assert found == []


def test_who_knows_the_code_leaves_a_trace(hers):
    client = town.signed_in(None)
    Party.objects.filter(pk=hers.account.party_id).update(phone="+989121234567")
    tracked = client.post("/track/", {"code": hers.case.number, "second": "4567"})
    checked = client.get(f"/check/{hers.certificate.code}/")

    assert (tracked.status_code, checked.status_code) == (200, 200)
    traces = AccessLog.objects.filter(subject=f"party:{hers.account.party_id}", actor=None, channel="web")
    assert [trace.purpose for trace in traces.order_by("id")] == ["tracking", "certificate-check"]


def test_no_effect_opens_anything_without_a_row(hers):
    """Everything that a case calls for is carried out under the probe, one effect after the other."""
    sent = town.complaint(town.actor_of(hers.account))
    assert sent.case is not None
    found: list[str] = []
    ran: set[str] = set()

    def watched(kind: str, handler: Any) -> Any:
        def run(payload: dict[str, Any], context: Any) -> Any:
            before, acts = rows(), set(Act.objects.values_list("pk", flat=True))
            with probing() as probe:
                answer = handler(payload, context)
            written = {f"population:{one}" for one in Act.objects.exclude(pk__in=acts).values_list("entity", flat=True)}
            ran.add(kind)
            found.extend(f"{kind}: {each}" for each in unseen(probe, before, written=written))
            return answer

        run.__dict__.update(handler.__dict__)
        return run

    outbox.run_until_idle({kind: watched(kind, handler) for kind, handler in HANDLERS.items()})

    assert found == []
    assert {"correspondence.email"} <= ran


def test_the_probe_sees_what_goes_past_the_log(hers):
    """It would find a page that reads a case, an entry or bare values without writing it down."""
    before = rows()
    with probing() as probe:
        list(Case.objects.filter(pk=hers.case.pk))
        list(Record.objects.all())
    assert {each.split(" of ")[0] for each in unseen(probe, before)} == {"Case", "Record"}

    with probing() as probe:
        list(Message.objects.values_list("text", flat=True))
    assert unseen(probe, before) == ["values of Message"]
