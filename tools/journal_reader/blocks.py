"""Page "Blocks": block headers and what they store, checked in the order the pages ask for."""

import struct
from typing import NamedTuple

import lz4.block
import xxhash

from .damage import need
from .pages import EMPTY, FRAME

HEADER = struct.Struct("<4sHBBQQQQIIqqqqIIQQ32sQQQ")
FRAME_BYTES = 8 + HEADER.size
BLOCK_MAGIC, NOTE_MAGIC, LZ4_MAGIC = 0x184D2A51, 0x184D2A53, 0x184D2204
DATA, DICTIONARY, HEARTBEAT, CHECKPOINT = range(4)
PAYLOAD_MAX, STORED_MAX, EVENTS_MAX, NOTE_MAX = 1_048_576, 1_048_599, 16_384, 65_536
LZ4_HEAD = struct.Struct("<IBBQBI")
RAW = 1 << 31


class Block(NamedTuple):
    """A block's header, without its magic, length, reserved word and checksum."""

    kind: int
    codec: int
    salt: int
    offset: int
    index: int
    first_sequence: int
    count: int
    flags: int
    bounds: tuple
    stored_bytes: int
    payload_bytes: int
    durable: int
    stored_hash: int
    chain: bytes
    bitmap: int

    @property
    def end(self):
        """Where the next frame begins."""
        return self.offset + FRAME_BYTES + self.stored_bytes

    @property
    def last_sequence(self):
        return self.first_sequence + self.count - 1


def header(data, at, salt):
    """The block header at an offset: its checksum, its salt, its own offset and its lengths."""
    need(at + FRAME_BYTES <= len(data), "a block's header runs past the end")
    need(FRAME.unpack_from(data, at) == (BLOCK_MAGIC, HEADER.size), "no block begins here")
    fields = HEADER.unpack_from(data, at + 8)
    checked = data[at + 8 : at + FRAME_BYTES - 8]
    need(xxhash.xxh64_intdigest(checked) == fields[-1], "the block's header fails its checksum")
    need(fields[:2] == (b"CBJB", HEADER.size), "the block's magic is missing")
    need(fields[-2] == 0, "the block's reserved word is not zero")
    block = Block(*fields[2:10], fields[10:14], *fields[14:20])
    need(block.salt == salt, "the block has another salt")
    need(block.offset == at, f"the block states the offset {block.offset}")
    need(block.durable <= at, "the block calls bytes durable that follow it")
    check_kind(block)
    need(block.end <= len(data), "the block runs past the end")
    return block


def check_kind(block):
    """The fields that each kind of block fixes."""
    if block.kind in (DATA, DICTIONARY):
        need(block.flags == 0 and block.codec <= 1, "the block has unknown flags or codec")
        need(1 <= block.count <= EVENTS_MAX, f"a block of {block.count} events")
        need(block.payload_bytes <= PAYLOAD_MAX and 23 <= block.stored_bytes <= STORED_MAX,
             "the block is larger than allowed")  # fmt: skip
        need(block.kind == DATA or block.chain == bytes(32), "repeated definitions have a chain")
        return
    need(block.flags == 1, f"a block of the unknown kind {block.kind}, or with unknown flags")
    need(block.count == 0 and block.bitmap == 0 and block.codec == 1 and block.bounds == 2 * EMPTY,
         "a block without events that claims some")  # fmt: skip
    if block.kind == HEARTBEAT:
        need(block.stored_bytes == block.payload_bytes == 0, "a heartbeat that stores something")
    if block.kind == CHECKPOINT:
        need(block.payload_bytes <= NOTE_MAX and block.stored_bytes == block.payload_bytes + 8,
             "a checkpoint of another length")  # fmt: skip


def stored(data, block):
    """A block's stored bytes, after their XXH64."""
    part = data[block.offset + FRAME_BYTES : block.end]
    need(xxhash.xxh64_intdigest(part) == block.stored_hash, "the stored bytes fail their checksum")
    return part


def payload(data, block):
    """The payload of a data or dictionary block, out of its one LZ4 frame."""
    part = stored(data, block)
    size = block.payload_bytes
    magic, flg, bd, content, check, length = LZ4_HEAD.unpack_from(part)
    form = 0x40 if size <= 65_536 else 0x50 if size <= 262_144 else 0x60
    need((magic, flg, bd, content) == (LZ4_MAGIC, 0x68, form, size), "no LZ4 frame of ours")
    need(xxhash.xxh32_intdigest(part[4:14]) >> 8 & 0xFF == check, "the LZ4 frame fails its check")
    need(length >> 31 == block.codec and length & ~RAW == len(part) - 23 and not any(part[-4:]),
         "the LZ4 frame has another length than its block says")  # fmt: skip
    inside = bytes(part[19:-4])
    if block.codec == 0:
        inside = decompressed(inside, size)
    need(len(inside) == size, "the payload has another length than its header says")
    return inside


def decompressed(inside, size):
    try:
        return lz4.block.decompress(inside, uncompressed_size=size)
    except lz4.block.LZ4BlockError as error:
        need(False, f"LZ4 refuses the payload: {error}")


def note(data, block):
    """The text of a checkpoint block."""
    part = stored(data, block)
    need(FRAME.unpack_from(part) == (NOTE_MAGIC, block.payload_bytes), "no note of ours")
    try:
        return bytes(part[8:]).decode("utf-8")
    except UnicodeDecodeError:
        need(False, "a note that is not UTF-8")
