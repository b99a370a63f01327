"""What instruments and names a journal defines on the way, and the decimals of its ticks and lots."""

from decimal import Context
from typing import NamedTuple

from .kinds import INSTRUMENT, KINDS, TEXT

TICKS = ("price", "bidPrice", "askPrice", "open", "high", "low", "close", "bid", "ask", "trigger")
LOTS = ("quantity", "bidQuantity", "askQuantity", "volume", "minQuantity", "filled",
        "suggested")  # fmt: skip
# Two numbers of 64 bits multiply to at most 39 digits.
EXACT = Context(prec=60)
FIELDS = [name for name, _ in KINDS[INSTRUMENT].fields]


class Grid(NamedTuple):
    """An instrument's grid from a sequence on: one unit is mantissa · 10^−scale."""

    sequence: int
    tick: tuple
    lot: tuple


def decimal(units, grid):
    """A number of ticks or lots as a decimal with the digits of the grid; nothing is rounded."""
    mantissa, scale = grid
    return EXACT.scaleb(EXACT.create_decimal(units * mantissa), -scale)


class Definitions:
    """The grids of every instrument in order, and the last name of everything that has one."""

    def __init__(self):
        self.grids, self.names, self.begun = {}, {}, {}

    def take(self, batches, first_sequence):
        """Adds what the batches of a block define; copies at a segment's begin hold from 0 on."""
        for batch in batches:
            if batch.kind not in (INSTRUMENT, TEXT):
                continue
            for place, *fields in zip(batch.places.tolist(), *batch.fields):
                if batch.kind == TEXT:
                    self.take_text(*fields)
                else:
                    sequence = 0 if first_sequence is None else first_sequence + place
                    self.take_instrument(sequence, dict(zip(FIELDS, fields)))

    def take_instrument(self, sequence, fields):
        grid = Grid(sequence, (fields["tickMantissa"], fields["tickScale"]),
                    (fields["lotMantissa"], fields["lotScale"]))  # fmt: skip
        self.grids.setdefault(fields["instrument"], []).append(grid)

    def take_text(self, subject, number, flags, _count, _words, data):
        """A run of texts is whole with the one that ends it."""
        thing = subject, number
        begun = b"" if flags & 1 else self.begun.get(thing, b"")
        self.begun[thing] = begun + data
        if flags & 2:
            self.names[thing] = self.begun.pop(thing).decode("utf-8", "replace")

    def named(self, subject):
        """Names by id of one subject, by its number."""
        return {number: name for (of, number), name in self.names.items() if of == subject}
