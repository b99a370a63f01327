"""Snapshots end to end: from one or from the start, the answer is the same to the byte."""

import glob
import os
import shutil
import subprocess

from golden_test import golden
from harness import ROOT, CommandTest

CONTRACT = os.path.join(ROOT, "tools", "contract", "contract.py")
RATE = '  "eventsPerSecond": '


class SnapshotTest(CommandTest):
    def generated(self):
        """A backtest's journal: orders, fills, a book and a halt's worth of events."""
        scenario = os.path.join(ROOT, "scenarios", "thin-book.yaml")
        self.run_command("replay", scenario, "-o", self.path("run"), "--quiet")
        return os.path.join(self.path("run"), "journal")

    def golden(self, name="flow-with-outage-1"):
        shutil.copytree(os.path.join(ROOT, "journals", name), self.path(name))
        return self.path(name)

    def name(self, sequence):
        return f"snapshot-{sequence:020}.cbs"

    def snapshot(self, journal, *arguments):
        return self.json("journal", "snapshot", journal, *arguments)

    def compare(self, journal, used, *target):
        """Text and JSON from the snapshot differ from those of the whole in its one line."""
        whole = self.run_command("replay", journal, *target).stdout.decode().splitlines()
        short = self.run_command("replay", journal, *target, "--from-snapshot")
        place = self.name(used) if used else "the start: no snapshot to use"
        self.assertEqual(short.stdout.decode().splitlines(), whole + [f"folded from  {place}"])
        whole = self.run_command("replay", journal, *target, "--json").stdout.decode()
        json = self.run_command("replay", journal, *target, "--from-snapshot", "--json").stdout.decode()
        member = f'"{self.name(used)}"' if used else "null"
        expected = whole.replace("{\n", '{\n  "fromSnapshot": ' + member + ",\n", 1)
        self.assertEqual(self.timeless(json), self.timeless(expected))
        return short.stderr.decode()

    def timeless(self, text):
        return [line for line in text.splitlines() if not line.startswith(RATE)]

    def check_targets(self, journal):
        events = self.json("journal", "info", journal)["events"]
        stride = events // 5
        made = self.snapshot(journal, "--every", str(stride), "--keep", "99")
        marks = made["kept"]
        self.assertEqual(marks[-1], events)
        self.assertEqual([m["sequence"] for m in made["made"]], marks)
        self.assertEqual([m["provenFrom"] for m in made["made"]], [0] + marks[:-1])
        self.assertEqual(self.json("journal", "info", journal)["snapshots"], marks)
        self.compare(journal, events)
        for target in [1, stride - 1, stride, stride + 1, 3 * stride + 7, events - 1, events, events + 5]:
            used = max((mark for mark in marks if mark <= target), default=0)
            said = self.compare(journal, used, "--until", str(target))
            self.assertEqual(said, "")

    def test_a_generated_journal_gives_the_same_answers_at_any_target(self):
        self.check_targets(self.generated())

    def test_a_golden_journal_gives_the_same_answers_at_any_target(self):
        self.check_targets(self.golden())

    def test_a_live_journal_of_several_segments_gives_the_same_answers_at_any_target(self):
        self.check_targets(self.golden("live-candles-1"))

    def test_a_moment_as_target_gives_the_same_answer(self):
        journal = self.golden()
        self.snapshot(journal, "--every", "1000", "--keep", "99")
        events = self.json("journal", "info", journal)
        first, last = events["firstTime"] // 10**9, events["lastTime"] // 10**9
        used = set()
        for second in range(first, last + 2, max(1, (last - first) // 6)):
            done = subprocess.run(
                ["date", "-u", "-d", f"@{second}", "+%Y-%m-%dT%H:%M:%S"], capture_output=True, check=True)
            moment = done.stdout.decode().strip()
            answer = self.json("replay", journal, "--until", moment, "--from-snapshot")
            used.add(answer["fromSnapshot"])
            sequence = int(answer["fromSnapshot"][9:29]) if answer["fromSnapshot"] else 0
            self.compare(journal, sequence, "--until", moment)
        self.assertGreater(len(used), 3)

    def test_a_snapshot_ends_at_the_golden_fingerprint(self):
        for name, events, fingerprint, *_ in golden():
            with self.subTest(name):
                made = self.snapshot(self.golden(name))["made"]
                self.assertEqual([(m["sequence"], m["fingerprint"]) for m in made], [(events, fingerprint)])

    def test_two_makings_give_identical_files_and_change_nothing_else(self):
        journal = self.golden()
        files = [self.made(journal), self.made(journal)]
        self.assertEqual(files[0], files[1])
        self.run_command("journal", "verify", journal)

    def made(self, journal):
        self.snapshot(journal, "--every", "2000")
        found = {}
        for path in glob.glob(os.path.join(journal, "*.cbs")):
            with open(path, "rb") as stream:
                found[os.path.basename(path)] = stream.read()
        self.assertEqual(len(found), 3)
        return found

    def test_a_damaged_snapshot_is_named_and_the_one_before_it_is_used(self):
        journal = self.golden()
        marks = self.snapshot(journal, "--every", "2000")["kept"]
        for damaged, used in [(marks[2], marks[1]), (marks[1], marks[0]), (marks[0], 0)]:
            path = os.path.join(journal, self.name(damaged))
            with open(path, "r+b") as stream:
                stream.seek(os.path.getsize(path) // 2)
                byte = stream.read(1)
                stream.seek(-1, os.SEEK_CUR)
                stream.write(bytes([byte[0] ^ 1]))
            said = self.compare(journal, used)
            self.assertIn(f"warning: {self.name(damaged)}: the checksum does not match", said)
        self.assertEqual(self.snapshot(journal)["made"][0]["provenFrom"], 0)
        self.compare(journal, marks[2])

    def test_snapshots_of_another_journal_and_of_a_longer_one_are_not_used(self):
        journal, other = self.golden(), self.golden("candles-1")
        last = self.snapshot(journal)["kept"][-1]
        shutil.copy(os.path.join(journal, self.name(last)), os.path.join(other, self.name(last)))
        self.assertIn("it belongs to another journal", self.compare(other, 0))
        shutil.copy(os.path.join(journal, self.name(last)), os.path.join(other, self.name(10**9)))
        self.assertIn("it is newer than the journal", self.compare(other, 0))

    def test_a_journal_with_snapshots_can_be_imported_again(self):
        subprocess.run(["python3", CONTRACT, "trades", self.path("t.csv"), "5000"], check=True)
        arguments = ("journal", "import", "binance-trades", "t.csv", "--symbol", "BTCUSDT", "-o", "j")
        self.run_command(*arguments)
        self.snapshot("j")
        self.run_command(*arguments, "--force")
        self.assertEqual(self.json("journal", "info", "j")["snapshots"], [])

    def test_bad_input_is_refused_with_its_reason(self):
        journal = self.golden()
        scenario = os.path.join(ROOT, "scenarios", "thin-book.yaml")
        for status, text, arguments in [
            (64, "--every 0", ("journal", "snapshot", journal, "--every", "0")),
            (64, "every", ("journal", "snapshot", journal, "--every", "-5")),
            (64, "--keep 0", ("journal", "snapshot", journal, "--keep", "0")),
            (66, "no such journal", ("journal", "snapshot", "nowhere")),
            (66, "no such scenario or journal", ("replay", "nowhere", "--from-snapshot")),
            (66, "no such scenario or journal", ("replay", "nowhere", "--until", "7")),
            (64, "belongs to a journal", ("replay", scenario, "--from-snapshot")),
        ]:
            done = self.run_command(*arguments, status=status)
            self.assertIn(text, done.stderr.decode())
