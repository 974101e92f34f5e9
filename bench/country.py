"""Make the people of the demonstration country: families with addresses and valid national numbers, from a seed.

    python bench/country.py

writes services/demonstration/*.jsonl: people, birth notices, companies, and what they hold (`held.py`). The same seed gives the same people on any machine.
Nobody of them exists; the numbers have right check digits and were drawn at random.
"""

import json
import random
import sys
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import held  # noqa: E402

# ruff: noqa: E501 - the lists of names

SEED = 1405
TODAY = date(2026, 11, 23)
COUPLES = 900
COMPANIES = 60
OUT = ROOT / "services" / "demonstration"

WOMEN = "نیلوفر مریم زهرا فاطمه سارا مینا لیلا پریسا شیرین مهسا ندا رویا الهام سمیرا آرزو نرگس یاسمن هانیه ترانه گلناز پروین مهناز شهلا فریبا"
MEN = "آرش محمد علی رضا حسین مهدی امیر سینا کاوه بهرام پیمان سهراب فرهاد داریوش کامران نیما بابک یاسر هادی سعید جواد ناصر منصور فریدون"
GIRLS = "هلیا ستایش آوا رها باران نازنین النا دنیا تینا سوگند مهرسا آیلین"
BOYS = "آریا ماهان پارسا سام رایان کیان بردیا آراد مانی شایان ایلیا رادین"
FAMILIES = (
    "راد کاوه نیک سپهر آذر مانا امینی رستمی کریمی احمدی محمدی حسینی رضایی موسوی جعفری صادقی نوری یزدانی شریفی "
    "بهرامی فرهادی کیانی زمانی طاهری قاسمی سلیمانی اکبری رحیمی نجفی باقری تهرانی شیرازی اصفهانی گیلانی"
)
STREETS = "آزادی بهار سعدی حافظ فردوسی مولوی خیام نیلوفر یاس لاله سرو کاج گلستان ارم دانشگاه کتابخانه"
CITIES = {"230101": 40, "230201": 6, "230301": 8, "070101": 16, "070201": 4, "100101": 14, "090101": 16, "010101": 8}
TRADES = "چاپ نساجی صنایع خوراک بازرگانی ساختمانی مهندسی کشاورزی"
HOSPITALS = {
    "230101": "بیمارستان مادر تهران",
    "070101": "بیمارستان مادر شیراز",
    "100101": "بیمارستان سپاهان",
    "090101": "بیمارستان بهار",
}


