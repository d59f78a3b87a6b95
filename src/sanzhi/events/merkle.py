"""A Merkle tree over event hashes, by RFC 6962, with proofs of inclusion and consistency.

The tree is stored as tiles: rows of up to 256 hashes of one level, where the hash at `(level,
index)` covers 256**level leaves (the tiling of C2SP tlog-tiles). Only full subtrees are stored
above level 0, so a proof reads a handful of tiles instead of the whole log.
"""

import hashlib
from collections.abc import Callable, Sequence

TILE_WIDTH = 256
HASH_LENGTH = 32

#: Gives the 32-byte hash of the full subtree of 2**height leaves that starts at leaf
#: `index * 2**height`.
Subtree = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an interior node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def full_subtree(hashes: Sequence[bytes]) -> bytes:
    """Root over a power-of-two count of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def root(size: int, subtree: Subtree) -> bytes:
    """Root of the first `size` leaves."""
    return _range(0, size, subtree) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size, subtree)


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Proof that the tree of `new` leaves begins with that of `old` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot extend one of {old}")
    if old in {0, new}:
        return []
    return _subproof(old, 0, new, whole=True, subtree=subtree)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the audit path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, expected, *proof):
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == expected


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the new tree extends the old (RFC 9162, 2.1.4.2).

    Of equal sizes nothing is claimed but that their roots are one; of an empty tree, which every
    tree extends, nothing can be shown.
    """
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof or not _are_hashes(old_root, new_root, *proof):
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _are_hashes(*given: bytes) -> bool:
    """A node of another length would move the border between left and right."""
    return all(len(one) == HASH_LENGTH for one in given)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range(start: int, end: int, subtree: Subtree) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        height = count.bit_length() - 1
        return subtree(height, start >> height)
    middle = start + _split(count)
    return node_hash(_range(start, middle, subtree), _range(middle, end, subtree))


def _path(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, subtree), _range(middle, end, subtree)]
    return [*_path(index, middle, end, subtree), _range(start, middle, subtree)]


def _subproof(old: int, start: int, end: int, *, whole: bool, subtree: Subtree) -> list[bytes]:
    if old == end:
        return [] if whole else [_range(start, end, subtree)]
    middle = start + _split(end - start)
    if old <= middle:
        return [
            *_subproof(old, start, middle, whole=whole, subtree=subtree),
            _range(middle, end, subtree),
        ]
    return [
        *_subproof(old, middle, end, whole=False, subtree=subtree),
        _range(start, middle, subtree),
    ]


class TileLost(LookupError):
    """A tile is missing or shorter than the tree's size says."""

    def __init__(self, level: int, index: int) -> None:
        super().__init__(f"tile {level}/{index} holds too few hashes")
        self.level, self.index = level, index


class Tiles:
    """Tiles of the tree over a store: `read(level, index)` gives a tile's hashes, joined."""

    HEIGHT = 8

    def __init__(self, read: Callable[[int, int], bytes]) -> None:
        self._read = read
        self._cache: dict[tuple[int, int], bytes] = {}
        self._between: dict[tuple[int, int], bytes] = {}

    def leaf(self, index: int) -> bytes:
        """Hash of a leaf; `TileLost` where its tile does not hold it."""
        return self._hash(0, index)

    def subtree(self, height: int, index: int) -> bytes:
        """Hash of a full subtree, from the tile that holds it or its lower parts; `TileLost`
        where that tile does not."""
        level, above = divmod(height, self.HEIGHT)
        if not above:
            return self._hash(level, index)
        if (height, index) not in self._between:
            first = index << above
            hashes = [self._hash(level, first + place) for place in range(1 << above)]
            self._between[height, index] = full_subtree(hashes)
        return self._between[height, index]

    def _hash(self, level: int, index: int) -> bytes:
        position, offset = divmod(index, TILE_WIDTH)
        found = self._tile(level, position)[HASH_LENGTH * offset : HASH_LENGTH * (offset + 1)]
        if len(found) != HASH_LENGTH:
            raise TileLost(level, position)
        return found

    def _tile(self, level: int, index: int) -> bytes:
        key = (level, index)
        if key not in self._cache:
            self._cache[key] = self._read(level, index)
        return self._cache[key]


def tile_widths(size: int) -> dict[tuple[int, int], int]:
    """Every tile of a tree of `size` leaves, by (level, index), and how many hashes it holds."""
    widths: dict[tuple[int, int], int] = {}
    level, count = 0, size
    while count:
        for index in range(-(-count // TILE_WIDTH)):
            widths[level, index] = min(TILE_WIDTH, count - index * TILE_WIDTH)
        level, count = level + 1, count // TILE_WIDTH
    return widths


def grow(
    size: int, leaves: Sequence[bytes], read: Callable[[int, int], bytes]
) -> dict[tuple[int, int], bytes]:
    """Append leaf hashes to a tree of `size`; the tiles that change, by (level, index).

    A tile that fills up to 256 hashes adds one hash to the level above. `TileLost` where the
    tile to go on from is not there.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, position, hashes = 0, size, list(leaves)
    while hashes:
        above: list[bytes] = []
        first, begun = divmod(position, TILE_WIDTH)
        tile = read(level, first)[: HASH_LENGTH * begun]
        if len(tile) != HASH_LENGTH * begun:
            raise TileLost(level, first)
        for value in hashes:
            tile += value
            if len(tile) == HASH_LENGTH * TILE_WIDTH:
                changed[level, first] = tile
                above.append(_root_of_tile(tile))
                first, tile = first + 1, b""
        if tile:
            changed[level, first] = tile
        level, position, hashes = level + 1, position // TILE_WIDTH, above
    return changed


def _root_of_tile(tile: bytes) -> bytes:
    return full_subtree([tile[at : at + HASH_LENGTH] for at in range(0, len(tile), HASH_LENGTH)])
