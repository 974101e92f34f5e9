"""The page of the documentation that says of each column whether the log covers it: made from the sources."""

from collections.abc import Mapping, Sequence

from panjereh.audit.sources import Source

HEAD = """# What the log covers

Every table to which one can only add, and of each column whether its entry in the transparency log commits to it, or what protects it instead. This page is made from
the sources (`logged.py` of each room). Why: [Nothing changed unseen](../explanation/nothing-changed-unseen.md).
"""


def page(sources: Sequence[Source], not_logged: Mapping[str, str], unseen: Mapping[tuple[str, str], str]) -> str:
    """Markdown. not_logged: guarded tables without entries; unseen: columns in which a changed bit is not found."""
    parts = [HEAD]
    for source in sources:
        parts.append(f"## {source.kind}\n\nTable `{source.table}`.\n\n| column | covered by |\n| --- | --- |")
        key = source.model._meta.pk.column
        rows = [f"| `{key}` | the entry |"]
        rows += [f"| `{name}` | {_how(source, name)} |" for name in source.fields]
        rows += [f"| `{name}` | {why} |" for name, why in source.elsewhere.items()]
        parts.append("\n".join(rows) + "\n")
    parts.append("## Tables without entries\n\n| table | why |\n| --- | --- |")
    parts.append("\n".join(f"| `{table}` | {why} |" for table, why in sorted(not_logged.items())) + "\n")
    parts.append("## Columns in which a changed bit is not found\n\n| column | why it does no harm |\n| --- | --- |")
    parts.append("\n".join(f"| `{table}.{column}` | {why} |" for (table, column), why in sorted(unseen.items())))
    return "\n".join(parts) + "\n"


def _how(source: Source, name: str) -> str:
    return "the entry, by its SHA-256" if name in source.digested else "the entry"
