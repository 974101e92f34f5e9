"""Entries of registers, asked for by their number."""

from datetime import date

import pytest
from tests.definitions.types.kinds import make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Form

NOTICE = make("entry", field="notice_number")
SOURCE = {"registry": "birth-notices", "entity": "e4a640ca-2179-4260-8086-fb08c1a9d4a2", "at": "2026-11-23T10:00:00Z"}
FOUND = {"notice_number": "BN-1", "mother": "0012345679", "birth_date": "2026-11-16", "source": SOURCE}


def test_only_the_number_is_asked():
    assert NOTICE.boxes("notice") == ["notice"]
    assert NOTICE.parse(Form({"notice": [" BN-۱۲ "]}), "notice") == {"notice_number": "BN-12", "source": None}
    assert NOTICE.parse(Form({"notice": [""]}), "notice") is None


def test_what_the_register_holds_may_come_from_our_own_store_only():
    assert NOTICE.accept(FOUND, "notice", Asking(proven=True)) == FOUND

    with pytest.raises(AnswerProblem, match="source_not_allowed"):
        NOTICE.accept(FOUND, "notice")


def test_expressions_see_what_the_register_holds_with_dates_as_dates():
    assert NOTICE.to_feel(FOUND)["birth_date"] == date(2026, 11, 16)
    assert NOTICE.to_feel({"notice_number": "1234-56-78", "source": None})["notice_number"] == "1234-56-78"


def test_the_number_is_shown_and_nothing_else():
    assert NOTICE.show(FOUND, Asking(language="en")) == ["BN-1"]
