"""Files of a draft: what no answer names any more is deleted; what lies there twice stays as long as one names it."""

from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from panjereh.audit import queries as audit
from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.models import Upload
from panjereh.cases.operations import drafts, files


@pytest.fixture
def draft(house):
    return cases.start_draft("complaint", actor=house.person("nilufar"))


def named(*uploads: UUID) -> dict[str, object]:
    return {"proof": [{"id": str(each), "sha256": "…", "name": "a.txt"} for each in uploads]}


def stored(draft, *contents: bytes) -> list[UUID]:
    store = drafts.storer_of(draft)
    return [UUID(store(content, "a.txt", "text/plain")) for content in contents]


def test_only_files_that_the_answers_name_go_into_the_case(house, draft, django_capture_on_commit_callbacks):
    case = house.case()
    sent, other, twin = stored(draft, b"sent", b"other", b"sent")
    content, of_other = (Upload.objects.get(pk=each).stored_as for each in (sent, other))

    with django_capture_on_commit_callbacks(execute=True):
        files.hand_over(draft, case, named(sent))

    assert [upload.pk for upload in case.uploads.all()] == [sent]
    assert not Upload.objects.filter(pk__in=[other, twin]).exists()
    assert default_storage.exists(content)
    assert not default_storage.exists(of_other)


def test_a_replaced_file_is_deleted_at_once(draft, django_capture_on_commit_callbacks):
    before, now = stored(draft, b"before", b"now")
    content = Upload.objects.get(pk=before).stored_as

    with django_capture_on_commit_callbacks(execute=True):
        files.forget_replaced(draft, named(before), named(now))

    assert [upload.pk for upload in draft.uploads.all()] == [now]
    assert not default_storage.exists(content)


def test_a_file_that_stands_elsewhere_in_the_answers_stays(draft):
    (file,) = stored(draft, b"one")

    files.forget_replaced(draft, named(file), {}, {"children": [named(file)]})

    assert draft.uploads.count() == 1


def test_an_official_who_opens_a_file_is_seen_by_its_owner(house):
    case = house.case("guardian")

    _found, content = queries.upload_of_case(house.official("amini"), case.number, case.uploads.get().pk)
    content.close()

    newest = audit.accesses_of(f"party:{case.applicant_id}")[0]
    assert (newest.case, newest.fields, newest.purpose) == (case.number, ["file"], "handling")
