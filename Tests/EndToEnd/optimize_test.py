"""`cryptobot optimize`: the same ranking for any workers, builds and interruptions, and what it refuses."""

import csv
import io
import json
import shlex
import signal
import sqlite3

from harness import DEBUG
from searching import SearchingTest

SCENARIO = """\
source: {generator: {seed: 4, duration: 3h, eventsPerSecond: 1, volatility: 60%}}
strategy: {name: ema-cross, bar: 1m, parameters: {fast: 3, slow: 9}}
capital: {USDT: 100000}
latency: 20ms
"""
SPACE = ["--over", "fast=2..6", "--over", "slow=8..24:4", "--where", "fast < slow / 2"]


class OptimizeTest(SearchingTest):
    SCENARIO = SCENARIO

    def search(self, *arguments, **options):
        return self.json("optimize", "s.yaml", *SPACE, "--objective", "return", *arguments, **options)

    def test_workers_and_builds_give_one_answer(self):
        alone = self.search("--workers", "1")
        self.assertEqual(len(alone["trials"]), 21)
        self.assertEqual(self.search("--workers", "2"), alone)
        debug = self.search("--workers", "2", binary=DEBUG)
        alone.pop("build")
        debug.pop("build")
        self.assertEqual(debug, alone)

    def test_samplers_repeat_themselves_and_differ_by_seed(self):
        for sampler in ("random", "tpe"):
            arguments = ["--sampler", sampler, "--trials", "20", "--over", "fast=2..9", "--over", "slow=10..60"]
            first = self.json("optimize", "s.yaml", *arguments, "--objective", "return", "--workers", "1")
            again = self.json("optimize", "s.yaml", *arguments, "--objective", "return", "--workers", "2")
            other = self.json("optimize", "s.yaml", *arguments, "--objective", "return", "--seed", "2")
            self.assertEqual(first, again)
            self.assertNotEqual(first["fingerprint"], other["fingerprint"])
            self.assertEqual(len(first["trials"]), 20)

    def test_the_ranking_falls_and_the_best_can_be_run_again(self):
        found = self.search()
        scores = [trial["score"] for trial in found["trials"] if trial["score"] is not None]
        self.assertEqual(scores, sorted(scores, reverse=True))
        best = found["trials"][0]
        self.assertEqual(found["best"], best["number"])
        command = shlex.split(found["again"])
        self.assertEqual(command[0], "cryptobot")
        run = self.json(*command[1:])
        self.assertEqual(run["fingerprint"], best["fingerprint"])
        for name, value in best["metrics"].items():
            self.assertEqual(run["metrics"][name], value, name)

    def test_a_killed_search_goes_on_to_the_same_end(self):
        whole = self.search()
        arguments = ["optimize", "s.yaml", *SPACE, "--objective", "return", "--sqlite", "kept.db",
                     "--workers", "1"]
        kept = self.killed_until_kept(arguments, 8, 21)
        self.assertIn(f"{kept} trials of study".encode(), self.run_command(*arguments).stderr)
        resumed = json.loads(self.run_command(*arguments, "--json").stdout)
        self.assertEqual(resumed, whole)
        database = sqlite3.connect(self.path("kept.db"))
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        rows = database.execute("SELECT number, score FROM trials ORDER BY number").fetchall()
        self.assertEqual(
            rows, sorted((trial["number"], trial["score"]) for trial in whole["trials"]))

    def test_interrupted_it_says_what_is_kept(self):
        arguments = ["optimize", "s.yaml", *SPACE, "--objective", "return", "--sqlite", "kept.db"]
        status, _, errors = self.stopped(arguments, 8, signal.SIGINT)
        if status == 0:
            self.skipTest("it was through before the interrupt came")
        self.assertEqual(status, 130)
        self.assertIn(b"the same command goes on from there", errors)

    def test_csv_has_a_row_for_each_trial_in_order_of_rank(self):
        found = self.search("--csv", "trials.csv")
        with open(self.path("trials.csv"), encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual([int(row["trial"]) for row in rows],
                         [trial["number"] for trial in found["trials"]])
        self.assertEqual(rows[0]["fast"], found["trials"][0]["values"]["fast"])
        self.assertEqual(float(rows[0]["score"]), found["trials"][0]["score"])
        said = self.run_command("optimize", "s.yaml", *SPACE, "--objective", "return", "--csv", "-")
        self.assertEqual(list(csv.DictReader(io.StringIO(said.stdout.decode()))), rows)

    def test_the_table_lines_up(self):
        text = self.run_command("optimize", "s.yaml", *SPACE, "--objective", "return").stdout.decode()
        lines = text.splitlines()
        head = next(index for index, line in enumerate(lines) if line.lstrip().startswith("rank"))
        width = len(lines[head])
        self.assertTrue(all(len(line) == width for line in lines[head:head + 11]), text)
        for word in ("space", "objective", "PSR", "DSR", "PBO", "again:", "fingerprint"):
            self.assertIn(word, text)

    def test_what_it_refuses(self):
        for arguments, status, said in [
            ([], 65, "nothing to vary"),
            (["--over", "fasst=2..4"], 65, "fast"),
            (["--over", "fast=4..2"], 65, "ends below its beginning"),
            (["--over", "fast=0..5"], 65, "fast"),
            (["--over", "fast"], 65, "fast"),
            (["--over", "fast=2..5", "--where", "fast <"], 65, "constraint `fast <`"),
            (["--over", "fast=2..5", "--objective", "sharp"], 65, "sharpe"),
            (["--over", "fast=2..5", "--sampler", "griid"], 65, "grid"),
            (["--over", "fast=2..5", "--trials", "0"], 65, "trials"),
            (["--over", "fast=20..25"], 65, "no trial has a score"),
            (["--over", "fast=2..5", "--workers", "0"], 64, "--workers"),
            (["--over", "fast=2..5", "--csv", "s.yaml", "--force"], 64, "name the same path"),
            (["--over", "fast=2..5", "--csv", "-", "--json"], 64, "stdout"),
        ]:
            with self.subTest(arguments):
                done = self.run_command("optimize", "s.yaml", *arguments, status=status)
                self.assertIn(said, done.stderr.decode() + done.stdout.decode())
        self.run_command("optimize", "none.yaml", "--over", "fast=2..5", status=66)
        with open(self.path("s.yaml"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), SCENARIO)
