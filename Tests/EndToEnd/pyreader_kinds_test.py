"""Every kind of event at the edges of its fields, in journals that Python wrote from the format pages.

So the pages are proved from the other side too: what they tell a writer to write, the engine reads.
"""

import os
import random

from pyreader_test import ReaderTest


class KindsTest(ReaderTest):
    def test_every_kind_at_the_edges_of_every_field(self):
        from journal_reader.kinds import KINDS

        self.assertEqual(len(KINDS), 54)
        self.agree_on(KINDS, {kind.id: kind.version for kind in KINDS.values()})

    def test_the_first_version_of_every_kind_at_the_edges_of_every_field(self):
        from journal_reader.kinds import EARLIER, KINDS

        first = {kind.id: kind._replace(fields=EARLIER.get((kind.id, 1), kind.fields))
                 for kind in KINDS.values()}  # fmt: skip
        self.assertEqual(sum(first[kind] != KINDS[kind] for kind in KINDS), 5)
        self.agree_on(first, None)
        self.agree_on(first, {kind: 1 for kind in KINDS})

    def agree_on(self, kinds, versions):
        """Both readers say the same of many events of kinds in these forms."""
        import python_writer

        for seed in (int(os.environ.get("CRYPTOBOT_SEED", "20240101")), 2, 3):
            with self.subTest(seed=seed):
                events, instruments = edge_events(kinds, random.Random(seed), python_writer.NONE)
                journal = self.path(str(len(os.listdir(self.folder))))
                python_writer.write(journal, events, instruments, versions)
                found = self.agree(journal, 60 * len(kinds))
                self.assertEqual(found, {kind.name for kind in kinds.values()})

    def test_values_beyond_their_meaning_or_type_are_judged_alike(self):
        import python_writer

        grid = [("u16", 0), ("i64", 1), ("u8", 2), ("i64", 1), ("u8", 5), *[("i64", 0)] * 2, ("u16", 0),
                ("u16", 1), ("InstrumentKind", 0), ("DefinitionOrigin", 0)]  # fmt: skip
        text = [("TextSubject", 0), ("u16", 0), ("u8", 3)]
        nan, word = float("nan"), ("bits", 0x4141)
        cases = {
            "as it should be": (64, grid, 0), "scale": (64, [*grid[:2], ("u8", 19), *grid[3:]], 0),
            "no tick": (64, [grid[0], ("i64", 0), *grid[2:]], 0),
            "kind of instrument": (64, [*grid[:9], ("InstrumentKind", 2), grid[10]], 1),
            "not a number": (7, [("u16", 0), ("u16", 0), ("f64", nan)], 0),
            "a field too few": (7, [("u16", 0), ("u16", 0)], 1),
            "a field too large": (52, [("u16", 256)], 1), "a field too many": (52, [("u8", 1)] * 2, 1),
            "an unknown kind": (99, [("u8", 1)], 1), "a flag": (48, [*[("i64", 1)] * 2, ("u16", 0),
             *[("u8", 0)] * 3, ("u8", 2)], 1),
            "a word of zeros": (67, [*text, ("u8", 2), ("u8", 2), word, ("bits", 0)], 0),
            "fewer words": (67, [*text, ("u8", 2), ("u8", 2), word], 1),
            "more than five words": (67, [*text, ("u8", 2), ("u8", 6), *[word] * 6], 1),
            "more than forty bytes": (67, [*text, ("u8", 41), ("u8", 1), word], 1),
            "more bytes than words": (67, [*text, ("u8", 20), ("u8", 1), word], 0),
        }  # fmt: skip
        for name, (kind, fields, refused) in cases.items():
            journal = self.path(name)
            instrument = 0 if kind in (64, 7, 48) else None
            python_writer.write(journal, [(kind, 1, python_writer.NONE, fields)], [instrument])
            with self.subTest(name):
                self.run_command("journal", "verify", journal, status=refused)
                if refused:
                    self.assertRaises(self.reader.Damage, self.reader.verify, journal)
                else:
                    self.assertEqual(self.reader.verify(journal).events, 1)

    def test_a_csv_file_holds_no_control_characters_but_line_ends(self):
        import python_writer

        word = ("bits", int.from_bytes("\x1b\r\n\x9b,".encode(), "little"))
        fields = [("TextSubject", 0), ("u16", 0), ("u8", 3), ("u8", 6), ("u8", 1), word]
        python_writer.write(self.path("j"), [(67, 1, python_writer.NONE, fields)], [None])
        written = self.run_command("journal", "export", self.path("j"), "--format", "csv").stdout
        self.assertIn(rb'"\u{1b}\u{d}' + b"\n" + rb'\u{9b},"', written)


def edge_events(kinds, chance, none):
    """Many events of every kind in a mixed order, each field at an edge of its type or anywhere."""
    from journal_reader.kinds import UNMAPPED

    events, instruments = [], []
    for kind in [*kinds.values()] * 60:
        fields = [(type_name, edge(name, type_name, chance)) for name, type_name in kind.fields]
        if kind.name == "text":
            text = bytes(chance.choices(b"ABCxyz019 -_", k=40))
            words = fields[4][1]
            fields = fields[:2] + [("u8", 3), ("u8", chance.randrange(8 * words + 1)), ("u8", words)]
            fields += [("bits", int.from_bytes(text[8 * n:8 * n + 8], "little")) for n in range(words)]
        times = [chance.choice((none, 0, -1, 2**63 - 1, chance.randrange(2**61))) for _ in range(2)]
        events.append((kind.id, 1 if times[0] == none else times[0], times[1], fields))
        instruments.append(next((value for (name, _), (_, value) in zip(kind.fields, fields)
                                 if name == "instrument" and kind.name not in UNMAPPED), None))  # fmt: skip
    order = chance.sample(range(len(events)), len(events))
    return [events[n] for n in order], [instruments[n] for n in order]


def edge(name, type_name, chance):
    """A value of a type, as a number."""
    from journal_reader.kinds import ENUMERATIONS

    if name in ("tickScale", "lotScale", "commissionDecimals"):
        return chance.randrange(19)
    if type_name in ENUMERATIONS:
        return chance.randrange(len(ENUMERATIONS[type_name]))
    if type_name == "flag":
        return chance.randrange(2)
    if type_name.startswith("byte≤"):
        return chance.randrange(int(type_name[5:]) + 1)
    if type_name == "f64":
        return chance.choice((0.0, -0.5, 1e300, -5e-324, chance.uniform(-1e6, 1e6)))
    bits = 64 if type_name == "bits" else int(type_name[1:])
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if type_name[0] == "i" else (0, 2**bits)
    return chance.choice((low, high - 1, chance.randrange(low, high), max(low, min(high - 1, 1))))
