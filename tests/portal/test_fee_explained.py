"""Why a case costs what it costs, on its page."""

import pytest
from tests.portal.conftest import Person

from panjereh.cases.models import Case

ROW = {
    "id": "2",
    "law": "civil-registration-act#19",
    "text": {"fa": "اعلام پس از پانزده روز", "en": "Declared after fifteen days"},
    "looked_at": [[{"fa": "روزهای گذشته از تولد", "en": "Days since the birth"}, {"fa": "۴۱", "en": "41"}]],
}

pytestmark = pytest.mark.django_db


def test_a_case_with_a_fee_says_how_it_came_about(nilufar: Person):
    number = nilufar.complain()
    Case.objects.filter(number=number).update(fee=500_000, fee_rows=[ROW])

    text = nilufar.page.open(f"/my/cases/{number}/").text

    assert "اعلام پس از پانزده روز" in text
    assert "روزهای گذشته از تولد: ۴۱" in text
    assert "مادهٔ ۱۹" in text


def test_rows_that_were_kept_before_reasons_were_still_show(nilufar: Person):
    number = nilufar.complain()
    old = {key: value for key, value in ROW.items() if key != "looked_at"}
    Case.objects.filter(number=number).update(fee=500_000, fee_rows=[old])

    assert "اعلام پس از پانزده روز" in nilufar.page.open(f"/my/cases/{number}/").text


def test_a_case_without_a_fee_says_nothing_of_one(nilufar: Person):
    number = nilufar.complain()

    assert "هزینه" not in nilufar.page.open(f"/my/cases/{number}/").text
