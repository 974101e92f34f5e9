"""One or more instances of every type, with a way to draw canonical answers of each."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from panjereh.definitions.problems import CODES, AnswerProblem
from panjereh.definitions.texts import Text
from panjereh.definitions.types import TYPES, Asking, Choice, Place, PlaceTree, QuestionType, Repeated
from panjereh.localisation import identifiers


def words(text: str) -> Text:
    return Text({"fa": text, "en": text})


PLACES = PlaceTree(
    [
        Place(code="IR-07", level="province", name=Text({"fa": "تهران", "en": "Tehran"})),
        Place(code="IR-07-01", level="county", name=Text({"fa": "تهران", "en": "Tehran"}), parent="IR-07"),
        Place(code="IR-07-01-1", level="city", name=Text({"fa": "تهران", "en": "Tehran"}), parent="IR-07-01"),
        Place(code="IR-07-02", level="county", name=Text({"fa": "ری", "en": "Rey"}), parent="IR-07"),
        Place(code="IR-07-02-1", level="city", name=Text({"fa": "حسن‌آباد", "en": "Hasanabad"}), parent="IR-07-02"),
        Place(code="IR-10", level="province", name=Text({"fa": "اصفهان", "en": "Isfahan"})),
        Place(code="IR-10-01", level="county", name=Text({"fa": "کاشان", "en": "Kashan"}), parent="IR-10"),
        Place(code="IR-10-01-1", level="city", name=Text({"fa": "حسن‌آباد", "en": "Hasanabad"}), parent="IR-10-01"),
    ]
)
AGENCIES = [Choice(id=each, text=words(each)) for each in ("civil-registry", "tax", "roads")]
KEPT_FILE = {"id": "f1", "name": "سند.pdf", "type": "application/pdf", "size": 9, "sha256": "ab" * 32}
ASKING = Asking(
    lists={"agencies": AGENCIES}, places=PLACES, file=lambda file_id: KEPT_FILE if file_id == "f1" else None
)
CHOICES = {"hospital": {"fa": "بیمارستان", "en": "Hospital"}, "home": {"fa": "خانه", "en": "Home"}}


def make(name: str, **options: Any) -> QuestionType:
    """A question of the type, as a definition would make it."""
    kind = TYPES[name]
    return kind(kind.Options.model_validate(options))


def with_check_digit(body: int) -> str:
    digits = f"{body:09}"
    return digits + identifiers.national_id_check_digit(digits)


def company_with_check_digit(body: int) -> str:
    digits = f"{body:010}"
    return digits + identifiers.company_id_check_digit(digits)


def iban_of(account: int) -> str:
    body = f"{account:022}"
    return f"IR{98 - int(body + '182700') % 97:02}{body}"


DAYS = st.dates(date(1800, 1, 1), date(2219, 12, 31)).map(date.isoformat)
NATIONAL_IDS = st.integers(1, 10**9 - 1).map(with_check_digit).filter(lambda number: len(set(number)) > 1)
COMPANY_IDS = st.integers(1, 10**10 - 1).map(company_with_check_digit).filter(lambda number: len(set(number)) > 1)
POSTAL_CODES = st.integers(10**9, 10**10 - 1).map(str).filter(lambda number: len(set(number)) > 1)
NAMES = st.sampled_from(["آرش", "سارا رضایی", "O’Neil", "حسن‌پور", "é"])
CITIES = st.sampled_from([place.code for place in PLACES.of_level("city")])


def periods(ends: tuple[str, str]) -> dict[str, str]:
    return {"from": min(ends), "to": max(ends)}


def person(**given: Any) -> dict[str, Any]:
    parts = dict.fromkeys(("national_id", "given_name", "family_name", "birth_date", "source"))
    return parts | given


EVERY: list[tuple[QuestionType, st.SearchStrategy[Any]]] = [
    (make("text", max=20), st.sampled_from(["خیابان", "a b", "😀", "12"])),
    (make("long_text", max=50), st.sampled_from(["سطر\nسطر", "می‌شود 😀", "x"])),
    (make("name"), NAMES),
    (make("number", max=200, unit={"fa": "متر", "en": "m"}), st.integers(0, 200).map(str)),
    (
        make("number", min=-1000, max=1000, decimals=2),
        st.integers(-99_999, 99_999).map(lambda n: f"{n / 100:g}" if n % 100 else str(n // 100)),
    ),
    (make("money"), st.integers(0, 10**18)),
    (make("yes_no"), st.booleans()),
    (make("declaration", text={"fa": "درست است", "en": "It is true"}), st.just(True)),
    (make("one_of", choices=CHOICES), st.sampled_from(["hospital", "home"])),
    (make("one_of", choices={"from": "agencies"}), st.sampled_from(["tax", "roads"])),
    (make("several_of", choices=CHOICES), st.sampled_from([["hospital"], ["hospital", "home"]])),
    (make("date"), DAYS),
    (make("time"), st.times().map(lambda at: f"{at:%H:%M}")),
    (make("period"), st.tuples(DAYS, DAYS).map(periods)),
    (make("period", open_end=True), DAYS.map(lambda day: {"from": day, "to": None})),
    (make("national_id"), NATIONAL_IDS),
    (make("company_id"), COMPANY_IDS),
    (make("postal_code"), POSTAL_CODES),
    (make("iban"), st.integers(0, 10**22 - 1).map(iban_of)),
    (make("phone"), st.sampled_from(["+989121234567", "+982188881234", "+4930123456"])),
    (make("email"), st.sampled_from(["sara@example.ir", "S.R+x@mail.example.com"])),
    (make("place"), st.sampled_from([place.code for place in PLACES])),
    (make("place", level="city"), CITIES),
    (
        make("address"),
        st.builds(
            lambda city, code: {
                **{place.level: place.code for place in PLACES.path(city)},
                "street": "کوچهٔ ۳، پلاک ۵",
                "postal_code": code,
            },
            CITIES,
            POSTAL_CODES,
        ),
    ),
    (make("file"), st.just(KEPT_FILE)),
    (make("file", max=3), st.just([KEPT_FILE])),
    (make("entry", field="plate"), NAMES.map(lambda number: {"plate": number, "source": None})),
    (make("person"), st.builds(lambda number, day: person(national_id=number, birth_date=day), NATIONAL_IDS, DAYS)),
    (make("person", by="names"), NAMES.map(lambda name: person(given_name=name, family_name=name))),
    (make("organisation"), COMPANY_IDS.map(lambda number: {"company_id": number, "name": None, "source": None})),
    (make("organisation", by="either"), st.just({"company_id": None, "name": "پل", "source": None})),
    (
        Repeated(Repeated.Options(of=make("date"), min=1, max=3)),
        st.lists(DAYS, min_size=1, max_size=3),
    ),
    (
        Repeated(Repeated.Options(of=make("number", max=9), min=2, max=3)),
        st.lists(st.integers(0, 9).map(str), min_size=2, max_size=3),
    ),
]
IDS = [f"{kind.name}-{index}" for index, (kind, _) in enumerate(EVERY)]


class Sent:
    """A file as it arrives."""

    def __init__(self, name: str | None, content: bytes, size: int | None = None) -> None:
        self.name = name
        self.size = len(content) if size is None else size
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 300
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 300


def is_described(problem: AnswerProblem) -> bool:
    """Whether the list of codes has this problem and all that follow it, with just these particulars."""
    return all(each.code in CODES and set(each.params) == set(CODES[each.code].params) for each in problem.all)


def outcome(read: Callable[..., Any], *arguments: Any) -> Any:
    """The answer, or the problem."""
    try:
        return read(*arguments)
    except AnswerProblem as problem:
        return problem
