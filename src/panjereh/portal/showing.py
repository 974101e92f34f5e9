"""What pages say of a service, drawn from its definition: made once for each version and language, then remembered."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from panjereh import process
from panjereh.catalogue import queries as catalogue
from panjereh.catalogue.queries import Published
from panjereh.definitions import Country, Service
from panjereh.definitions.questionnaire import Group
from panjereh.kernel.actor import Level
from panjereh.kernel.errors import NotFound
from panjereh.kernel.money import Money
from panjereh.localisation.digits import for_language
from panjereh.localisation.money import format_money
from panjereh.localisation.numbers import format_number
from panjereh.ui import terms
from panjereh.ui.icons import PATHS
from panjereh.ui.jinja import language, show_list, show_text
from panjereh.ui.lengths import term_words

Made = TypeVar("Made")

COLOURS = ("", "a", "l", "p", "c")
"""Glass of the arched windows, one after the other."""

STAGES = ("information", "form", "online form", "transaction", "joined up")
"""How far a service has come, from 1 to 5, as its definition shows."""

SECONDS_A_QUESTION = 25
SECONDS_TO_BEGIN_AND_CHECK = 60


@dataclass(frozen=True, slots=True)
class Event:
    """A life event in its window."""

    id: str
    title: Any
    summary: Any
    icon: str
    colour: str


@dataclass(frozen=True, slots=True)
class Law:
    words: str
    link: str | None


@dataclass(frozen=True, slots=True)
class StepAhead:
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the page of a service says beside its title. All words are in the language of the page."""

    minutes: int
    answer_in: str
    if_missed: str
    fee: str
    fee_rows: Sequence[Sequence[str]]
    can_start: bool
    who: Sequence[Any]
    needs: Sequence[str]
    needs_sometimes: Sequence[str]
    sign_in: str
    kept: str
    apply_within: str
    conditions: Sequence[tuple[Any, str]]
    steps: Sequence[StepAhead]
    agencies: Sequence[tuple[str, Any]]
    laws: Sequence[Law]
    data_line: str
    events: Sequence[Event]
    then: Sequence[Published]
    stage: int
    stage_words: str


_remembered: dict[tuple[Any, ...], Any] = {}


