"""The shared captures through import, info and export, against a count and a reading of our own.

Nothing here uses the project's decoders: the recording is read by python's json and decimal text is
compared as text, so a wrong digit anywhere in prices, quantities, ids or clocks is seen.
"""

import csv
import gzip
import json
from collections import Counter
from decimal import Decimal

from harness import CommandTest

CAPTURES = ["btcusdt", "ethusdt"]


class CaptureTest(CommandTest):
    def capture(self, symbol):
        return self.shared("binance-spot-raw-20240808", f"{symbol}_20240808.gz")

    def import_capture(self, symbol):
        journal = self.path(symbol)
        self.run_command("journal", "import", "binance-raw", self.capture(symbol), "-o", journal)
        return journal

    def test_info_agrees_with_an_independent_count(self):
        for symbol in CAPTURES:
            with self.subTest(symbol):
                info = self.json("journal", "info", self.import_capture(symbol))
                expected = Counter(row["kind"] for row in expected_rows(self.capture(symbol)))
                counted = {kind: info["kinds"].get(kind, 0) for kind in expected}
                self.assertEqual(counted, dict(expected))
                self.assertEqual(info["events"], sum(info["kinds"].values()))
                self.assertEqual((info["firstSequence"], info["lastSequence"]), (1, info["events"]))
                self.assertRegex(info["fingerprint"], "^[0-9a-f]{16}$")
                self.assertRegex(info["chainHead"], "^[0-9a-f]{64}$")

    def test_jsonl_export_gives_back_every_price_quantity_id_and_clock(self):
        for symbol in CAPTURES:
            with self.subTest(symbol):
                done = self.run_command("journal", "export", self.import_capture(symbol), "--format", "jsonl")
                rows = (json.loads(line) for line in done.stdout.splitlines())
                self.compare(symbol, rows)

    def test_csv_export_gives_back_every_price_quantity_id_and_clock(self):
        journal = self.import_capture("btcusdt")
        self.run_command("journal", "export", journal, "--format", "csv", "-o", self.path("out.csv"))
        with open(self.path("out.csv"), encoding="utf-8", newline="") as stream:
            self.compare("btcusdt", csv.DictReader(stream))

    def compare(self, symbol, rows):
        market = {"trade", "quote", "depth", "bookSnapshot"}
        found = (normalised(row) for row in rows if row["kind"] in market)
        expected = expected_rows(self.capture(symbol))
        number = 0
        for number, (ours, theirs) in enumerate(zip(found, expected, strict=True), 1):
            if ours != theirs:
                self.fail(f"row {number}\nexport:    {ours}\nrecording: {theirs}")
        self.assertGreater(number, 40_000)


def expected_rows(path):
    """What the recording says, one row per event, in the words of the export."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            received, text = line.split(" ", 1)
            message = json.loads(text)
            data = message.get("data", message)
            yield from rows_of(int(received), data)


def rows_of(received, data):
    if data.get("e") == "trade":
        yield {"kind": "trade", "receiveTime": received, "venueTime": data["T"] * 10**6, "id": data["t"],
               "price": plain(data["p"]), "quantity": plain(data["q"]),
               "side": "sell" if data["m"] else "buy"}  # fmt: skip
    elif data.get("e") == "depthUpdate":
        numbers = {"firstUpdateID": data["U"], "updateID": data["u"]}
        yield from levels("depth", received, data["E"] * 10**6, data["b"], data["a"], numbers)
    elif "lastUpdateId" in data:
        numbers = {"updateID": data["lastUpdateId"]}
        yield from levels("bookSnapshot", received, None, data["bids"], data["asks"], numbers)
    else:
        yield {"kind": "quote", "receiveTime": received, "venueTime": None, "updateID": data["u"],
               "bidPrice": plain(data["b"]), "bidQuantity": plain(data["B"]),
               "askPrice": plain(data["a"]), "askQuantity": plain(data["A"])}  # fmt: skip


def levels(kind, received, venue_time, bids, asks, numbers):
    for side, price, quantity in [("buy", *bid) for bid in bids] + [("sell", *ask) for ask in asks]:
        yield {"kind": kind, "receiveTime": received, "venueTime": venue_time, "side": side,
               "price": plain(price), "quantity": plain(quantity), **numbers}  # fmt: skip


def plain(text):
    """Decimal text without trailing zeros: the export shows the instrument's scale, the venue 8."""
    return format(Decimal(text).normalize(), "f")


FIELDS = {
    "trade": ["id", "price", "quantity", "side"],
    "quote": ["updateID", "bidPrice", "bidQuantity", "askPrice", "askQuantity"],
    "depth": ["side", "price", "quantity", "firstUpdateID", "updateID"],
    "bookSnapshot": ["side", "price", "quantity", "updateID"],
}


def normalised(row):
    """An exported row (JSON, or CSV where all is text) with the fields of `expected_rows`."""
    result = {"kind": row["kind"]}
    for name in ["receiveTime", "venueTime", *FIELDS[row["kind"]]]:
        value = row[name]
        if "rice" in name or "uantity" in name:
            result[name] = plain(value)
        elif name == "side":
            result[name] = value
        else:
            result[name] = int(value) if value not in ("", None) else None
    return result
