"""The environment of all pages: what every template may use. Filters speak the language of the page."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import jinja2
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.utils import translation
from markupsafe import Markup, escape

from panjereh.identity import providers
from panjereh.kernel import clock
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, languages, numbers
from panjereh.localisation import money as amounts
from panjereh.ui import http, icons, terms
from panjereh.ui.addresses import url as url  # views import it from there or from here
from panjereh.ui.engine import Environment
from panjereh.ui.questions import Asked

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class SaysInLanguages(Protocol):
    """A text of a definition: the same words in each language of the service."""

    def in_(self, lang: str) -> str: ...


def environment(**options: Any) -> Environment:
    """Made once per process by Django's Jinja2 backend. An unknown variable is a mistake, not an empty place."""
    options.update(
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made = Environment(**options)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals.update({"_": say, "gettext": say})
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    return made


def language() -> str:
    """Code of the language of the page that is being made."""
    return translation.get_language() or settings.LANGUAGE_CODE


@lru_cache(maxsize=4096)
def _sentence(_language: str, text: str) -> Markup:
    return Markup(translation.gettext(text))  # noqa: S704 - texts of the house; what is put into them is escaped


@lru_cache(maxsize=4096)
def _plain_sentence(_language: str, text: str) -> Markup:
    return _sentence(_language, text) % {}


def say(text: str, /, **values: Any) -> Markup:
    """The text in the language of the page. A page says some fifty, each found only once."""
    if values:
        return _sentence(language(), text) % values
    return _plain_sentence(language(), text)


def in_zone(moment: datetime) -> datetime:
    return moment.astimezone(clock.home_zone())


def show_date(value: date | datetime, *, weekday: bool = False) -> str:
    """«۱ آذر ۱۴۰۵» or "22 November 2026", as the country's clock has it."""
    day = in_zone(value).date() if isinstance(value, datetime) else value
    return dates.format_date(day, language(), weekday=weekday)


def show_datetime(value: datetime) -> str:
    return dates.format_datetime(in_zone(value), language())


def show_number(value: int | Decimal) -> str:
    return numbers.format_number(value, language())


def show_digits(value: object) -> str:
    """Digits of the page's language, nothing else changed (a year, a time, a count of pages)."""
    return digits.for_language(str(value), language())


def show_money(value: Money | int, currency: str = "IRR") -> str:
    return amounts.format_money(value if isinstance(value, Money) else Money(value, currency), language())


def show_group(value: str, *sizes: int) -> Markup:
    """A number that is read in groups, in its own direction: without `bdi` a Persian page turns the groups round."""
    shown = escape(show_digits(numbers.group(value, sizes)))
    return Markup(f'<bdi dir="ltr" class="num">{shown}</bdi>')  # noqa: S704 - escaped


def show_code(value: str) -> Markup:
    """A tracking code, 3-3-4."""
    return show_group(value, 3, 3, 4)


def show_text(value: SaysInLanguages | Mapping[str, str] | str | None) -> str:
    """A text of a definition in the language of the page. So also a plain mapping of language to words."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return value.get(language()) or value.get(settings.LANGUAGE_CODE) or next(iter(value.values()), "")
    return value.in_(language())


def show_list(parts: Iterable[str]) -> str:
    """Words with the comma of the language between them."""
    return ("، " if language() == "fa" else ", ").join(str(part) for part in parts)


def printable(value: object) -> str:
    """The text without signs that no page may hold, such as what somebody sent with a program."""
    return UNPRINTABLE.sub("", str(value))


def paragraphs(value: str) -> Markup:
    """Free text as somebody wrote it, in whatever language: empty lines part paragraphs, line ends stay."""
    parts = [part for part in printable(value.replace("\r\n", "\n")).split("\n\n") if part.strip()]
    made = (Markup("<br>").join(part.strip("\n").split("\n")) for part in parts)
    return Markup("").join(Markup('<p dir="auto">{}</p>').format(part) for part in made)


@lru_cache(maxsize=256)
def static(path: str) -> str:
    """Address of a file that never changes: its name carries its hash."""
    return staticfiles_storage.url(path)


def other_languages(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The same page in each other language: (code, its name in itself, address)."""
    here = language()
    return [
        (code, name, in_language(request.get_full_path() if request.method == "GET" else request.path, code))
        for code, name in settings.LANGUAGES
        if code != here
    ]


def in_language(path: str, code: str) -> str:
    """The address `path` with the first part that belongs to language `code`. The default language has none."""
    for known, _name in settings.LANGUAGES:
        if path == f"/{known}" or path.startswith(f"/{known}/"):
            path = "/" + path[len(known) + 1 :].lstrip("/")  # two strokes would lead to another house
    return path if code == settings.LANGUAGE_CODE else f"/{code}{path}"


def attributes(values: Mapping[str, Any]) -> Markup:
    """HTML attributes from a mapping; None and False are left out, True stands alone, `_` becomes `-`."""
    made = ""
    for name, value in values.items():
        if value is True:
            made += f" {escape(name.replace('_', '-'))}"
        elif value is not None and value is not False:
            made += f' {escape(name.replace("_", "-"))}="{escape(printable(value))}"'
    return Markup(made)  # noqa: S704 - names and values are escaped


@jinja2.pass_environment
def question(environment: jinja2.Environment, asked: Asked) -> Markup:
    """A question with its boxes. One that nobody has answered yet is drawn once and kept."""
    return _blank(environment, asked) if asked.is_blank else _drawn(environment, asked)


def _drawn(environment: jinja2.Environment, asked: Asked) -> Markup:
    return Markup(environment.get_template("ui/question.html").render(q=asked))  # noqa: S704 - a page of ours


_blank = lru_cache(maxsize=1024)(_drawn)  # environments are one for each language


FILTERS: dict[str, Callable[..., Any]] = {
    "date": show_date,
    "datetime": show_datetime,
    "number": show_number,
    "digits": show_digits,
    "money": show_money,
    "code": show_code,
    "group": show_group,
    "text": show_text,
    "listed": show_list,
    "paragraphs": paragraphs,
    "printable": printable,
    "agency": lambda name: terms.agency(name, language()),
    "closed_soon": lambda office: terms.closed_soon(office, language()),
    "opening_hours": lambda office: terms.opening_hours(office, language()),
    "attributes": attributes,
}

GLOBALS: dict[str, Any] = {
    "url": url,
    "static": static,
    "icon": icons.icon,
    "mark": icons.MARK,
    "question": question,
    "language": language,
    "direction": lambda: languages.direction(language()),
    "other_languages": other_languages,
    "visitor": http.visitor,
    "acts_for": http.acts_for,
    "is_official": http.is_official,
    "today": clock.today,
    "last_day": lambda moment: in_zone(moment - timedelta(seconds=1)).date(),
    "if_missed": lambda silence, law: terms.if_missed(silence, law, language()),
    "missed": lambda silence, law: terms.missed(silence, law, language()),
    "holidays_ahead": lambda: terms.holidays_ahead(language()),
    "holidays_source": lambda: terms.holidays_source(language()),
    "law_in_words": lambda reference: terms.law_in_words(reference, language()),
    "providers": providers.all_known,
    "sms": bool(getattr(settings, "SMS_GATEWAY", "")),
    "demonstration": getattr(settings, "DEMONSTRATION", False),
}
