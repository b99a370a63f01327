"""Page "Payload", packing of a column: length tables and runs, unpacked with numpy."""

from typing import NamedTuple

import numpy as np

from .damage import need

VALUES_MAX = 32_768
RUN = 128
LENGTHS = np.array(
    [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 2, 8], [0, 1, 4, 8],
     [1, 2, 3, 4], [1, 2, 4, 8], [2, 3, 4, 8], [0, 2, 3, 8]])  # fmt: skip
BIT_MASKS = np.array([(1 << bits) - 1 for bits in range(65)], np.uint64)
BYTE_MASKS = BIT_MASKS[::8]
DIVISORS = np.array([1, 1_000, 1_000_000, 1_000_000_000], np.int64)


class Packed(NamedTuple):
    """A column as stored; unpacked only when somebody asks for its values."""

    mode: int
    count: int
    control: bytes
    data: bytes

    def values(self):
        """Its values, unsigned 64 bits each."""
        if self.mode == 255:
            return np.zeros(self.count, np.uint64)
        return self.runs() if self.mode & 0x20 else self.lengths()

    def lengths(self):
        """Values of 0 to 8 bytes whose lengths two control bits choose from a table."""
        control = np.frombuffer(self.control, np.uint8)
        codes = (control[:, None] >> np.array([0, 2, 4, 6], np.uint8) & 3).ravel()
        need(not codes[self.count :].any(), "unused control bits are not zero")
        sizes = LENGTHS[self.mode & 7][codes[: self.count]]
        ends = np.cumsum(sizes)
        need(ends[-1] == len(self.data), "the lengths of a column do not add up")
        return words(self.data)[ends - sizes] & BYTE_MASKS[sizes]

    def runs(self):
        """Values of 0 to 56 or 64 bits, as wide as the widest of 128 neighbours."""
        runs = -(-self.count // RUN)
        need(len(self.data) >= runs, "a column of runs is too short")
        widths = np.frombuffer(self.data, np.uint8, runs).astype(np.int64)
        need(((widths <= 56) | (widths == 64)).all(), "a run has an unknown width")
        filled = np.full(runs, RUN)
        filled[-1] = self.count - RUN * (runs - 1)
        sizes = (filled * widths + 7) // 8
        ends = runs + np.cumsum(sizes)
        need(ends[-1] == len(self.data), "the runs of a column do not add up")
        place = np.arange(self.count)
        run = place // RUN
        width = widths[run]
        bit = (ends - sizes)[run] * 8 + place % RUN * width
        return words(self.data)[bit >> 3] >> (bit & 7).astype(np.uint64) & BIT_MASKS[width]

    def differences(self):
        """The column's values as signed differences, un-zigzagged and, for clocks, scaled."""
        return unzigzag(self.values()) * DIVISORS[self.mode >> 3 & 3 if self.mode != 255 else 0]


def packed(cursor, is_clock):
    """The column that begins at the cursor."""
    mode, count = cursor.byte(), cursor.size()
    need(1 <= count <= VALUES_MAX, f"a column of {count} values")
    if mode == 255:
        return Packed(mode, count, b"", b"")
    need(mode < 0x40, f"a column of the unknown mode {mode}")
    need(is_clock or not mode & 0x18, "a scale on a column that is no clock")
    need(not (mode & 0x20 and mode & 7), f"a column of the unknown mode {mode}")
    size = cursor.size()
    control = b"" if mode & 0x20 else cursor.take(-(-count // 4))
    return Packed(mode, count, control, cursor.take(size))


def words(data):
    """The eight bytes from every offset on, as one unsigned number; zeros behind the end."""
    padded = np.frombuffer(bytes(data) + bytes(8), np.uint8)
    return np.ndarray(len(data) + 1, "<u8", padded, strides=(1,))


def unzigzag(values):
    """Back from zigzag, an array of 64-bit numbers."""
    return ((values >> np.uint64(1)) ^ (np.uint64(0) - (values & np.uint64(1)))).view(np.int64)
