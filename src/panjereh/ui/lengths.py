"""Lengths of time in words of the page's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from panjereh.localisation.calendars import Term
from panjereh.localisation.errors import InputProblem
from panjereh.ui.jinja import show_number


def term_words(term: Term, calendar: str = "days") -> str:
    """«۱۰ روز کاری», "10 working days", "3 months"."""
    parts = []
    if term.months:
        parts.append(ngettext("%(count)s month", "%(count)s months", term.months) % {"count": show_number(term.months)})
    if term.days and calendar == "working-days":
        text = ngettext("%(count)s working day", "%(count)s working days", term.days)
        parts.append(text % {"count": show_number(term.days)})
    elif term.days or not parts:
        parts.append(ngettext("%(count)s day", "%(count)s days", term.days) % {"count": show_number(term.days)})
    return _("%(one)s and %(other)s") % {"one": parts[0], "other": parts[1]} if len(parts) == 2 else parts[0]


def iso_words(text: str) -> str:
    """The same of an ISO 8601 duration; empty for one with hours, and for what is none."""
    try:
        return term_words(Term.parse(text))
    except InputProblem:
        return ""
