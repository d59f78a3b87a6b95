"""The Merkle tree against RFC 6962's definition written down naively, and its known vectors."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanzhi.events.canonical import leaf_hash
from sanzhi.events.merkle import (
    EMPTY_ROOT,
    TileLost,
    Tiles,
    consistency_proof,
    full_subtree,
    grow,
    inclusion_proof,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

#: Leaves of the test tree in the Certificate Transparency reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
#: Roots of its first one to eight leaves.
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(leaves)
    return node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


class Store:
    """Tiles in memory, grown batch by batch."""

    def __init__(self, *batches: list[bytes]) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.size = 0
        for batch in batches:
            self.tiles |= grow(self.size, batch, self.read)
            self.size += len(batch)

    def read(self, level: int, index: int) -> bytes:
        return self.tiles.get((level, index), b"")

    def root(self, size: int | None = None) -> bytes:
        return root(self.size if size is None else size, Tiles(self.read).subtree)


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_known_roots():
    leaves = [leaf_hash(leaf) for leaf in LEAVES]
    for size, expected in enumerate(ROOTS, 1):
        assert Store(leaves[:size]).root().hex() == expected
    assert Store().root() == EMPTY_ROOT == sha256(b"").digest()


def test_known_inclusion_and_consistency_proofs():
    subtree = Tiles(Store([leaf_hash(leaf) for leaf in LEAVES]).read).subtree
    assert [node.hex() for node in inclusion_proof(5, 8, subtree)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in consistency_proof(2, 5, subtree)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 512, 513, 700])
def test_roots_across_the_edges_of_tiles(size):
    assert Store(hashes(size)).root() == naive_root(hashes(size))


def test_a_third_level_of_tiles():
    """65,537 leaves: the first tile of level two is begun."""
    count = 256 * 256 + 1
    store = Store(hashes(count))
    assert len(store.tiles[2, 0]) == 32
    assert store.tiles[2, 0] == full_subtree(hashes(count)[:-1])
    assert store.root() == node_hash(store.tiles[2, 0], hashes(count)[-1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5))
def test_batches_grow_the_tree_that_one_batch_makes(sizes):
    leaves = hashes(sum(sizes))
    places = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
    batches = [leaves[start:end] for start, end in pairwise(places)]
    assert Store(*batches).tiles == Store(leaves).tiles


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_inclusion(data):
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    store = Store(leaves)
    proof = inclusion_proof(index, size, Tiles(store.read).subtree)
    expected = naive_root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, expected)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, expected)
    assert not verify_inclusion(leaves[index], index, size, [*proof, expected], expected)
    if proof:
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], expected)
        spoiled = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(
            leaves[index],
            index,
            size,
            [b"\0" * 32 if place == spoiled else node for place, node in enumerate(proof)],
            expected,
        )
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not verify_inclusion(leaves[index], other, size, proof, expected)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_consistency(data):
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(0, new))
    leaves = hashes(new)
    store = Store(leaves)
    proof = consistency_proof(old, new, Tiles(store.read).subtree)
    roots = naive_root(leaves[:old]), naive_root(leaves)
    assert verify_consistency(old, new, *roots, proof) == (old > 0)
    if 0 < old < new:
        assert not verify_consistency(old, new, leaf_hash(b"x"), roots[1], proof)
        assert not verify_consistency(old, new, roots[0], leaf_hash(b"x"), proof)
        assert not verify_consistency(old, new, *roots, proof[:-1])
        assert not verify_consistency(old, new, *roots, [*proof, roots[0]])
        assert not verify_consistency(old, new, *roots, [])


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1, over leaf hashes."""
    if len(leaves) == 1:
        return []
    middle = split(leaves)
    if index < middle:
        return [*naive_path(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_path(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def naive_proof(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF of RFC 6962, 2.1.2, over leaf hashes."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    middle = split(leaves)
    if old <= middle:
        return [*naive_proof(old, leaves[:middle], whole=whole), naive_root(leaves[middle:])]
    return [*naive_proof(old - middle, leaves[middle:], whole=False), naive_root(leaves[:middle])]


def split(leaves: list[bytes]) -> int:
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return middle


RANDOM = sha256(b"random").digest()


def spoiled(proof: list[bytes], *given: bytes) -> dict[str, list[bytes]]:
    """Ways to spoil a proof: cut, drawn out, in another order, with other nodes."""
    found = {
        "nothing before": [b"", *proof],
        "nothing behind": [*proof, b""],
        "random before": [RANDOM, *proof],
        "random behind": [*proof, RANDOM],
    }
    for place, node in enumerate(given):
        found |= {f"root {place} before": [node, *proof], f"root {place} behind": [*proof, node]}
    for place, node in enumerate(proof):
        before, behind = proof[:place], proof[place + 1 :]
        found |= {
            f"without {place}": [*before, *behind],
            f"twice {place}": [*before, node, node, *behind],
            f"random {place}": [*before, RANDOM, *behind],
            f"a bit of {place}": [*before, bytes([node[0] ^ 16]) + node[1:], *behind],
            f"{place} cut short": [*before, node[:31], *behind],
            f"{place} drawn out": [*before, node + b"\0", *behind],
        }
    if len(proof) > 1:
        found |= {"reversed": proof[::-1], "first two joined": [proof[0] + proof[1], *proof[2:]]}
    return {name: other for name, other in found.items() if other != proof}


def inclusion_probes() -> dict[str, tuple[int, int, bytes, bytes, list[bytes]]]:
    """What is not so: leaf, index, size, root and proof, each changed, for sizes 1 to 8."""
    leaves, found = [leaf_hash(leaf) for leaf in LEAVES], {}
    for size in range(1, 9):
        for index in range(size):
            leaf, expected = leaves[index], naive_root(leaves[:size])
            proof = naive_path(index, leaves[:size])
            name = f"leaf {index} of {size}"
            for other in {index - 1, index + 1, index ^ 2, size, 2**64} - {index}:
                found[f"{name}: index {other}"] = (leaf, other, size, expected, proof)
            # A size whose path to this leaf has the same turns gives the same root: it is no
            # other statement of the proof, and the signed checkpoint says which size it is.
            for other in {0, -1, size // 2, size * 2} - {size}:
                found[f"{name}: size {other}"] = (leaf, index, other, expected, proof)
            for other in (b"", b"WrongLeaf", RANDOM, leaf[:31], leaf + b"\0"):
                found[f"{name}: leaf {other!r}"] = (other, index, size, expected, proof)
            for other in (b"", EMPTY_ROOT, RANDOM, expected[:31]):
                found[f"{name}: root {other!r}"] = (leaf, index, size, other, proof)
            for how, other in spoiled(proof, expected, leaf).items():
                found[f"{name}: {how}"] = (leaf, index, size, expected, other)
    return found


def consistency_probes() -> dict[str, tuple[int, int, bytes, bytes, list[bytes]]]:
    """What is not so: sizes, roots and proof, each changed, for all pairs of sizes 1 to 8."""
    leaves, found = [leaf_hash(leaf) for leaf in LEAVES], {}
    for new in range(1, 9):
        for old in range(1, new + 1):
            roots = naive_root(leaves[:old]), naive_root(leaves[:new])
            proof, name = naive_proof(old, leaves[:new]), f"{old} in {new}"
            for other in {0, -1, old - 1, old + 1, old ^ 2, new + 1} - {old}:
                found[f"{name}: old {other}"] = (other, new, *roots, proof)
            for other in {0, -1, old - 1, new // 2, new * 2} - {new}:
                found[f"{name}: new {other}"] = (old, other, *roots, proof)
            for other in (b"", b"WrongRoot", EMPTY_ROOT, RANDOM):
                found[f"{name}: old root {other!r}"] = (old, new, other, roots[1], proof)
                found[f"{name}: new root {other!r}"] = (old, new, roots[0], other, proof)
            if old < new:
                found[f"{name}: swapped"] = (old, new, *roots[::-1], proof)
                found[f"{name}: turned"] = (new, old, *roots[::-1], proof)
                found[f"{name}: no proof"] = (old, new, *roots, [])
            for how, other in spoiled(proof, *roots).items():
                found[f"{name}: {how}"] = (old, new, *roots, other)
    return found


def test_the_naive_proofs_are_those_of_the_tiles_and_hold():
    leaves = [leaf_hash(leaf) for leaf in LEAVES]
    subtree = Tiles(Store(leaves).read).subtree
    for size in range(1, 9):
        expected = naive_root(leaves[:size])
        for index in range(size):
            proof = naive_path(index, leaves[:size])
            assert inclusion_proof(index, size, subtree) == proof
            assert verify_inclusion(leaves[index], index, size, proof, expected)
        for old in range(1, size + 1):
            proof = naive_proof(old, leaves[:size])
            assert consistency_proof(old, size, subtree) == proof
            assert verify_consistency(old, size, naive_root(leaves[:old]), expected, proof)


def test_no_spoiled_inclusion_proof_holds():
    probes = inclusion_probes()
    assert len(probes) > 800
    assert [
        name
        for name, (leaf, index, size, expected, proof) in probes.items()
        if verify_inclusion(leaf, index, size, proof, expected)
    ] == []


def test_no_spoiled_consistency_proof_holds():
    probes = consistency_probes()
    assert len(probes) > 800
    assert [name for name, probe in probes.items() if verify_consistency(*probe)] == []


def test_of_the_empty_tree_nothing_can_be_shown():
    one = leaf_hash(b"")
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, one, [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [EMPTY_ROOT])
    assert not verify_consistency(0, 1, EMPTY_ROOT, one, [])
    assert not verify_consistency(0, 1, EMPTY_ROOT, one, [one])
    assert not verify_inclusion(one, 0, 0, [], EMPTY_ROOT)


def test_a_tree_is_not_grown_from_a_tile_that_is_not_there():
    """What it held would be lost for good, under a root that says otherwise."""
    store = Store(hashes(300))
    for damaged in ({(0, 1): b""}, {(0, 1): store.tiles[0, 1][:-1]}, {(1, 0): b""}):
        tiles = store.tiles | damaged
        with pytest.raises(TileLost):
            grow(300, hashes(212), lambda level, index, tiles=tiles: tiles[level, index])


def test_questions_outside_the_tree():
    subtree = Tiles(Store(hashes(5)).read).subtree
    for index in (-1, 5):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_proof(index, 5, subtree)
        assert not verify_inclusion(hashes(1)[0], index, 5, [], b"")
    with pytest.raises(ValueError, match="cannot extend"):
        consistency_proof(6, 5, subtree)
    assert not verify_consistency(6, 5, b"", b"", [b""])
    with pytest.raises(LookupError, match="too few"):
        root(6, subtree)
