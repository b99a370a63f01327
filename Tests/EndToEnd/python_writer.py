"""A journal of any events as rows, written from the format pages alone: one block, one segment.

Only for tests: with it every kind of event, at the edges of every field, reaches both readers.
"""

import os
import struct
from hashlib import sha256

import xxhash

NONE = -(2**63)
EMPTY = (2**63 - 1, NONE)
SALT, JOURNAL_ID = 0x1122334455667788, bytes(range(16))
UNSIGNED = ("u8", "u16", "u32", "u64")


def varint(value):
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def zigzag(value, bits=64):
    return (value << 1 ^ value >> bits - 1) & (1 << bits) - 1


def stored(type_name, value):
    """The bytes of a field; an enumeration's and a flag's value is a number."""
    if type_name in UNSIGNED:
        return varint(value)
    if type_name in ("i32", "i64"):
        return varint(zigzag(value, int(type_name[1:])))
    if type_name == "i128":
        folded = zigzag(value, 128)
        return varint(folded & 2**64 - 1) + varint(folded >> 64)
    if type_name in ("bits", "f64"):
        return struct.pack("<Q" if type_name == "bits" else "<d", value)
    return bytes([value])


def rows(events):
    """The rows of (kind id, receive, venue, [(type, value)…])."""
    data, receive, venue = bytearray(), 0, 0
    for kind, received, at_venue, fields in events:
        row = varint(zigzag(wrapped(received - receive)))
        row += b"\0" if at_venue == NONE else b"\1" + varint(zigzag(wrapped(at_venue - venue)))
        row += b"".join(stored(*field) for field in fields)
        data += bytes([kind, len(row)]) + row
        receive, venue = received, venue if at_venue == NONE else at_venue
    return bytes(data)


def wrapped(value):
    return (value + 2**63) % 2**64 - 2**63


def payload(events):
    data = rows(events)
    head = struct.pack("<BqqI", 0, 0, 0, 0) + varint(len(events)) + varint(len(data))
    return head + bytes([7]) * len(events) + data


def sealed(data):
    """Some bytes and their XXH64."""
    return data + struct.pack("<Q", xxhash.xxh64_intdigest(data))


def page_one(created, origin, versions):
    head = struct.pack(
        "<II8sHHI16sQQQQQQQQ32sqq16s16s32sIIQQ", 0x184D2A50, 8_184, b"\x89CBJ\r\n\x1a\n", 1,
        1 if versions else 0, 4_096,
        JOURNAL_ID, 0, 1, SALT, 1, 0, 2**64 - 1, 0, 0, origin, created, 0, bytes(16), bytes(16),
        bytes(32), 1, 0, 0, 0)  # fmt: skip
    schema = bytes(versions.get(kind, 0) for kind in range(128))
    return sealed((head.ljust(3_840, b"\0") + schema).ljust(4_088, b"\0"))


def page_two(length, last):
    page = b""
    for counter, durable, sequence in ((1, 0, 0), (2, length, last)):
        body = struct.pack("<QQQ", counter, durable, sequence)
        page += (body + struct.pack("<Q", xxhash.xxh64_intdigest(body, SALT))).ljust(512, b"\0")
    return page.ljust(4_096, b"\0")


def lz4_frame(data):
    """A frame that stores the data as it is."""
    form = 0x40 if len(data) <= 65_536 else 0x50 if len(data) <= 262_144 else 0x60
    descriptor = struct.pack("<BBQ", 0x68, form, len(data))
    check = xxhash.xxh32_intdigest(descriptor) >> 8 & 0xFF
    return (struct.pack("<I", 0x184D2204) + descriptor + bytes([check])
            + struct.pack("<I", len(data) | 1 << 31) + data + bytes(4))  # fmt: skip


def bounds(events):
    received = [event[1] for event in events]
    venue = [event[2] for event in events if event[2] != NONE]
    return min(received), max(received), *((min(venue), max(venue)) if venue else EMPTY)


def bitmap(events, instruments):
    bits = 0
    for event, instrument in zip(events, instruments, strict=True):
        bits |= 1 << 32 + event[0] % 32
        bits |= 0 if instrument is None else 1 << instrument % 32
    return bits


def write(folder, events, instruments, versions=None):
    """A sealed journal; `instruments` has each event's instrument or None.

    Of format 1.1 with a version for each kind id, without them of 1.0: version 1 of everything.
    """
    inside, times, bits = payload(events), bounds(events), bitmap(events, instruments)
    origin = sha256(b"\3" + JOURNAL_ID + bytes(48) + struct.pack("<I", 1)).digest()
    logical = struct.pack("<QQIIqqqqQ", 0, 1, len(events), 0, *times, len(inside))
    leaf = sha256(b"\0" + logical + inside).digest()
    chain = sha256(b"\2" + origin + leaf).digest()
    frame = lz4_frame(inside)
    head = struct.pack(
        "<4sHBBQQQQIIqqqqIIQQ32sQQ", b"CBJB", 160, 0, 1, SALT, 8_192, 0, 1, len(events), 0, *times,
        len(frame), len(inside), 0, xxhash.xxh64_intdigest(frame), chain, bits, 0)  # fmt: skip
    blocks = struct.pack("<II", 0x184D2A51, 160) + sealed(head) + frame
    at = 8_192 + len(blocks)
    end = footer(events, times, bits, leaf, chain, at)
    data = page_one(events[0][1], origin, versions or {}) + page_two(at + len(end), len(events)) + blocks + end
    os.mkdir(folder)
    with open(os.path.join(folder, "00000000000000000001.lz4"), "wb") as stream:
        stream.write(data)


def footer(events, times, bits, leaf, chain, at):
    kinds = sorted({event[0] for event in events})
    counts = b"".join(struct.pack("<BQ", kind, sum(e[0] == kind for e in events)) for kind in kinds)
    index = struct.pack("<IQQIqqqqQ32s", 1, 8_192, 1, len(events), *times, bits, leaf)
    size = 140 + len(counts) + len(index) + 32
    head = struct.pack("<IIIIQQQqqqq32s32sI", 0x184D2A52, size - 8, 1, 1, 0, 1, len(events), *times,
                       chain, leaf, len(kinds))  # fmt: skip
    return sealed(head + counts + index + struct.pack("<QQ", at, size)) + b"CBJ-END\n"
