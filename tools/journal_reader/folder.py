"""Page "Format": the folder of a journal, its segments in order, and one walk through all."""

import mmap
import re

from . import blocks, hashes, pages
from .damage import Damage, NoJournal, located, need
from .segment import Segment

SEGMENT = re.compile(r"\d{20}\.lz4(\.open)?")
LOOKS = 5


class Journal:
    """All segments of a journal, each of which follows the one before."""

    def __init__(self, path):
        if not path.is_dir():
            raise NoJournal(f"{path} is no folder")
        for look in range(LOOKS):
            try:
                self.segments = list(self.opened(path))
                return
            except (FileNotFoundError, Damage):
                # A live writer renames its segment, or writes it while it is read: look again.
                # Damage is there at the next look too.
                if look == LOOKS - 1 or not any(name.endswith(".open") for name in names(path)):
                    raise

    def opened(self, path):
        found = names(path)
        if not found:
            raise NoJournal(f"{path} holds no segment of a journal")
        need(found[0].startswith(f"{1:020}."), f"the journal begins with {found[0]}: one is missing")
        before = None
        for number, name in enumerate(found):
            segment = Segment(name, contents(path / name))
            if f"{name}.open" in found:
                with located(f"segment {name}"):
                    need(not len(segment.footer.lines), "it holds events, and is open too")
                continue
            with located(f"segment {name}"):
                pages.check_order(segment.header, before)
                if before is None:
                    first = hashes.origin(segment.header)
                    need(segment.header.before_chain == first, "its chain does not begin at its origin")
                is_last = number == len(found) - 1
                need(not segment.is_open or number >= len(found) - 2, "it is open amid the journal")
                need(not is_last or segment.is_open or segment.footer.ending, "the journal goes on")
            yield segment
            before = segment

    @property
    def warnings(self):
        return [segment.warning for segment in self.segments if segment.warning]

    def blocks(self, needed=lambda block: True, first=1):
        """(segment, block, payload or note) from the segment that holds a sequence on."""
        begin = max(n for n, s in enumerate(self.segments) if n == 0 or s.header.first_sequence <= first)
        for number, segment in enumerate(self.segments[begin:]):
            for block, content in segment.blocks(needed):
                if block.kind != blocks.DICTIONARY or (begin and not number):
                    yield segment, block, content


def names(path):
    return sorted(entry.name for entry in path.iterdir() if SEGMENT.fullmatch(entry.name))


def contents(path):
    """A file's bytes: mapped when sealed, read when open, as a writer may yet cut that one."""
    with open(path, "rb") as stream:
        if path.suffix == ".open":
            return memoryview(stream.read())
        size = stream.seek(0, 2)
        return memoryview(mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ) if size else b"")
