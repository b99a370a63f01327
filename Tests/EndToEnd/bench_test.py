"""A short run of `tools/bench`: it works, and its rows mean what they say. No speed is asked."""

import json
import os
import subprocess
import sys

from harness import ROOT, CommandTest

BENCH = os.path.join(ROOT, "tools", "bench")
TRADES = 5_000


class BenchTest(CommandTest):
    def bench(self, *arguments):
        done = subprocess.run(
            [sys.executable, BENCH, "--no-peers", "--rounds", "1", "--trades", str(TRADES),
             "--folder", self.path("data"), "--json", "-", *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row["name"]: row for row in json.loads(done.stdout)["rows"]}

    def test_every_row_is_measured_on_small_data(self):
        rows = self.bench()
        named = subprocess.run([sys.executable, BENCH, "--list"], capture_output=True, text=True)
        self.assertEqual(len(rows), len(named.stdout.split()))
        for name, row in rows.items():
            self.assertGreater(row["ours"], 0, name)
        trades = rows["contract-trades"]
        self.assertEqual(trades["figures"]["rows"], TRADES)
        self.assertGreater(trades["figures"]["fills"], TRADES // 100)
        self.assertIn("C loop, arrays", trades["ratios"])
        self.assertEqual(trades["remarks"], ["hftbacktest skipped: --no-peers"])
        self.assertGreater(rows["memory"]["figures"]["long"], 1)

    def test_a_row_that_misses_says_so(self):
        row = self.bench("--only", "on-trades")["contract-trades"]
        self.assertEqual(row["holds"], row["ours"] >= row["floor"])
        self.assertGreater(row["ratios"]["C loop, arrays"], 0)
