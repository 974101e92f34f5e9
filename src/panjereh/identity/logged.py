"""Rows of identity in the transparency log: who gave whom which office and role."""

from panjereh.audit.sources import Source
from panjereh.identity.models import Change

LOGGED = (Source("role-change", Change, ("what", "party", "actor", "actor_agency", "fields", "reason", "at")),)
