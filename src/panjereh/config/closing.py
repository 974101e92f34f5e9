"""Encrypt what lay open in an installation from before there was encryption: rows first, then files.

Each batch is one transaction, and what is closed is left alone: broken off, it goes on where it was.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from panjereh.cases.operations import duplicates
from panjereh.catalogue import queries as catalogue
from panjereh.registries import operations as registries
from panjereh.storage import append_only
from panjereh.vault import files
from panjereh.vault.fields import Sealed, sealed_fields

AT_ONCE = 200
FILES = {"cases.Upload": ("stored_as", "scope"), "documents.SealedFile": ("name", "certificate_id")}
"""Rows that name a file: where its name stands, and whose key closes it."""


def close_everything() -> Iterator[tuple[str, int]]:
    """Name of each table and how many of its rows, or files, were closed."""
    for model in apps.get_models():
        if sealed_fields(model):
            yield model._meta.db_table, sum(_rows(model))
    for registry in catalogue.country().registries.values():
        yield f"words of {registry.id}", registries.close_terms(registry)
    yield "what is asked for twice", duplicates.close_old_digests()
    for name, (file, scope) in FILES.items():
        yield f"files of {name}", sum(_files(apps.get_model(name), file, scope))


def _rows(model: Any) -> Iterator[int]:
    after: Any = None
    while batch := _batch(model, after):
        after = batch[-1].pk
        open_ = {row.pk: changes for row in batch if (changes := _closed(row))}
        if open_:
            with append_only.lifted(model._meta.db_table):
                for key, changes in open_.items():
                    model._base_manager.filter(pk=key).update(**changes)
        yield len(open_)


def _batch(model: Any, after: Any) -> list[Any]:
    rows = model._base_manager.order_by("pk")
    return list((rows if after is None else rows.filter(pk__gt=after))[:AT_ONCE])


def _closed(row: Any) -> dict[str, Sealed]:
    """The values of a row that lie open, closed."""
    held = {field: row.__dict__[field.attname] for field in sealed_fields(type(row))}
    return {
        field.name: field.sealed(row, value) for field, value in held.items() if value and type(value) is not Sealed
    }


def _files(model: Any, name: str, scope: str) -> Iterator[int]:
    after: Any = None
    while batch := _batch(model, after):
        after = batch[-1].pk
        yield sum(files.close(getattr(row, name), getattr(row, scope)) for row in batch)
