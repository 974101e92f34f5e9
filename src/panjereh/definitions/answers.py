"""How answers change: screen by screen, an item taken out, hidden ones dropped, those of an older version sorted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.questionnaire import Group, Questionnaire
from panjereh.definitions.questions import Question
from panjereh.definitions.screens import Answers, Facts, Problem, Screen
from panjereh.definitions.texts import Text
from panjereh.definitions.types import HERE, Asking, File, FromList

FROM_THE_COUNTRY = ("place", "address")
NOT_CONFIRMED = Text(
    {
        "fa": "بگویید آنچه در دفتر ثبت یافت شد درست است یا نه.",
        "en": "Say whether what the register holds is right.",
    }
)


@dataclass(frozen=True, slots=True)
class Fit:
    """Answers given to an older version: what still fits, and the ids of what does not."""

    kept: dict[str, Any]
    changed: list[str]


def with_answers(answers: Answers, screen: Screen, values: dict[str, Any]) -> dict[str, Any]:
    """The answers after this screen said `values`. What is given stays as it is."""
    changed = dict(answers)
    holder = _holder(changed, screen)
    if screen.kind == "found":
        _confirm(holder, screen, bool(values.get("found")))
    elif screen.kind == "more":
        _ask_another(holder, screen, bool(values.get("more")))
    elif screen.item is not None:
        _put_item(holder, screen, values)
    else:
        for question in screen.questions:
            if question.id in values:
                holder[question.id] = values[question.id]
                holder.pop(f"{question.id}.found", None)
    return changed


def _holder(changed: dict[str, Any], screen: Screen) -> dict[str, Any]:
    """The dictionary that holds the screen's answers, copied so that it may be changed."""
    if screen.group is None or screen.index is None:
        return changed
    items = [dict(item or {}) for item in changed.get(screen.group) or ()]
    items += [{} for _ in range(screen.index + 1 - len(items))]
    changed[screen.group] = items
    return items[screen.index]


def _put_item(holder: dict[str, Any], screen: Screen, values: dict[str, Any]) -> None:
    name, place = screen.questions[0].id, screen.item or 0
    if name not in values:
        return
    stored = list(holder.get(name) or ())
    stored += [None] * (place + 1 - len(stored))
    stored[place] = values[name]
    holder[name] = stored
    holder.pop(f"{name}.{place}.found", None)


def _confirm(holder: dict[str, Any], screen: Screen, right: bool) -> None:
    """Yes is kept beside the answer. No takes the answer out, so that it is asked again."""
    flag = screen.flag or ""
    if right:
        holder[flag] = True
        return
    holder.pop(flag, None)
    name, _, place = flag.removesuffix(".found").partition(".")
    if place and isinstance(holder.get(name), list):
        stored = list(holder[name])
        stored[int(place)] = None
        holder[name] = stored
    else:
        holder.pop(name, None)


def _ask_another(holder: dict[str, Any], screen: Screen, another: bool) -> None:
    flag = screen.flag or ""
    if not another:
        holder[flag] = False
        return
    holder.pop(flag, None)
    name = flag.removesuffix(".more")
    empty: Any = None if screen.about is not None else {}
    stored = list(holder.get(name) or ())
    least = (screen.about.repeat.min if screen.about.repeat else 0) if screen.about is not None else 0
    stored += [empty] * (least - len(stored))
    holder[name] = [*stored, empty]


def without_item(answers: Answers, group: str, index: int) -> dict[str, Any]:
    """Take one item of a repeated page or question out again."""
    stored = answers.get(group)
    if not isinstance(stored, list) or not 0 <= index < len(stored):
        return dict(answers)
    kept = {name: value for name, value in answers.items() if not name.startswith(f"{group}.")}
    return kept | {group: stored[:index] + stored[index + 1 :]}


def prune(form: Questionnaire, answers: Answers, facts: Facts) -> dict[str, Any]:
    """Only what visible screens ask for."""
    kept: dict[str, Any] = {}
    for screen in form.screens(answers, facts):
        if screen.group is not None and screen.index is not None:
            items = kept.setdefault(screen.group, [])
            items += [{} for _ in range(screen.index + 1 - len(items))]
            _keep(items[screen.index], screen, answers)
        else:
            _keep(kept, screen, answers)
    return kept


