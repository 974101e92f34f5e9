"""Effects of this room."""

import logging
from typing import Any
from uuid import UUID

from panjereh.documents import operations, queries, raising
from panjereh.outbox.handlers import EffectContext, Handlers, outside
from panjereh.signing.errors import NoTimeStamp

log = logging.getLogger(__name__)


@outside
def raise_seal(payload: dict[str, Any], _effect: EffectContext) -> None:
    """Make the file whose seal bears a time-stamp. An authority that is away is asked again, however long it takes."""
    certificate = queries.get(UUID(payload["certificate"]))
    try:
        operations.raise_seal(certificate.pk, payload["level"])
    except NoTimeStamp as error:
        log.warning("no time-stamp for certificate %s: %s", certificate.code, error)
        raising.ask(certificate, payload["attempt"] + 1)


HANDLERS: Handlers = {raising.RAISE_SEAL: raise_seal}
