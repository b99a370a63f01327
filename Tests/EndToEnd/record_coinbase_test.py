"""`cryptobot record coinbase` from `cryptobot exchange`: the journal holds what the exchange has, and every
number left out is a gap of every stream."""

import collections
import subprocess
import unittest
import urllib.parse

import record_oracle
from harness import RELEASE
from recording import RecordTest

PRODUCT = "BTC-USDT"


class CoinbaseTest(RecordTest):
    streams = ["trade", "bookTicker", "depth", "kline_5m"]

    def record(self, *options, name="live", product=PRODUCT):
        self.recorder = subprocess.Popen(
            [RELEASE, "record", "coinbase", product, "-o", self.path(name), "--json",
             "--streams", ",".join(self.streams), "--url", self.place["rest"],
             "--stream-url", self.place["coinbase"], *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.addCleanup(self.end, self.recorder)
        return self.recorder

    def wait_subscribed(self, streams=4):
        super().wait_subscribed(streams)

    def total(self):
        """Messages that end with the market: the open candle is told every second for ever."""
        return sum(row["count"] for row in self.sent()["streams"]
                   if not row["stream"].endswith("@candles"))

    def ask(self, path, **query):
        query = "?" + urllib.parse.urlencode(query) if query else ""
        return self.http("GET", "/api/v3/brokerage/" + path + query)

    def events(self):
        """The journal's events by kind."""
        kinds = collections.defaultdict(list)
        for event in record_oracle.events(self.path("live")):
            kinds[event["kind"]].append(event)
        return kinds

    def expect_book(self, kinds):
        """The book that the journal leads to is the book there is."""
        book = {"buy": {}, "sell": {}}
        for event in sorted(kinds["bookSnapshot"] + kinds["depth"], key=lambda event: event["sequence"]):
            if event["kind"] == "bookSnapshot" and event["isFirst"]:
                book = {"buy": {}, "sell": {}}
            if event.get("price"):
                book[event["side"]][float(event["price"])] = float(event["quantity"])
        there = self.ask("market/product_book", product_id=PRODUCT)["pricebook"]
        for side, name in (("buy", "bids"), ("sell", "asks")):
            levels = {price: size for price, size in book[side].items() if size > 0}
            listed = {float(level["price"]): float(level["size"]) for level in there[name]}
            self.assertEqual(levels, listed)


class WholeTest(CoinbaseTest):
    options = ["--hold", "--speed", "60"]

    def test_the_journal_holds_the_exchanges_trades_candles_and_book(self):
        answer = self.whole_market()
        self.assertEqual((answer["gaps"], answer["malformed"], answer["dropped"]), (0, 0, 0))
        self.assertIn(PRODUCT, str(self.json("journal", "info", self.path("live"))))
        kinds = self.events()
        self.expect_book(kinds)
        there = self.ask(f"market/products/{PRODUCT}/ticker", limit=1000)["trades"]
        told = {str(trade["id"]): trade for trade in kinds["trade"]}
        self.assertGreater(len(there), 100)
        for trade in there:
            found = told[trade["trade_id"]]
            self.assertEqual(float(found["price"]), float(trade["price"]))
            self.assertEqual(float(found["quantity"]), float(trade["size"]))
            self.assertEqual({found["side"], trade["side"].lower()}, {"buy", "sell"})
        ids = sorted(int(trade) for trade in told)
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))
        # There is a quote for each trade, and one to begin with.
        self.assertEqual(len(kinds["quote"]), len(ids) + 1)


class GapTest(CoinbaseTest):
    options = ["--hold", "--speed", "30", "--fault", "gap,every=50,stream=BTC-USDT@market_trades",
               "--fault", "gap,every=9,times=3,stream=BTC-USDT@level2"]  # fmt: skip
    duration = "5m"

    def test_every_number_left_out_is_a_gap_of_every_stream(self):
        answer = self.whole_market()
        kinds = self.events()
        left_out = sum(row["omitted"] for row in self.sent()["streams"])
        self.assertGreater(left_out, 5)
        gaps = collections.Counter(gap["stream"] for gap in kinds["gap"] if not int(gap["count"]))
        self.assertEqual(set(gaps), {"trade", "quote", "depth", "candle"})
        # One behind the last message sent would be told by the next heartbeat.
        for stream, count in gaps.items():
            self.assertIn(left_out - count, (0, 1), stream)
        missing = [int(gap["count"]) for gap in kinds["gap"] if int(gap["count"])]
        trades = sum(row["omitted"] for row in self.sent()["streams"]
                     if row["stream"].endswith("market_trades"))
        self.assertIn(trades - sum(missing), (0, 1))
        self.assertEqual(answer["gaps"], len(kinds["gap"]))
        self.assertGreater(answer["snapshots"], 1)
        self.expect_book(kinds)


class RefusalTest(CoinbaseTest):
    def test_a_product_and_a_stream_that_there_are_not_are_refused_by_name(self):
        self.record(product="BTC-EUR")
        self.assertIn("coinbase does not take BTC-EUR", self.finish(66))
        self.streams = ["depth20"]
        self.record(name="other")
        self.assertIn("follow `depth`", self.finish(64))


if __name__ == "__main__":
    unittest.main()
