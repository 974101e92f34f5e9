"""What a program may learn about itself."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router

from panjereh.api.schemas import Caller
from panjereh.identity.operations.clients import Program

router = Router()


@router.get("/client", response=Caller, url_name="client", summary=gettext_noop("Who am I?"))
def client(request: HttpRequest) -> Caller:
    """Who the program is, for which agency it acts, and what its token allows. Good for a first try."""
    program: Program = request.auth  # type: ignore[attr-defined]  # whoever gets here was let in
    return Caller(
        client_id=str(program.client),
        name=program.actor.name,
        agency=program.actor.agency or "",
        scopes=sorted(program.scopes),
    )
