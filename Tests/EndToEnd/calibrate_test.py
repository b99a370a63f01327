"""`calibrate` gives back what a run was made with: fees to the digit, latency leg by leg and over time;
what it writes can be checked and run, and what it cannot tell it says."""

import csv
import os

from harness import CommandTest

SCENARIO = """\
name: known
source: {generator: {seed: 3, symbol: BTC/USDT, price: 60000, duration: 1h, eventsPerSecond: 20}}
strategy: {name: market-making, parameters: {spread: 0, size: 0.2, limit: 1, skew: 0, requote: 0}}
account: margin
capital: {USDT: 100000}
fees: {maker: 0.02%, taker: 0.05%}
fills: {model: book-probabilistic, queue: power 2}
"""
CONSTANT = "latency: {entry: 7ms, response: 3ms, cancel: {entry: 2ms, response: 3ms}}\n"
# Entry rises from 5 ms to 35 ms within the hour, response falls from 20 ms to 8 ms.
RISING = """\
time,action,entry,response
2024-01-01T00:00,any,5,20
2024-01-01T01:00,any,35,8
"""


class CalibrateTest(CommandTest):
    def run_of(self, latency):
        self.write("known.yaml", SCENARIO + latency)
        self.run_command("replay", "known.yaml", "-o", "run", "--force", "--quiet")

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def test_constant_legs_and_fees_come_back_to_the_digit(self):
        self.run_of(CONSTANT)
        found = self.json("calibrate", "run/journal")
        legs = {(leg["leg"], leg["action"]): leg["p50"] for leg in found["latencyNanoseconds"]}
        self.assertEqual(legs["entry", "place"], 7_000_000)
        self.assertEqual(legs["entry", "cancel"], 2_000_000)
        self.assertEqual(legs["response", "place"], 3_000_000)
        rates = {fee["liquidity"]: fee for fee in found["fees"]}
        self.assertEqual((rates["maker"]["rate"], rates["taker"]["rate"]), ("0.02%", "0.05%"))
        self.assertTrue(all(fee["exact"] == fee["samples"] > 0 for fee in found["fees"]))
        self.assertTrue(any("amend" in line for line in found["notFitted"]), found["notFitted"])

    def test_latency_that_changes_comes_back_as_a_table_that_a_scenario_uses(self):
        self.write("rising.csv", RISING)
        self.run_of("latency: {table: rising.csv}\n")
        self.run_command("calibrate", "run/journal", "-o", "like.yaml", "--table", "like.csv")
        with open(self.path("like.csv"), encoding="utf-8", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["action"] == "any"]
        self.assertGreaterEqual(len(rows), 10)
        for row in rows:
            minutes = int(row["time"][14:16]) + int(row["time"][17:19]) / 60
            self.assertAlmostEqual(float(row["entry"]), 5 + minutes / 2, delta=0.5, msg=row)
            self.assertAlmostEqual(float(row["response"]), 20 - minutes / 5, delta=0.5, msg=row)
        self.run_command("scenario", "check", "like.yaml")
        again = self.json("replay", "like.yaml")
        self.assertGreater(again["events"], 0)

    def test_what_cannot_be_told_is_said(self):
        self.run_command("journal", "import", "binance-trades", self.trades(), "--symbol", "BTCUSDT", "-o", "bare")
        found = self.json("calibrate", "bare")
        self.assertEqual([leg["leg"] for leg in found["latencyNanoseconds"]], ["feed"])
        self.assertEqual(found["fees"], [])
        self.assertTrue(any(line.startswith("latency over time") for line in found["notFitted"]))
        self.refuse(65, "too few answered requests", "calibrate", "bare", "--table", "t.csv")
        self.assertFalse(os.path.exists(self.path("t.csv")))
        self.refuse(64, "--every", "calibrate", "bare", "--every", "soon")
        self.refuse(66, "no such journal", "calibrate", "nowhere")

    def refuse(self, status, words, *arguments):
        self.assertIn(words, self.run_command(*arguments, status=status).stderr.decode())

    def trades(self):
        self.write("trades.csv", "1,100.5,0.25,25.125,1704067200000,True,True\n")
        return "trades.csv"
