"""Functions of contexts."""

from typing import Any

from panjereh.rules.functions import builtin
from panjereh.rules.values import Run

Entries = dict[str, Any]


@builtin("get value(m: context, key: string)")
def get_value(_run: Run, source: Entries, key: str) -> Any:
    return source.get(key)


@builtin("get entries(m: context)")
def get_entries(_run: Run, source: Entries) -> list[Entries]:
    return [{"key": key, "value": value} for key, value in source.items()]


@builtin("context(entries: list)")
def context(run: Run, entries: list[Any]) -> Entries | None:
    found: Entries = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            run.warn("context needs entries with a key and a value.")
            return None
        if entry["key"] in found:
            run.warn(f"{entry['key']} stands twice.")
            return None
        found[entry["key"]] = entry["value"]
    return found


@builtin("context put(context: context, key: string, value: any)")
def context_put(_run: Run, source: Entries, key: str, value: Any) -> Entries:
    return source | {key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_deep(run: Run, source: Entries, keys: list[Any], value: Any) -> Entries | None:
    if not keys or any(type(key) is not str for key in keys):
        return None
    if len(keys) == 1:
        return source | {keys[0]: value}
    inner = source.get(keys[0])
    if type(inner) is not dict:
        return None
    changed = context_put_deep(run, inner, keys[1:], value)
    return None if changed is None else source | {keys[0]: changed}


@builtin("context merge(contexts: list)")
def context_merge(_run: Run, contexts: list[Any]) -> Entries | None:
    merged: Entries = {}
    for part in contexts:
        if type(part) is not dict:
            return None
        merged |= part
    return merged
