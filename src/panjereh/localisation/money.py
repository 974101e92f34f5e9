"""Money in words of everyday life: stored in rials, said in toman (ten rials)."""

from decimal import Decimal

from panjereh.kernel.money import Money
from panjereh.localisation import numbers
from panjereh.localisation.errors import NumberProblem

CENTS = 2
"""Decimal places of the other currencies that are taken (ISO 4217: euro, dollar)."""
_TOMAN = {"fa": "تومان", "ar": "تومان", "ckb": "تمەن", "azb": "تۆمن"}


def format_money(money: Money, lang: str) -> str:
    """The amount in toman: 450,000 rials are ۴۵٬۰۰۰ تومان and 45,000 toman. Of other currencies with their code: €19.99
    are 19.99 EUR."""
    if money.currency != "IRR":
        return f"{numbers.format_number(Decimal(money.amount).scaleb(-CENTS), lang)}\u00a0{money.currency}"
    whole, rest = divmod(abs(money.amount), 10)
    toman: int | Decimal = Decimal(abs(money.amount)).scaleb(-1) if rest else whole
    number = numbers.format_number(-toman if money.amount < 0 else toman, lang)
    return f"{number}\u00a0{_TOMAN.get(lang, 'toman')}"


def parse_toman(text: str) -> Money:
    """Read an amount typed in toman. Raises NumberProblem when it isn't a whole number of rials."""
    rials = numbers.parse_number(text) * 10
    if rials != rials.to_integral_value():
        raise NumberProblem("not_whole")
    return Money(int(rials))
