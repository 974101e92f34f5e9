"""Who may do what to which: one table, asked everywhere, printable."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotAllowed


class Role(StrEnum):
    """What somebody is trusted with. Applicant is everybody in their own matters; the others are given by an agency.

    Software is what a registered program holds, and no official: its scopes narrow it further.
    """

    APPLICANT = "applicant"
    OFFICER = "officer"
    REGISTRAR = "registrar"
    SUPERVISOR = "supervisor"
    REGISTRY_CLERK = "registry-clerk"
    HELPDESK = "helpdesk"
    DATA_PROTECTION = "data-protection"
    OPERATOR = "operator"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"
    SOFTWARE = "software"


class Scope(StrEnum):
    """How far a role reaches for one action."""

    OWN = "own"
    OFFICE = "office"
    AGENCY = "agency"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Target:
    """What is acted upon: the agency and office that hold it, and every party whose matter it is."""

    agency: str | None = None
    office: str | None = None
    parties: frozenset[UUID] = field(default_factory=frozenset)


OWN, OFFICE, AGENCY, EVERYWHERE = Scope.OWN, Scope.OFFICE, Scope.AGENCY, Scope.EVERYWHERE
OF_OFFICIALS = tuple(role for role in Role if role not in (Role.APPLICANT, Role.SOFTWARE))
"""What an agency can trust one of its officials with."""

_APPLICANT = {Role.APPLICANT: OWN}
_CASE_STAFF = {Role.OFFICER: OFFICE, Role.REGISTRAR: OFFICE, Role.SUPERVISOR: AGENCY}
_OPERATORS = {Role.OPERATOR: AGENCY, Role.ADMINISTRATOR: EVERYWHERE}

# An empty row means nobody. No official does anything to what concerns themselves: see `may`.
TABLE: dict[str, dict[Role, Scope]] = {
    "case.apply": _APPLICANT,
    "case.answer": _APPLICANT,
    "case.correct": _APPLICANT,
    "case.withdraw": _APPLICANT,
    "case.appeal": _APPLICANT,
    "case.read_own": _APPLICANT,
    "case.write": _APPLICANT,
    "document.to_wallet": _APPLICANT,
    "case.see": {**_CASE_STAFF, Role.HELPDESK: AGENCY},
    "case.search": {**_CASE_STAFF, Role.HELPDESK: AGENCY},
    "case.take": _CASE_STAFF,
    "case.take_out_of_turn": _CASE_STAFF,
    "case.hand_over": _CASE_STAFF,
    "case.reassign": {Role.SUPERVISOR: AGENCY},
    "case.check": {Role.OFFICER: OFFICE, Role.REGISTRAR: OFFICE},
    "case.decide": {Role.REGISTRAR: OFFICE},
    "case.escalated": {Role.SUPERVISOR: AGENCY},
    "case.confirm": {Role.SUPERVISOR: AGENCY},
    "case.review": {Role.SUPERVISOR: AGENCY},
    "case.pay": {Role.OFFICER: OFFICE, Role.REGISTRAR: OFFICE, Role.SUPERVISOR: AGENCY},
    "case.note": _CASE_STAFF,
    "case.message": _CASE_STAFF,
    "case.extend": {Role.REGISTRAR: OFFICE, Role.SUPERVISOR: AGENCY},
    "case.await": {Role.OFFICER: OFFICE, Role.REGISTRAR: OFFICE, Role.SUPERVISOR: AGENCY},
    "inquiry.answer": _CASE_STAFF,
    "case.assist": {Role.HELPDESK: EVERYWHERE, Role.OFFICER: AGENCY},
    "case.print": _CASE_STAFF,
    "mandate.give": _APPLICANT,
    "registry.view": {Role.REGISTRY_CLERK: AGENCY},
    "registry.correct": {Role.REGISTRY_CLERK: AGENCY},
    "registry.annul": {Role.REGISTRY_CLERK: AGENCY},
    "registry.confirm": {Role.SUPERVISOR: AGENCY},
    "party.find": {**dict.fromkeys(_CASE_STAFF, EVERYWHERE), Role.HELPDESK: EVERYWHERE},
    "party.make": {Role.HELPDESK: EVERYWHERE, Role.OFFICER: EVERYWHERE},
    "party.link": {Role.HELPDESK: EVERYWHERE},
    "party.contact": {Role.APPLICANT: OWN, Role.HELPDESK: EVERYWHERE},
    "account.recover": {Role.HELPDESK: EVERYWHERE},
    "account.confirm_recovery": {Role.SUPERVISOR: EVERYWHERE},
    "account.close": {Role.SUPERVISOR: EVERYWHERE},
    "account.reopen": {Role.SUPERVISOR: EVERYWHERE},
    "delegation.give": dict.fromkeys(OF_OFFICIALS, AGENCY),
    "official.manage": _OPERATORS,
    "client.manage": _OPERATORS,
    "office.manage": _OPERATORS,
    "seal.see": _OPERATORS,
    "site.manage": _OPERATORS,
    "site.confirm": _OPERATORS,
    "service.publish": _OPERATORS,
    "letter.post": {Role.HELPDESK: AGENCY, Role.OFFICER: AGENCY},
    "figures.see": {Role.SUPERVISOR: AGENCY},
    "money.see": {Role.ACCOUNTANT: AGENCY, Role.SUPERVISOR: AGENCY},
    "money.reverse": {Role.ACCOUNTANT: AGENCY},
    "money.close": {Role.ACCOUNTANT: AGENCY},
    "bill.push": {Role.ACCOUNTANT: AGENCY, Role.SOFTWARE: AGENCY},
    "bill.cancel": {Role.ACCOUNTANT: AGENCY, Role.SOFTWARE: AGENCY},
    "bill.see": {Role.ACCOUNTANT: AGENCY, Role.SUPERVISOR: AGENCY, Role.SOFTWARE: AGENCY},
    "payment.list": {Role.ACCOUNTANT: AGENCY, Role.SUPERVISOR: AGENCY, Role.SOFTWARE: AGENCY},
    "money.refund": {Role.ACCOUNTANT: AGENCY, Role.OFFICER: AGENCY},
    "money.refund_agree": {Role.ACCOUNTANT: AGENCY, Role.SUPERVISOR: AGENCY},
    "money.reconcile": {Role.ACCOUNTANT: AGENCY},
    "money.confirm": {Role.ACCOUNTANT: AGENCY, Role.SUPERVISOR: AGENCY},
    "access.print": {Role.HELPDESK: EVERYWHERE},
    "access.oversee": {Role.DATA_PROTECTION: AGENCY},
    "export.hand_out": {Role.HELPDESK: EVERYWHERE},
}

READS = frozenset({"case.read_own"})
"""What somebody may do in another's name who may only look."""


