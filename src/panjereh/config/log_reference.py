"""Which columns the log covers, as a page: made from the sources, so that it is never stale."""

from panjereh.audit.sources import Source
from panjereh.config.logged import NOT_LOGGED, SOURCES, UNSEEN

HEAD = """# What the log covers

Every table to which one can only add, and of each column whether its entry in the transparency log commits to it, or
what protects it instead.
"""


def page() -> str:
    """The page in Markdown."""
    parts = [HEAD]
    for source in SOURCES:
        parts.append(f"## {source.kind}\n\nTable `{source.table}`.\n\n| column | covered by |\n| --- | --- |")
        key = source.model._meta.pk.column
        rows = [f"| `{key}` | the entry |"]
        rows += [f"| `{name}` | {_how(source, name)} |" for name in source.fields]
        rows += [f"| `{name}` | {why} |" for name, why in source.elsewhere.items()]
        parts.append("\n".join(rows) + "\n")
    parts.append("## Tables without entries\n\n| table | why |\n| --- | --- |")
    parts.append("\n".join(f"| `{table}` | {why} |" for table, why in sorted(NOT_LOGGED.items())) + "\n")
    parts.append("## Columns in which a changed bit is not found\n\n| column | why it does no harm |\n| --- | --- |")
    parts.append("\n".join(f"| `{table}.{column}` | {why} |" for (table, column), why in sorted(UNSEEN.items())))
    return "\n".join(parts) + "\n"


def _how(source: Source, name: str) -> str:
    return "the entry, by its SHA-256" if name in source.digested else "the entry"
