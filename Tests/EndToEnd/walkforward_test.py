"""`cryptobot walkforward`: the same walk for any workers, builds and interruptions, and what it refuses."""

import json
import shlex

from harness import DEBUG
from searching import SearchingTest

SCENARIO = """\
source: {generator: {seed: 4, duration: 12h, eventsPerSecond: 1, volatility: 60%}}
strategy: {name: ema-cross, bar: 1m, parameters: {fast: 3, slow: 9}}
capital: {USDT: 100000}
latency: 20ms
"""
WALK = ["--in", "3h", "--out", "2h", "--warm-up", "30m", "--purge", "5m", "--over", "fast=2..6",
        "--over", "slow=8..24:8", "--where", "fast < slow / 2", "--sampler", "grid",
        "--objective", "return"]


class WalkForwardTest(SearchingTest):
    SCENARIO = SCENARIO

    def walk(self, *arguments, **options):
        return self.json("walkforward", "s.yaml", *WALK, *arguments, **options)

    def test_workers_and_builds_give_one_answer(self):
        alone = self.walk("--workers", "1")
        self.assertEqual(len(alone["folds"]), 4)
        self.assertEqual(self.walk("--workers", "2"), alone)
        debug = self.walk("--workers", "2", binary=DEBUG)
        alone.pop("build")
        debug.pop("build")
        self.assertEqual(debug, alone)

    def test_folds_can_be_run_again(self):
        found = self.walk()
        for fold in found["folds"]:
            run = self.json(*shlex.split(fold["again"])[1:])
            self.assertEqual(run["fingerprint"], fold["fingerprint"])
            self.assertEqual(run["metrics"]["return"], fold["metrics"]["return"])

    def test_a_killed_walk_goes_on_to_the_same_end(self):
        whole = self.walk()
        arguments = ["walkforward", "s.yaml", *WALK, "--sqlite", "kept.db", "--workers", "1"]
        expected = sum(fold["trials"] for fold in whole["folds"])
        self.killed_until_kept(arguments, 16, expected)
        resumed = json.loads(self.run_command(*arguments, "--json").stdout)
        self.assertEqual(resumed, whole)

    def test_a_part_without_data_is_left_out_with_its_reason(self):
        self.candles("day.csv", [minute for minute in range(24 * 60) if not 300 <= minute < 720])
        self.run_command("journal", "import", "ohlcv-csv", "day.csv", "--symbol", "BTC/USDT", "-o", "day")
        with open(self.path("day.yaml"), "w", encoding="utf-8") as out:
            out.write("source: {journal: day}\nstrategy: {name: ema-cross, parameters: {fast: 3, slow: 9}}\n"
                      "capital: {USDT: 100000}\n")
        arguments = ["walkforward", "day.yaml", "--in", "3h", "--out", "3h", "--over", "fast=2..4",
                     "--over", "slow=8..16:8", "--objective", "return"]
        said = self.run_command(*arguments).stdout.decode()
        found = self.json(*arguments)
        self.assertIn("fold 3 was not traded: its in-sample part has no data", said)
        self.assertIn("fold 2 was not traded: its out-of-sample part has no price", said)
        self.assertEqual([fold["trials"] for fold in found["folds"]], [6, 6, 0, 0, 6, 6])
        for fold in found["folds"]:
            if fold["again"]:
                run = self.json(*shlex.split(fold["again"])[1:])
                self.assertEqual(run["fingerprint"], fold["fingerprint"])

    def candles(self, name, minutes):
        """A table of candles of a wavy price at some minutes of a day."""
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write("time,open,high,low,close,volume\n")
            for minute in minutes:
                price = [100 + (value * 37 % 101) / 10 for value in (minute, minute + 1)]
                cells = [f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00", price[0], max(price) + 1,
                         min(price) - 1, price[1], 5 + minute % 7]
                out.write(",".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells) + "\n")

    def test_a_warm_up_of_nothing_is_one(self):
        with open(self.path("s.yaml"), "a", encoding="utf-8") as out:
            out.write("period: {warmUp: 30m}\n")
        starts = [
            self.walk(*arguments)["folds"][0]["inSample"]["from"]
            for arguments in ([], ["--warm-up", "30m"], ["--warm-up", "0s"])]
        self.assertEqual(starts[0], starts[1])
        self.assertIn("T00:00:", starts[2])

    def test_the_report_has_what_a_walk_is_read_for(self):
        text = self.run_command("walkforward", "s.yaml", *WALK, "--anchored").stdout.decode()
        for word in ("4 anchored", "out of sample", "efficiency", "rank correlation", "near the median",
                     "fingerprint"):
            self.assertIn(word, text)

    def test_what_it_refuses(self):
        for arguments, status, said in [
            (["--over", "fast=2..5"], 65, "walkforward"),
            (["--in", "3h", "--out", "1h"], 65, "nothing to vary"),
            (["--in", "3h", "--over", "fast=2..5"], 64, "needs one of `out`"),
            (["--in", "3h", "--out", "1h", "--folds", "3", "--over", "fast=2..5"], 64, "`folds`"),
            (["--in", "3h", "--folds", "1", "--over", "fast=2..5"], 64, "--folds is 1"),
            (["--in", "11h", "--out", "2h", "--over", "fast=2..5"], 65,
             "the period is 12 h long; two folds take 15 h"),
            (["--in", "3 hours", "--out", "2h", "--over", "fast=2..5"], 64, "--in: \"3 hours\""),
            (["--in", "3h", "--out", "2h", "--step", "1h", "--over", "fast=2..5"], 64, "--step is 1h; "),
            (["--in", "3h", "--out", "2h", "--over", "fast=20..25"], 65,
             "no fold could be traded: fold 1 was not traded: no trial has a score in sample"),
            (["--in", "3h", "--out", "2h", "--over", "fast=2..5", "--html", "-"], 64, "does not go to stdout"),
            (["--in", "3h", "--out", "2h", "--over", "fast=2..5", "--workers", "0"], 64, "--workers"),
        ]:
            with self.subTest(arguments):
                done = self.run_command("walkforward", "s.yaml", *arguments, status=status)
                self.assertIn(said, done.stderr.decode() + done.stdout.decode())
        self.run_command("walkforward", "none.yaml", status=66)
