"""Money in words of everyday life: stored in rials, said in toman (ten rials)."""

from decimal import Decimal

from panjereh.kernel.money import Money
from panjereh.localisation import numbers
from panjereh.localisation.errors import NumberProblem

_TOMAN = {"fa": "تومان", "ar": "تومان", "ckb": "تمەن", "azb": "تۆمن"}


def format_money(money: Money, lang: str) -> str:
    """The amount in toman: 450,000 rials are ۴۵٬۰۰۰ تومان and 45,000 toman."""
    if money.currency != "IRR":
        raise ValueError(f"{money.currency} can't be said in toman")
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
