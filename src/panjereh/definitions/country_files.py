"""The files that all services of a country share: agencies, places, calendar, concepts, laws, people to try it with."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from panjereh import rules
from panjereh.definitions.block import Block, Feel, Key, LawRef, Slug
from panjereh.definitions.classification import Classification
from panjereh.definitions.question import Typed
from panjereh.definitions.texts import LANGUAGE_CODE, Text
from panjereh.localisation import dates, identifiers, opening
from panjereh.localisation.errors import InputProblem
from panjereh.rules.errors import SyntaxProblem

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Named(Block):
    """A block whose name stands before it as the key."""

    id: str = Field(default="", exclude=True, description="the key before the block; not written within it")


class AccessQuestions(Block):
    """How people ask about a line of “who looked at my data”: a service, and which of its questions hold the line."""

    service: Slug = Field(description="id of the service; whoever asks goes through its questions as for any other")
    line: Key = Field(description="its question (text) that gets the number of the line")
    agency: Key = Field(description="its question (one of the agencies) that gets the agency that looked")
    reading: Key = Field(description="its question (long text) that gets what the line says")


Kin = Literal["parents", "children", "spouse", "siblings", "grandparents", "grandchildren"]


class PeopleRelations(Block):
    """How the residents' register says who belongs to whom. Fields hold the keys of other entries."""

    registry: Slug = Field(default="population", description="the register of residents")
    given_name: Key = Field(default="given_name", description="field with the given name")
    family_name: Key = Field(default="family_name", description="field with the family name")
    parents: list[Key] = Field(default=["mother", "father"], description="fields that name the parents; indexed")
    spouse: Key = Field(default="spouse", description="field that names the spouse")
    born: Key = Field(default="birth_date", description="field with the day of birth")
    died: Key = Field(default="death_date", description="field with the day of death")
    majority: int = Field(default=18, ge=10, le=30, description="age in years up to which parents act for children")
    law: LawRef = Field(description="law#article by which parents act for their children")


class CompanyRelations(Block):
    """How the register of companies says who acts for them."""

    registry: Slug = Field(default="companies", description="the register of companies")
    name: Key = Field(default="name", description="field with the name")
    representatives: Key = Field(
        default="representatives", description="field with the keys of those who act for the company; indexed"
    )
    jointly: Key = Field(default="jointly", description="yes/no field: true if two of them must agree")
    dissolved: Key = Field(default="dissolved_on", description="field with the day on which the company ended")
    ties: list[Key] = Field(
        default=[],
        description="further fields with keys of people whose matter the company's cases are: owners, employees; "
        "indexed",
    )
    law: LawRef = Field(description="law#article by which representatives act")


class Conflicts(Block):
    """Whose cases officials leave to others, beside their own."""

    kin: list[Kin] = Field(
        default=["parents", "children", "spouse", "siblings", "grandparents", "grandchildren"],
        description="relatives by the residents' register",
    )
    companies: bool = Field(default=True, description="companies that they represent, own or work for")
    law: LawRef = Field(description="law#article that says so")


class Relations(Block):
    """What the registers say of who may act for whom, and of whose cases an official leaves alone."""

    people: PeopleRelations | None = Field(default=None, description="parents, spouses, births and deaths")
    companies: CompanyRelations | None = Field(default=None, description="representatives of companies")
    conflicts: Conflicts | None = Field(default=None, description="conflicts of interest")


