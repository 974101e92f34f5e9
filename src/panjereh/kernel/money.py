"""Money is a whole number of the smallest unit, with its currency. Rials are shown as toman (ten rials)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`amount` counts the currency's smallest unit (rials); `currency` is its ISO 4217 code."""

    amount: int
    currency: str = "IRR"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise TypeError("an amount is a whole number")

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added")
        return Money(self.amount + other.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0
