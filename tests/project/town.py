"""A small town for tests of the whole house: Nilufar with something of every kind, and everybody who is not Nilufar."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Draft, Inquiry, Signatory, SignatureRequest, Task, Upload
from panjereh.catalogue import operations as catalogue
from panjereh.catalogue import queries as catalogue_queries
from panjereh.config.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.definitions.types import Form
from panjereh.documents import operations as documents
from panjereh.documents.models import Certificate, WalletCopy
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Account, Mandate, Official, Party, Passkey, Site
from panjereh.identity.models import Client as Program
from panjereh.identity.operations import site_links, sites
from panjereh.kernel import clock, ids
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.outbox import operations as outbox
from panjereh.payments import operations as payments
from panjereh.payments.books import Claim
from panjereh.payments.models import BillLoad, Discrepancy, LookedAfter, Match
from panjereh.payments.operations import matching, statements
from panjereh.registries import operations as registries
from panjereh.registries import proposals
from panjereh.registries.models import Proposal
from panjereh.registries.types import Cause

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
AGENCY, OTHER_AGENCY = "civil-registry", "inspectorate"
ASKED_AGENCY = "health-ministry"  # which the case of Nilufar asks something
SECRET = "زرافه"  # stands in everything that Nilufar ever wrote, and nowhere else
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
TEMPLATE = b'#import "panjereh.typ": *\n#show: certificate\n#both(fa: [x], en: [x])\n#rows("note")\n'


@cache
def bundles() -> list[definitions.Bundle]:
    country = definitions.load_country(settings.SERVICES)
    return [definitions.bundle(country.path, service) for service in country.services]


def publish() -> None:
    """The demonstration's services are in force, and nobody has asked for anything yet."""
    catalogue_queries.forget()
    for bundle in bundles():
        catalogue.publish(bundle, by="test", note="for a test")


def person(email: str, given_name: str = "") -> Account:
    account: Account = identity.create_account(email, language="fa")
    if given_name:
        Party.objects.filter(pk=account.party_id).update(given_name=given_name, family_name=given_name)
    return Account.objects.select_related("party").get(pk=account.pk)


def official(*roles: str, agency: str = AGENCY, office: str = "") -> Account:
    held: Official = identity.put_in_office(
        f"{ids.new_id()}@example.org",
        agency=agency,
        roles=roles,
        office=office,
        given_name="سارا",
        family_name="کریمی",
    )
    return Account.objects.select_related("party").get(pk=held.account_id)


def program() -> Program:
    """A program of the agency, without a secret that anybody knows."""
    made, _secret = identity.register_client(AGENCY, "billing", scopes=["bills:read"], actor=SYSTEM)
    return made


def signed_in(account: Account | None) -> Client:
    client = Client(raise_request_exception=False)
    if account is not None:
        client.force_login(account, backend=BACKEND)
    return client


def finish(answer: Any) -> None:
    """Read a file that is sent in pieces to its end. Closing the answer would close the test's database as well."""
    if answer.streaming:
        for _piece in answer.streaming_content:
            pass


def actor_of(account: Account, *, as_official: bool = False) -> Actor:
    channel = Channel.DESK if as_official else Channel.WEB
    return identity_queries.actor_of(account, as_official=as_official, channel=channel, language="fa")


def complaint(actor: Actor, *, send: bool = True, text: str = SECRET, applicant: UUID | None = None) -> Draft:
    """A complaint to the agency, filled in; sent unless somebody wants to go on with it."""
    draft = cases.start_draft("complaint", actor=actor, applicant=applicant)
    for path, boxes in {
        "kind": {"kind": ["request"]},
        "addressee": {"addressee": [AGENCY]},
        "what": {"what": [text]},
    }.items():
        assert cases.answer(draft.pk, actor=actor, path=path, form=Form(boxes), language="fa").ok
    picture = SimpleUploadedFile(f"{SECRET}.png", PNG, "image/png")
    proof = Form({}, {"proof": [picture]})
    assert cases.answer(draft.pk, actor=actor, path="proof", form=proof, language="fa").ok
    if send:
        cases.submit(draft.pk, actor=actor)
    return Draft.objects.get(pk=draft.pk)


@dataclass(frozen=True)
class Reconciled:
    """Of her agency: a line of its bank that nobody knows, the difference that it makes, and a match."""

    line_id: int
    match_id: UUID
    difference_id: UUID


def _reconciled() -> Reconciled:
    """The bank has told of two transfers; one of them is known."""
    claim = Claim(AGENCY, "4058317263")
    payments.charge(claim, 500, key="town:c", actor=SYSTEM)
    payments.take(claim, 500, how="bank", reference="TOWN-1", key="town:t", actor=SYSTEM)
    day = clock.today().isoformat()
    table = f"date,amount,reference,text,id\n{day},500,TOWN-1,x,B-1\n{day},700,,{SECRET},B-2\n"
    loaded = statements.load(BytesIO(table.encode()), name="x.csv", agency=AGENCY, actor=SYSTEM)
    matching.match_statement(loaded.statements[0])
    difference = Discrepancy.objects.get()
    assert difference.line_id is not None
    return Reconciled(difference.line_id, Match.objects.get().pk, difference.pk)


