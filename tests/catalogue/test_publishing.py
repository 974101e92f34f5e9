"""What is published stays as it was, and the newest version whose day has come is offered."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.catalogue.country import BIRTH, COMPLAINT, MOVE, write

from panjereh import definitions
from panjereh.catalogue import operations, queries
from panjereh.catalogue.errors import NoSuchService, NoteMissing, SourceIsDamaged
from panjereh.catalogue.models import Source, Version
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SERVICES = write(tmp_path, BIRTH, MOVE, COMPLAINT)
    queries.forget()
    yield tmp_path
    queries.forget()


def publish(folder, service, **more):
    write(folder, service)
    bundle = definitions.load_country(folder).bundle(service["id"])
    return operations.publish(bundle, by="Sara", note="because", **more)


def test_a_published_service_is_offered(folder):
    version = publish(folder, BIRTH)

    offered = queries.current("birth-registration")
    assert (offered.id, offered.number, offered.service.title.in_("en")) == (version.pk, 1, "Register a birth")
    assert (version.published_by, version.note) == ("Sara", "because")


def test_publishing_the_same_again_changes_nothing(folder):
    assert publish(folder, BIRTH) == publish(folder, BIRTH)
    assert Version.objects.count() == 1


def test_a_change_makes_the_next_version_and_the_old_one_stays(folder):
    first = publish(folder, BIRTH)
    second = publish(folder, {**BIRTH, "en": "Register your child"})

    assert queries.current("birth-registration").number == 2
    assert queries.version(first.pk).service.title.in_("en") == "Register a birth"
    assert [version.number for version in queries.versions("birth-registration")] == [2, 1]
    assert second.source != first.source


def test_going_back_to_an_old_text_is_a_new_version_of_the_old_source(folder):
    first = publish(folder, BIRTH)
    publish(folder, {**BIRTH, "en": "Register your child"})
    third = publish(folder, BIRTH)

    assert (third.number, third.source) == (3, first.source)
    assert Source.objects.count() == 2


def test_a_version_waits_for_its_day(folder):
    with clock.at(datetime(2026, 11, 1, 8, tzinfo=UTC)):
        publish(folder, BIRTH)
        publish(folder, {**BIRTH, "en": "From next week"}, in_force_from=clock.today() + timedelta(days=7))

        assert queries.current("birth-registration").number == 1
        clock.advance(timedelta(days=7))
        assert queries.current("birth-registration").number == 2


def test_nothing_is_offered_before_its_law_or_after_its_end(folder):
    publish(folder, {**MOVE, "start": "2027-01-01"})
    publish(folder, {**COMPLAINT, "until": ", until: 2026-06-30"})

    for moment, offered in {
        datetime(2026, 6, 30, 8, tzinfo=UTC): ["complaint"],
        datetime(2026, 7, 1, 8, tzinfo=UTC): [],
        datetime(2027, 1, 1, 8, tzinfo=UTC): ["change-of-address"],
    }.items():
        with clock.at(moment):
            assert [found.service.id for found in queries.all_current()] == offered


def test_what_is_not_published_is_not_found():
    with pytest.raises(NoSuchService):
        queries.current("birth-registration")
    with pytest.raises(NoSuchService):
        queries.version(new_id())


def test_publishing_needs_a_name_and_a_reason(folder):
    bundle = definitions.load_country(folder).bundle("complaint")

    for by, note in (("", "because"), ("Sara", " ")):
        with pytest.raises(NoteMissing):
            operations.publish(bundle, by=by, note=note)


def test_what_cannot_be_compiled_is_not_published(folder):
    bundle = definitions.load_country(folder).bundle("complaint")
    broken = definitions.Bundle("complaint", {"service.yaml": b"service: complaint\n"}, bundle.shared)

    with pytest.raises(Exception):  # noqa: B017, PT011 - which error is the matter of definitions
        operations.publish(broken, by="Sara", note="because")

    assert Version.objects.count() == 0


def test_changed_folders_are_named(folder):
    for service in (BIRTH, MOVE):
        publish(folder, service)
    write(folder, {**MOVE, "en": "Move house"})

    assert sorted(queries.changed(definitions.load_country(folder))) == ["change-of-address", "complaint"]


def test_services_are_found_by_words_event_agency_and_letter(folder):
    for service in (BIRTH, MOVE, COMPLAINT):
        publish(folder, service)

    def ids(found):
        return [one.service.id for one in found]

    assert ids(queries.search("نوزادان", "fa")) == ["birth-registration"]
    assert ids(queries.search("having a child", "en")) == ["birth-registration"]
    assert ids(queries.search("Inspectorate", "en")) == ["complaint"]
    assert ids(queries.by_life_event("having-a-child")) == ["birth-registration"]
    assert sorted(ids(queries.by_agency("civil-registry"))) == ["birth-registration", "change-of-address"]
    assert [(letter, ids(found)) for letter, found in queries.a_to_z("fa")] == [
        ("ث", ["change-of-address", "birth-registration"]),
        ("ش", ["complaint"]),
    ]
    assert [letter for letter, _ in queries.a_to_z("en")] == ["C", "R"]


def test_another_process_sees_a_publication_at_once(folder):
    publish(folder, BIRTH)
    assert len(queries.all_current()) == 1

    publish(folder, MOVE)

    assert len(queries.all_current()) == 2


def test_looking_again_asks_the_database_once(folder, django_assert_num_queries):
    publish(folder, BIRTH)
    queries.current("birth-registration")

    with django_assert_num_queries(1):
        queries.current("birth-registration")


def test_a_stored_source_that_was_tampered_with_is_not_run(folder):
    version = publish(folder, BIRTH)
    other = publish(folder, MOVE)
    content = Source.objects.get(pk=other.source_id).content
    queries.forget()
    with connection.cursor() as cursor:
        disarm(cursor)
        cursor.execute("UPDATE catalogue_source SET content = %s WHERE hash = %s", [content, version.source_id])

    with pytest.raises(SourceIsDamaged):
        queries.version(version.pk)


def disarm(cursor):
    """As somebody could who owns the database."""
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'catalogue_source'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}"')


@pytest.mark.parametrize("statement", ["UPDATE catalogue_version SET note = 'x'", "DELETE FROM catalogue_version"])
def test_the_database_refuses_to_rewrite_versions(folder, statement):
    publish(folder, BIRTH)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_country_is_read_once(folder):
    assert queries.country() is queries.country()
    assert queries.country().name.in_("en") == "Testland"
