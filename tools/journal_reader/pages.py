"""Page "Segments": the header pages and the footer, checked byte for byte."""

import struct
from typing import NamedTuple

import numpy as np
import xxhash

from .damage import need
from .kinds import KINDS

HEADER_BYTES, PAGE_BYTES, SLOT_BYTES, TRAILER_BYTES = 8_192, 4_096, 512, 32
FOOTER_MAX, BUILD_MAX = 268_435_456, 2_048
FRAME = struct.Struct("<II")
HEADER_MAGIC, FOOTER_MAGIC = 0x184D2A50, 0x184D2A52
PAGE_ONE = struct.Struct("<II8sHHI16sQQQQQQQQ32sqq16s16s32sIIQQ")
SLOT = struct.Struct("<QQQQ")
FOOTER = struct.Struct("<IIIIQQQqqqq32s32sI")
KIND_COUNT = struct.Struct("<BQ")
TRAILER = struct.Struct("<QQQ8s")
NO_SEGMENT = 2**64 - 1
EMPTY = (2**63 - 1, -(2**63))
INDEX = [("offset", "<u8"), ("first", "<u8"), ("count", "<u4"), ("min_receive", "<i8"),
         ("max_receive", "<i8"), ("min_venue", "<i8"), ("max_venue", "<i8"), ("bitmap", "<u8"),
         ("leaf", "V32")]  # fmt: skip


class Header(NamedTuple):
    """Page 1 of a segment, after its frame and magic."""

    major: int
    minor: int
    page_bytes: int
    journal_id: bytes
    index: int
    epoch: int
    salt: int
    first_sequence: int
    first_block: int
    before_index: int
    before_last: int
    before_length: int
    before_chain: bytes
    created: int
    monotonic: int
    boot_id: bytes
    source_id: bytes
    source_chain: bytes
    logic_version: int
    build_length: int
    dictionary_offset: int
    dictionary_bytes: int
    build: str
    versions: bytes


def header(data):
    """Page 1, of bytes that begin a segment."""
    need(len(data) >= HEADER_BYTES, "the file is shorter than its two header pages")
    magic, length, word, *fields = PAGE_ONE.unpack_from(data)
    need((magic, length) == (HEADER_MAGIC, HEADER_BYTES - 8), "the file does not begin a segment")
    need(word == b"\x89CBJ\r\n\x1a\n", "the magic of a journal is missing")
    need(fields[0] == 1, f"major version {fields[0]}, this reader knows 1")
    stated = int.from_bytes(data[PAGE_BYTES - 8 : PAGE_BYTES], "little")
    need(xxhash.xxh64_intdigest(data[: PAGE_BYTES - 8]) == stated, "page 1 fails its checksum")
    need(fields[2] == PAGE_BYTES, "pages are not of 4,096 bytes")
    size = fields[19]
    need(size <= BUILD_MAX, "the build text is too long")
    text = bytes(data[PAGE_ONE.size : PAGE_ONE.size + size])
    need(not any(data[PAGE_ONE.size + size : 3_840]), "bytes behind the build text are not zero")
    need(not any(data[3_968 : PAGE_BYTES - 8]), "bytes behind the schema are not zero")
    need(not any(data[PAGE_BYTES + 2 * SLOT_BYTES : HEADER_BYTES]), "page 2 is not zero at its end")
    versions = bytes(data[3_840:3_968])
    check_schema(versions)
    return Header(*fields, build=text.decode("utf-8", "replace"), versions=versions)


def check_schema(versions):
    """This reader knows every version of every kind that the page tells of."""
    for kind, version in enumerate(versions):
        known = KINDS[kind].version if kind in KINDS else 0
        need(version <= known, f"version {version} of event kind {kind}, this reader knows {known}")


def check_order(page, before):
    """Page 1 follows a segment, or begins the journal. A segment still open has no length yet."""
    need(page.source_id != bytes(16) or page.source_chain == bytes(32), "half a source")
    stated = (page.index, page.first_sequence, page.first_block, page.before_index,
              page.before_last, page.before_length)  # fmt: skip
    if before is None:
        need(stated == (0, 1, 0, NO_SEGMENT, 0, 0), "it is not the journal's first segment")
        return
    old, tail = before.header, before.tail
    length = page.before_length if before.is_open else before.length
    need(stated == (old.index + 1, tail.sequence, tail.index, old.index, tail.sequence - 1, length)
         and page.before_chain == tail.chain, f"it does not follow segment {before.name}")  # fmt: skip
    for name in ("journal_id", "salt", "source_id", "source_chain"):
        need(getattr(page, name) == getattr(old, name), f"another {name} than {before.name}")
    need(page.epoch >= old.epoch, "its epoch is below the one before")


