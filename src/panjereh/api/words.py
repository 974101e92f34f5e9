"""What is wrong with something that a program sent, in words. Codes are those of pydantic and ours."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panjereh.api.errors import BillIsWrong
from panjereh.payments.presenting import Problem
from panjereh.ui import bill_words

SENTENCES: Mapping[str, Promise] = {
    "missing": _("This member is missing."),
    "extra_forbidden": _("There is no member of this name."),
    "int_type": _("Send a whole number."),
    "int_from_float": _("Send a whole number."),
    "int_parsing": _("Send a whole number."),
    "greater_than": _("The number must be greater than %(gt)s."),
    "less_than_equal": _("The number must be at most %(le)s."),
    "greater_than_equal": _("The number must be at least %(ge)s."),
    "string_type": _("Send a text."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "string_pattern_mismatch": _("The text has another form than the documentation says."),
    "too_long": _("At most %(max_length)s at once."),
    "too_short": _("At least %(min_length)s."),
    "list_type": _("Send a list."),
    "dict_type": _("Send an object."),
    "model_attributes_type": _("Send an object."),
    "date_type": _("Write the day as 2026-11-30."),
    "date_parsing": _("Write the day as 2026-11-30."),
    "date_from_datetime_parsing": _("Write the day as 2026-11-30."),
    "literal_error": _("Send one of: %(expected)s."),
    "enum": _("Send one of: %(expected)s."),
}
OTHERWISE = _("The value does not fit. See the documentation.")


def sentence(error: dict[str, Any]) -> str:
    """For one error of pydantic."""
    text = SENTENCES.get(str(error["type"]))
    return str(text) % error.get("ctx", {}) if text else str(OTHERWISE)


def of_bill(problem: Problem) -> str:
    """What is wrong with a bill."""
    return bill_words.sentence(problem.code, problem.params)


def refusal(problem: Problem) -> BillIsWrong:
    """The error that refuses one bill."""
    return BillIsWrong(of_bill(problem), pointer=f"/{problem.column}", reason=problem.code)
