"""`cryptobot simulate`: the whole live loop where everything goes wrong, as its users meet it."""

import json
import os
import shlex
import subprocess
import unittest

from harness import RELEASE, CommandTest

PATHS = {"disk", "process", "transport", "exchange", "clock", "order", "account", "recovery", "outcome"}
# A planted bug, an invariant that it breaks, and the seeds within which it is found.
BUGS = [
    ("send-before-sync", {"durable-before-sent"}, 20),
    ("skip-folder-sync", {"durable-before-sent", "keeps-what-was-promised"}, 20),
    ("trust-server-error", {"open-orders-are-live", "agrees-in-time"}, 100),
    ("ask-again", {"order-has-intent"}, 200),
    ("forget-fill", {"told-is-journalled"}, 200),
    ("ignore-watermark", {"keeps-what-was-promised", "order-has-intent"}, 200),
    ("retry-sync", {"durable-before-sent", "keeps-what-was-promised"}, 400),
]


class SimulateTest(CommandTest):
    def simulate(self, *arguments, **options):
        return self.run_command("simulate", *arguments, **options)

    def test_seeds_are_clean_and_every_key_is_there(self):
        report = self.json("simulate", "--runs", "6", "--until", "10s")
        self.assertEqual((report["seeds"], report["failed"], report["failures"]), (6, 0, []))
        self.assertEqual({path["group"] for path in report["paths"]}, PATHS)
        for key in ("virtualSeconds", "timesRealTime", "processes", "events", "orders", "mishaps"):
            self.assertGreater(report[key], 0, key)
        missing = [f"{path['group']} {path['name']}" for path in report["paths"] if path["count"] == 0]
        self.assertEqual(report["neverReached"], missing)
        self.assertEqual(len(set(missing)), len(missing))

    def test_another_process_sees_the_same(self):
        arguments = ("--runs", "4", "--seed", "77", "--until", "8s")
        environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}
        traces = {
            self.json("simulate", *arguments)["trace"],
            self.json("simulate", *arguments, "--jobs", "2")["trace"],
            json.loads(self.simulate(*arguments, "--json", env=environment).stdout)["trace"],
        }
        self.assertEqual(len(traces), 1)

    def test_planted_bugs_are_found_within_their_seeds(self):
        for bug, invariants, seeds in BUGS:
            with self.subTest(bug):
                done = self.simulate(
                    "--plant", bug, "--runs", str(seeds), "--jobs", "2", "--fail-fast", "--json", status=1)
                failure = json.loads(done.stdout)["failures"][0]
                self.assertIn(failure["invariant"], invariants, failure)
                self.assertIn(f"--seed {failure['seed']}", failure["again"])

    def test_a_failure_shrinks_to_a_story_that_can_be_read(self):
        done = self.simulate(
            "--plant", "forget-fill", "--runs", "200", "--jobs", "2", "--fail-fast", "--shrink", "--json",
            status=1)  # fmt: skip
        report = json.loads(done.stdout)
        self.assertEqual(report["shown"]["invariant"], report["failures"][0]["invariant"])
        self.assertLessEqual(len(report["shown"]["mishaps"]), 3)
        self.assertLessEqual(len(report["shown"]["story"]), 20)
        self.assertLess(report["shown"]["seconds"], report["failures"][0]["seconds"] + 1)
        self.assertEqual(report["before"]["seconds"], report["failures"][0]["seconds"])
        # The fill that was lost is lost in the journal, in a few events of it.
        self.assertEqual(report["journal"]["kind"], "lost fill")
        self.assertLessEqual(report["journal"]["events"], 20, report["journal"]["story"])
        self.assertIn("no fill says so", report["journal"]["story"])
        # What is told is what stderr says, and the command that is named shows the same again.
        self.assertIn(report["shown"]["text"], done.stderr.decode())
        command = shlex.split(report["shown"]["again"])
        again = json.loads(self.run_command(*command[1:], "--json", status=1).stdout)
        self.assertEqual(again["shown"]["text"], report["shown"]["text"])
        self.assertEqual(again["shown"]["tape"], report["shown"]["tape"])

    def test_what_the_journal_alone_does_not_show_is_said(self):
        done = self.simulate("--plant", "skip-folder-sync", "--runs", "20", "--fail-fast", "--shrink", status=1)
        self.assertIn(b"the journal taken alone does not show it", done.stdout)

    def test_a_kept_tape_fails_until_the_bug_is_mended(self):
        self.simulate("--plant", "trust-server-error", "--runs", "100", "--fail-fast", "--shrink",
                      "--keep", self.path("found"), status=1)  # fmt: skip
        self.run_command("journal", "info", self.path("found"))
        tape = self.path("found.tape")
        done = self.simulate("--tape", tape, "--tape", "seed 3, until 5s, only", status=1)
        self.assertIn(b"open-orders-are-live", done.stderr)
        with open(tape, encoding="utf-8") as stream:
            lines = [line for line in stream if not line.startswith("plant")]
        with open(tape, "w", encoding="utf-8") as stream:
            stream.writelines(lines)
        self.assertEqual(self.json("simulate", "--tape", tape)["failed"], 0)

    def test_what_cannot_be_kept_is_said_before_anything_is_run(self):
        os.mkdir(self.path("there"))
        for place, words in (("there", "choose another name"), ("no/where", "there is no folder")):
            done = self.simulate("--runs", "1000000", "--keep", self.path(place), status=73)
            self.assertIn(words, done.stderr.decode())
            self.assertNotIn("--force", done.stderr.decode())

    def test_a_folder_to_keep_may_end_in_a_slash_and_must_have_a_name(self):
        self.simulate("--seed", "3", "--story", "--until", "1s", "--keep", self.path("kept") + "/")
        self.assertTrue(os.path.isfile(self.path("kept.tape")))
        for nothing in ("", "/"):
            self.simulate("--runs", "1000000", "--keep", nothing, status=64)

    def test_the_journal_of_a_run_can_be_kept_and_proves_itself(self):
        self.simulate("--seed", "3", "--story", "--until", "10s", "--keep", self.path("kept"))
        self.run_command("journal", "verify", self.path("kept"))
        self.run_command("audit", "verify", self.path("kept"))
        self.simulate("--seed", "3", "--story", "--until", "10s", "--keep", self.path("kept"), status=73)

    def test_a_path_that_was_not_reached_is_a_no_where_that_is_asked(self):
        done = self.simulate("--runs", "1", "--until", "1s", "--require-all", status=1)
        self.assertIn(b"never reached", done.stdout)

    def test_wrong_arguments_are_64_and_help_has_examples(self):
        for wrong in (["--runs", "0"], ["--jobs", "0"], ["--until", "soon"], ["--plant", "nothing"],
                      ["--tape", "seed 1, only", "--seed", "7"], ["--tape", "kill 3"], ["--tape", "seed 1, flood 2"]):  # fmt: skip
            self.simulate(*wrong, status=64)
        done = self.simulate("--tape", "nowhere.tape", status=66)
        self.assertIn(b"nowhere.tape: no such file", done.stderr)
        done = subprocess.run([RELEASE, "simulate", "--help"], capture_output=True, text=True)
        self.assertIn("Examples:", done.stdout)
        self.assertNotIn("--plant", done.stdout)


if __name__ == "__main__":
    unittest.main()
