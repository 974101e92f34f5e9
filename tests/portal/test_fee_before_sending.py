"""Why it will cost what it costs, before anything is sent."""

import pytest
from tests.portal.conftest import Person

from panjereh.definitions import Service
from panjereh.definitions.results import Fee, FeeRow
from panjereh.kernel.money import Money

ROW = FeeRow(
    "2",
    "civil-registration-act#19",
    {"fa": "اعلام پس از پانزده روز", "en": "Declared after fifteen days"},
    (({"fa": "روزهای گذشته از تولد", "en": "Days since the birth"}, {"fa": "۴۱", "en": "41"}),),
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("rials", "amount"), [(500_000, "۵۰٬۰۰۰ تومان"), (0, "رایگان")])
def test_the_check_page_says_how_the_fee_comes_about(
    nilufar: Person, monkeypatch: pytest.MonkeyPatch, rials: int, amount: str
):
    monkeypatch.setattr(Service, "fee_for", lambda _self, _context: Fee(Money(rials), [ROW]))
    draft = nilufar.begin_complaint()

    text = nilufar.page.open(f"/apply/draft/{draft}/check/").text

    for words in (amount, "اعلام پس از پانزده روز", "مادهٔ ۱۹", "روزهای گذشته از تولد: ۴۱"):
        assert words in text
