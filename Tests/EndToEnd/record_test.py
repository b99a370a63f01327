"""`cryptobot record` from `cryptobot exchange`: the journal holds what the exchange says it sent."""

import json
import signal
import subprocess
import time
import unittest

from exchange_server import ExchangeTest
from harness import RELEASE

STREAMS = ["trade", "bookTicker", "depth"]
SENT = {"trade": "btcusdt@trade", "bookTicker": "btcusdt@bookTicker", "depth": "btcusdt@depth@100ms"}


class RecordTest(ExchangeTest):
    """A recording of a market that waits for it and ends while it listens."""

    duration = "10m"
    rate = 100
    options = ["--hold", "--speed", "max"]

    def record(self, *options):
        """Starts a recording into `live`."""
        self.recorder = subprocess.Popen(
            [RELEASE, "record", "binance", "BTCUSDT", "-o", self.path("live"), "--json",
             "--streams", ",".join(STREAMS), "--url", self.place["rest"],
             "--stream-url", self.place["ws"], *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.addCleanup(self.end)

    def end(self):
        if self.recorder.poll() is None:
            self.recorder.kill()
        self.recorder.communicate()

    def sent(self):
        """By stream: messages sent and left out, over all connections."""
        found = {name: [0, 0] for name in SENT.values()}
        for row in self.http("GET", "/control/sent")["streams"]:
            if row["stream"] in found:
                found[row["stream"]][0] += row["count"]
                found[row["stream"]][1] += row["omitted"]
        return found

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            if self.recorder.poll() is not None:
                self.fail(f"the recorder ended: {self.recorder.communicate()[1][-800:]}")
            time.sleep(0.1)
        self.fail(f"{what}: not within {seconds} s; {self.sent()}")

    def whole_market(self, *options):
        """Records from the market's first event to behind its last; returns the recorder's answer."""
        self.record(*options)
        self.wait("subscribed", lambda: len(self.http("GET", "/control/sent")["streams"]) == 3)
        time.sleep(0.5)
        self.http("POST", "/control/start")
        self.wait("the market moves", lambda: self.sent()["btcusdt@trade"][0] > 0)
        last = [None]

        def is_over():
            now, before = self.sent(), last[0]
            last[0] = now
            time.sleep(1)
            return now == before

        self.wait("the market's end", is_over)
        self.recorder.send_signal(signal.SIGTERM)
        out, said = self.recorder.communicate(timeout=30)
        self.assertEqual(self.recorder.returncode, 0, said)
        return json.loads(out)

    def events(self):
        lines = self.run_command("journal", "cat", self.path("live"), "--json").stdout
        return [json.loads(line) for line in lines.splitlines()]

    def counts(self, events):
        """Messages of each stream; those of the book are runs."""
        kinds = [event["kind"] for event in events]
        runs = {event["updateID"] for event in events if event["kind"] == "depth"}
        return {"trade": kinds.count("trade"), "bookTicker": kinds.count("quote"), "depth": len(runs)}

    def gaps(self, events, stream, reason):
        """What each gap of a stream says is missing."""
        return [event["count"] for event in events if event["kind"] == "gap"
                and (event["stream"], event["reason"]) == (stream, reason)]  # fmt: skip

    def expect_counts(self, events):
        counts, sent = self.counts(events), self.sent()
        for stream, name in SENT.items():
            self.assertEqual(counts[stream], sent[name][0], stream)
        self.assertGreater(counts["trade"], 1_000)

    def expect_whole(self):
        verified = self.json("journal", "verify", self.path("live"))
        self.assertTrue(verified["isWhole"], verified)


class WholeTest(RecordTest):
    def test_everything_sent_is_recorded_once(self):
        answer = self.whole_market()
        self.expect_whole()
        info = self.json("journal", "info", self.path("live"))
        self.assertEqual(info["events"], answer["events"])
        self.assertEqual((answer["gaps"], answer["dropped"], answer["malformed"]), (0, 0, 0))
        events = self.events()
        self.assertEqual(len(events), answer["events"])
        self.expect_counts(events)

    def test_the_book_recorded_is_the_book_there_is(self):
        self.whole_market()
        book, seen = {"buy": {}, "sell": {}}, 0
        for event in self.events():
            if event["kind"] not in ("depth", "bookSnapshot"):
                continue
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


class GapTest(RecordTest):
    options = ["--hold", "--speed", "100", "--fault", "gap,every=50,stream=btcusdt@trade",
               "--fault", "gap,every=3,stream=btcusdt@depth@100ms"]  # fmt: skip

    def test_gaps_found_are_gaps_injected(self):
        self.whole_market()
        self.expect_whole()
        events, sent = self.events(), self.sent()
        self.expect_counts(events)
        trades = self.gaps(events, "trade", "sequence")
        # One that is left out behind the last that was sent is missed by nobody.
        self.assertLessEqual(sent["btcusdt@trade"][1] - sum(trades), 1)
        self.assertGreaterEqual(sent["btcusdt@trade"][1], sum(trades))
        self.assertGreater(len(trades), 10)
        books = self.gaps(events, "depth", "sequence")
        self.assertLessEqual(sent["btcusdt@depth@100ms"][1] - len(books), 1)
        self.assertGreaterEqual(sent["btcusdt@depth@100ms"][1], len(books))
        self.assertGreater(len(books), 2)


class DisconnectTest(RecordTest):
    options = ["--hold", "--speed", "20", "--fault",
               "disconnect,every=200,times=1,stream=btcusdt@trade"]  # fmt: skip
    duration = "4m"

    def test_a_lost_connection_is_a_gap_of_every_stream(self):
        answer = self.whole_market()
        self.expect_whole()
        events = self.events()
        kinds = [event["kind"] for event in events]
        self.assertEqual((kinds.count("connected"), kinds.count("disconnected")), (2, 1))
        self.assertEqual(answer["connections"], 2)
        for stream in ("trade", "quote", "depth"):
            self.assertEqual(self.gaps(events, stream, "disconnected"), [0], stream)
        # What the exchange still counts between the cut and its end never leaves it.
        trades = self.counts(events)["trade"]
        self.assertTrue(0 <= self.sent()["btcusdt@trade"][0] - trades < 50)
        ids = [event["firstID"] for event in events if event["kind"] == "trade"]
        missing = sum(self.gaps(events, "trade", "sequence"))
        self.assertEqual(len(ids) + missing, ids[-1] - ids[0] + 1)


class RefusalTest(RecordTest):
    options = ["--hold"]

    def refused(self, status, *arguments):
        done = self.run_command(
            "record", "binance", *arguments, "-o", self.path("live"), "--url", self.place["rest"],
            "--stream-url", self.place["ws"], status=status)  # fmt: skip
        return done.stderr.decode()

    def test_refusals_name_what_is_wrong(self):
        self.assertIn("NOCOIN", self.refused(66, "NOCOIN"))
        self.assertIn("nope", self.refused(64, "BTCUSDT", "--streams", "nope"))
        self.run_command("record", "nowhere", "BTCUSDT", "-o", self.path("live"), status=64)
        self.process.terminate()
        self.process.wait(timeout=20)
        self.assertIn("cannot be reached", self.refused(74, "BTCUSDT"))
        with open(self.path("live"), "w"):
            pass
        self.assertIn("exists", self.refused(73, "BTCUSDT"))


if __name__ == "__main__":
    unittest.main()
