"""Which events are asked for, and the blocks that may hold them: the rest is not even decompressed."""

from typing import NamedTuple

import numpy as np

from . import groups
from .blocks import DATA, DICTIONARY
from .damage import located
from .definitions import Definitions
from .kinds import IDS, INSTRUMENT, TEXT
from .segment import where


class Selection(NamedTuple):
    """Kinds by name (none: all), and bounds that are inclusive; times are receive times in ns."""

    kinds: frozenset = frozenset()
    first: int = 1
    last: int = 2**64 - 1
    since: int = -(2**63)
    until: int = 2**63 - 1

    @property
    def ids(self):
        return {IDS[name] for name in self.kinds} if self.kinds else None

    def holds(self, block):
        """Whether a block may hold some of the events, by its header."""
        low, high = block.bounds[:2]
        of_kind = not self.kinds or any(has(block, kind) for kind in self.ids)
        return (of_kind and block.first_sequence <= self.last and block.last_sequence >= self.first
                and low <= self.until and high >= self.since)  # fmt: skip

    def chosen(self, batch, first_sequence):
        """(sequences, batch) with only the events asked for."""
        sequences = batch.places.astype(np.uint64) + np.uint64(first_sequence)
        keep = ((sequences >= self.first) & (sequences <= self.last)
                & (batch.receive >= self.since) & (batch.receive <= self.until))  # fmt: skip
        if keep.all():
            return sequences, batch
        fields = [column[keep] if isinstance(column, np.ndarray)
                  else [value for value, kept in zip(column, keep) if kept]
                  for column in batch.fields]  # fmt: skip
        return sequences[keep], batch._replace(
            places=batch.places[keep], receive=batch.receive[keep], venue=batch.venue[keep],
            fields=fields)  # fmt: skip


def has(block, kind):
    """Whether a block's bitmap allows for a kind."""
    return bool(block.bitmap >> 32 + kind % 32 & 1)


def select(journal, selection, definitions=None):
    """For each block that holds some, a list of (sequences, batch) of the events asked for.

    What instruments are and what things are called is gathered in `definitions` on the way.
    """
    definitions = Definitions() if definitions is None else definitions
    wanted = selection.ids and selection.ids | {INSTRUMENT, TEXT}

    def needed(block):
        return selection.holds(block) or has(block, INSTRUMENT)

    for segment, block, content in journal.blocks(needed, selection.first):
        if block.first_sequence > selection.last:
            return
        if content is None or block.kind not in (DATA, DICTIONARY):
            continue
        with located(where(segment, block)):
            batches = groups.decode(content, block.count, segment.header.versions, wanted)
        first = block.first_sequence if block.kind == DATA else None
        definitions.take(batches, first)
        if first is None:
            continue
        found = [selection.chosen(batch, first) for batch in batches
                 if not wanted or batch.kind in selection.ids]  # fmt: skip
        found = [pair for pair in found if len(pair[0])]
        if found:
            yield found