def _keep(into: dict[str, Any], screen: Screen, answers: Answers) -> None:
    holder = screen.holder(answers)
    names = [screen.flag] if screen.flag is not None else [question.id for question in screen.questions]
    for name in names:
        if name in holder and screen.kind != "more":
            into[name] = holder[name]


def problems(form: Questionnaire, answers: Answers, facts: Facts, asking: Asking | None) -> Iterator[Problem]:
    """What keeps these answers from being sent: missing ones, broken checks, registers' answers not confirmed.

    With `asking` (with the country's lists) each stored answer is also read again by its type.
    """
    unread = list(_unread(form, answers, facts, asking)) if asking is not None else []
    yield from unread or _unfit(form, answers, facts)


def _unread(form: Questionnaire, answers: Answers, facts: Facts, asking: Asking) -> Iterator[Problem]:
    """Stored answers that their types can't take. Without these, rules can be judged."""
    own = replace(asking, proven=True)
    for screen in form.screens(answers, facts):
        for question in screen.questions if screen.flag is None else ():
            value = screen.values(answers)[question.id]
            if value is None:
                continue
            try:
                question.kind.accept(value, question.id, own)
            except AnswerProblem as problem:
                yield from screen.problems_of(question, problem)


def _unfit(form: Questionnaire, answers: Answers, facts: Facts) -> Iterator[Problem]:
    contexts: dict[tuple[str | None, int | None], dict[str, Any]] = {}
    for screen in form.screens(answers, facts):
        where = (screen.group, screen.index)
        if where not in contexts:
            contexts[where] = form.surroundings(screen, answers, facts)
        values = screen.values(answers)
        if screen.kind == "found" and not values["found"]:
            yield Problem("not_confirmed", "found", "found", {}, NOT_CONFIRMED, screen.path)
        if screen.flag is None:
            for question in screen.questions:
                yield from screen.judge(question, values[question.id], contexts[where])


def fit(form: Questionnaire, answers: Answers, asking: Asking | None) -> Fit:
    """Which answers the present version can still take, by their types."""
    kept: dict[str, Any] = {}
    changed: list[str] = []
    known = form.questions
    groups = {part.id: part for part in form.plan if isinstance(part, Group)}
    for name, value in answers.items():
        if name in groups:
            items = value if isinstance(value, list) else []
            found = [item if isinstance(item, dict) else {} for item in items[: groups[name].repeat.max]]
            kept[name] = [_fit_item(groups[name], item, asking, changed) for item in found]
            changed += [name] * (found != value)
        elif name == "role":
            if form.role is None or _takes(form.role, value, asking):
                kept[name] = value
            else:
                changed.append(name)
        elif "." in name or (name in known and known[name].group is None and _takes(known[name], value, asking)):
            kept[name] = value
        else:
            changed.append(name)
    return Fit(kept, list(dict.fromkeys(changed)))


def _fit_item(group: Group, item: dict[str, Any], asking: Asking | None, changed: list[str]) -> dict[str, Any]:
    known = {question.id: question for question in group.questions}
    kept: dict[str, Any] = {}
    for name, value in item.items():
        if _is_flag(name, value) or (name in known and _takes(known[name], value, asking)):
            kept[name] = value
        else:
            changed.append(name)
    return kept


def _is_flag(name: str, value: Any) -> bool:
    """Whether it is kept beside the answers: found entries confirmed, lists complete."""
    return name.endswith((".found", ".more")) and isinstance(value, bool)


def _takes(question: Question, value: Any, asking: Asking | None) -> bool:
    if value is None:
        return True
    if question.repeat is not None:
        fits = isinstance(value, list) and len(value) <= question.repeat.max
        return fits and all(_takes_one(question, each, asking) for each in value)
    return _takes_one(question, value, asking)


def _takes_one(question: Question, value: Any, asking: Asking | None) -> bool:
    if value is None or (asking is None and _needs_the_country(question)):
        return True
    try:
        return bool(question.kind.accept(value, question.id, replace(asking or HERE, proven=True)) == value)
    except AnswerProblem:
        return False


def _needs_the_country(question: Question) -> bool:
    """Without the country's lists, places and files such an answer can't be judged; it was when it was given."""
    choices = getattr(question.kind.options, "choices", None)
    return isinstance(question.kind, File) or isinstance(choices, FromList) or question.kind.name in FROM_THE_COUNTRY
