"""The tree of RFC 6962 against its own words and the test vectors of Certificate Transparency."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.audit import merkle, tiles

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


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def node_over(leaves: list[bytes]) -> merkle.Node:
    return lambda height, index: plain_root(leaves[index << height : (index + 1) << height])


def test_the_roots_are_those_of_certificate_transparency():
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]

    assert [merkle.root(leaves[: size + 1]).hex() for size in range(8)] == ROOTS


@given(st.integers(0, 70))
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(count):
    assert merkle.root(leaves_of(count)) == plain_root(leaves_of(count))
    assert merkle.tree_root(node_over(leaves_of(count)), count) == plain_root(leaves_of(count))


@given(st.integers(1, 70), st.data())
def test_every_leaf_proves_its_place_and_no_other(count, data):
    leaves = leaves_of(count)
    index = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1))
    proof, root = merkle.inclusion_proof(node_over(leaves), index, count), merkle.root(leaves)

    assert merkle.is_included(leaves[index], index, count, proof, root)
    assert merkle.is_included(leaves[index], other, count, proof, root) == (other == index)
    assert not merkle.is_included(merkle.leaf_hash(b"forged"), index, count, proof, root)
    assert not merkle.is_included(leaves[index], index, count, [*proof, root], root)
    assert not merkle.is_included(leaves[index], count, count, proof, root)


@given(st.integers(0, 70), st.data())
def test_a_tree_proves_that_it_begins_with_every_tree_it_grew_from_and_with_no_other(new, data):
    leaves = leaves_of(new)
    old = data.draw(st.integers(0, new))
    proof = merkle.consistency_proof(node_over(leaves), old, new)
    old_root, root = merkle.root(leaves[:old]), merkle.root(leaves)
    forged = merkle.root([*leaves[: max(0, old - 1)], merkle.leaf_hash(b"forged")])

    assert merkle.is_consistent(old, new, old_root, root, proof)
    assert not merkle.is_consistent(old, new, forged, root, proof)
    assert not merkle.is_consistent(old, new, old_root, root, [*proof, root])
    if old:  # the empty tree is the beginning of any
        assert not merkle.is_consistent(old, new, old_root, merkle.leaf_hash(b"forged"), proof)
    if old and old != new:
        assert not merkle.is_consistent(old + 1, new, old_root, root, proof)
        assert not merkle.is_consistent(old, new, old_root, root, proof[:-1])


@given(st.integers(1, 1400), st.data())
def test_proofs_can_be_made_from_tiles_alone(size, data):
    leaves = leaves_of(size)

    def fetch(tile: tiles.Tile) -> bytes:
        hashes = leaves
        for _level in range(tile.level):
            hashes = [merkle.root(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
        return b"".join(hashes[tile.number * 256 : tile.number * 256 + tile.width])

    tree, root = tiles.Tree(size, fetch), merkle.root(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert tree.root() == root
    assert merkle.is_included(leaves[index], index, size, tree.inclusion(index), root)
    assert merkle.is_consistent(old, size, merkle.root(leaves[:old]), root, tree.consistency(old))


def test_tiles_lie_where_the_standard_says():
    of_70000 = list(tiles.tiles_of(70_000))

    assert tiles.Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert len([tile for tile in of_70000 if tile.level == 0 and tile.width == 256]) == 273
    assert [tile.path for tile in of_70000 if tile.width != 256] == [
        "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    ]  # fmt: skip
    assert [tile.path for tile in tiles.tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [tile.path for tile in tiles.bundles_of(300, since=260)] == ["tile/entries/001.p/44"]


@given(st.integers(0, 5), st.integers(0, 10**9), st.integers(1, 256))
def test_a_tile_is_read_back_from_its_path(level, number, width):
    tile = tiles.Tile(level, number, width)

    assert tiles.Tile.parse(tile.path) == tile


NO_TILES = [
    "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/00/001", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256",
    "tile/0/000.p/01", "tile/0/x001/x234", "tile/0/000/", "/tile/0/000", "tile/0/٠٠١", "tile/entries/", "tile/-1/000",
]  # fmt: skip


@pytest.mark.parametrize("path", NO_TILES)
def test_there_is_one_path_for_each_tile(path):
    assert tiles.Tile.parse(path) is None


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_go_into_a_bundle_and_come_out(entries):
    packed = tiles.bundle(entries)

    assert tiles.unbundle(packed) == entries
    if entries:
        with pytest.raises(ValueError, match="cut off"):
            tiles.unbundle(packed + b"\x00")