@dataclass
class Register:
    """People and birth notices as they are made, and the numbers already given."""

    chance: random.Random
    people: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def number(self) -> str:
        """A national number that nobody has yet."""
        while True:
            body = f"{self.chance.randrange(10**9):09d}"
            rest = sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
            number = body + str(rest if rest < 2 else 11 - rest)
            if number not in self.numbers and len(set(number)) > 1:
                self.numbers.add(number)
                return number

    def pick(self, words: str) -> str:
        return self.chance.choice(words.split())

    def day(self, youngest: int, oldest: int) -> date:
        """A birthday between so many and so many years ago."""
        return TODAY - timedelta(days=self.chance.randrange(youngest * 365, oldest * 365))

    def address(self) -> dict[str, str]:
        city = self.chance.choices(list(CITIES), list(CITIES.values()))[0]
        return {
            "province": city[:2],
            "county": city[:4],
            "city": city,
            "street": f"خیابان {self.pick(STREETS)}، کوچهٔ {self.pick(STREETS)}، شمارهٔ {self.chance.randrange(1, 200)}",
            "postal_code": f"{self.chance.randrange(1, 10)}{self.chance.randrange(10**8, 10**9)}",
        }

    def person(
        self, given: str, family: str, sex: str, born: date, address: dict[str, str], **more: Any
    ) -> dict[str, Any]:
        row = {
            "entity": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "valid_from": born.isoformat(),
            "national_id": self.number(),
            "given_name": given,
            "family_name": family,
            "sex": sex,
            "birth_date": born.isoformat(),
            "birth_place": address["city"],
            "nationality": "national",
            "address": address,
            **more,
        }
        self.people.append(row)
        return row

    def couple(self) -> None:
        """A married couple, now and then with children; some have a newborn whom a hospital has reported."""
        home, name = self.address(), self.pick(FAMILIES)
        born = self.day(22, 70)
        wife = self.person(self.pick(WOMEN), self.pick(FAMILIES), "female", born, home)
        husband = self.person(self.pick(MEN), name, "male", born - timedelta(days=self.chance.randrange(0, 2500)), home)
        wife["spouse"], husband["spouse"] = husband["national_id"], wife["national_id"]
        age = (TODAY - born).days // 365
        for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3))):
            child_born = self.day(1, max(2, age - 19))
            sex = self.chance.choice(("female", "male"))
            given = self.pick(GIRLS if sex == "female" else BOYS)
            parents = {"mother": wife["national_id"], "father": husband["national_id"]}
            self.person(given, name, sex, child_born, home, **parents)
        if age < 45 and self.chance.random() < 0.12:
            self.newborn(wife["national_id"], TODAY - timedelta(days=self.chance.randrange(1, 40)), home["city"])

    def newborn(self, mother: str, born: date, city: str, sex: str = "", order: int = 1) -> dict[str, Any]:
        """A child that a hospital has reported and nobody has registered yet."""
        row = {
            "entity": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "valid_from": born.isoformat(),
            "notice_number": f"BN-{self.chance.randrange(10**7):07d}",
            "mother": mother,
            "birth_date": born.isoformat(),
            "sex": sex or self.chance.choice(("female", "male")),
            "birth_order": str(order),
            "weight": str(self.chance.randrange(2400, 4200)),
            "hospital": HOSPITALS.get(city, HOSPITALS["230101"]),
            "attendant": f"دکتر {self.pick(FAMILIES)}",
        }
        self.notices.append(row)
        return row


def cast(register: Register) -> None:
    """The people whom one can sign in as, always the same: they come first so that their numbers never change."""
    home = {
        "province": "07",
        "county": "0701",
        "city": "070101",
        "street": "بلوار زند، کوچهٔ یاس، شمارهٔ ۱۴",
        "postal_code": "7134856789",
    }
    nilufar = register.person("نیلوفر", "راد", "female", date(1994, 5, 4), home)
    arash = register.person("آرش", "کاوه", "male", date(1991, 9, 18), home)
    nilufar["spouse"], arash["spouse"] = arash["national_id"], nilufar["national_id"]
    register.newborn(nilufar["national_id"], date(2026, 11, 16), "070101", "female")
    maryam = register.person("مریم", "سپهر", "female", date(1998, 2, 11), {**home, "street": "خیابان ارم، شمارهٔ ۵"})
    register.newborn(maryam["national_id"], date(2025, 9, 1), "070101", "male")
    kamran = register.person("کامران", "نیک", "male", date(1979, 12, 30), {**home, "street": "خیابان سعدی، شمارهٔ ۹۲"})
    laleh = register.person("لاله", "مانا", "female", date(1983, 7, 7), {**home, "street": "خیابان سعدی، شمارهٔ ۹۲"})
    kamran["spouse"], laleh["spouse"] = laleh["national_id"], kamran["national_id"]


def further_cast(register: Register) -> None:
    """More people for the worked examples. They come last, so that nobody else's number changes."""
    home = {"province": "07", "county": "0701", "city": "070101", "postal_code": "7134856789"}
    register.person("سهراب", "نوری", "male", date(1995, 3, 2), {**home, "street": "خیابان ارم، شمارهٔ ۵"})
    street = {**home, "street": "خیابان حافظ، کوچهٔ کاج، شمارهٔ ۳۱"}
    yasmin = register.person("یاسمن", "آذر", "female", date(1996, 8, 22), street)
    daniel = register.person("دانیال", "هارت", "male", date(1993, 1, 15), street, nationality="foreign")
    yasmin["spouse"], daniel["spouse"] = daniel["national_id"], yasmin["national_id"]
    for order, sex in enumerate(("female", "male"), start=1):
        register.newborn(yasmin["national_id"], date(2026, 11, 10), "070101", sex, order)


