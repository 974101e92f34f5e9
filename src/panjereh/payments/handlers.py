"""What workers do for this room."""

from panjereh.outbox.handlers import EffectContext, Handlers, outside
from panjereh.payments.errors import NoSuchPayment, NotOfTheGateway
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Call
from panjereh.payments.operations import discrepancies, loading, matching, paying, returning, statements


@outside
def demo_calls(payload: dict[str, str], _context: EffectContext) -> None:
    """The demonstration gateway's machine calls ours."""
    try:
        paying.hear("demo", Call(payload))
    except (NoSuchPayment, NotOfTheGateway):
        return


def demo_dispute(payload: dict[str, str], _context: EffectContext) -> None:
    demo.dispute(payload["reference"])


@outside
def match(payload: dict[str, str], _context: EffectContext) -> None:
    """Find out what the lines of a statement are, some hundred to a transaction; what is matched stays so."""
    matching.match_statement(statements.statement_of(payload))


HANDLERS: Handlers = {
    loading.GO_ON: loading.go_on,
    statements.MATCH: match,
    discrepancies.REMIND: discrepancies.remind,
    "payments.ask": paying.ask_about,
    "payments.refund": returning.carry_out,
    "payments.demo_calls": demo_calls,
    "payments.demo_dispute": demo_dispute,
}
