"""What the tests of `optimize` and `walkforward` share: a scenario, and searches that are killed half-way."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time

from harness import DEBUG, CommandTest


class SearchingTest(CommandTest):
    """A test with the scenario `SCENARIO` in `s.yaml`, and the database `kept.db` beside it."""

    SCENARIO = ""

    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(self.SCENARIO)

    def kept(self):
        """Trials in the database now."""
        if not os.path.exists(self.path("kept.db")):
            return 0
        with contextlib.closing(sqlite3.connect(self.path("kept.db"), timeout=30)) as database:
            made = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'trials'").fetchone()
            return database.execute("SELECT count(*) FROM trials").fetchone()[0] if made else 0

    def killed_until_kept(self, arguments, step, end):
        """Runs the command again and again, killed after every so many trials more; returns how many are kept."""
        kept = 0
        for _ in range(20):
            self.stopped(arguments, min(kept + step, end), signal.SIGKILL)
            self.assertGreaterEqual(self.kept(), kept)
            kept = self.kept()
            if kept == end:
                break
        self.assertGreater(kept, 0)
        return kept

    def stopped(self, arguments, count, number, pause=0):
        """Runs the command and sends a signal once so many trials are kept; returns its end and what it wrote."""
        child = subprocess.Popen(
            [DEBUG, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while child.poll() is None and self.kept() < count:
            time.sleep(0.005)
        time.sleep(pause)
        child.send_signal(number)
        written, errors = child.communicate()
        return child.returncode, written, errors
