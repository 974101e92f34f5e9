"""Is the drawing one that can run? Each rule notes what it finds; none stops the others."""

from collections.abc import Mapping

from panjereh.process.checking import calls, data, events, graph, pools, references, scopes
from panjereh.process.errors import ModelError
from panjereh.process.reading import Draft, File

RULES = (
    scopes.scopes,
    graph.ways_in_and_out,
    graph.conditions,
    events.triggers,
    events.boundaries,
    events.links,
    events.event_gateways,
    scopes.transactions,
    scopes.compensation,
    graph.reachable,
)


OF_THE_FILE = (
    references.references,
    references.flows_listed,
    references.declarations,
    pools.message_flows,
    data.data,
)


def check_file(file: File) -> None:
    """What holds for the whole file, also for the processes that are not run."""
    for rule in OF_THE_FILE:
        rule(file)


def check(draft: Draft, drafts: Mapping[str, Draft], errors: list[ModelError]) -> None:
    """Append to `errors` whatever keeps the draft from running. `drafts`: what it may call, by id."""
    drawn = graph.Graph(draft, errors)
    if not draft.id:
        drawn.refuse("process", "missing_id", "The process has no id.", "Give it an id.")
    for rule in RULES:
        rule(drawn)
    calls.calls(drawn, drafts)
