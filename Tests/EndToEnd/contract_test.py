"""The performance contract: our engine and a bare C loop must agree to the last digit.

Full size where `CRYPTOBOT_CONTRACT=full` is set; otherwise a tenth of it, which has every kind of
crossing and takes seconds.
"""

import json
import os
import subprocess
from decimal import Decimal

from harness import ROOT, CommandTest

FOLDER = os.path.join(ROOT, "tools", "contract")
FULL = os.environ.get("CRYPTOBOT_CONTRACT") == "full"
FAST, SLOW, LOTS = 12, 26, 1_000

SCENARIO = f"""
source: {{journal: journal}}
strategy: {{name: ema-cross, parameters: {{fast: {FAST}, slow: {SLOW}, short: 1}}}}
account: margin
capital: {{USDT: 1000000}}
size: {{quantity: 0.01}}
fees: {{maker: 0.1%, taker: 0.1%}}
fills: same-event
"""


class ContractTest(CommandTest):
    def test_trades(self):
        self.agree("trades", 2_000_000 if FULL else 200_000, ["binance-trades"])

    def test_candles(self):
        self.agree("candles", 525_600 if FULL else 52_560, ["ohlcv-csv"])

    def agree(self, kind, count, load):
        file = self.path("data.csv")
        generator = os.path.join(FOLDER, "contract.py")
        subprocess.run(["python3", generator, kind, file, str(count)], check=True)
        expected = self.bare_loop(kind, file)
        arguments = ["--symbol", "BTC/USDT", "-o", self.path("journal")]
        imported = self.json("journal", "import", *load, file, *arguments)
        if kind == "trades":
            self.assertLessEqual(imported["bytes"] / count, 6.4, "bytes a trade in the journal")
        with open(self.path("contract.yaml"), "w", encoding="utf-8") as stream:
            stream.write(SCENARIO)
        found = self.json("replay", "contract.yaml")
        self.assertEqual(found["marketEvents"], expected["events"])
        self.assertEqual(found["fills"], expected["fills"])
        self.assertGreater(found["fills"], count // 100)
        profit = Decimal(found["finalEquity"]) - Decimal(found["capital"])
        self.assertEqual(profit, Decimal(expected["profit"]))

    def bare_loop(self, kind, file):
        program = self.path("contract")
        source = os.path.join(FOLDER, "contract.c")
        subprocess.run(["gcc", "-O2", "-ffp-contract=off", "-o", program, source], check=True)
        done = subprocess.run(
            [program, kind, file, str(FAST), str(SLOW), str(LOTS)], check=True, capture_output=True)
        return json.loads(done.stdout)
