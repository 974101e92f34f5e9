"""The tree of RFC 6962 against its own words and the test vectors of Certificate Transparency."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from panjereh.audit import merkle

# Leaves and roots of the reference implementation of Certificate Transparency (merkletree tests).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: list[str]) -> str:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def leaves_of(count: int) -> list[str]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def test_the_roots_are_those_of_certificate_transparency():
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]

    assert [merkle.root(leaves[: size + 1]) for size in range(8)] == ROOTS


@given(st.integers(0, 70))
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(count):
    assert merkle.root(leaves_of(count)) == plain_root(leaves_of(count))


@given(st.integers(1, 70), st.data())
def test_every_leaf_proves_its_place_and_no_other(count, data):
    leaves = leaves_of(count)
    index = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1))
    proof, root = merkle.inclusion_proof(leaves, index), merkle.root(leaves)

    assert merkle.is_included(leaves[index], index, count, proof, root)
    assert merkle.is_included(leaves[index], other, count, proof, root) == (other == index)
    assert not merkle.is_included(merkle.leaf_hash(b"forged"), index, count, proof, root)
    assert not merkle.is_included(leaves[index], index, count, [*proof, root], root)
    assert not merkle.is_included(leaves[index], count, count, proof, root)
