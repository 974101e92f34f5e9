"""Files that came with answers: what no answer names any more is deleted, for nobody may read what nobody sends."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from panjereh.cases.models import Draft, Upload
from panjereh.storage import Prepared

NOT_SENT = Prepared(lambda draft: Upload.objects.filter(draft=draft, case=None))


def files_in(answers: Any) -> Iterator[UUID]:
    """The numbers of the files that answers name, wherever in them."""
    if isinstance(answers, list):
        for each in answers:
            yield from files_in(each)
    elif isinstance(answers, dict):
        if "sha256" in answers and "id" in answers:
            yield UUID(answers["id"])
        else:
            for each in answers.values():
                yield from files_in(each)


def forget_replaced(draft: Draft, before: Any, *still: Any) -> None:
    """Delete the files that the answers named before and that none of `still` names. Within the transaction."""
    named = set(files_in(before))
    if named and (gone := named.difference(*(files_in(answers) for answers in still))):
        forget(Upload.objects.filter(draft=draft, pk__in=gone))


def hand_over(draft: Draft, case: Any, answers: Any) -> None:
    """Files that the answers name go into the case; what else was ever sent for the draft goes away."""
    sent = set(files_in(answers))
    if sent:
        Upload.objects.filter(draft=draft, pk__in=sent).update(case=case)
    forget_uploads(draft)


def forget_uploads(draft: Draft) -> None:
    """Files of a draft that nobody will send go with it."""
    forget(NOT_SENT.all(draft.pk))


def forget(uploads: Any) -> None:
    """Delete files with their content, which goes when the transaction has been kept."""
    for upload in uploads:
        upload.delete()
        transaction.on_commit(partial(_delete_content, upload.stored_as))


def _delete_content(stored_as: str) -> None:
    """The same content sent twice for a draft lies there once: it stays as long as somebody names it."""
    if not Upload.objects.filter(stored_as=stored_as).exists():
        default_storage.delete(stored_as)
