"""`cryptobot record` from `cryptobot exchange`: the journal holds what the exchange says it sent."""

import unittest

import record_oracle
from recording import RecordTest


class WholeTest(RecordTest):
    def test_everything_sent_is_recorded_once(self):
        answer = self.whole_market("--raw")
        journal = self.expect_all_sent(answer)
        info = self.json("journal", "info", self.path("live"))
        self.assertEqual(info["events"], answer["events"])
        self.assertEqual(sum(journal.kinds.values()), answer["events"])
        self.assertEqual((answer["gaps"], sum(journal.gaps.values())), (0, 0))
        self.assertGreater(journal.kinds["trade"], 1_000)

    def test_the_book_recorded_is_the_book_there_is(self):
        self.whole_market()
        book, seen = {"buy": {}, "sell": {}}, 0
        for event in record_oracle.events(self.path("live"), "depth", "bookSnapshot"):
            if event["kind"] == "bookSnapshot":
                seen = max(seen, event["updateID"])
            elif event["updateID"] < seen:
                continue
            if event.get("price"):
                book[event["side"]][float(event["price"])] = float(event["quantity"])
        there = self.http("GET", "/api/v3/depth?symbol=BTCUSDT&limit=5000")
        for side, name in (("buy", "bids"), ("sell", "asks")):
            levels = {price: size for price, size in book[side].items() if size > 0}
            self.assertEqual(levels, {float(price): float(size) for price, size in there[name]})

    def test_the_raw_bytes_are_a_recording_by_themselves(self):
        self.whole_market("--raw")
        self.import_raw("again")
        recorded, again = self.journal(), self.journal("again")
        self.assertEqual(set(recorded.streams), set(again.streams))
        for stream, messages in recorded.streams.items():
            snapshots_apart = [said for said in messages if not isinstance(said, int)]
            self.assertEqual(snapshots_apart, again.streams[stream], stream)


class RateTest(RecordTest):
    """Thousands of messages a second; `tools/torture record` does the same for a minute."""

    rate = 1_000
    duration = "400s"
    options = ["--hold", "--speed", "100"]

    def test_a_fast_market_is_recorded_whole(self):
        answer = self.whole_market("--raw")
        journal = self.expect_all_sent(answer)
        self.assertEqual((answer["gaps"], sum(journal.gaps.values())), (0, 0))
        self.assertGreater(answer["frames"], 40_000)


class GapTest(RecordTest):
    options = ["--hold", "--speed", "100", "--fault", "gap,every=50,stream=btcusdt@trade",
               "--fault", "gap,every=3,stream=btcusdt@depth@100ms"]  # fmt: skip

    def test_gaps_found_are_gaps_injected(self):
        answer = self.whole_market("--raw")
        journal = self.expect_all_sent(answer)
        trades = self.missed("btcusdt@trade", every=50)
        self.assertGreater(trades, 10)
        self.assertEqual(journal.gaps["BTCUSDT", "trade", "sequence"], trades)
        self.assertEqual(journal.missing["BTCUSDT", "trade", "sequence"], trades)
        books = self.missed("btcusdt@depth@100ms", every=3)
        self.assertGreater(books, 2)
        self.assertEqual(journal.gaps["BTCUSDT", "depth", "sequence"], books)
        self.assertEqual(answer["gaps"], trades + books)


class DisconnectTest(RecordTest):
    options = ["--hold", "--speed", "20", "--fault",
               "disconnect,every=200,times=1,stream=btcusdt@trade"]  # fmt: skip
    duration = "4m"

    def test_a_lost_connection_is_a_gap_of_every_stream(self):
        answer = self.whole_market("--raw")
        journal = self.expect_all_sent(answer)
        self.assertEqual((journal.kinds["connected"], journal.kinds["disconnected"]), (2, 1))
        self.assertEqual(answer["connections"], 2)
        for stream in ("trade", "quote", "depth"):
            self.assertEqual(journal.gaps["BTCUSDT", stream, "disconnected"], 1, stream)
        ids = [said[0] for said in journal.streams["btcusdt@trade"]]
        missing = journal.missing["BTCUSDT", "trade", "sequence"]
        self.assertEqual(len(ids) + missing, ids[-1] - ids[0] + 1)


if __name__ == "__main__":
    unittest.main()
