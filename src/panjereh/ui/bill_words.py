"""What is wrong with a bill that was handed in, or with a line of a file of bills, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COLUMNS: Mapping[str, Promise] = {
    "": _("the line"),
    "reference": _("number of the bill"),
    "account": _("account number"),
    "amount": _("amount"),
    "due": _("last day to pay"),
    "currency": _("currency"),
    "bill_id": _("bill identifier"),
    "payment_id": _("payment identifier"),
    "postal_code": _("postal code"),
    "payer": _("national number"),
}
"""Columns of files of bills."""

SENTENCES: Mapping[str, Promise] = {
    "missing": _("Nothing stands there. Fill it in"),
    "cells": _("There are %(got)s cells, but %(expected)s columns in the heading"),
    "not_a_row": _("A quotation mark is opened and never closed"),
    "not_json": _("The line is no JSON object"),
    "wrong_shape": _("Each member must be a text or a number"),
    "unknown_column": _("There is no such member. Check how it is spelt"),
    "line_too_long": _("The line has more than %(max)s bytes. No bill needs so many"),
    "other_encoding": _("The line is not in UTF-8. Save the file as “CSV UTF-8”"),
    "amount_not_positive": _("The amount must be greater than nothing"),
    "amount_too_large": _("The amount is larger than %(max)s rials. Check how many digits it has"),
    "amount_not_whole": _("Write whole rials, without a fraction"),
    "amount_not_a_number": _("Write the amount in digits"),
    "other_currency": _("Bills are in IRR; %(got)s stands there"),
    "date_not_readable": _("Write the day as 2026-11-30 or 1405/09/09"),
    "no_such_day": _("There is no such day"),
    "date_far_away": _("The day is more than three years away. Check the year"),
    "characters": _("Only digits, Latin letters and - / . _ can stand there"),
    "length": _("There are %(got)s characters; at most, or exactly, %(expected)s fit"),
    "repeated": _("All digits are the same. Check it again"),
    "check_digit": _("The check digit does not fit: a digit is wrong, or two have changed places"),
    "utility": _("No kind of service has the digit %(got)s"),
    "amount": _("The identifier says an amount that can’t be"),
    "other_bill": _("The payment identifier belongs to another bill identifier"),
    "other_amount": _("The payment identifier says %(got)s rials; the line says another amount"),
    "other_company": _("The bill identifier is of company %(got)s; yours is %(expected)s"),
    "other_utility": _("The bill identifier is of another kind of service"),
    "reference_used": _("A bill with this number but another account, amount or day was handed in before"),
}
"""What is wrong with a line of a file of bills."""


def column(name: str) -> str:
    """What people call a column."""
    return str(COLUMNS.get(name, name))


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What is wrong; a code that is not known here says so itself."""
    text = SENTENCES.get(code)
    return str(text) % dict(params) if text else code
