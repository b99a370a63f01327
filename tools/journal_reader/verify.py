"""Everything a journal claims, computed again: checksums, chain, trees, footers, notes, events."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from . import blocks, groups, hashes
from .damage import located, need
from .kinds import KINDS, UNMAPPED
from .notes import Notes
from .pages import EMPTY
from .rows import NONE
from .segment import where


@dataclass
class Report:
    """What a whole journal holds. Only a journal without damage has one."""

    events: int = 0
    segments: int = 0
    blocks: int = 0
    kinds: dict = field(default_factory=dict)
    chain_head: str = ""
    root: str = ""
    checkpoints: int = 0
    key_breaks: int = 0
    warnings: list = field(default_factory=list)


class Found:
    """What the blocks of one segment hold, to be compared with its footer."""

    def __init__(self):
        self.kinds, self.leaves, self.bounds = Counter(), [], list(2 * EMPTY)


def verify(journal):
    """The report on a journal. Raises Damage."""
    tree, kinds = hashes.Tree(), Counter()
    notes = Notes(journal.segments[0].header.journal_id)
    last = journal.segments[0].header.before_chain, 0, None
    for segment in journal.segments:
        found = Found()
        for block, content in segment.blocks():
            with located(where(segment, block)):
                if block.kind == blocks.CHECKPOINT:
                    notes.take(content, tree, last[1], last[0], last[2])
                elif block.kind in (blocks.DATA, blocks.DICTIONARY):
                    counted, last_time = check_events(block, content, segment.header.versions)
                if block.kind == blocks.DATA:
                    last = block.chain, block.last_sequence, last_time
                    found.kinds += counted
                    found.leaves.append(hashes.leaf(block, content))
                    tree.add(found.leaves[-1])
                    found.bounds = wider(found.bounds, block.bounds)
        kinds += found.kinds
        with located(f"segment {segment.name}"):
            check_footer(segment, found)
    return Report(last[1], len(journal.segments), tree.size,
                  {KINDS[kind].name: kinds[kind] for kind in sorted(kinds)}, last[0].hex(),
                  tree.root().hex(), notes.checkpoints, notes.breaks, journal.warnings)  # fmt: skip


def check_events(block, content, versions):
    """The events of a block by kind, and the receive time of its last; bounds and bitmap agree."""
    batches = groups.decode(content, block.count, versions)
    bitmap, bounds, last = 0, list(2 * EMPTY), None
    for batch in batches:
        names = [name for name, _ in KINDS[batch.kind].fields]
        bitmap |= 1 << 32 + batch.kind % 32
        if "instrument" in names and KINDS[batch.kind].name not in UNMAPPED:
            for instrument in set(np.asarray(batch.fields[names.index("instrument")]).tolist()):
                bitmap |= 1 << instrument % 32
        venue = batch.venue[batch.venue != NONE]
        of_batch = batch.receive.min(), batch.receive.max(), *(
            (venue.min(), venue.max()) if len(venue) else EMPTY)
        bounds = wider(bounds, of_batch)
        at_end = batch.receive[batch.places == block.count - 1]
        last = int(at_end[0]) if len(at_end) else last
    need(tuple(bounds) == block.bounds, "its events have other times than its header says")
    need(bitmap == block.bitmap, "its bitmap is another than its events make")
    return count_by_kind(batches), last


def count_by_kind(batches):
    counted = Counter()
    for batch in batches:
        counted[batch.kind] += len(batch.places)
    return counted


def wider(bounds, other):
    pick = min, max, min, max
    return [int(choose(a, b)) for choose, a, b in zip(pick, bounds, other)]


def check_footer(segment, found):
    """A footer states the kinds, times, leaves and the Merkle root of its segment's blocks."""
    if segment.footer is None:
        return
    need(segment.footer.kinds == dict(found.kinds), "the footer counts other events")
    need(segment.footer.bounds == tuple(found.bounds), "the footer states other times")
    leaves = [leaf.tobytes() for leaf in segment.footer.lines["leaf"]]
    need(leaves == found.leaves, "the footer's index states another leaf")
    tree = hashes.Tree()
    for leaf in found.leaves:
        tree.add(leaf)
    need(segment.footer.root == tree.root(), "the footer states another Merkle root")
