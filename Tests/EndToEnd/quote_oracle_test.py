"""The `quote` rule at no latency, computed a second time: a page of Python over the raw recording.

Nothing here comes from the project: frames are read by python's json, the strategies are written from
their doc comments, and the exchange from SimulatedExchange.md. Fills, fees and profit are exact decimals
and must be equal to the last digit. Orders are larger than what is displayed or traded now and then, so
that they are filled in parts: the displayed lots and the rest one tick worse, or trade by trade.
"""

import csv
from decimal import ROUND_HALF_EVEN, Decimal

from harness import CommandTest
from quote_oracle import Crossing, Maker, events

SCENARIO = """\
source: {{journal: journal}}
strategy: {strategy}
account: margin
capital: {{USDT: 10000000000}}
size: {{quantity: {quantity}}}
fees: {{maker: 0.02%, taker: 0.05%}}
fills: quote
risk: {{maxPosition: 1000%, maxOrder: 1000%}}
"""
CROSSING = "{name: ema-cross, parameters: {fast: 12, slow: 26, short: 1}}"
MAKER = "{{name: market-making, parameters: {{spread: {}, size: 0.01, limit: 100, skew: 0, requote: 0}}}}"


class QuoteOracleTest(CommandTest):
    def test_orders_that_take(self):
        for symbol, quantity in (("btcusdt", "0.02"), ("ethusdt", "0.5")):
            with self.subTest(symbol):
                fills = self.agree(symbol, CROSSING, quantity, Crossing(Decimal(quantity), 12, 26))
                slipped = sum(a["time_ns"] == b["time_ns"] for a, b in zip(fills, fills[1:]))
                self.assertGreater(slipped, 20, "orders that took more than was displayed")
                self.assertGreater(len(fills) - 2 * slipped, 20, "orders that did not")

    def test_orders_that_rest(self):
        for symbol, quantity, spread in (("btcusdt", "0.05", 0), ("ethusdt", "1", 1)):
            with self.subTest(symbol):
                total = str(10_000 * Decimal(quantity))
                maker = Maker(Decimal(quantity), spread / 20_000)
                fills = self.agree(symbol, MAKER.format(spread), total, maker)
                parts = sum(fill["quantity"] != maker.quantity for fill in fills)
                self.assertGreater(parts, 20, "fills of a part of an order")
                self.assertGreater(len(fills) - parts, 20, "fills of a whole order")

    def agree(self, symbol, strategy, quantity, naive):
        """Both on the recording's trades and best quotes; the fills."""
        recording = self.shared("binance-spot-raw-20240808", f"{symbol}_20240808.gz")
        tape, journal = self.path(f"{symbol}.txt"), self.path("journal")
        with open(tape, "w", encoding="ascii") as out:
            for line, *event in events(recording):
                out.write(line)
                naive.see(*event)
        self.run_command("journal", "import", "binance-raw", tape, "-o", journal, "--force")
        with open(self.path("oracle.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO.format(strategy=strategy, quantity=quantity))
        report = self.json("replay", "oracle.yaml", "-o", self.path("run"), "--force")
        with open(self.path("run/fills.csv"), encoding="utf-8", newline="") as stream:
            found = [comparable(row) for row in csv.DictReader(stream)]
        expected = [charged(fill) for fill in naive.fills]
        for number, (ours, theirs) in enumerate(zip(found, expected), 1):
            self.assertEqual(ours, theirs, f"fill {number}")
        self.assertEqual(len(found), len(expected))
        profit = Decimal(report["finalEquity"]) - Decimal(report["capital"])
        self.assertEqual(profit, earned(expected, naive.last))
        return found


def charged(fill):
    """A fill with its fee: a share of its value, half to even at eight decimals."""
    rate = Decimal("0.0002") if fill["liquidity"] == "maker" else Decimal("0.0005")
    fee = (fill["price"] * fill["quantity"] * rate).quantize(Decimal("1e-8"), ROUND_HALF_EVEN)
    return {**fill, "fee": fee}


def earned(fills, last):
    """Money in less money out, and what is held at the last price."""
    held = cash = Decimal(0)
    for fill in fills:
        lots = fill["quantity"] if fill["side"] == "buy" else -fill["quantity"]
        held, cash = held + lots, cash - lots * fill["price"] - fill["fee"]
    return cash + held * last


def comparable(row):
    numbers = {name: Decimal(row[name]) for name in ("price", "quantity", "fee")}
    return {"time_ns": int(row["time_ns"]), "side": row["side"], "liquidity": row["liquidity"], **numbers}
