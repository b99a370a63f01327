"""Pages "Segments" and "Format": one file, walked from frame to frame, sealed or open."""

from typing import NamedTuple

import numpy as np

from . import blocks, hashes, pages
from .damage import Damage, located, need

PADDING_MAGIC = 0x184D2A54
PAGE = pages.PAGE_BYTES


class Place(NamedTuple):
    """What comes next in a walk, and the durable offset claimed so far."""

    at: int
    index: int
    sequence: int
    chain: bytes
    durable: int


class Segment:
    """A segment's bytes, its page 1 and, of a sealed one, its footer.

    `tail` is the place where the walk ends: at the footer, or in an open segment at the first byte
    that was never promised; `warning` then says what stands there. A segment with a whole footer
    is sealed, even if its writer died before it took its name.
    """

    def __init__(self, name, data):
        self.name, self.data, self.length = name, data, len(data)
        self.footer = self.warning = None
        with located(f"segment {name}"):
            self.header = pages.header(data)
            need(self.header.first_sequence == int(name[:20]), "its name states another sequence")
            self.is_open = name.endswith(".open") and not self.has_footer()
            if self.is_open:
                self.tail = find_end(self)
                return
            if not name.endswith(".open"):
                pages.check_slots(data, self.header.salt)
            self.footer = pages.footer(data, self.header)
            self.tail = self.sealed_end()

    def has_footer(self):
        try:
            pages.footer(self.data, self.header)
        except Damage:
            return False
        return True

    def start(self):
        """The place of the first frame."""
        page = self.header
        return Place(pages.HEADER_BYTES, page.first_block, page.first_sequence, page.before_chain, 0)

    def sealed_end(self):
        """The place of the footer, by what the footer says."""
        end, page = self.footer, self.header
        return Place(end.offset, page.first_block + len(end.lines), end.last_sequence + 1, end.chain, 0)

    def blocks(self, needed=lambda block: True):
        """(block, payload or note) in order, None where a data block is not needed.

        Raises Damage with segment, block and sequences.
        """
        place, data_blocks = self.start(), 0
        while place.at < self.tail.at:
            block, content, place = step(self, place, needed)
            if block is None:
                continue
            if block.kind == blocks.DATA and self.footer:
                with located(where(self, block)):
                    self.check_line(block, data_blocks)
                data_blocks += 1
            yield block, content
        with located(f"segment {self.name}"):
            need(place.at == self.tail.at, "a frame reaches into the footer")
            need(place[1:4] == self.tail[1:4], "the footer states another sequence, block or chain")

    def check_line(self, block, number):
        """The footer's index states of a block what its header does."""
        need(number < len(self.footer.lines), "the footer's index lacks the block")
        line = self.footer.lines[number].item()
        stated = (block.offset, block.first_sequence, block.count, *block.bounds, block.bitmap)
        need(line[:8] == stated, "the footer's index states something else")


def step(segment, place, needed):
    """(block, payload or note, next place) of the frame at a place; no block for padding."""
    data, at = segment.data, place.at
    need(at + 8 <= segment.length, f"half a frame at offset {at}")
    magic, length = pages.FRAME.unpack_from(data, at)
    if magic == PADDING_MAGIC:
        with located(f"segment {segment.name}, padding at offset {at}"):
            return None, None, place._replace(at=after_padding(segment, at, length))
    with located(f"segment {segment.name}, block {place.index} at offset {at}"):
        block = blocks.header(data, at, segment.header.salt)
    with located(where(segment, block)):
        check_place(segment, block, place)
        following = place._replace(at=block.end, durable=max(place.durable, block.durable))
        if block.kind == blocks.CHECKPOINT:
            return block, blocks.note(data, block), following
        if block.kind == blocks.DICTIONARY:
            return block, blocks.payload(data, block), following
        if block.kind != blocks.DATA:
            blocks.stored(data, block)
            return block, None, following
        following = following._replace(
            index=block.index + 1, sequence=block.last_sequence + 1, chain=block.chain)
        if not needed(block):
            return block, None, following
        content = blocks.payload(data, block)
        leaf = hashes.leaf(block, content)
        need(hashes.chained(place.chain, leaf) == block.chain, "the hash chain breaks")
        return block, content, following


def where(segment, block):
    if block.kind != blocks.DATA:
        return f"segment {segment.name}, block before {block.index} at offset {block.offset}"
    return (f"segment {segment.name}, block {block.index}"
            f" (sequences {block.first_sequence} to {block.last_sequence})")  # fmt: skip


def after_padding(segment, at, length):
    """Where padding ends: on a page's end."""
    end = at + 8 + length
    need(end <= segment.length and end % PAGE == 0 and end - at < PAGE + 8, "it ends on no page's end")
    need(at >= dictionary_end(segment), "it stands among repeated definitions")
    need(not any(segment.data[at + 8 : end]), "it is not zero")
    return end


def dictionary_end(segment):
    return pages.HEADER_BYTES + segment.header.dictionary_bytes


def check_place(segment, block, place):
    """The block is the one that has to come next."""
    in_dictionary = place.at < dictionary_end(segment)
    need((block.kind == blocks.DICTIONARY) == in_dictionary, "repeated definitions out of place")
    need(not in_dictionary or block.end <= dictionary_end(segment), "more definitions than stated")
    need(block.index == place.index, f"the block's index is {block.index}, not {place.index}")
    need(block.first_sequence == place.sequence,
         f"the block begins with sequence {block.first_sequence}, not {place.sequence}")  # fmt: skip
    if block.kind > blocks.DICTIONARY:
        need(block.chain == place.chain, "the block states another chain")


def find_end(segment):
    """Where an open segment ends, by its watermark: Damage where bytes are lost that were safe."""
    place, reason = segment.start(), None
    try:
        while not is_end(segment.data, place.at):
            _, _, place = step(segment, place, lambda block: True)
    except Damage as damage:
        reason = damage
    durable = max(place.durable, claimed(segment, place.at))
    if place.at < durable:
        raise Damage(f"{reason or 'it ends too early'}; whole to offset {place.at},"
                     f" but {durable} bytes were durable")  # fmt: skip
    if reason:
        segment.warning = f"{segment.name}: torn at offset {place.at}: {reason}"
    return place


def is_end(data, at):
    """Zeros, the file's end or a footer."""
    head = bytes(data[at : at + 8])
    if len(head) < 8:
        return not any(head)
    return head[:4] == bytes(4) or pages.FRAME.unpack(head)[0] == pages.FOOTER_MAGIC


def claimed(segment, end):
    """The highest durable offset that a slot or a header behind the end claims."""
    data, page = segment.data, segment.header
    best = max((slot[1] for slot in pages.slots(data, page.salt) if slot), default=0)
    pages_behind = np.arange(-(-end // PAGE) * PAGE, segment.length - blocks.FRAME_BYTES + 1, PAGE)
    words = np.ndarray(segment.length - 3, "<u4", data, strides=(1,))[pages_behind]
    for at in pages_behind[words == blocks.BLOCK_MAGIC].tolist():
        try:
            block = blocks.header(data, at, page.salt)
        except Damage:
            continue
        if block.index >= page.first_block:
            best = max(best, block.durable)
    return best
