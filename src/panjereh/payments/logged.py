"""Rows of the ledger in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.payments.models import (
    Account,
    BankLine,
    BillLine,
    Closing,
    GatewayNews,
    Line,
    Match,
    Matched,
    Posting,
    Statement,
    Undone,
)

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
STATEMENT = Source(
    "bank-statement",
    Statement,
    (
        "book_id", "account", "currency", "format", "name", "digest", "first_day", "last_day", "opening", "closing",
        "lines", "at", "by",
    ),
)  # fmt: skip
BANK_LINE = Source(
    "bank-line",
    BankLine,
    ("statement_id", "book_id", "account", "booked_on", "value_on", "amount", "currency", "reference", "bank_id"),
    elsewhere={"text": "may name a person and can be erased; the digest of the statement’s file covers it"},
)
MATCH = Source(
    "bank-match",
    Match,
    (
        "book_id", "line_id", "rule", "gross", "commission", "difference", "posting_id", "reason", "by",
        "confirmed_by", "at",
    ),
    elsewhere={"stands": "goes when a match is undone: there is an entry for that, and `verify` compares the two"},
)  # fmt: skip
MATCHED = Source(
    "bank-matched",
    Matched,
    ("match_id", "line_id"),
    elsewhere={"stands": "goes with that of its match, and `verify` compares the two"},
)
UNDONE = Source("bank-match-undone", Undone, ("match_id", "posting_id", "reason", "by", "at"))
LOGGED = (ACCOUNT, POSTING, LINE, CLOSING, BILL_LINE, NEWS, STATEMENT, BANK_LINE, MATCH, MATCHED, UNDONE)
