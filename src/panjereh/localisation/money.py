"""Money in words of everyday life: rials are said in toman (ten rials), other currencies with their code."""

from decimal import Decimal

from panjereh.kernel.money import Money
from panjereh.localisation import numbers
from panjereh.localisation.errors import NumberProblem

MINOR = {
    "IRR": 0, "JPY": 0, "KRW": 0, "AFN": 2, "AED": 2, "AMD": 2, "AZN": 2, "CAD": 2, "CHF": 2, "CNY": 2, "EUR": 2,
    "GBP": 2, "GEL": 2, "INR": 2, "PKR": 2, "QAR": 2, "RUB": 2, "SAR": 2, "SEK": 2, "TRY": 2, "USD": 2, "BHD": 3,
    "IQD": 3, "JOD": 3, "KWD": 3, "OMR": 3,
}  # fmt: skip
"""Currency → decimal places of its smallest unit (ISO 4217). The rial is the smallest unit here: its hundredth, which
ISO 4217 knows, is used by no bank."""
_TOMAN = {"fa": "تومان", "ar": "تومان", "ckb": "تمەن", "azb": "تۆمن"}


def format_money(money: Money, lang: str) -> str:
    """The amount in words: 450,000 rials are ۴۵٬۰۰۰ تومان and 45,000 toman; 1050 cents are 10.50 EUR."""
    if money.currency != "IRR":
        amount = Decimal(money.amount).scaleb(-MINOR[money.currency])
        return f"{numbers.format_number(amount, lang)}\u00a0{money.currency}"
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