class CountryFile(Block):
    """country.yaml: the country as a whole."""

    name: Text = Field(description="what it is called")
    code: str = Field(
        default="",
        pattern="^([A-Z]{2})?$",
        description="two letters of ISO 3166-1: stands in the seals’ certificates",
    )
    zone: str = Field(default="Asia/Tehran", description="time zone of the capital (IANA)")
    languages: list[str] = Field(
        min_length=1, description="codes of the languages of all texts, the first is the main one"
    )
    weekend: list[Weekday] = Field(default=["friday"], description="days without work")
    months: Literal["jalali", "gregorian", "thirty-days"] = Field(
        default="jalali",
        description="how months of a term are counted: by one of the calendars, or as thirty days each (in Iran "
        "article 443 of the Civil Procedure Act)",
    )
    day_of_act: Literal["counts", "is-free"] = Field(
        default="counts",
        description="whether the day on which people act is within their term; `is-free` gives them one day more (in "
        "Iran article 445 of the Civil Procedure Act)",
    )
    capital: str | None = Field(default=None, description="code of the capital in places.yaml")
    access_questions: AccessQuestions | None = Field(
        default=None, description="the service by which people ask why an agency looked at their data"
    )
    erasure: Slug | None = Field(
        default=None, description="the service by which people ask an agency to erase what it holds about them"
    )
    relations: Relations = Field(
        default=Relations(), description="who may act for whom, and whose cases officials leave alone, by the registers"
    )


def _hours(written: dict[str, str]) -> dict[str, str]:
    try:
        opening.parse(written)
    except InputProblem as problem:
        text = problem.params["text"]
        raise ValueError(
            f"{text!r} can’t be read as opening hours; write such as saturday-wednesday: 7:30-14:30, each day once"
        ) from None
    return written


def _jalali_days(written: dict[str, Text]) -> dict[str, Text]:
    for day in written:
        try:
            jalali_day(day)
        except InputProblem:
            raise ValueError(f"{day!r} is not a day of the Jalali calendar; write such as 1405-09-10") from None
    return written


