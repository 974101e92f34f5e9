"""Rows of the ledger in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.payments.models import Account, BillLine, Closing, GatewayNews, Line, Posting

ACCOUNT = Source("ledger-account", Account, ("book_id", "kind", "holder", "fund", "currency"))
POSTING = Source(
    "ledger-entry",
    Posting,
    (
        "key", "book_id", "number", "kind", "day", "at", "subject", "reference", "reverses_id", "reason", "by",
        "previous", "hash",
    ),
)  # fmt: skip
LINE = Source("ledger-line", Line, ("posting_id", "account_id", "amount"))
CLOSING = Source(
    "ledger-closing", Closing, ("book_id", "day", "last_number", "head", "balances", "at", "by", "kid", "signature")
)
BILL_LINE = Source("bill-line", BillLine, ("bill_id", "number", "book", "fund", "amount", "text", "law"))
NEWS = Source("gateway-news", GatewayNews, ("payment_id", "at", "said", "verdict"))
LOGGED = (ACCOUNT, POSTING, LINE, CLOSING, BILL_LINE, NEWS)
