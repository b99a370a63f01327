"""What the independent reader does with open, torn and damaged journals, beside what the engine does.

Open journals are made of a signed golden one: its last segment without its footer, with watermark
slots of our own. So every frame's end is known, and with it what must be read and what refused.
"""

import os
import re
import shutil
import struct
from pathlib import Path

import reader_packages
from harness import ROOT, CommandTest

SIGNED = os.path.join(ROOT, "journals", "live-candles-1")
LENGTH = 65_536
HEARTBEAT, UNKNOWN = 2, 9


class DamageTest(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.reader = reader_packages.load()
        import xxhash
        from journal_reader import blocks
        from journal_reader.folder import Journal

        cls.xxhash, cls.layout, cls.journal = xxhash, blocks, staticmethod(Journal)
        *_, before, last = Journal(Path(SIGNED)).segments
        cls.before, cls.last = before, last
        cls.whole = bytes(last.data[: last.footer.offset])
        cls.blocks = [block for block, _ in last.blocks()]

    def setUp(self):
        super().setUp()
        self.copy = self.path("journal")
        shutil.copytree(SIGNED, self.copy)
        self.place = os.path.join(self.copy, self.last.name)

    def slot(self, durable):
        """A watermark slot of the last segment."""
        body = struct.pack("<QQQ", 1, durable, 0)
        seal = struct.pack("<Q", self.xxhash.xxh64_intdigest(body, self.last.header.salt))
        return (body + seal).ljust(512, b"\0")

    def opened(self, data, durable, suffix=".open"):
        """Puts bytes in the last segment's place, with one slot that calls so many durable."""
        data = data[:4_096] + self.slot(durable) + bytes(512) + data[5_120:]
        if os.path.exists(self.place):
            os.remove(self.place)
        with open(self.place + suffix, "wb") as stream:
            stream.write(data)

    def read(self):
        """(last sequence, warnings), or what the damage says."""
        try:
            frame = self.reader.read(self.copy)
        except self.reader.Damage as damage:
            return str(damage)
        return int(frame["sequence"].iloc[-1]), frame.attrs["warnings"]

    def frame_ends(self):
        """(offset, last sequence) at every place where a frame of the last segment may end."""
        page, ends, sequence = 4_096, [(8_192, self.last.header.first_sequence - 1)], None
        for block in self.blocks:
            sequence = block.last_sequence
            ends.append((block.end, sequence))
            if block.end % page and block.end < len(self.whole):
                padded = -(-block.end // page) * page
                ends.append((padded if padded - block.end >= 8 else padded + page, sequence))
        return ends

    def claim(self, end, durable):
        """What a slot and the blocks before an offset call durable."""
        return max([durable] + [block.durable for block in self.blocks if block.end <= end])

    def agrees_with_the_engine(self, said):
        """The engine's answer to the same bytes: as many events, or damage too."""
        if isinstance(said, str):
            self.run_command("journal", "info", self.copy, status=65)
        else:
            self.assertEqual(self.json("journal", "info", self.copy)["lastSequence"], said[0])

    def test_a_segment_that_is_still_written_reads_to_its_end(self):
        for tail in (b"", bytes(5), bytes(LENGTH - len(self.whole))):
            self.opened(self.whole + tail, 16_384)
            self.assertEqual(self.read(), (420, []))
            self.assertEqual(self.reader.verify(self.copy).checkpoints, 21)
            self.agrees_with_the_engine((420, []))

    def test_a_segment_that_died_while_sealing_reads_to_its_footer(self):
        sealed = bytes(self.last.data)
        self.opened(sealed, len(sealed))
        said = self.read()
        self.assertEqual(said, (420, []))
        self.agrees_with_the_engine(said)
        self.opened(sealed[:-40] + bytes(40), len(self.whole))
        said = self.read()
        self.assertEqual(said, (420, []))
        self.agrees_with_the_engine(said)
        self.opened(sealed[:-40] + bytes(40), len(sealed))
        said = self.read()
        self.assertRegex(said, f"{len(sealed)} bytes were durable")
        self.agrees_with_the_engine(said)

    def test_a_segment_cut_anywhere_ends_with_a_warning_or_is_damaged_by_the_watermark(self):
        durable, ends = 20_480, self.frame_ends()
        cuts = {end + step for end, _ in ends for step in (-1, 0, 1, 9)} | set(
            range(8_192, len(self.whole), 331))  # fmt: skip
        outcomes = {"whole": 0, "torn": 0, "damage": 0}
        for cut in sorted(cut for cut in cuts if 8_192 <= cut <= len(self.whole)):
            data = self.whole[:cut] + bytes(LENGTH - cut)
            same = len(os.path.commonprefix([data, self.whole]))
            end, sequence = max(pair for pair in ends if pair[0] <= same)
            self.opened(data, durable)
            said = self.read()
            with self.subTest(cut=cut):
                outcomes[self.judged(said, end, sequence, self.claim(end, durable), data)] += 1
                if cut % 5 == 0:
                    self.agrees_with_the_engine(said)
        self.assertGreater(min(outcomes.values()), 5)

    def judged(self, said, end, sequence, claim, data):
        if end < claim:
            self.assertIsInstance(said, str)
            self.assertRegex(said, rf"segment {self.last.name}.* {end},.* {claim} bytes")
            return "damage"
        torn = any(data[end : end + 4])
        self.assertEqual((said[0], len(said[1])), (sequence, int(torn)))
        return "torn" if torn else "whole"

    def test_a_flipped_bit_is_damage_below_the_watermark_and_torn_above(self):
        durable, ends = 24_576, self.frame_ends()
        outcomes = {"damage": 0, "torn": 0}
        for place in range(8_192, len(self.whole), 173):
            data = bytearray(self.whole + bytes(LENGTH - len(self.whole)))
            data[place] ^= 1 << place % 8
            end, sequence = max(pair for pair in ends if pair[0] <= place)
            behind = [b.durable for b in self.blocks if b.offset > place and b.offset % 4_096 == 0]
            claim = max([self.claim(end, durable), *behind])
            self.opened(bytes(data), durable)
            said = self.read()
            with self.subTest(place=place):
                outcomes[self.judged(said, end, sequence, claim, data)] += 1
        self.assertGreater(min(outcomes.values()), 5)

    def test_a_heartbeat_vouches_and_an_unknown_block_is_skipped_if_it_may_be(self):
        for kind, flags, reads in [(HEARTBEAT, 1, True), (UNKNOWN, 1, True), (UNKNOWN, 0, False)]:
            added = self.block(kind, flags, len(self.whole))
            self.opened(self.whole + added + bytes(LENGTH), 16_384)
            said = self.read()
            with self.subTest(kind=kind, flags=flags):
                self.assertEqual((said[0], len(said[1])), (420, 0 if reads else 1))
                self.agrees_with_the_engine(said)
        self.opened(self.whole + self.block(HEARTBEAT, 1, len(self.whole)) + bytes(LENGTH), 16_384)
        with open(self.place + ".open", "r+b") as stream:
            stream.seek(self.blocks[-1].offset + 200)
            stream.write(b"?")
        self.assertRegex(str(self.read()), "were durable")

    def block(self, kind, flags, at):
        """A block without events behind the last one, which calls all before it durable."""
        none = (2**63 - 1, -(2**63)) * 2
        tail = self.last.tail
        body = self.layout.HEADER.pack(
            b"CBJB", 160, kind, 1, self.last.header.salt, at, tail.index, tail.sequence, 0, flags,
            *none, 0, 0, at, self.xxhash.xxh64_intdigest(b""), tail.chain, 0, 0, 0)[:-8]
        seal = struct.pack("<Q", self.xxhash.xxh64_intdigest(body))
        return struct.pack("<II", 0x184D2A51, 160) + body + seal

    def test_two_segments_are_open_while_a_writer_goes_on(self):
        name = os.path.join(self.copy, self.before.name)
        data = bytes(self.before.data[: self.before.footer.offset])
        os.remove(name)
        with open(name + ".open", "wb") as stream:
            stream.write(data + bytes(LENGTH))
        self.opened(self.whole, 16_384)
        # Sealed, its slots call even the footer durable: without one that is damage.
        self.assertRegex(str(self.read()), f"{self.before.name}.open: .*were durable")
        with open(name + ".open", "r+b") as stream:
            stream.seek(4_096)
            stream.write(bytes(1_024))
        said = self.read()
        self.assertEqual(said, (420, []))
        self.agrees_with_the_engine(said)

    def test_every_flip_in_a_sealed_segment_is_refused_by_name(self):
        names = sorted(os.listdir(self.copy))
        tried = 0
        for number, name in enumerate(names):
            place = os.path.join(self.copy, name)
            with open(place, "rb") as stream:
                data = stream.read()
            for at in range(number, len(data), 211):
                changed = bytearray(data)
                changed[at] ^= 1 << at % 8
                with open(place, "wb") as stream:
                    stream.write(changed)
                said = self.read()
                self.assertIsInstance(said, str, f"{name}, byte {at}")
                self.assertIn(name[:20], said)
                tried += 1
            with open(place, "wb") as stream:
                stream.write(data)
        self.assertGreater(tried, 500)

    def test_damage_names_segment_block_and_sequences(self):
        with open(self.place, "r+b") as stream:
            stream.seek(next(b.offset for b in self.blocks if b.kind == 0) + 300)
            stream.write(b"???")
        self.assertRegex(str(self.read()), rf"{self.last.name}, block \d+ \(sequences \d+ to \d+\): ")

    def test_missing_doubled_foreign_and_reordered_segments_are_refused(self):
        first, second, third = sorted(os.listdir(self.copy))
        inside = os.path.join
        for name, change in {
            "missing first": lambda: os.remove(inside(self.copy, first)),
            "missing second": lambda: os.remove(inside(self.copy, second)),
            "doubled": lambda: shutil.copy(inside(self.copy, second), inside(self.copy, second + ".open")),
            "foreign": lambda: shutil.copy(
                os.path.join(ROOT, "journals", "candles-1", first), inside(self.copy, first)),
            "misnamed": lambda: os.rename(
                inside(self.copy, third), inside(self.copy, third.replace("1.lz4", "2.lz4"))),
            "swapped": lambda: shutil.copy(inside(self.copy, third), inside(self.copy, second)),
        }.items():  # fmt: skip
            shutil.rmtree(self.copy)
            shutil.copytree(SIGNED, self.copy)
            change()
            with self.subTest(name):
                self.assertRegex(str(self.read()), "segment|one is missing")

    def test_a_changed_note_fails_only_verification(self):
        data = bytearray(self.last.data)
        note = [block for block in self.blocks if block.kind == 3][-1]
        begin = note.offset + 168
        at = data.index("— ".encode(), begin) + 90
        data[at] = ord("A") if data[at] != ord("A") else ord("B")
        part = bytes(data[begin : note.end])
        data[note.offset + 104 : note.offset + 112] = struct.pack("<Q", self.xxhash.xxh64_intdigest(part))
        head = bytes(data[note.offset + 8 : note.offset + 160])
        data[note.offset + 160 : begin] = struct.pack("<Q", self.xxhash.xxh64_intdigest(head))
        with open(self.place, "wb") as stream:
            stream.write(data)
        self.assertEqual(self.read(), (420, []))
        with self.assertRaisesRegex(self.reader.Damage, re.compile("note|signature|signed")):
            self.reader.verify(self.copy)