def jalali_day(text: str) -> date:
    """The day that `1405-09-10` names. Raises InputProblem."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return dates.parse(day, month, year)


def _iban(written: str) -> str:
    plain = re.sub(r"[\s-]", "", written).upper()
    if not plain.startswith("IR"):
        return plain
    try:
        return identifiers.parse_iban(plain)
    except InputProblem:
        raise ValueError(f"{written!r} is no IBAN: a digit is wrong or missing") from None


class Office(Named):
    """A place where an agency receives people."""

    title: Text = Field(description="what it is called")
    place: str | None = Field(default=None, description="code in places.yaml")
    address: Text | None = Field(default=None, description="street and number")
    phone: str | None = Field(default=None, description="in quotes, with the area code")
    open: Annotated[dict[str, str], AfterValidator(_hours)] = Field(
        default={},
        description="days → hours: `saturday-wednesday: 7:30-14:30`, `thursday: 8-12, 13-15`; on others nobody works",
    )
    closed: Annotated[dict[str, Text], AfterValidator(_jalali_days)] = Field(
        default={}, description="further days without work here: 1405-09-10 → why"
    )
    hours: Text | None = Field(default=None, description="what else to know of the hours: only with an appointment")


Utility = Literal[
    "water", "electricity", "gas", "telephone", "mobile-telephone", "municipal-duty", "tax", "driving-fine"
]


class Biller(Block):
    """An agency, or a company with a public task, that hands in bills."""

    utility: Utility = Field(description="what its bills are for")
    company: str = Field(
        default="",
        pattern=r"^(\d{3})?$",
        description="its three digits in bill identifiers; identifiers of other companies are refused",
    )
    title: Text = Field(description="what its bills are called")
    account: Text = Field(description="what it calls the number by which it knows its customers, as printed on bills")
    fund: str = Field(default="", description="the fund of its books that its bills belong to")


def _formula(written: str) -> str:
    try:
        rules.compile(written, ["amount"])
    except SyntaxProblem as problem:
        raise ValueError(str(problem)) from None
    return written


class StatementTable(Block):
    """How the bank writes a statement as a table (CSV). Common Persian and English headings are known without it."""

    delimiter: str = Field(default="", description="`;`, `,` or a tab; otherwise the one that the headings have")
    encoding: Literal["utf-8", "windows-1256"] = Field(default="utf-8", description="how the file is written")
    decimal: Literal[".", ","] = Field(default=".", description="the decimal sign of its amounts")
    days: Literal["jalali", "gregorian", "by-year"] = Field(
        default="by-year", description="its calendar; `by-year` takes years below 1600 as Jalali"
    )
    columns: dict[
        Literal["account", "booked", "value", "amount", "credit", "debit", "reference", "text", "id"], str
    ] = Field(default={}, description="what stands in a column → its heading")


class Settlement(Block):
    """How the money of a gateway or of a card terminal comes into the account: in sums, less its commission."""

    of: Literal["gateway", "card", "cash"] = Field(default="gateway", description="which kind of account of the books")
    holder: str = Field(default="", max_length=60, description="which gateway or terminal; empty where there is one")
    text: str = Field(min_length=3, description="what stands in the text or reference of such lines of a statement")
    commission: Annotated[Feel, AfterValidator(_formula)] = Field(
        default="0", description="what is kept of each payment, in the smallest unit; FEEL of `amount`, rounded down"
    )
    days: int = Field(default=4, ge=1, le=10, description="of how many days before the booking payments may come")


class BankAccount(Named):
    """A bank account of the agency: statements of others are refused."""

    iban: Annotated[str, AfterValidator(_iban)] = Field(description="its IBAN, or its number where there is none")
    title: Text = Field(description="what it is called")
    currency: str = Field(default="IRR", pattern="^[A-Z]{3}$", description="ISO 4217")
    table: StatementTable = Field(default=StatementTable(), description="how its bank writes tables")
    settlements: list[Settlement] = Field(default=[], description="gateways and terminals that pay into it")


class Agency(Named):
    """A public body that is responsible for services."""

    title: Text = Field(description="what it is called")
    short: Text | None = Field(default=None, description="its name in at most 40 characters")
    summary: Text | None = Field(default=None, description="what it does, in one sentence")
    kind: Literal["ministry", "organisation", "municipality", "court", "other"] = Field(
        default="organisation", description="what sort of body"
    )
    parent: Slug | None = Field(default=None, description="the agency above it")
    website: str | None = Field(default=None, description="https://…")
    phone: str | None = Field(default=None, description="in quotes")
    email: str | None = Field(default=None, description="where people can write")
    seal: Literal["B-B", "B-T", "B-LT"] = Field(
        default="B-B",
        description="what the seal on its PDFs carries, by PAdES (ETSI EN 319 142-1): nothing more, a time-stamp, or "
        "also all that a check in many years needs",
    )
    offices: dict[Slug, Office] = Field(default={}, description="where it receives people")
    biller: Biller | None = Field(default=None, description="set for those that hand in bills")
    bank_accounts: dict[Slug, BankAccount] = Field(default={}, description="where its money is")

    @model_validator(mode="after")
    def names_its_offices_and_accounts(self) -> Self:
        for name, block in (*self.offices.items(), *self.bank_accounts.items()):
            object.__setattr__(block, "id", name)
        return self


def _month_days(written: dict[str, Text]) -> dict[str, Text]:
    for day in written:
        if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day):
            raise ValueError(f'{day!r} is not a day of a year; write such as "01-13"')
    return written


MonthDays = Annotated[dict[str, Text], AfterValidator(_month_days)]


class Yearly(Block):
    """Holidays by the day of the year, for years whose list is not published yet."""

    jalali: MonthDays = Field(default={}, description='"MM-DD" → what is celebrated or mourned')
    islamic: MonthDays = Field(
        default={},
        description='"MM-DD" of the Islamic year → what is celebrated or mourned; by the tabular calendar, from which '
        "the sight of the moon may differ by a day or two",
    )


class CalendarFile(Block):
    """calendar.yaml: days without work, as published each year, and what the years after them are computed from."""

    holidays: dict[str, dict[str, Text]] = Field(
        default={}, description='Jalali year → "MM-DD" → what is celebrated or mourned'
    )
    sources: dict[str, Text] = Field(
        default={}, description="Jalali year → where its list comes from; pages say it beside the days"
    )
    yearly: Yearly = Field(
        default=Yearly(), description="the days from which the years after the last list are computed, ten of them"
    )


class Concept(Typed):
    """One word of the shared vocabulary. Keys that are not listed here are options of its type."""

    type: str = Field(description="a question type")
    label: Text = Field(description="the question as a short phrase")
    hint: Text | None = Field(default=None, description="help under the label")
    short: Text | None = Field(default=None, description="the label in at most 40 characters")
    say: Text | None = Field(default=None, description="the question as spoken on the phone")
    classification: Classification | None = Field(
        default=None,
        description="how it must be protected; otherwise confidential for files and accounts, else internal",
    )


class Law(Named):
    """A law or regulation that services refer to."""

    title: Text = Field(description="its name")
    link: str | None = Field(default=None, description="where it can be read")
    articles: dict[str, Text] = Field(default={}, description="number in quotes → what it says, in a sentence")


class LifeEvent(Named):
    """A situation in life under which people look for services."""

    title: Text = Field(description="as people say it: Having a child")
    summary: Text | None = Field(default=None, description="one sentence")
    icon: Key | None = Field(default=None, description="name of a picture")


class PlaceBlock(Block):
    """One place and those within it."""

    name: Text = Field(description="what it is called; the languages may also stand beside `within` directly")
    within: dict[str, "PlaceBlock"] = Field(default={}, description="code → place")

    @model_validator(mode="before")
    @classmethod
    def gathers_its_words(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "name" in data:
            return data
        words = {
            key: words for key, words in data.items() if LANGUAGE_CODE.fullmatch(str(key)) and isinstance(words, str)
        }
        return {key: value for key, value in data.items() if key not in words} | {"name": words}


class PlacesFile(Block):
    """places.yaml: the administrative tree."""

    levels: list[Key] = Field(
        min_length=1, description="what the levels are called, from the top: province, county, city"
    )
    places: dict[str, PlaceBlock] = Field(description="code → {fa, en, within: {code: …}}")


class DemonstrationPerson(Block):
    """A person of the demonstration. Refused in production."""

    id: Slug = Field(description="how scenarios name this person")
    national_id: str | None = Field(
        default=None, description="in quotes; must be in the population registry to be found there"
    )
    given_name: Text = Field(description="given name")
    family_name: Text = Field(description="family name")
    birth_date: date | None = Field(default=None, description="date of birth, such as 1990-05-01")
    email: str | None = Field(default=None, description="e-mail address")
    phone: str | None = Field(default=None, description="in quotes")
    language: str = Field(default="fa", description="language in which the person reads")
    story: Text | None = Field(default=None, description="what to try as this person")


class DemonstrationOfficial(Block):
    """An official of the demonstration. Refused in production."""

    id: Slug = Field(description="name of the official")
    given_name: Text = Field(description="given name")
    family_name: Text = Field(description="family name")
    agency: Slug = Field(description="id of the agency")
    office: Slug | None = Field(default=None, description="id of the office, if the official works in one")
    roles: list[Slug] = Field(min_length=1, description="what the official may do: officer, registrar, supervisor …")
    email: str | None = Field(default=None, description="e-mail address")
    language: str = Field(default="fa", description="language in which the official reads")
    story: Text | None = Field(default=None, description="what to try as this official")


class DemonstrationFile(Block):
    """demonstration.yaml: people and officials to try the country with. Ignored and refused in production."""

    people: list[DemonstrationPerson] = Field(default=[], description="people whom one can be")
    officials: list[DemonstrationOfficial] = Field(default=[], description="officials whom one can be")
    records: dict[Slug, str] = Field(
        default={}, description="registry → file of this folder with entries, one JSON object a line"
    )