def slots(data, salt):
    """The two watermark slots: (counter, durable offset, sequence), None where one is not whole."""
    found = []
    for begin in (PAGE_BYTES, PAGE_BYTES + SLOT_BYTES):
        counter, durable, sequence, checksum = SLOT.unpack_from(data, begin)
        whole = xxhash.xxh64_intdigest(data[begin : begin + 24], salt) == checksum
        found.append((counter, durable, sequence) if whole else None)
    return found


def check_slots(data, salt):
    """What a sealed segment's page 2 must be: both slots whole, zeros behind each."""
    need(None not in slots(data, salt), "a watermark slot fails its checksum")
    for begin in (PAGE_BYTES, PAGE_BYTES + SLOT_BYTES):
        need(not any(data[begin + SLOT.size : begin + SLOT_BYTES]), "a slot is not followed by zeros")


class Footer(NamedTuple):
    """The footer of a sealed segment; `lines` is its index, one row a data block."""

    ending: int
    index: int
    first_sequence: int
    last_sequence: int
    bounds: tuple
    chain: bytes
    root: bytes
    kinds: dict
    lines: np.ndarray
    offset: int


def footer(data, page):
    """The footer at the end of the bytes. Refuses bytes without one."""
    need(len(data) >= HEADER_BYTES + TRAILER_BYTES, "the segment has no footer")
    offset, size, checksum, magic = TRAILER.unpack_from(data, len(data) - TRAILER_BYTES)
    need(magic == b"CBJ-END\n", "the segment has no footer")
    need(size <= FOOTER_MAX and offset >= HEADER_BYTES and offset + size == len(data)
         and size >= FOOTER.size + 4 + TRAILER_BYTES, "the trailer names no place for a footer")  # fmt: skip
    part = data[offset:]
    need(xxhash.xxh64_intdigest(part[:-16]) == checksum, "the footer fails its checksum")
    fields = FOOTER.unpack_from(part)
    need(fields[:3] == (FOOTER_MAGIC, size - 8, 1), "the footer's frame or version is unknown")
    need(fields[3] <= 2, f"the unknown ending {fields[3]}")
    need(fields[4:6] == (page.index, page.first_sequence), "the footer is another segment's")
    kinds, at = kind_counts(part, fields[13])
    lines = index_lines(part, at)
    events = int(lines["count"].sum())
    need(fields[6] == page.first_sequence + events - 1 == page.first_sequence - 1 + sum(kinds.values()),
         "the footer's counts do not add up")  # fmt: skip
    return Footer(*fields[3:7], fields[7:11], fields[11], fields[12], kinds, lines, offset)


def kind_counts(part, count):
    """Events by kind id, and the offset behind them."""
    end = FOOTER.size + KIND_COUNT.size * count
    need(end <= len(part), "the footer ends inside its kinds")
    pairs = [KIND_COUNT.unpack_from(part, at) for at in range(FOOTER.size, end, KIND_COUNT.size)]
    ids = [kind for kind, _ in pairs]
    need(ids == sorted(set(ids)) and KINDS.keys() >= set(ids), "the footer's kinds are not in order")
    need(all(events for _, events in pairs), "the footer names a kind without events")
    return dict(pairs), end


def index_lines(part, at):
    """The index, which is stored as columns, as one record a block."""
    need(at + 4 <= len(part), "the footer ends before its index")
    count, at = int.from_bytes(part[at : at + 4], "little"), at + 4
    dtype = np.dtype(INDEX)
    need(at + count * dtype.itemsize + TRAILER_BYTES == len(part), "the index has another length")
    lines = np.empty(count, dtype)
    for name in dtype.names:
        column = dtype[name]
        lines[name] = np.frombuffer(part, column, count, at)
        at += column.itemsize * count
    return lines
