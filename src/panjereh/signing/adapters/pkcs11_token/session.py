"""One session with the token, held open. When the token has gone away, the next use opens a new one."""

import hashlib
import os
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar

import pkcs11
from pkcs11 import ObjectClass

from panjereh.signing.errors import KeyIsMissing, TokenIsAway, TokenRefusesPin
from panjereh.signing.token_address import TokenAddress

T = TypeVar("T")
PIN_TROUBLE = (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinLocked, pkcs11.exceptions.PinExpired)


class Token:
    """The token of this process: one session behind a lock, because modules are not asked to be thread-safe."""

    def __init__(self, address: TokenAddress) -> None:
        self.address = address
        self._refused = b""
        self._after_fork()
        os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        # PKCS #11 (section 6.6.1): a child has to initialise the library anew; a lock may be held by a lost thread.
        self._lock = RLock()
        self._session: pkcs11.Session | None = None
        self._objects: dict[tuple[str, ObjectClass], Any] = {}

    def use(self, act: Callable[["Token"], T]) -> T:
        """Do something with the token; when it has gone away, once more with a new session. Raises TokenIsAway."""
        with self._lock:
            if self._session is not None:
                try:
                    return act(self)
                except pkcs11.PKCS11Error:
                    pass
            try:
                self._connect()
                return act(self)
            except pkcs11.PKCS11Error as error:
                self._session = None
                raise TokenIsAway(token=self.address.token, reason=type(error).__name__) from error

    @property
    def session(self) -> Any:
        return self._session

    def find(self, label: str, kind: ObjectClass) -> Any:
        """The object of that label, looked up once a session."""
        if (label, kind) not in self._objects:
            attributes = {pkcs11.Attribute.CLASS: kind, pkcs11.Attribute.LABEL: label}
            found = list(self.session.get_objects(attributes))  # to its end, else the search stays open
            if not found:
                raise KeyIsMissing(place=f"{self.address.token}: {label}")
            self._objects[label, kind] = found[0]
        return self._objects[label, kind]

    def destroy(self, label: str) -> None:
        """Every object of that label, public halves too."""
        for found in list(self.session.get_objects({pkcs11.Attribute.LABEL: label})):
            found.destroy()
        self._objects.clear()

    def _connect(self) -> None:
        pin = self.address.pin()
        fingerprint = hashlib.sha256(pin.encode()).digest()
        if fingerprint == self._refused:  # asking again would lock the token
            raise TokenRefusesPin(token=self.address.token)
        self._session, self._objects = None, {}
        library = pkcs11.lib(self.address.module)
        library.reinitialize()  # also finds tokens that came back
        try:
            self._session = library.get_token(token_label=self.address.token).open(rw=True, user_pin=pin)
        except PIN_TROUBLE as error:
            self._refused = fingerprint
            raise TokenRefusesPin(token=self.address.token) from error
