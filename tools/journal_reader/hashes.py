"""Page "Trust": leaves, the chain, its origin, and Merkle roots."""

import struct
from hashlib import sha256

LOGICAL = struct.Struct("<QQIIqqqqQ")


def leaf(block, payload):
    """The hash of a data block's logical header and payload."""
    logical = LOGICAL.pack(
        block.index, block.first_sequence, block.count, block.flags, *block.bounds, len(payload))
    return sha256(b"\x00" + logical + payload).digest()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def chained(before, leaf_hash):
    return sha256(b"\x02" + before + leaf_hash).digest()


def origin(header):
    """Where the chain of a journal begins, by page 1 of its first segment."""
    logic = struct.pack("<I", header.logic_version)
    return sha256(b"\x03" + header.journal_id + header.source_id + header.source_chain + logic).digest()


class Tree:
    """RFC 6962's tree that grows leaf by leaf: the roots of its whole subtrees, largest first."""

    def __init__(self):
        self.size = 0
        self.parts = []

    def add(self, leaf_hash):
        self.parts.append(leaf_hash)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self.parts.pop()
            self.parts.append(node(self.parts.pop(), right))

    def root(self):
        if not self.parts:
            return sha256().digest()
        root = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            root = node(part, root)
        return root
