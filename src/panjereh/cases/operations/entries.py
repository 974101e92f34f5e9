"""Mending a register: one official proposes, another confirms; then certificates follow and people are told."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from panjereh.cases import history, telling
from panjereh.cases.access import POPULATION, service_of
from panjereh.cases.models import Case
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.definitions import DocumentOrder, Registry, RegistryField
from panjereh.documents import operations as documents
from panjereh.documents import queries as document_queries
from panjereh.documents import values
from panjereh.documents.models import Certificate
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.registries import proposals
from panjereh.registries import queries as registries
from panjereh.registries.models import Proposal
from panjereh.registries.types import Entry

CORRECTED = gettext_noop(
    "We corrected your entry in this register: %(reason)s If a certificate was issued, a new one replaces it."
)
ANNULLED = gettext_noop(
    "We annulled an entry of yours in this register: %(reason)s Certificates issued from it are no longer valid."
)


def registry_of(name: str, *, actor: Actor, action: str) -> Registry:
    """A register that the actor's agency keeps and in which they may do this; else NotFound, whatever the reason."""
    registry = catalogue.country().registries.get(name)
    if registry is None or not policy.may(actor, action, policy.Target(agency=registry.agency)):
        raise NotFound(gettext_lazy("There is no such register at your agency."))
    return registry


@transaction.atomic
def propose_correction(
    name: str,
    entity: UUID,
    *,
    actor: Actor,
    changes: Mapping[str, Any],
    law: str,
    reason: str,
    valid_from: date | None = None,
) -> Proposal:
    """Ask that fields of an entry be put right. Nothing is written before another official has confirmed it."""
    registry = registry_of(name, actor=actor, action="registry.correct")
    _not_about_oneself(entity, actor=actor, action="registry.correct", registry=registry)
    return proposals.propose(
        registry, entity, actor=actor, law=law, reason=reason, changes=changes, valid_from=valid_from
    )


@transaction.atomic
def propose_annulment(name: str, entity: UUID, *, actor: Actor, law: str, reason: str) -> Proposal:
    """Ask that an entry that should never have been made be annulled."""
    registry = registry_of(name, actor=actor, action="registry.annul")
    _not_about_oneself(entity, actor=actor, action="registry.annul", registry=registry)
    return proposals.propose(registry, entity, actor=actor, law=law, reason=reason)


@transaction.atomic
def confirm_change(name: str, proposal_id: UUID, *, actor: Actor) -> Entry:
    """The second pair of eyes agrees: the register gets a new version, certificates are replaced, people are told."""
    registry = registry_of(name, actor=actor, action="registry.confirm")
    proposal = proposals.get(registry, proposal_id)
    _not_about_oneself(proposal.entity_id, actor=actor, action="registry.confirm", registry=registry)
    before = _believed(registry, proposal.entity_id, actor)
    entry = proposals.confirm(registry, proposal_id, actor=actor)
    subject = f"{registry.id}:{proposal.entity_id}"
    ended = [one for one in document_queries.of_subject(subject) if one.state == Certificate.State.VALID]
    for certificate in ended:
        _end(certificate, registry, before, entry, proposal, actor)
    told = _note_in_cases(ended, proposal, actor)
    _tell_the_person(registry, proposal, told)
    return entry


@transaction.atomic
def refuse_change(name: str, proposal_id: UUID, *, actor: Actor, answer: str = "") -> Proposal:
    """The entry stays as it is. Who proposed takes it back; who confirms says why not."""
    registry = catalogue.country().registries.get(name)
    if registry is None:
        raise NotFound(gettext_lazy("There is no such register at your agency."))
    own = proposals.get(registry, proposal_id).by == actor.party
    registry_of(name, actor=actor, action="registry.correct" if own else "registry.confirm")
    return proposals.refuse(registry, proposal_id, actor=actor, answer=answer)


def _not_about_oneself(entity: UUID, *, actor: Actor, action: str, registry: Registry) -> None:
    party = identity.party_of_entity(entity) if registry.id == POPULATION else None
    parties = frozenset({party.pk}) if party else frozenset()
    policy.require(actor, action, policy.Target(agency=registry.agency, parties=parties))


def _believed(registry: Registry, entity: UUID, actor: Actor) -> Mapping[str, Any]:
    entry = registries.read(
        registry, actor=actor, purpose=registries.KEEPING, law=registry.law or registries.KEEPING, entity=entity
    )
    return entry.data if entry else {}