def remembered(key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
    """What was made for this key before. Versions never change, so what is said of them doesn't either."""
    if key not in _remembered:
        if len(_remembered) > 2000:
            _remembered.clear()
        _remembered[key] = make()
    made: Made = _remembered[key]
    return made


# ---------- lists ----------


def life_events(country: Country) -> list[Event]:
    """The life events that have a service, in the country's order, each in its window."""
    used = {event for one in catalogue.all_current() for event in one.service.life_events}
    return [event for event in all_events(country) if event.id in used]


def all_events(country: Country) -> list[Event]:
    return [
        Event(
            id=id_,
            title=event.title,
            summary=event.summary,
            icon=event.icon if event.icon in PATHS else "window",
            colour=COLOURS[place % len(COLOURS)],
        )
        for place, (id_, event) in enumerate(country.life_events.items())
    ]


def audiences(every: Iterable[Published]) -> set[str]:
    """For whom there is at least one service."""
    names = {"G2C": "people", "G2B": "business", "G2G": "agencies", "G2E": "employees"}
    return {names[relation] for one in every for relation in one.service.relation}


def offered(service_ids: Sequence[str]) -> list[Published]:
    """Those of the services that are published, in the given order."""
    found = []
    for service_id in service_ids:
        try:
            found.append(catalogue.current(service_id))
        except NotFound:
            continue
    return found


# ---------- the page of a service ----------


def service(of: Service, country: Country) -> StartPage:
    key = ("start", of.id, of.hash, id(country), language())
    return remembered(key, lambda: _start_page(of, country))


def _start_page(of: Service, country: Country) -> StartPage:
    events = {event.id: event for event in all_events(country)}
    always, sometimes = needs(of)
    return StartPage(
        minutes=minutes_to_fill_in(of),
        answer_in=deadline_words(of, "decide"),
        if_missed=silence_words(of),
        fee=fee_words(of),
        fee_rows=fee_rows(of, country),
        can_start="web" in of.channels and bool(of.questions),
        who=list(of.applicants),
        needs=always,
        needs_sometimes=sometimes,
        sign_in=sign_in_words(of.level),
        kept=term_words(of.drafts.keep),
        apply_within=apply_words(of),
        conditions=[(each.text, law_words(each.law, country)) for each in of.conditions.values()],
        steps=steps_ahead(of),
        agencies=[(id_, country.agencies[id_]) for id_ in agencies_of(of, country)],
        laws=[law(f"{each.law}#{each.article}" if each.article else each.law, country) for each in of.legal_basis],
        data_line=data_line(of, country),
        events=[events[id_] for id_ in of.life_events if id_ in events],
        then=offered(of.then.offer),
        stage=STAGES.index(of.stage) + 1,
        stage_words=stage_words(of.stage),
    )


def stage_words(stage: str) -> str:
    """What people can do at this stage of five."""
    return {
        "information": _("You can read here what it is about; the agency does the rest with you."),
        "form": _("You can print the form here and hand it in."),
        "online form": _("You can fill in and send it online."),
        "transaction": _("You can do all of it online, from the first question to the result."),
        "joined up": _("One application does it at all agencies that take part."),
    }[stage]


def minutes_to_fill_in(of: Service) -> int:
    """A cautious guess: half a minute for each question that everybody is asked, and a little to begin and check."""
    asked = len(asked_of_everybody(of))
    return max(1, round((asked * SECONDS_A_QUESTION + SECONDS_TO_BEGIN_AND_CHECK) / 60))


def deadline_words(of: Service, kind: str) -> str:
    deadline = of.deadlines.get(kind)
    return term_words(deadline.within, deadline.calendar) if deadline else ""


def silence_words(of: Service) -> str:
    """What follows by law if the agency doesn’t answer in time."""
    term = of.deadlines.get("decide")
    return terms.if_missed(term.silence, term.law, language()) if term else ""


def apply_words(of: Service) -> str:
    """Until when one should apply, and what follows when it is later."""
    term = deadline_words(of, "apply")
    if not term:
        return ""
    if of.deadlines["apply"].late == "refused":
        return _("Apply within %(term)s. Later applications can’t be accepted.") % {"term": term}
    return _("Apply within %(term)s. Later is possible too, but it may cost more or take longer.") % {"term": term}


def sign_in_words(level: Level) -> str:
    if level == Level.NONE:
        return _("No account")
    if level == Level.LOW:
        return _("An e-mail address to sign in with")
    return _("An account that is linked to you in the register; any office links it")


def needs(of: Service) -> tuple[list[str], list[str]]:
    """What to have at hand: papers, numbers of people and accounts; always, and only in some cases."""
    at_hand = ("file", "entry", "national_id", "person", "company_id", "organisation", "iban")
    everybody = asked_of_everybody(of)
    always: list[str] = []
    sometimes: list[str] = []
    for question in of.questions.values():
        if question.kind.name not in at_hand:
            continue
        label = show_text(question.short or question.label)
        if question.kind.name == "person" and question.source is not None:
            label = _("%(who)s: national number and date of birth") % {"who": label}
        must = question.id in everybody and question.required and question.required_if is None
        (always if must else sometimes).append(label)
    return always, sometimes


def asked_of_everybody(of: Service) -> set[str]:
    """The questions that no condition hides."""
    pages = [page for part in of.pages for page in (part.pages if isinstance(part, Group) else (part,))]
    return {
        question.id for page in pages if page.show_if is None for question in page.questions if question.show_if is None
    }


def steps_ahead(of: Service) -> list[StepAhead]:
    """The stations of the case's way, as its process names them, and what stands at the end."""
    stations = process.way(of.process, language())
    term = deadline_words(of, "decide")
    steps = [StepAhead(station.title) for station in stations]
    if steps and term:
        steps[-1] = StepAhead(steps[-1].title, _("within %(term)s") % {"term": term})
    results = dict.fromkeys(show_text(result.document.title) for result in of.produces if result.document is not None)
    return [*steps, StepAhead(_("You get"), show_list(list(results)))] if results else steps


def agencies_of(of: Service, country: Country) -> list[str]:
    """Who acts: the responsible agency first, then the keepers of the registers that are read or written."""
    registries = [read.partition(".")[0] for purpose in of.purposes for read in purpose.reads]
    registries += [result.record.registry.id for result in of.produces if result.record is not None]
    keepers = [country.registries[id_].agency for id_ in registries if id_ in country.registries]
    return [id_ for id_ in dict.fromkeys([of.agency, *keepers]) if id_ in country.agencies]


def data_line(of: Service, country: Country) -> str:
    asked, fetched = len(of.questions), len(fetched_fields(of))
    text = ngettext("We ask one thing", "We ask %(count)s things at most", asked) % {"count": _number(asked)}
    if not fetched:
        return _("%(asked)s and fetch nothing from registers.") % {"asked": text}
    keepers = [show_text(country.agencies[id_].title) for id_ in agencies_of(of, country)[:3]]
    return _("%(asked)s and fetch %(fetched)s from %(keepers)s, so that you need not write them.") % {
        "asked": text,
        "fetched": _number(fetched),
        "keepers": show_list(keepers),
    }


def fetched_fields(of: Service) -> set[str]:
    """What look-ups give back, counted once."""
    sources = [question.source for question in of.questions.values() if question.source is not None]
    return {f"{source.registry}.{name}" for source in sources for name in source.returns}


# ---------- fees ----------


def fee_words(of: Service) -> str:
    """Empty when it is free for everybody."""
    amounts = fixed_amounts(of)
    if not amounts or not any(amounts):
        return "" if of.fee_table is None else _("see below")
    low, high = min(amounts), max(amounts)
    if low == high:
        return format_money(Money(low), language())
    if low == 0:
        return _("free, or up to %(most)s") % {"most": format_money(Money(high), language())}
    return _("from %(least)s") % {"least": format_money(Money(low), language())}


def fixed_amounts(of: Service) -> list[int]:
    """The amounts that the fee table can give, as far as they don't depend on a calculation. In rials."""
    if of.fee_table is None:
        return []
    found = []
    for row in of.fee_table.rows:
        text = row.outputs[0].text.strip()
        if text.isdigit():
            found.append(int(text))
    return found


def fee_rows(of: Service, country: Country) -> list[list[str]]:
    """(when, how much, by which law), for people."""
    if of.fee_table is None:
        return []
    rows = []
    for row in of.fee_table.rows:
        amount = row.outputs[0].text.strip()
        words = format_money(Money(int(amount)), language()) if amount.isdigit() else _("calculated from your answers")
        words = _("Free") if amount == "0" else words
        when = show_text(row.text) if row.text else _("Otherwise")
        rows.append([when, words, law_words(row.law, country)])
    return rows


# ---------- laws ----------


def law(reference: str, country: Country) -> Law:
    """`civil-registration-act#12` in words: the name of the law and its article."""
    id_, _sharp, article = reference.partition("#")
    known = country.laws.get(id_)
    title = show_text(known.title) if known else id_
    if article:
        title = _("%(law)s, article %(article)s") % {"law": title, "article": for_language(article, language())}
    return Law(title, known.link if known else None)


def law_words(reference: str | None, country: Country) -> str:
    return law(reference, country).words if reference else ""


def office_line(office: Any) -> str:
    """Name and address of an office in one line."""
    return show_list([show_text(part) for part in (office.title, office.address) if part])


def _number(number: int) -> str:
    return format_number(number, language())
