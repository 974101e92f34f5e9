"""What the people of the demonstration country hold: licences, vehicles, permits, land, posts, insurance, benefits.

`country.py` writes it. What the worked examples need comes first and is always the same; the crowd is drawn by chance.
"""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
People = list[Row]

CROWD = 120  # entries of each register beside those of the cast
MODELS = "پراید پژو سمند تیبا دنا رانا کوییک شاهین"
TRADES = "نانوایی خیاطی کتاب‌فروشی عطاری نجاری آرایشگری قنادی الکتریکی"
POSTS = "کارشناس کارشناس‌مسئول متصدی بایگان حسابدار بازرس"
AGENCIES = "civil-registry municipality inspectorate health-ministry interior-ministry"
HOME = {
    "province": "07",
    "county": "0701",
    "city": "070101",
    "street": "خیابان سعدی، شمارهٔ ۹۲",
    "postal_code": "7134856789",
}
IBAN = "IR820540102680020817909002"  # of the standard's own examples


def everything(people: People, cast: dict[str, str], seed: int, today: date) -> Iterator[tuple[str, list[Row]]]:
    """Registry and its entries. `cast`: numbers of those whom one can sign in as, by their names."""
    grown_up = [one for one in people if one["birth_date"] < "2005"]
    for registry, (known, drawn) in REGISTERS.items():
        chance = random.Random(f"{seed} {registry}")  # of its own, so that nobody else's entries change
        rows = known(cast) + [drawn(chance, chance.choice(grown_up), number, today) for number in range(CROWD)]
        yield registry, [_numbered(chance, row, today) for row in rows]


def _numbered(chance: random.Random, row: Row, today: date) -> Row:
    begins = row.get("issued_on") or row.get("hired_on") or (today - timedelta(days=400)).isoformat()
    return {"entity": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "valid_from": begins, **row}


def _on(chance: random.Random, today: date, first: int, last: int) -> str:
    return (today + timedelta(days=chance.randrange(first, last))).isoformat()


def _ten_years_before(day: str) -> str:
    return f"{int(day[:4]) - 10}{day[4:]}".replace("-02-29", "-02-28")


def _licence(number: str, holder: str, until: str, points: int = 0, **more: str) -> Row:
    issued = _ten_years_before(until)
    return {
        "licence_number": number, "holder": holder, "category": "car", "issued_on": issued, "valid_until": until,
        "points": str(points), **more,
    }  # fmt: skip


def _licences(cast: dict[str, str]) -> list[Row]:
    return [
        _licence("DL-1000001", cast["kamran"], "2026-12-20", 6),
        _licence("DL-1000002", cast["laleh"], "2026-05-01"),
        _licence("DL-1000003", cast["arash"], "2029-04-10", 32, suspended_until="2027-03-01"),
        _licence("DL-1000004", cast["bahram"], "2027-01-20"),
    ]


def _drawn_licence(chance: random.Random, person: Row, number: int, today: date) -> Row:
    return _licence(
        f"DL-{2000000 + number}", person["national_id"], _on(chance, today, -200, 3600), chance.choice((0, 0, 2, 5))
    )


def _vehicle(plate: str, owner: str, year: str, insured: str, *, seized: bool = False, model: str = "پژو") -> Row:
    return {
        "plate": plate, "owner": owner, "model": model, "year": year, "chassis": f"NAAM{plate[:2]}{plate[3:6]}",
        "insured_until": insured, "seized": seized,
    }  # fmt: skip


def _vehicles(cast: dict[str, str]) -> list[Row]:
    return [
        _vehicle("63B714-22", cast["kamran"], "1398", "2027-03-01"),
        _vehicle("52S318-63", cast["arash"], "1402", "2026-06-01"),
        _vehicle("11D456-63", cast["yasmin"], "1389", "2027-05-01", seized=True),
        _vehicle("40N207-63", cast["laleh"], "1388", "2027-02-01"),
    ]


def _drawn_vehicle(chance: random.Random, person: Row, number: int, today: date) -> Row:
    plate = f"{chance.randrange(10, 99)}{chance.choice('BDHJLMNQSTV')}{700 + number}-{chance.randrange(10, 99)}"
    year, model = str(chance.randrange(1380, 1406)), chance.choice(MODELS.split())
    return _vehicle(plate, person["national_id"], year, _on(chance, today, -60, 360), model=model)


def _fine(number: str, offender: str, plate: str, offence: str, on: str, rials: int) -> Row:
    return {
        "fine_number": number, "offender": offender, "plate": plate, "offence": offence, "committed_on": on,
        "rials": rials,
    }  # fmt: skip


