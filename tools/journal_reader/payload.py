"""Page "Payload": the parts of a payload, its tags, and the running time and instrument.

`Payload` refuses at once what does not add up: afterwards every column has just as many values as
the tags ask for. The groups themselves are decoded in `groups`.
"""

import numpy as np

from . import rows
from .columns import packed
from .cursor import Cursor
from .damage import need

COLUMNS = 22
RECEIVE, VENUE, NUMBER = 0, 1, 2
TRADE, QUOTE, DEPTH, MORE_DEPTH, SNAPSHOT, MORE_SNAPSHOT, CANDLE, ROW = range(8)
LEVELS = 13
# Bits of a tag that are zero, by its kind.
ZERO_BITS = np.array([0x40, 0, 0, 0x38, 0, 0x38, 0xC0, 0xF8], np.uint8)
BELOW = {2: 4_096, 7: 1 << 33, 12: 1 << 32, 13: 16_384, 16: 1 << 32}
TAGS_MAX = 16_384


class Payload:
    """A payload taken apart. `offsets` is each tag's first event, counted from the block's."""

    def __init__(self, data, events):
        cursor = Cursor(data)
        flags = cursor.byte()
        need(flags < 4, "unknown flags in a payload")
        self.continues, self.has_lag = bool(flags & 1), bool(flags & 2)
        self.receive_base, self.venue_base = cursor.signed(), cursor.signed()
        present = cursor.word()
        need(present >> COLUMNS == 0, "an unknown column")
        tags, row_bytes = cursor.size(), cursor.size()
        need(tags <= TAGS_MAX, "more tags than a block has events")
        self.tags = np.frombuffer(cursor.take(tags), np.uint8)
        self.columns = {
            number: packed(cursor, number in (RECEIVE, VENUE))
            for number in range(COLUMNS) if present >> number & 1
        }  # fmt: skip
        self.row_bytes = cursor.take(row_bytes)
        need(cursor.at == len(data), "bytes are left behind the payload's parts")
        self.kinds = self.tags & 7
        need(not (self.tags & ZERO_BITS[self.kinds]).any(), "a tag has a bit set that is zero")
        self.count_events(events)
        self.check_counts()

    def count_events(self, events):
        sizes = np.ones(len(self.tags), np.int64)
        self.is_group = (self.kinds >= DEPTH) & (self.kinds <= MORE_SNAPSHOT)
        if self.is_group.any():
            levels = self.values(LEVELS)
            need(len(levels) == self.is_group.sum(), "column 13 and the tags do not agree")
            sizes[self.is_group] = levels.astype(np.int64) + 1
        ends = np.cumsum(sizes)
        need((ends[-1] if len(ends) else 0) == events, "tags and event count do not agree")
        self.sizes, self.offsets = sizes, ends - sizes

    def check_counts(self):
        """Every column has exactly the values that the tags take."""
        tags, kinds = self.tags, self.kinds
        of = np.bincount(kinds, minlength=8).tolist()
        self.has_header = ~np.isin(kinds, (MORE_DEPTH, MORE_SNAPSHOT, ROW))
        header = tags[self.has_header]
        bits = [int((header & bit > 0).sum()) for bit in (0x10, 0x20, 0x08)]
        stated = int((tags[kinds == TRADE] & 0x80 > 0).sum())
        quotes = tags[kinds == QUOTE]
        sides = int((quotes & 0x40 > 0).sum() + (quotes & 0x80 > 0).sum())
        levels = int(self.sizes[self.is_group].sum())
        need(not (self.has_lag and VENUE in self.columns), "column 1 beside a lag")
        expected = [bits[0], 0 if self.has_lag else bits[1], bits[2], *[of[TRADE]] * 3,
                    stated, stated, of[QUOTE], sides, sides, of[DEPTH] + of[SNAPSHOT], of[DEPTH],
                    int(self.is_group.sum()), levels, levels, *[of[CANDLE]] * 6]  # fmt: skip
        for number, count in enumerate(expected):
            found = self.columns[number].count if number in self.columns else 0
            need(found == count, f"column {number} has {found} values, the tags take {count}")

    def values(self, number):
        """The values of a column, as stored."""
        if number not in self.columns:
            return np.zeros(0, np.uint64)
        values = self.columns[number].values()
        if number in BELOW:
            need((values < BELOW[number]).all(), f"a value of column {number} is too large")
        return values

    def signed(self, number):
        """The values of a column read as signed numbers."""
        return self.values(number).view(np.int64)

    def differences(self, number):
        """The values of a column as signed differences."""
        if number not in self.columns:
            return np.zeros(0, np.int64)
        return self.columns[number].differences()

    def headers(self):
        """(instrument, receive, venue) of every tag with a header, and each tag's place there."""
        header = self.tags[self.has_header]
        receive = self.receive_base + spread(header & 0x10 > 0, self.differences(RECEIVE))
        with_venue = header & 0x20 > 0
        if self.has_lag:
            venue = receive + self.venue_base
        else:
            venue = self.venue_base + spread(with_venue, self.differences(VENUE))
        venue = np.where(with_venue, venue, rows.NONE)
        numbers = np.concatenate(([0], self.signed(NUMBER)))
        instrument = numbers[np.cumsum(header & 0x08 > 0)]
        return instrument, receive, venue

    def rows(self, versions):
        """The rows as a segment of these versions has them, and the place of each in the block."""
        places = self.offsets[self.kinds == ROW]
        return places, rows.decode(self.row_bytes, len(places), versions)


def spread(where, steps):
    """The running sum of steps that are taken where it says so."""
    return np.concatenate(([0], np.cumsum(steps)))[np.cumsum(where)]