def latest_cast(register: Register) -> None:
    """Those who came with the registers of licences, pensions and schools: an old man, and a child of six."""
    home = {"province": "07", "county": "0701", "city": "070101", "postal_code": "7134856789"}
    register.person("بهرام", "سپهر", "male", date(1953, 4, 11), {**home, "street": "خیابان ارم، شمارهٔ ۵"})
    kamran, laleh = (one["national_id"] for one in register.people[3:5])
    street = {**home, "street": "خیابان سعدی، شمارهٔ ۹۲"}
    register.person("دریا", "نیک", "female", date(2020, 5, 10), street, mother=laleh, father=kamran)


def cast_by_name(register: Register) -> dict[str, str]:
    """National numbers of those who play in the worked examples, by their names in demonstration.yaml."""
    first = dict(zip(("nilufar", "arash", "maryam", "kamran", "laleh"), register.people, strict=False))
    last = {one["given_name"]: one for one in register.people[-8:]}
    first |= {"yasmin": last["یاسمن"], "bahram": last["بهرام"]}
    return {name: one["national_id"] for name, one in first.items()}


def companies(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Companies that people of the register represent. From a chance of their own, so that nobody's number changes."""
    chance = random.Random(f"{SEED} companies")
    cast = {f"{one['given_name']} {one['family_name']}": one["national_id"] for one in people[:6]}
    grown_up = [one["national_id"] for one in people if one["birth_date"] < "2000"]
    made = [
        _company(chance, "14001234567", "کتاب‌فروشی مانا", [cast["لاله مانا"]]),
        _company(chance, "14001234570", "نان و شیرینی یاس", [cast["نیلوفر راد"], cast["آرش کاوه"]], jointly=True),
        _company(chance, "14001234582", "باربری نیک", [cast["کامران نیک"]], dissolved_on="2026-06-01"),
    ]
    for number in range(COMPANIES):
        family = chance.choice(FAMILIES.split())
        signs = chance.sample(grown_up, chance.choice((1, 1, 2)))
        name = f"{chance.choice(TRADES.split())} {family} {number + 1}"
        made.append(_company(chance, "", name, signs, jointly=len(signs) > 1 and chance.random() < 0.5))
    return made


def _company(
    chance: random.Random, number: str, name: str, signs: list[str], *, jointly: bool = False, **more: str
) -> dict[str, Any]:
    return {
        "entity": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "valid_from": "2020-03-20",
        "company_id": company_number(number[:10] or f"{chance.randrange(10**9, 2 * 10**9)}"),
        "name": name,
        "registered_on": "2020-03-20",
        "representatives": signs,
        "jointly": jointly,
        **more,
    }


def company_number(body: str) -> str:
    """Ten digits and their check digit, as identifiers of legal persons in Iran have it."""
    tens = int(body[9]) + 2
    weights = (29, 27, 23, 19, 17) * 2
    rest = sum((int(digit) + tens) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return body + str(rest % 10)


def write(name: str, rows: list[dict[str, Any]]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (OUT / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    register = Register(random.Random(SEED))
    cast(register)
    for _ in range(COUPLES):
        register.couple()
    further_cast(register)
    write("companies.jsonl", companies(register.people))
    latest_cast(register)
    write("population.jsonl", register.people)
    write("birth-notices.jsonl", register.notices)
    for registry, rows in held.everything(register.people, cast_by_name(register), SEED, TODAY):
        write(f"{registry}.jsonl", rows)


if __name__ == "__main__":
    main()
