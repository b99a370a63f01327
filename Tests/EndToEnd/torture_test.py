"""Real files: a writer killed again and again, a disk that fills up; a little of `tools/torture`."""

import os
import re
import subprocess
import unittest

from harness import ROOT, CommandTest

TORTURE = os.environ.get("CRYPTOBOT_TORTURE") or os.path.join(ROOT, ".build/release/JournalTorture")


@unittest.skipUnless(os.path.exists(TORTURE), "no JournalTorture: built by tools/torture")
class TortureTest(CommandTest):
    def torture(self, *arguments, status=0):
        done = self.run_command(*arguments, binary=TORTURE, status=status)
        return done.stdout.decode()

    def test_a_killed_writer_loses_nothing_it_acknowledged(self):
        text = self.torture("kill", "--rounds", "4", "--seed", "11", "--folder", self.folder)
        events = re.search(r"(\d+) events compared, (\d+) of them acknowledged", text)
        self.assertGreater(int(events.group(2)), 1_000, text)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_full_disk_loses_nothing_acknowledged_and_says_what_to_do(self):
        text = self.torture("full", "--folder", self.folder)
        self.assertIn("check space", text)
        if "may not be mounted" in text:
            self.skipTest("a tmpfs may not be mounted here: only a limit on files was tried")

    def test_a_planted_bug_is_found_with_what_to_repeat_it_by(self):
        text = self.torture(
            "crash", "--part", "crash", "--bug", "acknowledges-early", "--seed", "3", status=1)
        for part in ("LOST", "script: 1 written", "crash: before call", "seed 3"):
            self.assertIn(part, text)

    def test_usage_errors_are_64_and_help_is_help(self):
        self.torture("kill", "--rounds", "many", status=64)
        self.torture("nonsense", status=64)
        self.assertIn("tools/torture crash --bug", self.torture("--help"))

    def test_the_script_passes_its_arguments_on(self):
        done = subprocess.run(
            [os.path.join(ROOT, "tools/torture"), "crash", "--states", "60", "--blocks", "1"],
            capture_output=True, env={**os.environ, "CRYPTOBOT_TORTURE": TORTURE})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"nothing acknowledged was lost", done.stdout)


if __name__ == "__main__":
    unittest.main()
