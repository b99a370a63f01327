"""Page "Payload", rows: one event of any kind as variable-length integers."""

import struct

from .cursor import unzigzag, varint
from .damage import Damage, need
from .kinds import EARLIER, ENUMERATIONS, KINDS, MODEL, RENAMED, TEXT, UNSAID

NONE = -(2**63)
DOUBLE = struct.Struct("<d")
WORD = struct.Struct("<Q")
UNSIGNED = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}
SMALL = {"flag": 1, **{name: len(values) - 1 for name, values in ENUMERATIONS.items()}}


def decode(data, count, versions):
    """(kind id, receive, venue, fields) of the rows, which use up the bytes exactly.

    `versions` is the schema table of their segment; the fields are those of today.
    """
    rows, at, receive, venue = [], 0, 0, 0
    for _ in range(count):
        need(at + 2 <= len(data), "a row runs past the end")
        kind, end = KINDS.get(data[at]), at + 2 + data[at + 1]
        need(kind, f"an event of the unknown kind {data[at]}")
        need(end <= len(data), "a row runs past the end")
        step, at = varint(data, at + 2)
        receive = wrapped(receive + unzigzag(step))
        need(at < end and data[at] <= 1, "a row has an unknown venue form")
        has_venue, at = data[at], at + 1
        if has_venue:
            step, at = varint(data, at)
            venue = wrapped(venue + unzigzag(step))
            need(venue != NONE, "a row states a venue time that is none")
        version = versions[kind.id] or 1
        decoder = fields_of if version == kind.version else earlier_fields
        fields, at = decoder(kind, data[:end], at)
        need(at == end, f"a row of kind {kind.name} is not as long as it says")
        rows.append((kind.id, receive, venue if has_venue else NONE, fields))
    need(at == len(data), "bytes are left behind the rows")
    return rows


def fields_of(kind, data, at):
    """The fields of a row in the order of the kind's table, and the offset behind them."""
    if kind.id == MODEL:
        number, at = varint(data, at, 16)
        need(at + 32 <= len(data), "a row ends inside a field")
        words = struct.unpack_from("<4Q", data, at)
        return [number, "".join(f"{word:016x}" for word in words)], at + 32
    if kind.id == TEXT:
        return text_fields(kind, data, at)
    fields = []
    for _, type_name in kind.fields:
        value, at = field(type_name, data, at)
        fields.append(value)
    return fields, at


def earlier_fields(kind, data, at):
    """Today's fields of a row that an earlier version wrote. So far no kind has had more than two."""
    said = {}
    for name, type_name in EARLIER[kind.id, 1]:
        said[RENAMED.get(name, name)], at = field(type_name, data, at)
    return [said.get(name, UNSAID.get((kind.name, name), 0)) for name, _ in kind.fields], at


def text_fields(kind, data, at):
    """Those of a `text`: its bytes are the first `count` of its words."""
    fields = []
    for _, type_name in kind.fields[:-1]:
        value, at = field(type_name, data, at)
        fields.append(value)
    count, words = fields[-2:]
    text = bytes(data[at : at + 8 * words])
    need(len(text) == 8 * words, "a text has fewer words than it says")
    return [*fields, text.ljust(40, b"\0")[:count]], at + 8 * words


def field(type_name, data, at):
    """(value, next offset) of a stored field."""
    if type_name in UNSIGNED:
        return varint(data, at, UNSIGNED[type_name])
    if type_name in SMALL:
        return small(data, at, SMALL[type_name])
    if type_name == "i64":
        value, at = varint(data, at)
        return unzigzag(value), at
    if type_name == "i32":
        value, at = varint(data, at, 32)
        return unzigzag(value), at
    if type_name == "i128":
        low, at = varint(data, at)
        high, at = varint(data, at)
        return unzigzag(high << 64 | low), at
    if type_name.startswith("byte≤"):
        return small(data, at, int(type_name[5:]))
    need(at + 8 <= len(data), "a row ends inside a field")
    if type_name == "bits":
        return WORD.unpack_from(data, at)[0], at + 8
    return DOUBLE.unpack_from(data, at)[0], at + 8


def small(data, at, most):
    """A value of one byte with a highest one."""
    if at >= len(data) or data[at] > most:
        raise Damage(f"a value above {most}, or none")
    return data[at], at + 1


def wrapped(value):
    """An integer modulo 2⁶⁴, as a signed one."""
    return (value + 2**63) % 2**64 - 2**63
