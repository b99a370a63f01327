"""`cryptobot optimize`: the same ranking for any workers, builds and interruptions, and what it refuses."""

import csv
import fcntl
import io
import json
import os
import pty
import shlex
import signal
import sqlite3
import struct
import subprocess
import termios
import time

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

    def test_interrupted_it_says_one_thing(self):
        arguments = ["optimize", "s.yaml", "--over", "fast=2..60", "--over", "slow=61..90", "--trials", "1000",
                     "--sampler", "grid", "--generation", "4"]
        for keep, words in ((["--sqlite", "kept.db"], b"what is through is kept"), ([], b"nothing was left behind")):
            status, _, errors = self.stopped(arguments + keep, 4 if keep else 0, signal.SIGINT, pause=1)
            self.assertEqual(status, 130, errors)
            self.assertIn(words, errors)
            self.assertEqual(errors.count(b"kept") + errors.count(b"left behind"), 1, errors)

    def test_a_database_that_somebody_changed_is_refused_with_its_place(self):
        keep = ["--sqlite", "kept.db"]
        for change, words in [
            ("UPDATE trials SET score = 99 WHERE number = 3", "table trials, trial 3 of study"),
            ("UPDATE trial_metrics SET value = 'x' WHERE number = 2 AND place = 0",
             "table trial_metrics, trial 2 of study"),
            ("DROP TABLE trial_values", "no such table: trial_values"),
        ]:
            if os.path.exists(self.path("kept.db")):
                os.remove(self.path("kept.db"))
            whole = self.search(*keep)
            self.assertEqual(self.search(*keep), whole)
            with sqlite3.connect(self.path("kept.db")) as database:
                database.execute(change)
            done = self.run_command(
                "optimize", "s.yaml", *SPACE, "--objective", "return", *keep, status=65)
            said = done.stderr.decode()
            for part in ("kept.db: ", words, "was changed since it was written; "):
                self.assertIn(part, said)
            self.assertEqual(done.stdout, b"")

    def test_a_locked_database_is_waited_for_and_said(self):
        arguments = ["optimize", "s.yaml", *SPACE, "--objective", "return", "--sqlite", "kept.db"]
        holder = sqlite3.connect(self.path("kept.db"), isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        child = subprocess.Popen(
            [DEBUG, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertIn(b"locked by another process; waiting", child.stderr.readline())
        holder.rollback()
        child.communicate()
        self.assertEqual(child.returncode, 0)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        said = self.run_command(*arguments, status=74).stderr.decode()
        self.assertLess(time.monotonic() - began, 25)
        self.assertIn("wait for its end, or choose another file", said)

    def test_the_commands_it_prints_can_be_run_whatever_the_file_is_called(self):
        for name in ("-x", "with a space's.yaml"):
            with open(self.path(name), "w", encoding="utf-8") as out:
                out.write(SCENARIO)
            done = self.run_command("optimize", *SPACE, "--objective", "return", "--json", "--", name)
            found = json.loads(done.stdout)
            command = shlex.split(found["again"])
            run = self.json(*command[1:])
            self.assertEqual(run["fingerprint"], found["trials"][0]["fingerprint"])

    def test_progress_stays_on_one_line_of_a_narrow_terminal(self):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        child = subprocess.Popen(
            [DEBUG, "optimize", "s.yaml", "--over", "fast=2..40", "--over", "slow=41..60", "--trials", "64",
             "--sampler", "grid", "--objective", "return"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        written = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            written += part
        os.close(master)
        self.assertEqual(child.wait(), 0)
        lines = [line.split("\x1b[K")[-1] for line in written.decode().split("\r")]
        shown = [line for line in lines if line.startswith("optimize")]
        self.assertTrue(shown, written)
        self.assertTrue(any(line.endswith("…") for line in shown), shown)
        self.assertTrue(all(len(line) < 40 for line in shown), shown)

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
            (["--over", "fasst=2..4"], 64, "--over: `fasst`"),
            (["--over", "fast=4..2"], 64, "ends below its beginning"),
            (["--over", "fast=0..5"], 64, "--over: "),
            (["--over", "fast"], 64, "--over: "),
            (["--over", "fast=2..5", "--where", "fast <"], 64, "--where: constraint `fast <`"),
            (["--over", "fast=2..5", "--where", "fast > 9"], 64, "--where: no point was found"),
            (["--over", "fast=2..5", "--objective", "sharp"], 64, "--objective: "),
            (["--over", "fast=2..5", "--sampler", "griid"], 64, "--sampler"),
            (["--over", "fast=2..5", "--trials", "0"], 64, "--trials: 0 trials"),
            (["--over", "fast=2..5", "--generation", "0"], 64, "--generation: "),
            (["--set", "search.parameters={fast: 4..2}"], 64, "--set: `search.parameters`"),
            (["--set", "latency=soon", "--over", "fast=2..5"], 64, "--set: `latency`"),
            (["--over", "fast=20..25"], 65, "no trial has a score: 6 × "),
            (["--over", "fast=20..25", "--json"], 65, "must be less than slow"),
            (["--over", "fast=2..5", "--html", "-"], 64, "does not go to stdout"),
            (["--over", "fast=2..5", "--sqlite", "-"], 64, "does not go to stdout"),
            (["--over", "fast=2..5", "--sqlite", ":memory:"], 64, "would keep nothing"),
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
