"""What people write is nowhere in the database or the store but encrypted, and what lay there open is closed."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from tests.project import town

from panjereh.audit.models import LogEntry
from panjereh.cases.models import Case, Upload
from panjereh.config import closing, master_keys
from panjereh.config.verification import all_checks
from panjereh.storage import append_only
from panjereh.vault.fields import sealed_fields

pytestmark = pytest.mark.django_db


def everything() -> dict[str, str]:
    """Each column of each table with all that lies in it, as text."""
    lying = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    lying[f"{table}.{name}"] = lying.get(f"{table}.{name}", "") + "\n" + text
    return lying


OPEN = {
    "identity_party.given_name": "accounts are found by name",
    "identity_party.family_name": "accounts are found by name",
    "identity_mandate.called": "what a giver calls the receiver, as accounts are called",
    "identity_passkey.name": "what somebody calls a passkey of theirs",
    "payments_billload.name": "what an official calls a file of bills that they bring",
    "payments_lookedafter.label": "what somebody calls an account of theirs with a biller",
    "registries_term.value": "the register is searched by name, as its definition says",
}
"""Where her word may stand, and why."""


@pytest.fixture
def hers(db: None) -> town.Belongings:
    town.publish()
    return town.settle()


def lying_open() -> set[str]:
    escaped = town.SECRET.encode("unicode_escape").decode()
    return {column for column, text in everything().items() if town.SECRET in text or escaped in text}


def test_what_she_wrote_lies_nowhere_open(hers):
    assert lying_open() <= OPEN.keys()
    assert hers.case.answers["what"] == town.SECRET


def test_what_she_handed_in_lies_nowhere_open(hers):
    with default_storage.open(hers.upload.stored_as) as file:
        assert town.PNG not in file.read()


def open_up() -> None:
    """As an installation was before there was encryption."""
    for model in apps.get_models():
        for row in model._base_manager.all() if sealed_fields(model) else ():
            values = {field: getattr(row, field.attname) for field in sealed_fields(model)}
            _write_raw(model, row, {field: value for field, value in values.items() if value})
    for upload in Upload.objects.all():
        default_storage.delete(upload.stored_as)
        default_storage.save(upload.stored_as, ContentFile(town.PNG))


def _write_raw(model, row, values) -> None:
    plain = {"SealedJSON": "JSONField", "SealedText": "TextField", "SealedBytes": "BinaryField"}
    with append_only.lifted(model._meta.db_table), connection.cursor() as cursor:
        for field, value in values.items():
            adapted = getattr(models, plain[type(field).__name__])().get_db_prep_save(value, connection)
            key = model._meta.pk.get_db_prep_value(row.pk, connection)
            cursor.execute(
                f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{model._meta.pk.column}" = %s',
                [adapted, key],
            )


def test_an_installation_from_before_is_closed_and_nothing_is_lost(hers):
    answers, before = hers.case.answers, {name: found for name, found in all_checks() if found}
    open_up()
    assert {"cases_case.answers", "cases_event.personal", "correspondence_message.text"} <= lying_open()
    assert Case.objects.get(pk=hers.case.pk).answers == answers  # read as it is, until it is closed

    said = list(master_keys.close(None, "test"))

    assert said[-1] == "Everything is encrypted."
    assert any(line.startswith("cases_case: ") for line in said)
    assert lying_open() <= OPEN.keys()
    assert Case.objects.get(pk=hers.case.pk).answers == answers
    assert {name: found for name, found in all_checks() if found} == before
    with default_storage.open(Upload.objects.get(pk=hers.upload.pk).stored_as) as file:
        assert town.PNG not in file.read()
    assert list(master_keys.close(None, "test")) == ["Everything is encrypted."]  # a second time there is nothing to do


def test_closing_that_was_broken_off_goes_on_where_it_was(hers):
    open_up()
    steps = closing.close_everything()
    next(steps)
    next(steps)

    list(closing.close_everything())

    assert lying_open() <= OPEN.keys()


def test_guards_stand_again_after_closing(hers):
    open_up()
    list(closing.close_everything())

    for table in ("cases_event", "cases_decision", "registries_record", "registries_act", "documents_certificate"):
        assert append_only.is_guarded(table)


def test_rotation_is_told_in_the_log(hers):
    said = list(master_keys.rotate(None, "operator"))

    assert "is the master key now" in said[0]
    entries = LogEntry.objects.filter(kind="master-key").order_by("at")
    assert [entry.public["act"] for entry in entries] == ["rotated", "rewrapped"]
    assert {entry.public["by"] for entry in entries} == {"operator"}
    assert Case.objects.get(pk=hers.case.pk).answers == hers.case.answers
