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

    def test_the_report_has_what_a_walk_is_read_for(self):
        text = self.run_command("walkforward", "s.yaml", *WALK, "--anchored").stdout.decode()
        for word in ("4 anchored", "out of sample", "efficiency", "rank correlation", "near the median",
                     "fingerprint"):
            self.assertIn(word, text)

    def test_what_it_refuses(self):
        for arguments, status, said in [
            (["--over", "fast=2..5"], 65, "walkforward"),
            (["--in", "3h", "--out", "1h"], 65, "nothing to vary"),
            (["--in", "3h", "--over", "fast=2..5"], 65, "out"),
            (["--in", "3h", "--out", "1h", "--folds", "3", "--over", "fast=2..5"], 65, "folds"),
            (["--in", "11h", "--out", "2h", "--over", "fast=2..5"], 65, "two folds take"),
            (["--in", "3 hours", "--out", "2h", "--over", "fast=2..5"], 65, "in"),
            (["--in", "3h", "--out", "2h", "--step", "1h", "--over", "fast=2..5"], 65, "overlap"),
            (["--in", "3h", "--out", "2h", "--over", "fast=20..25"], 65, "no fold could be traded"),
            (["--in", "3h", "--out", "2h", "--over", "fast=2..5", "--workers", "0"], 64, "--workers"),
        ]:
            with self.subTest(arguments):
                done = self.run_command("walkforward", "s.yaml", *arguments, status=status)
                self.assertIn(said, done.stderr.decode() + done.stdout.decode())
        self.run_command("walkforward", "none.yaml", status=66)