def may(actor: Actor, action: str, target: Target | None = None) -> bool:
    """Whether `actor` may do `action` to `target`. Raises KeyError for an action that the table doesn't know.

    The system itself may all: it carries out what people decided. Acting as an official, nobody may touch what concerns
    themselves, whatever their roles; as a person, everybody may act only in what concerns them, or those for whom
    they act.
    """
    rule = TABLE[action]
    if actor.is_system:
        return True
    target = target or Target()
    if actor.is_official:
        concerns_them = actor.party is not None and actor.party in target.parties
        return not concerns_them and any(_reaches(scope, actor, target) for scope in _held(rule, actor, target))
    if actor.acting_for is not None and actor.acting_for.reads_only and action not in READS:
        return False
    return actor.applicant is not None and actor.applicant in target.parties and Role.APPLICANT in rule


def require(actor: Actor, action: str, target: Target | None = None) -> None:
    """Raise NotAllowed unless `actor` may do `action` to `target`."""
    if not may(actor, action, target):
        raise NotAllowed(_("You can’t do this with the roles that you hold, or the matter is your own."), action=action)


def _held(rule: dict[Role, Scope], actor: Actor, target: Target) -> list[Scope]:
    """A lent role does nothing to what concerns whoever lent it: nobody has their own case done by their substitute."""
    barred = {role for role, lender in actor.lent if lender in target.parties}
    return [
        scope for role, scope in rule.items() if role in actor.roles and role not in barred and scope is not Scope.OWN
    ]


def _reaches(scope: Scope, actor: Actor, target: Target) -> bool:
    """Officials without an office, and matters without one, belong to the whole agency."""
    if scope is Scope.EVERYWHERE or target.agency is None:
        return True
    if actor.agency != target.agency:
        return False
    return scope is Scope.AGENCY or not actor.office or not target.office or actor.office == target.office


def as_rows() -> list[list[str]]:
    """The table with a heading: one row per action, one column per role, the scope or nothing where they meet."""
    rows = [[action, *(str(rule.get(role, "")) for role in Role)] for action, rule in TABLE.items()]
    return [["action", *Role], *rows]


def as_text() -> str:
    """The table in columns, for documentation and for the operator's terminal."""
    return columns(as_rows())


def columns(rows: list[list[str]]) -> str:
    """Rows of cells in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"
