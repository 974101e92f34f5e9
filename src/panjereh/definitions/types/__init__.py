"""The types of question: each is one class that reads, checks, shows and describes its answers."""

from panjereh.definitions.types.base import (
    HERE,
    TYPES,
    Asking,
    Channel,
    Form,
    OneBox,
    QuestionType,
    Upload,
    Value,
    Way,
)
from panjereh.definitions.types.choice import Choice
from panjereh.definitions.types.choices import Declaration, FromList, OneOf, SeveralOf, YesNo
from panjereh.definitions.types.dates import Date, Period, Time
from panjereh.definitions.types.entries import Entry
from panjereh.definitions.types.files import File
from panjereh.definitions.types.identifiers import CompanyId, Email, Iban, NationalId, Phone, PostalCode
from panjereh.definitions.types.number import Money, Number
from panjereh.definitions.types.parties import Organisation, Party, Person
from panjereh.definitions.types.places import Address, InPlace
from panjereh.definitions.types.repeated import Repeated
from panjereh.definitions.types.text import LongText, PersonName, ShortText
from panjereh.definitions.types.tree import Place, PlaceTree

__all__ = [
    "HERE",
    "TYPES",
    "Address",
    "Asking",
    "Channel",
    "Choice",
    "CompanyId",
    "Date",
    "Declaration",
    "Email",
    "Entry",
    "File",
    "Form",
    "FromList",
    "Iban",
    "InPlace",
    "LongText",
    "Money",
    "NationalId",
    "Number",
    "OneBox",
    "OneOf",
    "Organisation",
    "Party",
    "Period",
    "Person",
    "PersonName",
    "Phone",
    "Place",
    "PlaceTree",
    "PostalCode",
    "QuestionType",
    "Repeated",
    "SeveralOf",
    "ShortText",
    "Time",
    "Upload",
    "Value",
    "Way",
    "YesNo",
]
