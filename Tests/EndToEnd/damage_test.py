"""A damaged journal: named by every verb, mended from a copy, saved as far as it goes."""

import json
import os
import shutil

from harness import ROOT, CommandTest, contents

GOLDEN = os.path.join(ROOT, "journals", "live-candles-1")
# Places in the second segment: in the definitions that it repeats, in its first block of events.
DEFINITIONS, EVENTS = 8_192 + 300, 12_288 + 300


class DamageTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.journal = self.path("j")
        shutil.copytree(GOLDEN, self.journal)
        self.segments = sorted(name for name in os.listdir(self.journal) if ".lz4" in name)

    def spoil(self, name, offset, journal=None):
        with open(os.path.join(journal or self.journal, name), "r+b") as stream:
            stream.seek(offset)
            byte = stream.read(1)[0]
            stream.seek(offset)
            stream.write(bytes([byte ^ 1]))

    def events(self, journal):
        lines = self.run_command("journal", "export", journal, "--format", "jsonl").stdout
        return [json.loads(line) for line in lines.splitlines()]

    def test_every_verb_names_the_file_and_says_what_to_do(self):
        for offset in (DEFINITIONS, EVENTS):
            with self.subTest(offset=offset):
                shutil.rmtree(self.journal)
                shutil.copytree(GOLDEN, self.journal)
                self.expect_named(offset)

    def expect_named(self, offset):
        self.spoil(self.segments[1], offset)
        path = os.path.join("j", self.segments[1])
        for verb, status in [("verify", 1), ("info", 65), ("export", 65), ("cat", 65)]:
            with self.subTest(verb):
                error = self.run_command("journal", verb, "j", status=status).stderr.decode()
                self.assertIn(path, error)
                self.assertIn("journal repair --from", error)
                self.assertIn("journal salvage", error)
        self.assertIn(path, self.run_command("replay", "j", status=65).stderr.decode())

    def test_a_pipe_or_folder_in_a_files_place_is_named_and_keeps_nobody_waiting(self):
        places = [self.segments[0], self.segments[-1], self.segments[-1] + ".open"]
        for name, make in [(name, make) for name in places for make in (os.mkfifo, os.mkdir)]:
            with self.subTest(name, make=make.__name__):
                shutil.rmtree(self.journal)
                shutil.copytree(GOLDEN, self.journal)
                os.remove(os.path.join(self.journal, name.removesuffix(".open")))
                make(os.path.join(self.journal, name))
                for verb in ("verify", "info", "cat", "anchor"):
                    done = self.run_command("journal", verb, "j", status=65, timeout=20)
                    self.assertIn(f"j/{name}: not a journal: a folder, pipe or device", done.stderr.decode())

    def test_a_pipe_called_tail_or_snapshot_keeps_nobody_waiting(self):
        name = self.segments[-1]
        os.rename(os.path.join(self.journal, name), os.path.join(self.journal, name + ".open"))
        for pipe in ("tail", "snapshot-" + "400".zfill(20) + ".cbs"):
            os.mkfifo(os.path.join(self.journal, pipe))
        self.run_command("journal", "verify", "j", timeout=20)
        self.run_command("replay", "j", "--from-snapshot", timeout=20)

    def test_repair_takes_whole_segments_of_a_copy_and_keeps_the_damaged(self):
        before = contents(self.journal)
        damaged, lost = self.segments[0], self.segments[-1]
        self.spoil(damaged, 9_000)
        spoiled = contents(self.journal)[damaged]
        os.remove(os.path.join(self.journal, lost))
        done = self.json("journal", "repair", "j", "--from", GOLDEN)
        self.assertEqual([each["segment"] for each in done["replaced"]], [damaged, lost])
        evidence = done["replaced"][0]["evidence"]
        after = contents(self.journal)
        self.assertEqual(after.pop(evidence), spoiled)
        self.assertEqual(after, before)
        again = self.json("journal", "repair", "j", "--from", GOLDEN)
        self.assertEqual(again["replaced"], [])

    def test_repair_refuses_what_is_no_copy_and_changes_nothing(self):
        self.spoil(self.segments[0], 9_000)
        before = contents(self.journal)
        other = os.path.join(ROOT, "journals", "candles-1")
        shutil.copytree(self.journal, self.path("twin"))
        for copy, status in [(other, 65), ("twin", 65), ("none", 66)]:
            with self.subTest(copy):
                self.run_command("journal", "repair", "j", "--from", copy, status=status)
                self.assertEqual(contents(self.journal), before)
        self.run_command("journal", "repair", "j", status=64)

    def test_salvage_keeps_every_sequence_and_marks_what_is_lost(self):
        whole = self.events("j")
        self.spoil(self.segments[1], EVENTS)
        before = contents(self.journal)
        report = self.json("journal", "salvage", "j", "-o", "saved")
        self.assertEqual(contents(self.journal), before)
        self.assertGreater(report["lostEvents"], 0)
        self.run_command("journal", "verify", "saved")
        saved = self.events("saved")
        self.assertEqual(len(saved), len(whole))
        lost = 0
        for old, new in zip(whole, saved):
            if new["kind"] == "gap" and old["kind"] != "gap":
                lost += 1
            else:
                self.assertEqual(new, old)
        self.assertEqual(lost, report["lostEvents"])
        self.run_command("journal", "salvage", "j", "-o", "saved", status=73)
        self.run_command("journal", "salvage", "j", "-o", "saved", "--force")
        self.run_command("journal", "salvage", "none", "-o", "x", status=66)

    def test_seal_leaves_what_is_sealed_and_names_what_is_no_journal(self):
        before = contents(self.journal)
        self.assertEqual(self.json("journal", "seal", "j"), {"segments": []})
        self.assertEqual(contents(self.journal), before)
        self.run_command("journal", "seal", "none", status=66)
        os.mkdir(self.path("empty"))
        self.run_command("journal", "seal", "empty", status=65)

    def test_a_segment_that_only_lacks_its_name_is_read_and_then_named(self):
        whole = self.events("j")
        last = os.path.join(self.journal, self.segments[-1])
        os.rename(last, last + ".open")
        self.assertEqual(self.events("j"), whole)
        done = self.json("journal", "seal", "j")
        self.assertEqual([each["segment"] for each in done["segments"]], [self.segments[-1]])
        self.run_command("journal", "verify", "j")
        self.assertEqual(self.events("j"), whole)
