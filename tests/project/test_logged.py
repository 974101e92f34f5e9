"""Every table that must not change is in the log, and of each column it is said why it is, or why it is not."""

from django.apps import apps

from panjereh.config import log_reference
from panjereh.config.logged import NOT_LOGGED, SOURCES, UNSEEN
from panjereh.storage import append_only


def test_every_guarded_table_is_in_the_log_or_it_is_said_why_not(db):
    guarded = {model._meta.db_table for model in apps.get_models() if append_only.is_guarded(model._meta.db_table)}

    assert guarded - {source.table for source in SOURCES} == set(NOT_LOGGED)


def test_of_every_column_it_is_said_whether_entries_cover_it():
    for source in SOURCES:
        meta = source.model._meta
        columns = {field.attname for field in meta.concrete_fields} - {meta.pk.attname}
        assert set(source.fields) | set(source.elsewhere) == columns, source.table
        assert not set(source.fields) & set(source.elsewhere), source.table
        assert all(source.elsewhere.values())


def test_each_kind_of_entry_has_a_name_of_its_own_that_fits_into_json():
    kinds = [source.kind for source in SOURCES]

    assert len(set(kinds)) == len(kinds)
    assert all(kind.replace("-", "").isalnum() and kind.isascii() for kind in kinds)


def test_the_page_of_what_is_covered_names_every_column_and_every_reason():
    page = log_reference.page()

    for source in SOURCES:
        assert f"Table `{source.table}`." in page
        assert all(f"| `{name}` | " in page for name in (*source.fields, *source.elsewhere))
    assert all(f"| `{table}` | {why} |" in page for table, why in NOT_LOGGED.items())
    assert all(f"| `{table}.{column}` | {why} |" in page for (table, column), why in UNSEEN.items())
