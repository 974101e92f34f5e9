"""The privacy notice of a service, made from the definition that runs it, so that the two can't differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from panjereh.definitions import Country, Service
from panjereh.portal.showing import law_words, remembered
from panjereh.ui.jinja import language, show_list, show_text
from panjereh.ui.lengths import term_words


@dataclass(frozen=True, slots=True)
class Reading:
    """One purpose for which registers are read: the data, and the law that allows it."""

    text: str
    law: str
    reads: Sequence[str]


@dataclass(frozen=True, slots=True)
class DataUse:
    """All words are in the language of the page. asked: (what, why)."""

    agency: Any
    asked: Sequence[tuple[str, str]]
    purposes: Sequence[Reading]
    written: Sequence[str]
    kept: str


def data_use(of: Service, country: Country) -> DataUse:
    return remembered(("data", of.id, of.hash, id(country), language()), lambda: _data_use(of, country))


def _data_use(of: Service, country: Country) -> DataUse:
    return DataUse(
        agency=country.agencies[of.agency],
        asked=[(show_text(question.label), why(of, question)) for question in of.questions.values()],
        purposes=[
            Reading(
                show_text(purpose.text),
                law_words(purpose.law, country),
                readings(purpose.reads, of, country),
            )
            for purpose in of.purposes
        ],
        written=written(of),
        kept=term_words(of.drafts.keep),
    )


def why(of: Service, question: Any) -> str:
    """The definition's own reason; or else the condition that the answer proves."""
    if question.why is not None:
        return show_text(question.why)
    proven = [show_text(of.conditions[id_].text) for id_ in question.proves if id_ in of.conditions]
    return _("needed for: %(conditions)s") % {"conditions": show_list(proven)} if proven else ""


def readings(reads: Sequence[str], of: Service, country: Country) -> list[str]:
    """`population.birth_date` and the like in words, a line for each register: «Register of residents: date of birth».

    A register alone means what its look-ups give.
    """
    fields: dict[str, dict[str, None]] = {}
    for read in reads:
        id_, _dot, name = read.partition(".")
        names = [name] if name else looked_up(of, id_)
        fields.setdefault(id_, {}).update(dict.fromkeys(names))
    return [register_words(id_, names, country) for id_, names in fields.items()]


def looked_up(of: Service, registry: str) -> list[str]:
    sources = [each.source for each in of.questions.values() if each.source is not None]
    return [name for source in sources if source.registry == registry for name in source.returns]


def register_words(id_: str, names: Iterable[str], country: Country) -> str:
    registry = country.registries.get(id_)
    if registry is None:
        return id_
    labels = [show_text(registry.fields[name].label) for name in names if name in registry.fields]
    title = show_text(registry.title)
    return _("%(register)s: %(fields)s") % {"register": title, "fields": show_list(labels)} if labels else title


def written(of: Service) -> list[str]:
    """Entries and documents that follow an approval."""
    lines = []
    for result in of.produces:
        if result.record is not None:
            labels = [
                show_text(result.record.registry.fields[name].label)
                for name in result.record.data
                if name in result.record.registry.fields
            ]
            lines.append(
                _("%(register)s: %(fields)s")
                % {"register": show_text(result.record.registry.title), "fields": show_list(labels)}
            )
        if result.document is not None:
            lines.append(show_text(result.document.title))
    return lines
