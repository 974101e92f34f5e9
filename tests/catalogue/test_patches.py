"""Better words reach cases under way; anything else needs a new version."""

import zlib
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from tests.catalogue.country import BIRTH, MOVE, write

from panjereh import definitions
from panjereh.catalogue import operations, queries, verify
from panjereh.catalogue.errors import NoteMissing, NothingToPatch, NotOnlyWords
from panjereh.catalogue.models import Patch, Source, Version

pytestmark = pytest.mark.django_db
ID = "birth-registration"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SERVICES = write(tmp_path, BIRTH, MOVE)
    queries.forget()
    yield tmp_path
    queries.forget()


def bundle(folder, service=BIRTH):
    write(folder, service)
    return definitions.load_country(folder).bundle(service["id"])


def patch(given):
    made = operations.patch(given, by="Sara", note="a typing mistake")
    queries.look_for_changes()  # a test never commits
    return made


def changed(given, old, new, file="service.yaml"):
    assert old in given.files[file]
    return replace(given, files={**given.files, file: given.files[file].replace(old, new, 1)})


def test_the_same_version_says_better_words_to_cases_that_are_pinned_to_it(folder):
    version = operations.publish(bundle(folder), by="Sara", note="first")
    patch(bundle(folder, {**BIRTH, "en": "Register your child"}))

    assert queries.current(ID).id == version.pk
    assert queries.version(version.pk).service.title.in_("en") == "Register your child"
    assert queries.version(version.pk).number == 1
    assert Version.objects.filter(service=ID).count() == 1


def test_the_newest_of_several_patches_holds(folder):
    version = operations.publish(bundle(folder), by="Sara", note="first")
    for title in ("Register your child", "Register a child"):
        patch(bundle(folder, {**BIRTH, "en": title}))

    assert queries.version(version.pk).service.title.in_("en") == "Register a child"
    assert queries.changed(definitions.load_country(folder)) == [MOVE["id"]]


def test_what_has_legal_effect_is_no_matter_of_words(folder):
    first = bundle(folder)
    operations.publish(first, by="Sara", note="first")

    with pytest.raises(NotOnlyWords) as refused:
        patch(changed(first, b"within: P10D", b"within: P20D"))

    assert refused.value.params["differences"] == ["deadlines.decide.within: P10D → P20D"]
    assert not Patch.objects.exists()


def test_an_older_version_keeps_its_words(folder):
    first = operations.publish(bundle(folder), by="Sara", note="first")
    operations.publish(bundle(folder, {**BIRTH, "en": "Register your child"}), by="Sara", note="second")
    patch(bundle(folder, {**BIRTH, "en": "Register a child"}))

    assert queries.version(first.pk).service.title.in_("en") == "Register a birth"


def test_publishing_what_a_patch_says_already_is_no_new_version(folder):
    version = operations.publish(bundle(folder), by="Sara", note="first")
    better = bundle(folder, {**BIRTH, "en": "Register your child"})
    patch(better)

    assert patch(better) == version
    assert operations.publish(better, by="Sara", note="again") == version
    assert Patch.objects.count() == 1


def test_words_need_a_name_a_reason_and_something_to_better(folder):
    given = bundle(folder)
    with pytest.raises(NothingToPatch):
        operations.patch(given, by="Sara", note="why")
    operations.publish(given, by="Sara", note="first")
    for by, note in (("", "why"), ("Sara", " ")):
        with pytest.raises(NoteMissing):
            operations.patch(given, by=by, note=note)


def test_a_patch_that_was_put_there_behind_our_back_is_found(folder):
    version = operations.publish(bundle(folder), by="Sara", note="first")
    patch(bundle(folder, {**BIRTH, "en": "Register your child"}))
    assert verify.versions() == []

    damaged = Source.objects.create(hash="0" * 64, content=zlib.compress(bundle(folder).to_bytes()))
    Patch.objects.create(version=version, source=damaged, published_by="nobody", note="")

    assert [(each.service, each.number) for each in verify.versions()] == [(ID, version.number)]


def test_a_patch_is_never_rewritten(folder):
    operations.publish(bundle(folder), by="Sara", note="first")
    patch(bundle(folder, {**BIRTH, "en": "Register your child"}))

    with pytest.raises(IntegrityError), transaction.atomic():
        Patch.objects.update(note="another reason")


def test_a_process_that_has_just_started_knows_the_better_words(folder):
    version = operations.publish(bundle(folder), by="Sara", note="first")
    patch(bundle(folder, {**BIRTH, "en": "Register your child"}))
    queries.forget()

    assert queries.version(version.pk).service.title.in_("en") == "Register your child"
