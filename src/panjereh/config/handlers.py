"""Which function carries out which effect. The one place that joins news from outside to the rooms above."""

from typing import Any
from uuid import UUID

from panjereh.api import keeping as answers
from panjereh.audit import cosigning, sequencer
from panjereh.cases import effects as cases
from panjereh.cases import lapses
from panjereh.cases import operations as case_operations
from panjereh.cases.operations import deaths
from panjereh.catalogue import queries as catalogue
from panjereh.config.logged import SOURCES
from panjereh.correspondence import handlers as correspondence
from panjereh.documents import handlers as documents
from panjereh.identity import handlers as identity
from panjereh.identity import operations as identities
from panjereh.outbox.handlers import EffectContext, Handlers
from panjereh.oversight import export, reports
from panjereh.oversight import operations as oversight
from panjereh.payments import handlers as payments
from panjereh.payments.operations import discrepancies, matching
from panjereh.portal import bill_news
from panjereh.signing import custody


def fee_paid(payload: dict[str, Any], _context: EffectContext) -> None:
    """The bill that a case had asked for is paid."""
    case_operations.fee_came(UUID(payload["case"]), payload["bill"])


HANDLERS: Handlers = {
    **cases.HANDLERS,
    **correspondence.HANDLERS,
    **documents.HANDLERS,
    **identity.HANDLERS,
    **export.HANDLERS,
    **payments.HANDLERS,
    "cases.fee_paid": fee_paid,
    **bill_news.HANDLERS,
}


def seal_the_log() -> None:
    """Give new rows their places in the transparency log and sign its new root."""
    sequencer.drain(SOURCES)


def ask_the_witnesses() -> None:
    """Have the newest checkpoint of the log signed by those who watch it."""
    cosigning.ask_witnesses()


def care_for_keys() -> None:
    """Seals that end soon are renewed, and what authorities tell of their certificates is made anew."""
    custody.renew()
    custody.publish()


ROUTINES = [
    (5.0, catalogue.look_for_changes),
    (30.0, seal_the_log),
    (30.0, ask_the_witnesses),
    (300.0, oversight.disclose_due),
    (3600.0, reports.make_due),
    (3600.0, export.forget),
    (600.0, care_for_keys),
    (3600.0, cases.sweep),
    (3600.0, lapses.remind_of_lapses),
    (3600.0, identities.forget_tallies),
    (3600.0, identities.forget_assertions),
    (3600.0, answers.forget),
    (3600.0, deaths.close_for_deaths),
    (3600.0, matching.look_again),
    (3600.0, discrepancies.find_missing),
    (3600.0, lambda: identities.look_after_mandates(catalogue.country())),
    (3600.0, lambda: identities.keep_circles(catalogue.country())),
]
