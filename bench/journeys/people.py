"""Who takes part: mothers and fathers of the demonstration's register, each with a way to sign in, and officials."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

Row = dict[str, Any]


def couples(country: Path, most: int, known: set[str | None]) -> Iterator[tuple[Row, Row]]:
    """Married people who could have had a child last week and have no account yet: mother, father."""
    with (country / "demonstration" / "population.jsonl").open(encoding="utf-8") as lines:
        rows = {row["national_id"]: row for row in map(json.loads, lines)}
    found = 0
    for row in rows.values():
        spouse = rows.get(row.get("spouse") or "")
        if (
            row["sex"] == "female"
            and spouse
            and "1975" < row["birth_date"] < "2004"
            and found < most
            and row["national_id"] not in known
        ):
            found += 1
            yield row, spouse


def invite(country: Path, *, families: int, officials: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Accounts for that many; what each mother needs to know, and the account numbers of the officials."""
    from django.db import transaction

    from panjereh.identity.adapters import demo
    from panjereh.identity.models import Party

    known = set(Party.objects.values_list("national_id", flat=True))
    with transaction.atomic():
        mothers = [_mother(mother, father) for mother, father in couples(country, families, known)]
        desk = []
        for number in range(officials):
            held = demo.load_official(
                f"bench-{number}@example.org",
                agency="civil-registry",
                roles=["officer", "registrar"],
                given_name="کارشناس",
                family_name=str(number),
            )
            desk.append(str(held.account_id))
    return mothers, desk


def _mother(mother: Row, father: Row) -> dict[str, Any]:
    from panjereh.identity.adapters import demo

    account = demo.load_person(
        f"{mother['national_id']}@example.org",
        entity=UUID(mother["entity"]),
        national_id=mother["national_id"],
        given_name=mother["given_name"],
        family_name=mother["family_name"],
    )
    return {"account": str(account.pk), "answers": answers(father, notice_of(mother))}


def notice_of(mother: Row) -> str:
    """Let a hospital tell of a birth today; the number of its notice."""
    from panjereh.catalogue import queries as catalogue
    from panjereh.kernel import clock
    from panjereh.kernel.actor import SYSTEM
    from panjereh.registries import operations as registries
    from panjereh.registries.types import Cause

    today, number = clock.today(), f"BN-{mother['national_id']}"
    notice = {
        "notice_number": number,
        "mother": mother["national_id"],
        "birth_date": today.isoformat(),
        "sex": "female",
        "hospital": "بیمارستان مادر",
    }
    registry = catalogue.country().registries["birth-notices"]
    registries.load(registry, [(uuid4(), notice, today)], cause=Cause(law=registry.law or "", actor=SYSTEM))
    return number


def answers(father: Row, notice: str) -> dict[str, str]:
    """What a mother writes into the boxes."""
    from panjereh.kernel import clock
    from panjereh.localisation import dates

    today, born = dates.to_jalali(clock.today()), dates.to_jalali(date.fromisoformat(father["birth_date"]))
    return {
        "role": "mother",
        "setting": "hospital",
        "birth_date.day": str(today.day),
        "birth_date.month": str(today.month),
        "birth_date.year": str(today.year),
        "birth_place": "شیراز",
        "given_name": "هلیا",
        "sex": "female",
        "more": "no",
        "father_known": "yes",
        "father.national_id": father["national_id"],
        "father.birth_date.day": str(born.day),
        "father.birth_date.month": str(born.month),
        "father.birth_date.year": str(born.year),
        "found": "yes",
        "foreign_parent": "no",
        "notice": notice,
    }
