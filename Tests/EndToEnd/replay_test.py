"""Backtests end to end: the same twice, in debug and in release, over generated and real markets."""

import glob
import os
import shutil

from harness import DEBUG, RELEASE, ROOT, CommandTest, contents

SCENARIOS = sorted(glob.glob(os.path.join(ROOT, "scenarios", "*.yaml")))
KEYS = ["fingerprint", "run", "events", "orders", "fills", "finalEquity", "metrics", "refusals"]

REAL = {
    "capture": (
        ["binance-raw", ("binance-spot-raw-20240808", "btcusdt_20240808.gz")],
        "strategy: {name: mean-reversion, bar: 1s}\ncapital: {USDT: 100000}\naccount: margin\n"
        "latency: 20ms\nfills: book-conservative\n",
    ),
    "perpetual": (
        ["ohlcv-csv", ("btc-perp-1m-202201",)],
        "strategy: {name: ema-cross}\ncapital: {USDT: 100000}\naccount: margin\n",
    ),
    "daily": (
        ["ohlcv-csv", ("lean-klines", "coinbase_btcusd_daily_trade.csv.gz"), "--columns",
         "time,open,high,low,close,volume", "--time-format", "%Y%m%d %H:%M", "--interval", "1d"],
        "strategy: {name: breakout}\ncapital: {USD: 100000}\naccount: spot\n",
    ),
}  # fmt: skip
SYMBOLS = {"capture": [], "perpetual": ["--symbol", "BTC/USDT"], "daily": ["--symbol", "BTC/USD"]}


class ReplayTest(CommandTest):
    def test_there_are_at_least_six_scenarios(self):
        self.assertGreaterEqual(len(SCENARIOS), 6)

    def test_every_scenario_gives_the_same_files_twice(self):
        for scenario in SCENARIOS:
            with self.subTest(os.path.basename(scenario)):
                for run in ("first", "second"):
                    self.run_command("replay", scenario, "-o", self.path(run), "--quiet")
                first = contents(self.path("first"))
                self.assertIn("report.json", first)
                self.assertEqual(first, contents(self.path("second")))
                for run in ("first", "second"):
                    shutil.rmtree(self.path(run))

    def test_debug_and_release_agree_on_a_generated_market(self):
        self.agree(os.path.join(ROOT, "scenarios", "thin-book.yaml"))

    def test_a_real_capture_gives_one_answer(self):
        self.real("capture")

    def test_a_month_of_real_minutes_gives_one_answer(self):
        self.real("perpetual")

    def test_years_of_real_days_give_one_answer(self):
        self.real("daily")

    def real(self, name):
        (form, place, *flags), text = REAL[name]
        file = self.shared(*place)
        if os.path.isdir(file):
            file = sorted(glob.glob(os.path.join(file, "*.csv*")))[0]
        self.run_command(
            "journal", "import", form, file, *flags, *SYMBOLS[name], "-o", self.path("journal"))  # fmt: skip
        with open(self.path("real.yaml"), "w", encoding="utf-8") as stream:
            stream.write("source: {journal: journal}\n" + text)
        report = self.agree("real.yaml")
        self.assertGreater(report["fills"], 0)

    def agree(self, scenario):
        """Twice in release and once in debug, each a process of its own: equal answers."""
        reports = [self.json("replay", scenario, binary=b) for b in (RELEASE, RELEASE, DEBUG)]
        answers = [{key: report[key] for key in KEYS} for report in reports]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        return reports[0]
