"""Bytes read from the front: fixed integers and varints, with every bound checked."""

import struct

from .damage import Damage, need

I64, U32 = struct.Struct("<q"), struct.Struct("<I")


def varint(data, at, bits=64):
    """(value, next offset) of the varint at an offset. Refuses long forms and what does not fit."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise Damage("a varint runs past the end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise Damage("a varint is longer than 64 bits")
    if byte == 0 and shift or value >> bits:
        raise Damage("a varint is not in its shortest form, or does not fit its field")
    return value, at


def unzigzag(value):
    """Back from zigzag, for a Python integer of any width."""
    return (value >> 1) ^ -(value & 1)


class Cursor:
    """A place in some bytes that moves forward as they are read."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        need(count <= len(self.data) - self.at, "its parts are longer than the payload")
        self.at += count
        return self.data[self.at - count : self.at]

    def byte(self):
        return self.take(1)[0]

    def signed(self):
        return I64.unpack(self.take(8))[0]

    def word(self):
        return U32.unpack(self.take(4))[0]

    def size(self):
        """A count: a varint of at most 28 bits."""
        value, self.at = varint(self.data, self.at, 28)
        return value
