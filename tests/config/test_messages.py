import pytest

from panjereh.config import messages

ROOMS = sorted(path.name for path in messages.SOURCE.iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated_and_compiled(room):
    folder = messages.SOURCE / room

    assert list(messages.complaints(folder, messages.extract(folder))) == []


def test_a_new_text_is_added_a_lost_one_dropped_and_a_translation_kept(tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (room / "code.py").write_text('from django.utils.translation import gettext as _\n_("One")\n_("Two")\n')
    messages.update(room, messages.extract(room))
    path = messages.catalogue_of(room)
    path.write_text(path.read_text().replace('msgid "One"\nmsgstr ""', 'msgid "One"\nmsgstr "یک"'))
    (room / "code.py").write_text('from django.utils.translation import gettext as _\n_("One")\n_("Three")\n')

    fresh = messages.extract(room)
    messages.update(room, fresh)

    assert 'msgid "One"\nmsgstr "یک"' in path.read_text()
    assert "Two" not in path.read_text()
    assert list(messages.complaints(room, fresh)) == ["not translated: 'Three'"]


def test_a_catalogue_that_was_not_compiled_is_told(tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    (room / "code.py").write_text('from django.utils.translation import gettext as _\n_("One")\n')
    fresh = messages.extract(room)
    messages.update(room, fresh)
    path = messages.catalogue_of(room)
    path.write_text(path.read_text().replace('msgid "One"\nmsgstr ""', 'msgid "One"\nmsgstr "یک"'))

    assert "older than the texts" in next(messages.complaints(room, fresh))
