from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from panjereh.definitions.texts import Text
from panjereh.kernel.money import Money
from panjereh.ui import jinja


@pytest.fixture
def fa():
    with translation.override("fa"):
        yield


@pytest.fixture
def en():
    with translation.override("en"):
        yield


def test_a_moment_is_shown_by_the_clock_of_the_country(fa):
    assert jinja.show_date(datetime(2026, 11, 22, 21, 0, tzinfo=UTC)) == "۲ آذر ۱۴۰۵"


def test_a_day_has_its_weekday_on_request(fa):
    assert jinja.show_date(date(2026, 11, 25), weekday=True) == "چهارشنبه ۴ آذر ۱۴۰۵"


def test_a_tracking_code_stands_in_groups_in_its_own_direction(fa):
    assert jinja.show_code("4058317263") == '<bdi dir="ltr" class="num">۴۰۵ ۸۳۱ ۷۲۶۳</bdi>'


def test_money_is_shown_in_toman(en):
    assert jinja.show_money(Money(450_000)) == "45,000\u00a0toman"
    assert jinja.show_money(450_000) == "45,000\u00a0toman"


def test_a_text_is_shown_in_the_language_of_the_page_or_else_in_persian(en):
    assert jinja.show_text(Text({"fa": "تولد", "en": "Birth"})) == "Birth"
    assert jinja.show_text({"fa": "تولد"}) == "تولد"
    assert jinja.show_text(None) == ""


def test_free_text_keeps_its_lines_and_is_never_markup(en):
    assert jinja.paragraphs("<b>one\ntwo\r\n\r\n\r\nthree") == (
        '<p dir="auto">&lt;b&gt;one<br>two</p><p dir="auto">three</p>'
    )


def test_lists_have_the_comma_of_the_language(fa):
    assert jinja.show_list(["یک", "دو"]) == "یک، دو"


def test_attributes_that_are_not_there_are_left_out(en):
    assert jinja.attributes({"value": '"', "checked": True, "lang": None, "hidden": False}) == ' value="&#34;" checked'


@pytest.mark.parametrize(
    ("path", "code", "there"),
    [
        ("/", "en", "/en/"),
        ("/en/", "fa", "/"),
        ("/en", "fa", "/"),
        ("/services/?q=1", "en", "/en/services/?q=1"),
        ("/en/services/", "fa", "/services/"),
        ("/energy/", "en", "/en/energy/"),
    ],
)
def test_an_address_moves_to_another_language(path, code, there):
    assert jinja.in_language(path, code) == there


def test_an_address_is_remembered_for_each_language():
    with translation.override("fa"):
        assert jinja.url("portal:help") == "/help/"
    with translation.override("en"):
        assert jinja.url("portal:help") == "/en/help/"
