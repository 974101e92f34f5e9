import pytest
from joserfc import jwt as judge

from panjereh.signing import keys, operations, queries


def test_signed_bytes_verify_with_the_seal_that_their_number_begins(ring):
    signature = operations.sign_bytes("civil-registry", b"framed")
    seal = queries.seal_that_begins(queries.find_seal(signature.kid).thumbprint[:8])

    assert seal.agency == "civil-registry"
    assert len(signature.value) == 64
    assert queries.verify_bytes(seal, b"framed", signature.value)


def test_changed_bytes_changed_signatures_and_other_seals_fail(ring):
    signature = operations.sign_bytes("civil-registry", b"framed")
    seal, other = queries.current_seal("civil-registry"), queries.current_seal("inspectorate")

    assert not queries.verify_bytes(seal, b"Framed", signature.value)
    assert not queries.verify_bytes(other, b"framed", signature.value)
    assert not queries.verify_bytes(seal, b"framed", signature.value + b"\0")
    for place in range(64):
        changed = bytearray(signature.value)
        changed[place] ^= 1
        assert not queries.verify_bytes(seal, b"framed", bytes(changed))


def test_a_number_that_was_never_ours_finds_no_seal(ring, foreign_ring):
    with keys.use(foreign_ring):
        foreign = queries.current_seal("civil-registry").thumbprint[:8]

    assert queries.seal_that_begins(foreign) is None
    assert queries.seal_that_begins(b"") is None  # two have it


@pytest.mark.parametrize("claims", [{}, {"name": "سارا", "list": [1, None, {"a": True}]}])
def test_another_library_reads_our_tokens(ring, claims):
    token = operations.sign_jwt("civil-registry", "statuslist+jwt", claims)

    read = judge.decode(token, queries.current_seal("civil-registry").public_jwk, algorithms=["ES256"])

    assert read.claims == claims
    assert read.header == {"alg": "ES256", "typ": "statuslist+jwt", "kid": queries.current_seal("civil-registry").kid}
