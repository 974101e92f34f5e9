"""Call activities: what they call is there, begins without a trigger, and does not call back."""

from collections.abc import Mapping

from panjereh.process.checking.graph import Graph
from panjereh.process.model import Element, Kind
from panjereh.process.reading import Draft


def calls(graph: Graph, drafts: Mapping[str, Draft]) -> None:
    for element in graph.elements.values():
        if element.kind is Kind.CALL:
            _call(graph, element, drafts)


def _call(graph: Graph, element: Element, drafts: Mapping[str, Draft]) -> None:
    if not element.called:
        advice = "Name a process of this file, or `standard` or `decide-only`, in calledElement."
        graph.refuse(element.id, "called_missing", "It does not say which process it calls.", advice)
        return
    called = drafts.get(element.called)
    if called is None:
        reason = f"There is no process {element.called!r} that could be called."
        advice = "Draw it in the same file, or name `standard` or `decide-only`."
        graph.refuse(element.id, "called_missing", reason, advice)
    elif not any(each.kind is Kind.START and not each.triggers for each in called.elements.values() if not each.parent):
        reason = f"The process {element.called!r} has no plain start event by which it could be called."
        graph.refuse(element.id, "called_start", reason, "Draw a start event without a trigger in it.")
    elif _calls_back(graph.draft.id, called, drafts, set()):
        reason = f"The process {element.called!r} calls this one in turn: it would never end."
        graph.refuse(element.id, "call_recursion", reason, "Draw a loop instead.")


def _calls_back(id_: str, draft: Draft, drafts: Mapping[str, Draft], seen: set[str]) -> bool:
    if draft.id == id_:
        return True
    if draft.id in seen:
        return False
    seen.add(draft.id)
    inner = [e.called for e in draft.elements.values() if e.kind is Kind.CALL and e.called in drafts]
    return any(_calls_back(id_, drafts[called], drafts, seen) for called in inner if called)
