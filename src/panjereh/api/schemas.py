"""What programs send and are sent. Unknown members are mistakes: a misspelt one must not be passed over."""

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import ConfigDict, Field


class Sent(Schema):
    """The base of what programs send."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Token(Schema):
    """RFC 6749, 5.1."""

    access_token: str = Field(description=gettext_noop("to be sent in the header Authorization"))
    token_type: str = Field(description=gettext_noop("always Bearer"))
    expires_in: int = Field(description=gettext_noop("seconds"))
    scope: str = Field(description=gettext_noop("what this token allows"))


class Caller(Schema):
    """Who the program is for us."""

    client_id: str = Field(description=gettext_noop("number of the program"))
    name: str = Field(description=gettext_noop("what the operator calls it"))
    agency: str = Field(description=gettext_noop("the agency for which it acts"))
    scopes: list[str] = Field(description=gettext_noop("what this token allows"))