def _fines(cast: dict[str, str]) -> list[Row]:
    return [
        _fine("FN-3000001", cast["kamran"], "63B714-22", "speed", "2026-11-10", 3_000_000),
        _fine("FN-3000002", cast["kamran"], "63B714-22", "parking", "2026-08-01", 1_000_000),
    ]


def _drawn_fine(chance: random.Random, person: Row, number: int, today: date) -> Row:
    offence = chance.choice(("speed", "red_light", "parking", "phone"))
    plate = f"{chance.randrange(10, 99)}B{100 + number}-{chance.randrange(10, 99)}"
    day = _on(chance, today, -300, 0)
    return _fine(
        f"FN-{4000000 + number}", person["national_id"], plate, offence, day, chance.choice((1, 2, 3, 5)) * 1_000_000
    )


def _parking_permit(number: str, holder: str, plate: str, zone: str, until: str) -> Row:
    return {"permit_number": number, "holder": holder, "plate": plate, "zone": zone, "valid_until": until}


def _parking(cast: dict[str, str]) -> list[Row]:
    return [_parking_permit("PK-5000001", cast["laleh"], "40N207-63", "centre", "2026-12-10")]


def _drawn_parking(chance: random.Random, person: Row, number: int, today: date) -> Row:
    plate = f"{chance.randrange(10, 99)}H{200 + number}-{chance.randrange(10, 99)}"
    zone = chance.choice(("north", "centre", "south"))
    return _parking_permit(f"PK-{6000000 + number}", person["national_id"], plate, zone, _on(chance, today, -30, 360))


def _business(number: str, holder: str, name: str, activity: str, until: str, address: Row) -> Row:
    return {
        "permit_number": number, "holder": holder, "trade_name": name, "activity": activity, "address": address,
        "valid_until": until,
    }  # fmt: skip


def _businesses(cast: dict[str, str]) -> list[Row]:
    return [
        _business("BP-7000001", cast["laleh"], "کتاب‌سرای مانا", "کتاب‌فروشی", "2027-02-10", HOME),
        _business("BP-7000002", cast["kamran"], "باربری نیک", "باربری", "2026-10-01", HOME),
        _business("BP-7000003", cast["arash"], "نجاری کاوه", "نجاری", "2026-12-10", HOME),
        _business("BP-7000004", "14001234562", "کتاب‌فروشی مانا", "کتاب‌فروشی", "2027-02-15", HOME),
    ]


def _drawn_business(chance: random.Random, person: Row, number: int, today: date) -> Row:
    activity = chance.choice(TRADES.split())
    until = _on(chance, today, -60, 1800)
    return _business(
        f"BP-{8000000 + number}",
        person["national_id"],
        f"{activity} {person['family_name']}",
        activity,
        until,
        person["address"],
    )


def _parcel(number: str, owner: str, area: int, use: str, *, mortgaged: bool = False, city: str = "070101") -> Row:
    return {
        "parcel_number": number, "owner": owner, "city": city, "area": str(area), "use": use, "mortgaged": mortgaged,
    }  # fmt: skip


def _parcels(cast: dict[str, str]) -> list[Row]:
    return [
        _parcel("4521-11-07", cast["nilufar"], 120, "dwelling"),
        _parcel("4522-03-07", cast["arash"], 95, "dwelling", mortgaged=True),
        _parcel("4530-08-07", cast["laleh"], 310, "trade"),
        _parcel("4531-02-07", cast["kamran"], 4200, "farm"),
    ]


def _drawn_parcel(chance: random.Random, person: Row, number: int, today: date) -> Row:  # noqa: ARG001 - as the others
    use = chance.choice(("dwelling", "dwelling", "trade", "farm"))
    city = person["address"]["city"]
    area, mortgaged = chance.randrange(60, 900), chance.random() < 0.2
    return _parcel(
        f"{5000 + number}-{chance.randrange(1, 40):02d}-{city[:2]}",
        person["national_id"],
        area,
        use,
        mortgaged=mortgaged,
        city=city,
    )


def _card(number: str, holder: str, until: str) -> Row:
    issued = _ten_years_before(until)
    return {"card_number": number, "holder": holder, "issued_on": issued, "valid_until": until}


def _cards(cast: dict[str, str]) -> list[Row]:
    return [
        _card("ID-9000001", cast["nilufar"], "2027-01-10"),
        _card("ID-9000002", cast["kamran"], "2031-04-02"),
        _card("ID-9000003", cast["laleh"], "2026-06-15"),
    ]


