"""Journals as files: the same twice, refused when damaged, and never left half-made."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import time
from datetime import datetime, timezone

from harness import DEBUG, RELEASE, ROOT, CommandTest, contents

CONTRACT = os.path.join(ROOT, "tools", "contract", "contract.py")
TRADE = "{},42000.{:02},0.00100,42.0,{},True,True\n"


class JournalTest(CommandTest):
    def trades(self, count, name="BTCUSDT-trades-2024-01.csv"):
        """A file in the exchange's trade format, written by the contract's generator."""
        subprocess.run(["python3", CONTRACT, "trades", self.path(name), str(count)], check=True)
        return self.path(name)

    def import_trades(self, count=20_000, journal="journal", **options):
        file = self.trades(count)
        self.run_command("journal", "import", "binance-trades", file, "-o", self.path(journal), **options)
        return self.path(journal)

    def test_two_imports_and_any_path_give_identical_files(self):
        first = contents(self.import_trades(journal="a"))
        again = contents(self.import_trades(journal="b"))
        os.mkdir(self.path("elsewhere"))
        moved = self.trades(20_000, "elsewhere/BTCUSDT-trades-2024-01.csv")
        self.run_command("journal", "import", "binance-trades", moved, "-o", self.path("c"))
        self.assertGreater(len(first), 0)
        self.assertEqual(first, again)
        self.assertEqual(first, contents(self.path("c")))

    def test_plain_gzip_zip_and_stdin_give_the_same_events(self):
        plain = self.trades(20_000)
        with open(plain, "rb") as source, gzip.open(plain + ".gz", "wb") as target:
            shutil.copyfileobj(source, target)
        subprocess.run(["zip", "-q", "-j", plain + ".zip", plain], check=True)
        exports = set()
        for name, file in [("p", plain), ("g", plain + ".gz"), ("z", plain + ".zip"), ("s", "-")]:
            with open(plain, "rb") as stdin:
                self.run_command(
                    "journal", "import", "binance-trades", file, "--symbol", "BTCUSDT",
                    "-o", self.path(name), stdin=stdin)  # fmt: skip
            exports.add(self.trade_rows(self.path(name)))
        self.assertEqual(len(exports), 1)

    def trade_rows(self, journal):
        """All trades; without the sequence, which a longer file name in front of them moves."""
        done = self.run_command("journal", "export", journal, "--kind", "trade")
        return tuple(line.split(b",", 1)[1] for line in done.stdout.splitlines())

    def test_any_first_sequence_or_time_begins_there_with_all_names_known(self):
        journal = self.import_trades()
        whole = self.run_command("journal", "export", journal, "--format", "jsonl").stdout.splitlines()
        for first in (1, 2, 9, 10_000, 16_385, len(whole)):
            done = self.run_command(
                "journal", "export", journal, "--format", "jsonl", "--from", str(first))
            self.assertEqual(done.stdout.splitlines(), whole[first - 1:])
        events = [json.loads(line) for line in whole]
        for number in (9, 5_000, 19_999):
            time = events[number]["receiveTime"]
            stamp = datetime.fromtimestamp(time / 1e9, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            done = self.run_command("journal", "export", journal, "--format", "jsonl", "--from", stamp)
            first = next(place for place, event in enumerate(events) if event["receiveTime"] >= time)
            self.assertEqual(done.stdout.splitlines(), whole[first:])
        beyond = self.run_command("journal", "cat", journal, "--from", str(len(whole) + 1))
        self.assertEqual(beyond.stdout, b"")
        for wrong in (["--from", "5", "--to", "3"], ["--from", "soon"]):
            self.run_command("journal", "cat", journal, *wrong, status=64)

    def test_debug_and_release_agree(self):
        journal = self.import_trades()
        release = self.json("journal", "info", journal)
        debug = self.json("journal", "info", journal, binary=DEBUG)
        self.assertEqual(release, debug)

    def test_one_changed_byte_is_refused_with_block_and_sequence(self):
        journal = self.import_trades()
        whole = contents(journal)
        name = max(whole, key=lambda name: len(whole[name]))
        data = bytearray(whole[name])
        for place in (len(data) // 3, len(data) // 2, len(data) * 4 // 5):
            with self.subTest(place=place):
                damaged = bytearray(data)
                damaged[place] ^= 0x10
                with open(os.path.join(journal, name), "wb") as stream:
                    stream.write(damaged)
                said = self.run_command("journal", "verify", journal, status=1).stderr.decode()
                self.assertRegex(said, r"block \d+.*sequences \d+")
                for verb in ("info", "export"):
                    said = self.run_command("journal", verb, journal, status=65).stderr.decode()
                    self.assertRegex(said, r"cryptobot: error: .*block \d+.*sequences \d+")

    def test_an_existing_output_is_refused_without_force(self):
        journal = self.import_trades()
        before = contents(journal)
        file = self.path("BTCUSDT-trades-2024-01.csv")
        arguments = ["journal", "import", "binance-trades", file, "-o", journal]
        said = self.run_command(*arguments, status=73).stderr.decode()
        self.assertIn("--force", said)
        self.assertEqual(before, contents(journal))
        self.run_command(*arguments, "--force")
        self.assertEqual(before, contents(journal))

    def test_a_malformed_line_stops_the_import_and_leaves_nothing(self):
        file = self.path("BTCUSDT-trades-2024-01.csv")
        lines = [TRADE.format(i, i % 100, 1_704_067_200_000 + i) for i in range(1, 5_000)]
        lines[3_210] = lines[3_210].replace("42000.", "4200O.")
        with open(file, "w", encoding="ascii") as stream:
            stream.writelines(lines)
        before = sorted(os.listdir(self.folder))
        arguments = ["journal", "import", "binance-trades", file, "-o", self.path("out")]
        said = self.run_command(*arguments, status=65).stderr.decode()
        self.assertRegex(said, r"cryptobot: error: .*BTCUSDT-trades-2024-01\.csv:3211: ")
        self.assertEqual(before, sorted(os.listdir(self.folder)))
        self.run_command(*arguments, "--on-error", "skip")
        info = self.json("journal", "info", self.path("out"))
        self.assertEqual((info["kinds"]["trade"], info["kinds"]["gap"]), (4_998, 1))

    def test_an_interrupted_import_leaves_nothing_and_exits_130(self):
        file = self.trades(400_000)
        before = sorted(os.listdir(self.folder))
        process = subprocess.Popen(
            [DEBUG, "journal", "import", "binance-trades", file, "-o", self.path("out")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        deadline = time.monotonic() + 60
        while sorted(os.listdir(self.folder)) == before and time.monotonic() < deadline:
            self.assertIsNone(process.poll(), "the import ended before it could be interrupted")
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, said)
        self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_export_into_a_closed_pipe_ends_quietly(self):
        journal = self.import_trades()
        done = subprocess.run(
            f"'{RELEASE}' journal export '{journal}' | head -1 > /dev/null; echo ${{PIPESTATUS[0]}}",
            shell=True, executable="/bin/bash", capture_output=True)  # fmt: skip
        self.assertEqual((done.stdout, done.stderr), (b"0\n", b""))
