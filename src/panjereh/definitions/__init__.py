"""The service language: from a folder of YAML to services that run, and the linter that says what is wrong."""

from panjereh.definitions.answers import Fit
from panjereh.definitions.bundle import Bundle
from panjereh.definitions.checks import check
from panjereh.definitions.compiled import Condition, Duplicates, NoPurpose, Service
from panjereh.definitions.compiling import compile_service
from panjereh.definitions.country import Country, bundle, load_country
from panjereh.definitions.country_files import (
    Agency,
    BankAccount,
    DemonstrationOfficial,
    DemonstrationPerson,
    Law,
    LifeEvent,
    Office,
    Settlement,
    StatementTable,
)
from panjereh.definitions.disclosing import Disclose
from panjereh.definitions.findings import DefinitionErrors, Finding, Severity
from panjereh.definitions.needs import fields_used
from panjereh.definitions.outside import IN_WORDS, Consultation
from panjereh.definitions.questions import Question
from panjereh.definitions.results import DocumentOrder, Fee, FeeRow, NoticeText, RecordWrite
from panjereh.definitions.rows import Row, rows_of
from panjereh.definitions.screens import LookUp, Parsed, Problem, Screen
from panjereh.definitions.service import Applicant, Deadline, Purpose
from panjereh.definitions.texts import Text
from panjereh.definitions.vocabulary import Registry, RegistryField

__all__ = [
    "IN_WORDS",
    "Agency",
    "Applicant",
    "BankAccount",
    "Bundle",
    "Condition",
    "Consultation",
    "Country",
    "Deadline",
    "DefinitionErrors",
    "DemonstrationOfficial",
    "DemonstrationPerson",
    "Disclose",
    "DocumentOrder",
    "Duplicates",
    "Fee",
    "FeeRow",
    "Finding",
    "Fit",
    "Law",
    "LifeEvent",
    "LookUp",
    "NoPurpose",
    "NoticeText",
    "Office",
    "Parsed",
    "Problem",
    "Purpose",
    "Question",
    "RecordWrite",
    "Registry",
    "RegistryField",
    "Row",
    "Screen",
    "Service",
    "Settlement",
    "Severity",
    "StatementTable",
    "Text",
    "bundle",
    "check",
    "compile_service",
    "fields_used",
    "load_country",
    "rows_of",
]
