"""`cryptobot record kraken` from `cryptobot exchange`: books whose every checksum a second reader finds right,
gaps where faults were injected, and ids that rise from one connection to the next."""

import collections
import glob
import json
import os
import unittest
import zlib

import reader_packages
import record_oracle
from recording import RecordTest


def frames(journal):
    """The frames of a recording with raw bytes in order of arrival, each with its link's file."""
    reader_packages.load()
    import lz4.frame

    found = []
    for path in glob.glob(os.path.join(journal, "raw", "link-*.lz4")):
        with lz4.frame.open(path) as lines:
            for line in lines:
                time, _, text = line[:-1].partition(b" ")
                # Digits as they stand: a checksum runs over them.
                found.append((int(time), path, json.loads(text, parse_float=str, parse_int=str)))
    return sorted(found, key=lambda frame: frame[0])


def digits(number):
    return number.replace(".", "").lstrip("0")


class Book:
    """One link's book, kept as Kraken's page says."""

    def __init__(self, depth):
        self.depth = depth
        self.sides = None
        self.right = self.wrong = 0

    def take(self, message):
        entry = message["data"][0]
        if message["type"] == "snapshot":
            self.sides = {"bids": {}, "asks": {}}
        if self.sides is None:
            return
        for side, levels in self.sides.items():
            for level in entry[side]:
                levels[float(level["price"])] = (level["price"], level["qty"])
                if float(level["qty"]) == 0:
                    del levels[float(level["price"])]
            for price in sorted(levels, reverse=side == "bids")[self.depth:]:
                del levels[price]
        if self.checksum() == int(entry["checksum"]):
            self.right += 1
        else:
            self.wrong += 1
            self.sides = None

    def checksum(self):
        best = sorted(self.sides["asks"])[:10], sorted(self.sides["bids"], reverse=True)[:10]
        text = "".join(digits(number) for side, prices in zip(("asks", "bids"), best)
                       for price in prices for number in self.sides[side][price])  # fmt: skip
        return zlib.crc32(text.encode())


class KrakenRecordTest(RecordTest):
    language = "kraken"
    symbols = ["BTC/USDT"]
    streams = ["trade", "bookTicker", "depth10"]
    depth = 10

    def setUp(self):
        super().setUp()
        self.place["ws"] = self.place["kraken"].removesuffix("/v2")

    def heard(self):
        """The books of each link, how often each channel spoke, and when candles began, by a reader of
        the raw bytes."""
        books, channels = collections.defaultdict(lambda: Book(self.depth)), collections.Counter()
        begun = set()
        for _, link, message in frames(self.path("live")):
            if "data" in message:
                channels[message["channel"]] += len(message["data"])
            if message.get("channel") == "book":
                books[link].take(message)
            elif message.get("channel") == "ohlc":
                begun.update(entry["interval_begin"] for entry in message["data"])
        return list(books.values()), channels, begun


class WholeKrakenTest(KrakenRecordTest):
    options = ["--hold", "--speed", "40"]
    streams = ["trade", "bookTicker", "depth500", "kline_1m"]
    depth = 500

    def test_all_that_was_said_is_recorded_and_every_checksum_is_right(self):
        answer = self.whole_market("--raw")
        journal = self.journal()
        (book,), channels, begun = self.heard()
        self.assertEqual(book.wrong, 0)
        self.assertGreater(book.right, 500)
        self.assertEqual((answer["gaps"], answer["malformed"], answer["duplicates"]), (0, 0, 0))
        self.assertEqual(journal.kinds["trade"], channels["trade"])
        self.assertGreater(journal.kinds["trade"], 1_000)
        self.assertEqual(journal.kinds["quote"], channels["ticker"])
        self.assertEqual(sum(journal.gaps.values()), 0)
        # The last candle has not closed: nothing was traded behind it.
        self.assertEqual(journal.kinds["candle"], len(begun) - 1)

    def test_the_book_recorded_is_the_book_there_is(self):
        self.whole_market()
        book = {"buy": {}, "sell": {}}
        for event in record_oracle.events(self.path("live"), "depth", "bookSnapshot"):
            if event.get("price"):
                book[event["side"]][float(event["price"])] = float(event["quantity"])
        said = self.http("GET", "/0/public/Depth?pair=BTC/USDT&count=500")["result"]["BTCUSDT"]
        for side, name in (("buy", "bids"), ("sell", "asks")):
            levels = {price: size for price, size in book[side].items() if size > 0}
            self.assertGreater(len(levels), 10)
            self.assertEqual(levels, {float(price): float(size) for price, size, _ in said[name]})


class FaultyKrakenTest(KrakenRecordTest):
    options = ["--hold", "--speed", "30",
               "--fault", "gap,every=40,stream=BTC/USDT@book10",
               "--fault", "checksum,every=100,stream=BTC/USDT@book10",
               "--fault", "gap,every=50,stream=BTC/USDT@trade"]  # fmt: skip

    def test_gaps_found_are_the_gaps_there_are(self):
        answer = self.whole_market("--raw")
        journal = self.journal()
        (book,), *_ = self.heard()
        self.assertGreater(book.wrong, 5)
        self.assertEqual(journal.gaps["BTC/USDT", "depth", "checksum"], book.wrong)
        trades = self.missed("BTC/USDT@trade", every=50)
        self.assertGreater(trades, 5)
        self.assertEqual(journal.gaps["BTC/USDT", "trade", "sequence"], trades)
        self.assertEqual(answer["gaps"], book.wrong + trades)
        # A book that was lost is had anew, within a second or so.
        self.assertGreater(answer["snapshots"], 1)
        reasons = {reason for span in self.json("audit", "gaps", self.path("live"))["untrusted"]
                   if span["stream"] == "depth" for reason in span["reasons"]}  # fmt: skip
        self.assertEqual(reasons, {"checksum"})


class CutKrakenTest(KrakenRecordTest):
    options = ["--hold", "--speed", "20",
               "--fault", "disconnect,every=200,times=1,stream=BTC/USDT@trade"]  # fmt: skip
    duration = "4m"

    def test_a_new_connection_begins_a_book_whose_ids_go_on(self):
        answer = self.whole_market("--raw")
        journal = self.journal()
        books, *_ = self.heard()
        self.assertEqual((answer["connections"], len(books)), (2, 2))
        self.assertEqual([book.wrong for book in books], [0, 0])
        for stream in ("trade", "quote", "depth"):
            self.assertEqual(journal.gaps["BTC/USDT", stream, "disconnected"], 1, stream)
        ids = [event["updateID"] for event in
               record_oracle.events(self.path("live"), "depth", "bookSnapshot")]  # fmt: skip
        self.assertEqual(ids, sorted(ids))
        self.assertGreaterEqual(answer["snapshots"], 2)

    def test_a_replaced_connection_loses_nothing(self):
        answer = self.renewed()
        journal = self.journal()
        books, *_ = self.heard()
        self.assertGreater(len(books), 1)
        self.assertEqual([book.wrong for book in books], [0] * len(books))
        self.assertEqual((answer["gaps"], sum(journal.gaps.values())), (0, 0))
        self.assertEqual(journal.kinds["disconnected"], 0)

    def renewed(self):
        self.http("DELETE", "/control/faults")
        return self.whole_market("--raw", "--renew", "5s")


if __name__ == "__main__":
    unittest.main()
