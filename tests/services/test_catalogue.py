"""The table of the catalogue in the documentation is that of today, and the catalogue stays quick to check."""

import time
from pathlib import Path

from django.conf import settings

from panjereh.definitions import check, load_country
from panjereh.definitions.coverage import table

PAGE = Path(settings.SERVICES).parent / "docs" / "reference" / "catalogue.md"
SECONDS = 10.0


def test_the_page_of_the_catalogue_is_made_from_the_folder_as_it_is():
    assert PAGE.read_text(encoding="utf-8") == table(load_country(settings.SERVICES))


def test_the_whole_catalogue_is_free_of_findings_and_checked_within_ten_seconds():
    began = time.process_time()

    assert check(settings.SERVICES) == []

    assert time.process_time() - began < SECONDS


def test_definitions_are_short_enough_to_read():
    long = {
        str(path): lines
        for path in Path(settings.SERVICES).glob("*/*/service.yaml")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}
