"""How sure each way of signing in makes us, and how long a sign-in lasts: one table, printable.

Levels are those of Regulation (EU) 910/2014, article 8; what earns one stands in Implementing Regulation
(EU) 2015/1502, annex, sections 2.1 to 2.3. A level needs two things: the proof at sign-in (`WAYS`), and that the
account was tied to a person whose identity was proven (`Account.assurance`). The lower of the two counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from panjereh.kernel.actor import Level

LOW, SUBSTANTIAL, HIGH = Level.LOW, Level.SUBSTANTIAL, Level.HIGH


@dataclass(frozen=True, slots=True)
class Way:
    """One way to prove oneself. amr: Authentication Method Reference values (RFC 8176 and IANA's registry)."""

    level: Level
    amr: tuple[str, ...]
    why: str


WAYS: dict[str, Way] = {
    "email": Way(LOW, ("otp",), "one factor: the mailbox"),
    "phone": Way(LOW, ("sms",), "one factor: the telephone number, which others can take over"),
    "recovery": Way(LOW, ("otp",), "one factor: a list on paper"),
    "password": Way(SUBSTANTIAL, ("pwd", "otp", "mfa"), "two factors: a password and a code from a device"),
    "passkey": Way(SUBSTANTIAL, ("pop", "user", "mfa"), "two factors in a device, bound to this place; may be copied"),
    "demonstration": Way(SUBSTANTIAL, (), "plays somebody proven; refused in production"),
}
"""No way of ours gives `high`, which asks for certified hardware. A provider may vouch for it: `provider:high`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts: without a page asked for, and at all."""

    idle: timedelta
    absolute: timedelta


LIMITS: dict[Level, Limits] = {
    Level.NONE: Limits(timedelta(hours=2), timedelta(hours=8)),
    LOW: Limits(timedelta(hours=2), timedelta(hours=8)),
    SUBSTANTIAL: Limits(timedelta(hours=1), timedelta(hours=8)),
    HIGH: Limits(timedelta(minutes=15), timedelta(hours=8)),
}
RECENT = timedelta(minutes=15)
"""What changes ways to sign in, or signs, wants a proof that is not older."""


def way(name: str) -> Way:
    """The way of this name; `provider:LEVEL` is an outside provider of identity that vouches for this level."""
    kind, _colon, level = name.partition(":")
    return Way(Level(level), ("ext",), "vouched for by a trusted provider") if kind == "provider" else WAYS[kind]


def of_ways(names: Iterable[str]) -> Level:
    """The level of the proofs alone: that of the best one."""
    return max((way(name).level for name in names), key=list(Level).index, default=Level.NONE)


def lower(one: Level, other: Level) -> Level:
    return one if other.meets(one) else other


def amr(names: Iterable[str]) -> tuple[str, ...]:
    """All method references of these ways, each once, sorted."""
    return tuple(sorted({each for name in names for each in way(name).amr}))


def as_text() -> str:
    """The tables for the documentation and the operator's terminal, in Markdown."""
    ways = [f"| {name} | {one.level} | {', '.join(one.amr) or '–'} | {one.why} |" for name, one in WAYS.items()]
    limits = [f"| {level} | {_minutes(one.idle)} | {_minutes(one.absolute)} |" for level, one in LIMITS.items()]
    return "\n".join(
        [
            "| way | level | amr | why |\n| --- | --- | --- | --- |",
            *ways,
            "\n| level | minutes idle | minutes at all |\n| --- | --- | --- |",
            *limits,
            "",
        ]
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
