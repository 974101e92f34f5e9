"""Bank statements in the shapes that banks write them, read into one plain shape, line by line."""

from panjereh.payments.statements.reading import FORMATS, format_of, read
from panjereh.payments.statements.shape import Balance, BankEntry, Fault, Item

__all__ = ["FORMATS", "Balance", "BankEntry", "Fault", "Item", "format_of", "read"]