def _drawn_card(chance: random.Random, person: Row, number: int, today: date) -> Row:
    return _card(f"ID-{9100000 + number}", person["national_id"], _on(chance, today, -100, 3600))


def _employee(number: str, holder: str, agency: str, post: str, hired: str, salary: int, leave: int) -> Row:
    return {
        "employee_number": number, "holder": holder, "works_for": agency, "post": post, "hired_on": hired,
        "salary": salary, "leave_days": str(leave),
    }  # fmt: skip


def _employees(cast: dict[str, str]) -> list[Row]:
    return [
        _employee("EM-1100001", cast["maryam"], "civil-registry", "کارشناس", "2018-04-01", 180_000_000, 18),
        _employee("EM-1100002", cast["kamran"], "municipality", "حسابدار", "2003-09-23", 240_000_000, 3),
    ]


def _drawn_employee(chance: random.Random, person: Row, number: int, today: date) -> Row:
    hired = _on(chance, today, -9000, -100)
    agency, post = chance.choice(AGENCIES.split()), chance.choice(POSTS.split())
    salary = chance.randrange(120, 300) * 1_000_000
    return _employee(
        f"EM-{1200000 + number}", person["national_id"], agency, post, hired, salary, chance.randrange(0, 40)
    )


def _insurance(number: str, holder: str, kind: str, months: int, pay: int, until: str) -> Row:
    return {
        "insurance_number": number, "holder": holder, "kind": kind, "months_paid": str(months), "average_pay": pay,
        "valid_until": until,
    }  # fmt: skip


def _insured(cast: dict[str, str]) -> list[Row]:
    return [
        _insurance("SI-1300001", cast["kamran"], "employed", 276, 240_000_000, "2027-11-23"),
        _insurance("SI-1300002", cast["laleh"], "own", 118, 150_000_000, "2026-12-15"),
        _insurance("SI-1300003", cast["bahram"], "own", 372, 160_000_000, "2027-06-01"),
    ]


def _drawn_insurance(chance: random.Random, person: Row, number: int, today: date) -> Row:
    kind = chance.choice(("employed", "own", "family"))
    months, pay = chance.randrange(1, 360), chance.randrange(90, 300) * 1_000_000
    return _insurance(f"SI-{1400000 + number}", person["national_id"], kind, months, pay, _on(chance, today, 5, 400))


def _benefit(number: str, holder: str, kind: str, monthly: int, until: str) -> Row:
    return {
        "benefit_number": number, "holder": holder, "kind": kind, "monthly": monthly, "iban": IBAN,
        "valid_until": until,
    }  # fmt: skip


def _benefits(cast: dict[str, str]) -> list[Row]:
    return [_benefit("WF-1500001", cast["yasmin"], "support", 12_000_000, "2026-12-20")]


def _drawn_benefit(chance: random.Random, person: Row, number: int, today: date) -> Row:
    kind = chance.choice(("child", "support"))
    return _benefit(
        f"WF-{1600000 + number}",
        person["national_id"],
        kind,
        chance.choice((5, 8, 12)) * 1_000_000,
        _on(chance, today, 5, 400),
    )


def _library(cast: dict[str, str]) -> list[Row]:
    return [
        {"card_number": "LB-1700001", "holder": cast["maryam"], "library": "eram", "valid_until": "2026-12-05"},
        {"card_number": "LB-1700002", "holder": cast["laleh"], "library": "eram", "valid_until": "2027-08-01"},
    ]


def _drawn_library(chance: random.Random, person: Row, number: int, today: date) -> Row:
    library = chance.choice(("eram", "park"))
    until = _on(chance, today, -60, 360)
    return {
        "card_number": f"LB-{1800000 + number}",
        "holder": person["national_id"],
        "library": library,
        "valid_until": until,
    }


REGISTERS: dict[str, tuple[Callable[[dict[str, str]], list[Row]], Callable[[random.Random, Row, int, date], Row]]] = {
    "driving-licences": (_licences, _drawn_licence),
    "vehicles": (_vehicles, _drawn_vehicle),
    "driving-fines": (_fines, _drawn_fine),
    "parking-permits": (_parking, _drawn_parking),
    "business-permits": (_businesses, _drawn_business),
    "land-parcels": (_parcels, _drawn_parcel),
    "identity-cards": (_cards, _drawn_card),
    "employees": (_employees, _drawn_employee),
    "insured-persons": (_insured, _drawn_insurance),
    "benefits": (_benefits, _drawn_benefit),
    "library-cards": (_library, _drawn_library),
}
