"""The whole way of a case as a picture and in words: made once for each version, language and standing, then kept.

The fragment stands in the page itself: so the stylesheet colours it, also at night, in forced colours and on paper, and
our font writes it. An `img` would get none of that.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from markupsafe import Markup

from panjereh.definitions import Service
from panjereh.process import drawing
from panjereh.process.drawing import Drawing, Told, Words
from panjereh.process.step import Marking
from panjereh.ui.jinja import language, show_list
from panjereh.ui.lengths import iso_words, term_words

KEPT = 256
"""Fragments of a web process: about 10 kB each. Cases that stand at the same step share one."""

_Standing = tuple[tuple[str, str], ...]


def of_service(service: Service) -> Markup:
    """The way as such, for those who think of applying."""
    return _fragment(service, language(), official=False, standing=None)


def of_case(service: Service, marking: Marking, *, official: bool = False) -> Markup:
    """The way with what is done and where the case stands. `official`: the applicant is not “you”."""
    standing = tuple(sorted(drawing.standing_of(service.process, marking).items()))
    return _fragment(service, language(), official=official, standing=standing)


@lru_cache(maxsize=KEPT)
def _fragment(service: Service, lang: str, *, official: bool, standing: _Standing | None) -> Markup:
    words = _words(service, official=official)
    states = dict(standing or ())
    told = _told(service, lang, official)
    picture = drawing.render(
        service.process,
        _drawing(service, lang, official),
        lang,
        words,
        title=_("The way of this service"),
        description=_description(told, states),
        standing=states,
    )
    context = {
        "picture": Markup(picture),  # noqa: S704 - names are escaped where it is made
        "told": told,
        "states": states,
        "is_case": standing is not None,
        "service": service.id,
    }
    return Markup(render_to_string("ui/way.html", context))  # noqa: S704 - a template of ours


@lru_cache(maxsize=KEPT)
def _drawing(service: Service, lang: str, official: bool) -> Drawing:
    diagram = drawing.read_diagram(service.process_source)
    return drawing.lay_out(service.process, lang, _words(service, official=official), diagram=diagram)


@lru_cache(maxsize=KEPT)
def _told(service: Service, lang: str, official: bool) -> list[Told]:
    return drawing.tell(service.process, lang, _words(service, official=official))


def _words(service: Service, *, official: bool) -> Words:
    return Words(
        roles=_roles(official=official),
        terms=_terms(service),
        now=_("now"),
        done=_("done"),
        otherwise=_("otherwise"),
        meanwhile=_("side by side"),
        joined=_("when all are done"),
    )


def _roles(*, official: bool) -> Mapping[str, str]:
    return {
        "applicant": _("the applicant") if official else _("you"),
        "officer": _("an officer"),
        "registrar": _("a registrar"),
        "supervisor": _("a supervisor"),
        "registry-clerk": _("a registry clerk"),
        "helpdesk": _("the help desk"),
    }


def _terms(service: Service) -> Mapping[str, str]:
    """The deadlines of the service and the lengths of time that its process itself gives, in words."""
    named = {name: term_words(term.within, term.calendar) for name, term in service.deadlines.items()}
    timers = [element.timer.text for element in service.process.elements.values() if element.timer is not None]
    return {**{text: words for text in timers if (words := iso_words(text))}, **named}


def _description(told: list[Told], states: Mapping[str, str]) -> str:
    now = [step.title for step in told if states.get(step.id) == "now"]
    if now:
        return _("The case stands at: %(steps)s. Below the picture the whole way is written in words.") % {
            "steps": show_list(now)
        }
    return _("Below the picture the whole way is written in words.")
