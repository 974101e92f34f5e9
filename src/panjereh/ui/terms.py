"""The promised day in words: what follows if it passes, what followed, and what the agency waits for meanwhile."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from panjereh.catalogue import queries as catalogue
from panjereh.definitions.country_files import jalali_day
from panjereh.kernel import clock
from panjereh.localisation import dates, digits, opening

AHEAD = timedelta(days=45)
"""How far people plan a visit."""

IF_MISSED: Mapping[str, Promise] = {
    "escalate": gettext_lazy("If we do not answer by then, a supervisor takes over your case, and we tell you."),
    "approve": gettext_lazy("If we do not answer by then, your request counts as approved by law%(law)s."),
    "refuse": gettext_lazy(
        "If we do not answer by then, your request counts as refused by law%(law)s, and you can object."
    ),
}
MISSED: Mapping[str, Promise] = {
    "escalate": gettext_lazy("We did not answer in time. A supervisor sees to your case now."),
    "approve": gettext_lazy("We did not answer in time. By law%(law)s your request counts as approved."),
    "refuse": gettext_lazy("We did not answer in time. By law%(law)s your request counts as refused."),
}


def if_missed(silence: str, law: str | None, language: str) -> Markup:
    """What follows by law if the promised day passes without an answer."""
    return Markup(IF_MISSED[silence]) % {"law": _in_brackets(law, language)}  # noqa: S704 - our own texts


def missed(silence: str, law: str | None, language: str) -> Markup:
    """What followed, now that it has passed."""
    return Markup(MISSED[silence]) % {"law": _in_brackets(law, language)}  # noqa: S704 - our own texts


def law_in_words(reference: str, language: str) -> str:
    """`civil-registration-act#12` in words: the name of the law and its article."""
    name, _sharp, article = reference.partition("#")
    known = catalogue.country().laws.get(name)
    title = known.title.in_(language) if known else name
    if not article:
        return title
    return _("%(law)s, article %(article)s") % {"law": title, "article": digits.for_language(article, language)}


def _in_brackets(law: str | None, language: str) -> str:
    return f" ({law_in_words(law, language)})" if law else ""


def agency(name: str, language: str) -> str:
    known = catalogue.country().agencies.get(name)
    return known.title.in_(language) if known else name


def opening_hours(office: Any, language: str) -> list[tuple[str, str]]:
    """(days, hours) of an office, as its definition gives them."""
    return opening.in_words(opening.parse(office.open), language)


def closed_soon(office: Any, language: str) -> list[tuple[date, str]]:
    """Days ahead on which this office alone is closed."""
    days = [(jalali_day(day), text.in_(language)) for day, text in office.closed.items()]
    return sorted(day for day in days if clock.today() <= day[0] <= clock.today() + AHEAD)


def holidays_ahead(language: str) -> list[tuple[date, str]]:
    """The holidays of the weeks to come."""
    first = clock.today()
    return [(day, text.in_(language)) for day, text in catalogue.country().holidays.between(first, first + AHEAD)]


def holidays_source(language: str) -> str:
    """Where the list of this year’s holidays comes from; that it is computed, if no list is out."""
    holidays, today = catalogue.country().holidays, clock.today()
    if holidays.known(today) == "computed":
        return _(
            "No list of this year’s holidays is out yet. These days are computed; the moon may differ by a day or two."
        )
    source = holidays.sources.get(dates.to_jalali(today).year)
    return source.in_(language) if source else ""
