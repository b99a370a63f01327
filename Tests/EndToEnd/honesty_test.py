"""The tables of Honesty.md are what the command says today, and fall the way the page says."""

import json
import os
import subprocess
import sys

from harness import RELEASE, ROOT, CommandTest

TOOL = os.path.join(ROOT, "tools", "honesty")
PAGE = os.path.join(ROOT, "Sources", "TradingCore", "TradingCore.docc", "Honesty.md")
DELAYS = ["0ms", "1ms", "5ms", "20ms", "100ms"]


class HonestyTest(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.found = {}

    def setUp(self):
        super().setUp()
        self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        if not self.found:
            runs = json.loads(self.tool("--json"))
            self.found.update({(one["strategy"], one["rule"], one["latency"]): one for one in runs})

    def tool(self, *arguments):
        environment = {**os.environ, "CRYPTOBOT_RELEASE": RELEASE}
        done = subprocess.run([sys.executable, TOOL, *arguments], capture_output=True, env=environment)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def row(self, strategy, rule, key):
        return [self.found[strategy, rule, delay][key] for delay in DELAYS]

    def test_the_page_has_todays_tables(self):
        with open(PAGE, encoding="utf-8") as stream:
            page = stream.read()
        for table in self.tool().strip().split("\n\n"):
            self.assertIn(table, page, "run tools/honesty --write")

    def test_what_holds_by_construction(self):
        for strategy in ("taking", "resting"):
            for key in ("profit", "fills"):
                self.assertEqual(len(set(self.row(strategy, "same-event", key))), 1)
        orders = {one["orders"] for (name, _, _), one in self.found.items() if name == "taking"}
        self.assertEqual(len(orders), 1, "the same market orders under every rule")

    def test_profit_of_taking_falls_with_honesty(self):
        """Seen on this recording; nothing makes it so on every other."""
        rows = [self.row("taking", rule, "profit") for rule in ("same-event", "quote", "book-conservative")]
        for row in rows:
            self.assertEqual(row, sorted(row, reverse=True))
        for looser, stricter in zip(rows, rows[1:]):
            self.assertTrue(all(more > less for more, less in zip(looser, stricter)), rows)

    def test_fills_of_resting_fall_with_honesty(self):
        """Seen on this recording; nothing makes it so on every other."""
        rows = [self.row("resting", rule, "fills") for rule in ("same-event", "quote", "book-conservative")]
        for row in rows:
            self.assertEqual(row, sorted(row, reverse=True))
        for looser, stricter in zip(rows, rows[1:]):
            self.assertTrue(all(more > less for more, less in zip(looser, stricter)), rows)
