"""Whoever changes a row behind the program's back is found by `verify`, which says where."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from tests.project import town

from panjereh.audit import operations as audit
from panjereh.audit import sequencer
from panjereh.config import verification
from panjereh.config.logged import SOURCES
from panjereh.documents import operations as documents
from panjereh.documents.models import Certificate, SealedFile
from panjereh.kernel.actor import SYSTEM


@pytest.fixture
def hers(db: None) -> town.Belongings:
    town.publish()
    hers = town.settle()
    second = documents.issue(
        key="case:1:second", agency=town.AGENCY, kind="letter", title={"fa": "x"}, template=town.TEMPLATE,
        data={"note": "x"}, subjects=["party:x"],
    )  # fmt: skip
    documents.revoke(second.pk, reason="x", law="civil-registration-act#1", actor=SYSTEM)
    audit.log_decision(key="d1", kind="decision", public={"case": hers.case.number}, commitment=hers.case.head)
    sequencer.sequence(SOURCES)
    return hers


def faults() -> dict[str, list[str]]:
    return {name: found for name, found in verification.all_checks() if found}


def unguard(table: str) -> None:
    """Like somebody with the keys to the database, who takes the guards off first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while checks of its rows wait
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')


def tamper(table: str, column: str, value: str) -> None:
    """Change the first row."""
    unguard(table)
    with connection.cursor() as cursor:
        key = {"catalogue_source": "hash", "documents_template": "sha256"}.get(table, "id")
        cursor.execute(f'SELECT MIN(CAST("{key}" AS text)) FROM "{table}"')
        (first,) = cursor.fetchone()
        cursor.execute(f'UPDATE "{table}" SET "{column}" = {value} WHERE CAST("{key}" AS text) = %s', [first])
        assert cursor.rowcount == 1


TEXT = "'{\"evil\": 1}'"
ROWS = [
    ("cases_event", "public", TEXT, "chains of the cases", "event 0"),
    ("cases_event", "personal", TEXT, "chains of the cases", "event 0"),
    ("cases_event", "commitment", "'00'", "chains of the cases", "event 0"),
    ("cases_event", "hash", "'00'", "chains of the cases", "event"),
    ("cases_event", "kind", "'approved'", "chains of the cases", "event 0"),
    ("cases_case", "answers", TEXT, "chains of the cases", "case"),
    ("cases_case", "outcome", "'approved'", "chains of the cases", "case"),
    ("cases_case", "agency", "'inspectorate'", "chains of the cases", "case"),
    ("cases_case", "head", "'00'", "chains of the cases", "head"),
    ("registries_record", "data", TEXT, "chains of the registers", "population"),
    ("registries_record", "valid_from", "'1990-01-01'", "chains of the registers", "population"),
    ("documents_certificate", "data", TEXT, "certificates", "signature"),
    ("documents_certificate", "public", "'[\"note\"]'", "certificates", "signature"),
    ("documents_certificate", "case_number", "'1'", "certificates", "signature"),
    ("documents_certificate", "signature", "'x.y.z'", "certificates", "signature"),
    ("documents_statuschange", "reason", "'other'", "certificates", "status"),
    ("documents_subject", "subject", "'party:mallory'", "certificates", "subjects"),
    ("documents_template", "content", "'#x'", "certificates", "content"),
    ("catalogue_version", "service", "'other'", "published versions", "version"),
    ("audit_logentry", "public", TEXT, "transparency log", ""),
]


def test_an_untouched_house_is_sound(hers):
    assert faults() == {}


@pytest.mark.parametrize(("table", "column", "value", "check", "words"), ROWS, ids=lambda value: value[:30])
def test_a_row_that_somebody_changed_is_found_and_located(hers, table, column, value, check, words):
    with transaction.atomic():
        tamper(table, column, value)

    assert check in faults()
    assert words in faults()[check][0]
    if words == "signature":
        codes = Certificate.objects.order_by("pk").values_list("code", flat=True)
        assert re.search("|".join(codes), faults()[check][0])


def test_one_bit_of_a_published_source_that_was_changed_is_found(hers):
    unguard("catalogue_source")
    with connection.cursor() as cursor:
        cursor.execute('SELECT hash, content FROM "catalogue_source" ORDER BY hash LIMIT 1')
        name, content = cursor.fetchone()
        broken = bytearray(bytes(content))
        broken[len(broken) // 2] ^= 1
        cursor.execute('UPDATE "catalogue_source" SET content = %s WHERE hash = %s', [bytes(broken), name])

    assert "published versions" in faults()


def test_a_kept_file_that_was_exchanged_is_found(hers):
    documents.pdf(hers.certificate)
    kept = SealedFile.objects.get(certificate=hers.certificate)
    path = Path(default_storage.path(kept.name))
    path.write_bytes(path.read_bytes() + b"\n")

    assert faults() == {"certificates": [f"certificate {hers.certificate.code}: file"]}


SEALED = ["cases_event.personal", "cases_case.answers", "registries_record.data", "documents_certificate.data"]


@pytest.mark.parametrize("place", SEALED)
def test_an_encrypted_value_that_came_from_elsewhere_is_found(hers, place):
    table, column = place.split(".")
    with connection.cursor() as cursor:
        cursor.execute("""SELECT MAX(CAST("facts" AS text)) FROM cases_case""")
        (token,) = cursor.fetchone()
        cursor.execute(f"""SELECT MAX(CAST("{column}" AS text)) FROM "{table}" """)
        assert "sealed1:" in token
        assert "sealed1:" in cursor.fetchone()[0]
    tamper(table, column, f"'{token}'")

    assert any("sealed" in fault for found in faults().values() for fault in found)