@dataclass(frozen=True)
class Belongings:
    """What belongs to Nilufar, by the names that parameters of addresses have."""

    account: Account
    case: Case
    draft: Draft
    task: Task
    upload: Upload
    message: Message
    mandate: Mandate
    certificate: Certificate
    copy: WalletCopy
    entity: UUID
    held: Official
    proposal: Proposal
    passkey: Passkey
    signatory: Signatory
    program: Program
    load: BillLoad
    looked: LookedAfter
    site: Site
    inquiry: Inquiry
    bank: "Reconciled"

    def with_draft(self, draft: Draft) -> "Belongings":
        return replace(self, draft=draft)


def copy_of(certificate: Certificate, party: UUID) -> WalletCopy:
    """What a wallet of hers holds."""
    now = clock.now()
    copy = WalletCopy(certificate=certificate, party=party, holder="h" * 43, nonce="n", fields=[], kid="k")
    copy.issued_at, copy.expires_at = now, now + timedelta(days=1)
    copy.save(force_insert=True)
    return copy


def settle() -> Belongings:
    """Nilufar moves in: with a draft, a case, a file in it, a message, a certificate, an entry and a passkey."""
    account = person("nilufar@example.org", SECRET)
    actor = actor_of(account)
    sent = complaint(actor)
    assert sent.case is not None
    outbox.run_until_idle(HANDLERS)
    cases.say(sent.case.number, actor=actor, text=SECRET)
    certificate = documents.issue(
        key="case:1:letter",
        agency=AGENCY,
        kind="letter",
        title={"fa": "گواهی"},
        template=TEMPLATE,
        data={"note": SECRET},
        labels={"note": {"fa": "یادداشت", "en": "Note"}},
        subjects=[f"party:{actor.party}"],
        case=sent.case.number,
    )
    entity = _entry()
    return Belongings(
        account=account,
        case=sent.case,
        draft=complaint(actor, send=False),
        task=Task.objects.get(case=sent.case, done_at=None),
        upload=Upload.objects.get(case=sent.case),
        message=Message.objects.filter(party=actor.party).order_by("sent_at")[0],
        program=program(),
        load=BillLoad.objects.create(agency=AGENCY, name=f"{SECRET}.csv", digest="0" * 64, format="csv", size=1),
        looked=LookedAfter.objects.create(party=account.party, agency="water-company", account="1", label=SECRET),
        passkey=Passkey.objects.create(
            account=account, name=SECRET, credential_id="eA", public_key=b"", aaguid=ids.new_id()
        ),
        mandate=_mandate(actor),
        signatory=_signatory(account),
        certificate=certificate,
        copy=copy_of(certificate, account.party_id),
        entity=entity,
        held=Official.objects.get(account=official("officer")),
        site=_site(account),
        proposal=_proposal(entity),
        inquiry=Inquiry.objects.create(
            case=sent.case, agency=ASKED_AGENCY, text=SECRET, until_at=clock.now() + timedelta(days=5)
        ),
        bank=_reconciled(),
    )


def _signatory(account: Account) -> Signatory:
    """Her place among those who must sign what somebody else asks."""
    draft = complaint(actor_of(person("neighbour@example.org", "همسایه")), send=False)
    marriage = catalogue_queries.current("marriage-registration")
    request = SignatureRequest.objects.create(
        number=ids.new_tracking_code(),
        scope=draft.pk,
        draft=draft,
        service=marriage.service.id,
        version_id=marriage.id,
        applicant=draft.applicant,
        language="fa",
        document='{"fee":"0"}',
        answers=[["place", "00", "شرح", SECRET]],
        sha256="0" * 64,
        asked_by={},
        due_at=clock.now() + timedelta(days=7),
    )
    return Signatory.objects.create(request=request, scope=draft.pk, who="witness", party_id=account.party_id)


def _mandate(giver: Actor) -> Mandate:
    until = clock.today() + timedelta(days=30)
    return identity.give_mandate(actor=giver, to="friend@example.org", called=SECRET, until=until)


def _site(account: Account) -> Site:
    """One that she signs in to."""
    site, _secret = sites.register_site(
        by="test",
        agency=AGENCY,
        title={"fa": "کتابخانه", "en": "Library"},
        purpose={"fa": "امانت کتاب", "en": "lending books"},
        address="https://library.example/",
        redirect_uris=["https://library.example/callback"],
    )
    site_links.agree(account, site, [])
    return site


def _entry() -> UUID:
    registry = catalogue_queries.country().registries["population"]
    person_data = {
        "national_id": "0499370899",
        "given_name": SECRET,
        "family_name": SECRET,
        "sex": "female",
        "birth_date": "1994-05-04",
    }
    cause = Cause(law="civil-registration-act#1", actor=SYSTEM, reason="test")

    return registries.create(registry, person_data, valid_from=date(1994, 5, 4), cause=cause, key="nilufar").entity


def _proposal(entity: UUID) -> Proposal:
    clerk = actor_of(official("registry-clerk"), as_official=True)
    registry = catalogue_queries.country().registries["population"]
    return proposals.propose(registry, entity, actor=clerk, law="civil-registration-act#1", reason=SECRET)
