"""Every table whose rows are in the transparency log, gathered from the rooms."""

from panjereh.audit.logged import LOGGED as AUDIT
from panjereh.audit.sources import Source
from panjereh.cases.logged import LOGGED as CASES
from panjereh.catalogue.logged import LOGGED as CATALOGUE
from panjereh.documents.logged import LOGGED as DOCUMENTS
from panjereh.identity.logged import LOGGED as IDENTITY
from panjereh.payments.logged import LOGGED as PAYMENTS
from panjereh.registries.logged import LOGGED as REGISTRIES

SOURCES: tuple[Source, ...] = (*CATALOGUE, *IDENTITY, *REGISTRIES, *CASES, *DOCUMENTS, *PAYMENTS, *AUDIT)
