"""Keys in a PKCS #11 token (OASIS PKCS #11 v2.40): made inside it, never leaving it."""

from panjereh.signing.adapters.pkcs11_token.store import Pkcs11

__all__ = ["Pkcs11"]
