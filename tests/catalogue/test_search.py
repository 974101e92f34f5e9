"""Search forgives spelling: letters, half-spaces, plurals, word order and slips of the finger."""

import pytest

from panjereh.catalogue.search import Document, Index, trigrams_of
from panjereh.localisation import stop_words

INDEX = Index(
    [
        Document(
            "birth",
            (
                (10, "ثبت ولادت"),
                (8, "تولد فرزند"),
                (8, "شناسنامه برای نوزاد"),
                (6, "Register a birth"),
                (2, "بچه‌دار شدن"),
            ),
        ),
        Document("move", ((10, "ثبت نشانی تازه"), (8, "تغییر آدرس"), (8, "اسباب‌کشی"), (6, "Register a new address"))),
        Document(
            "complaint",
            ((10, "شکایت از دستگاه‌ها"), (8, "گلایه"), (6, "Complain to an agency"), (3, "پاسخ به نشانی شما")),
        ),
        Document("licence", ((10, "گواهی‌نامهٔ رانندگی"), (8, "تصدیق"), (6, "Renew your driving licence"))),
        Document("death", ((10, "ثبت درگذشت"), (8, "فوت همسر"), (6, "Register a death"), (5, "somebody died"))),
    ],
    stop_words.of_all_languages(),
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ثبت ولادت", "birth"),
        ("ثبت ولادت‌ها", "birth"),
        ("ولادت ثبت", "birth"),
        ("شكايت", "complaint"),
        ("شکايت از دستگاه ها", "complaint"),
        ("شکایت از دستگاهها", "complaint"),
        ("اسباب کشی", "move"),
        ("اسبابکشی", "move"),
        ("اسباب‌كشي", "move"),
        ("بچه دار شدن", "birth"),
        ("بچهدار", "birth"),
        ("شناسنامه نوزادان", "birth"),
        ("شناس", "birth"),
        ("نوزادم", "birth"),
        ("تغییر ادرس", "move"),
        ("تغیر آدرس", "move"),
        ("گلايه", "complaint"),
        ("REGISTER a Birth", "birth"),
        ("births", "birth"),
        ("adress", "move"),
        ("new addres", "move"),
        ("how do I register a birth?", "birth"),
        ("چطور می‌توانم تولد فرزندم را ثبت کنم؟", "birth"),
        ("همسرم فوت کرده چه باید بکنم", "death"),
        ("my husband died, what must I do now", "death"),
        ("گواهینامه رانندگی", "licence"),
        ("گواهی نامه‌ی رانندگی", "licence"),
        ("گواهینامه رانندگیم تمام شده", "licence"),
        ("driveing lisence", "licence"),
        ("where can I renew my licenses", "licence"),
    ],
)
def test_people_find_what_they_mean(text, first):
    assert INDEX.find(text)[:1] == [first]


def test_a_word_of_the_title_counts_more_than_one_of_the_summary():
    assert INDEX.find("نشانی") == ["move", "complaint"]


def test_words_that_only_make_a_sentence_are_looked_for_if_there_are_no_others():
    assert INDEX.find("to an") == ["complaint"]


def test_a_question_of_which_little_is_known_finds_nothing():
    assert INDEX.find("how do I register a spaceship for Jupiter and beyond") == []


def test_words_that_all_fit_go_before_words_that_fit_somewhat():
    assert INDEX.find("ثبت") == ["birth", "move", "death"]


@pytest.mark.parametrize("text", ["", " ", "؟!", "qqqqqq", "هواپیما", "\x00", "a" * 10_000, "%_'\""])
def test_odd_words_find_nothing_and_do_no_harm(text):
    assert INDEX.find(text) == []


def test_no_more_than_wanted_are_found():
    assert len(INDEX.find("ثبت", limit=1)) == 1


def test_an_empty_catalogue_finds_nothing():
    assert Index([]).find("ثبت") == []


def test_spaces_make_no_difference_to_trigrams():
    assert trigrams_of("اسباب کشی") == trigrams_of("اسبابکشی")
