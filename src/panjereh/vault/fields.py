"""Fields whose values are encrypted in the database. Models and pages use them like any other.

    answers = SealedJSON(scope="id", default=dict)
    personal = SealedJSON(scope="case_id", row=("case_id", "seq"), null=True)

A value is opened when it is first looked at, so rows that are only counted or listed cost nothing. It is bound to its
table, column and row: moved elsewhere it does not open. What was erased with its key is the field's empty value.
The column stays what it was (JSON, text, bytes): values from before are read as they are until `keys seal` closes them.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from panjereh.vault import keys
from panjereh.vault.errors import Damaged, KeyDestroyed, KeyIsMissing

MARK = "sealed1:"

if TYPE_CHECKING:  # the stubs know these as generic, Django does not
    AnyField: TypeAlias = models.Field[Any, Any]
    AnyTextField: TypeAlias = models.TextField[Any, Any]
    AnyBinaryField: TypeAlias = models.BinaryField[Any, Any]
else:
    AnyField, AnyTextField, AnyBinaryField = models.Field, models.TextField, models.BinaryField


class Sealed(str):
    """A value as it lies in the database."""

    __slots__ = ()


class _Opening(DeferredAttribute):
    """Opens a value when it is first asked for."""

    lies_there = True

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, _Opening)
        if value is _Opening:
            value = super().__get__(instance, owner)
        if type(value) is Sealed:
            value = instance.__dict__[self.field.attname] = cast("_SealedField", self.field).opened(instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _SealedField(AnyField):
    """What the kinds of sealed fields share. `scope` and `row` name attributes of the model."""

    descriptor_class = _Opening
    path = ""

    def __init__(self, *args: Any, scope: str = "", row: Sequence[str] = ("pk",), **kwargs: Any) -> None:
        self.scope = scope
        self.row = tuple(row)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The column is a plain one: migrations need not know what our code makes of it."""
        name, _path, args, kwargs = super().deconstruct()
        return name, self.path, args, kwargs

    def scope_of(self, instance: Any) -> UUID:
        return getattr(instance, self.scope)  # type: ignore[no-any-return]

    def about(self, instance: Any) -> str:
        """Where the value stands; what stands elsewhere does not open."""
        row = ":".join(_as_text(getattr(instance, name)) for name in self.row)
        return f"{instance._meta.db_table}.{self.column}:{row}"

    def opened(self, instance: Any, value: str) -> Any:
        about = self.about(instance)
        try:
            return self.read(keys.open_(self.scope_of(instance), about, base64.b64decode(value[len(MARK) :])))
        except KeyDestroyed:
            return self.nothing()
        except binascii.Error as error:
            raise Damaged(f"{about} does not open: it was cut off.") from error

    def sealed(self, instance: Any, value: Any) -> Sealed:
        content = keys.seal(self.scope_of(instance), self.about(instance), self.write(value))
        return Sealed(MARK + base64.b64encode(content).decode())

    def pre_save(self, model_instance: Any, add: bool) -> Any:  # noqa: ARG002 - Django names it
        """Close the value. One that nobody has looked at is closed already, and an empty one tells nothing."""
        value = model_instance.__dict__.get(self.attname)
        return self.sealed(model_instance, value) if value and type(value) is not Sealed else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.closed(value), connection, prepared)

    def closed(self, value: Any) -> Any:
        """The value, if it may go to the database. Raises TypeError."""
        if value and type(value) is not Sealed:
            raise TypeError(f"{self} is encrypted: save the object; it can’t be compared with, or set by a query.")
        return value

    def write(self, value: Any) -> bytes:
        raise NotImplementedError

    def read(self, content: bytes) -> Any:
        raise NotImplementedError

    def nothing(self) -> Any:
        raise NotImplementedError


class SealedJSON(_SealedField, models.JSONField):
    path = "django.db.models.JSONField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        read = super().from_db_value(value, expression, connection)
        return Sealed(read) if isinstance(read, str) and read.startswith(MARK) else read

    def write(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()

    def read(self, content: bytes) -> Any:
        return json.loads(content)

    def nothing(self) -> Any:
        return None if self.null else {}


class SealedText(_SealedField, AnyTextField):
    path = "django.db.models.TextField"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return Sealed(value) if isinstance(value, str) and value.startswith(MARK) else value

    def get_prep_value(self, value: Any) -> Any:
        return value

    def write(self, value: Any) -> bytes:
        return str(value).encode()

    def read(self, content: bytes) -> str:
        return content.decode()

    def nothing(self) -> Any:
        return None if self.null else ""


class SealedBytes(_SealedField, AnyBinaryField):
    path = "django.db.models.BinaryField"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        content = None if value is None else bytes(value)
        return Sealed(content.decode()) if content and content.startswith(MARK.encode()) else content

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = self.closed(value)
        return models.BinaryField.get_db_prep_value(self, sealed and sealed.encode(), connection, prepared)

    def write(self, value: Any) -> bytes:
        return bytes(value)

    def read(self, content: bytes) -> bytes:
        return content

    def nothing(self) -> None:
        return None


def sealed_fields(model: type[models.Model]) -> list[Any]:
    """The encrypted fields of a model."""
    return [field for field in model._meta.local_concrete_fields if isinstance(field, _SealedField)]


def damaged(instance: models.Model) -> bool:
    """Whether some value of a row does not open. What was erased with its key is no damage."""
    try:
        for field in sealed_fields(type(instance)):
            getattr(instance, field.attname)
    except (Damaged, KeyIsMissing):
        return True
    return False


def _as_text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