def _end(
    certificate: Certificate,
    registry: Registry,
    before: Mapping[str, Any],
    entry: Entry,
    proposal: Proposal,
    actor: Actor,
) -> None:
    """A corrected entry gives a new certificate in place of the old one; an annulled one leaves none."""
    if not entry.is_active:
        documents.revoke(certificate.pk, reason=proposal.reason, law=proposal.law, actor=actor)
        return
    changed = {name: field for name, field in registry.fields.items() if before.get(name) != entry.data.get(name)}
    order = _order_anew(certificate, entry)
    data = dict(order.data) if order else dict(certificate.data)
    for name, field in changed.items():
        if name in data and values.canonical(data[name]) == values.canonical(in_a_document(field, before.get(name))):
            data[name] = in_a_document(field, entry.data.get(name))
    made = documents.issue(
        key=f"{_first_key(certificate)}:{proposal.pk}",
        agency=certificate.agency,
        kind=certificate.kind,
        title=certificate.title,
        template=order.template if order else certificate.template.content.encode(),
        data=data,
        public=certificate.public,
        wallet=certificate.wallet,
        valid_until=certificate.valid_until,
        labels=certificate.labels,
        subjects=certificate.subjects,
        case=certificate.case_number,
        service=certificate.service,
        version=certificate.version,
        languages=certificate.languages,
    )
    documents.replace(certificate.pk, made.pk, reason=proposal.reason, law=proposal.law, actor=actor)


def in_a_document(field: RegistryField, value: Any) -> Any:
    """A value of an entry as documents carry it: a choice in the words of each language, else as expressions see it."""
    if value is None:
        return None
    for choice in getattr(field.kind.options, "choices", ()) if isinstance(value, str) else ():
        if getattr(choice, "id", None) == value:
            return choice.text
    return field.kind.to_feel(value)


def _first_key(certificate: Certificate) -> str:
    """`case:<id>:<what>`, also for a certificate that itself replaced one."""
    return ":".join(certificate.key.split(":")[:3])


def _order_anew(certificate: Certificate, entry: Entry) -> DocumentOrder | None:
    """What the case's pinned version says of the document, now that the entry is another. None without a case."""
    case = Case.objects.filter(number=certificate.case_number).first()
    if case is None:
        return None
    service = service_of(case)
    records = {
        key: {**record, "data": dict(entry.data)} if record["entity"] == str(entry.entity) else record
        for key, record in case.results.get("records", {}).items()
    }
    what = certificate.key.split(":")[2] if certificate.key.count(":") >= 2 else ""
    context = service.context(case.answers, case.facts)
    orders = service.documents_for(context, records, catalogue.country().places)
    return next((order for order in orders if order.key == what), None)


def _note_in_cases(ended: Iterable[Certificate], proposal: Proposal, actor: Actor) -> set[UUID]:
    """The cases that issued the certificates remember it, and their people are told. Returns who was."""
    kind = "entry_annulled" if proposal.kind == "annul" else "entry_corrected"
    told: set[UUID] = set()
    for number in sorted({one.case_number for one in ended if one.case_number}):
        case = Case.objects.select_for_update().filter(number=number).first()
        if case is None:
            continue
        history.append(case, kind, actor=actor, personal={"reason": proposal.reason}, law=proposal.law)
        case.save(update_fields=["next_seq", "head"])
        telling.tell(
            case, "revoked" if proposal.kind == "annul" else "replaced", step=str(proposal.pk), message=proposal.reason
        )
        told.add(case.applicant_id)
    return told


def _tell_the_person(registry: Registry, proposal: Proposal, told: set[UUID]) -> None:
    """Whose entry it is, unless a case has told them."""
    party = identity.party_of_entity(proposal.entity_id) if registry.id == POPULATION else None
    if party is None or party.pk in told:
        return
    words = ANNULLED if proposal.kind == "annul" else CORRECTED
    with translation.override(party.language):
        text = _(words) % {"reason": proposal.reason}
        title = registry.title.in_(party.language)
    correspondence.tell(
        party.pk,
        key=f"entry:{proposal.pk}",
        subject=title,
        text=text,
        agency=registry.agency,
        language=party.language,
    )
