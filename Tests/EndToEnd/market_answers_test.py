"""`cryptobot venues market` where a venue's answers are odd, wrong, or none: what is not told is said so, and what
cannot be is refused."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import RELEASE, CommandTest

PAIR = {"wsname": "XBT/USD", "pair_decimals": 1, "lot_decimals": 8, "tick_size": "0.1"}
TICKER = {"a": ["101.0", "1", "1.000"], "b": ["100.9", "1", "1.000"], "c": ["101.0", "0.5"]}
BOOK = {"asks": [["101.0", "0.25", 1]], "bids": [["100.9", "0.75", 1]]}


class Kraken(BaseHTTPRequestHandler):
    """Answers in Kraken's language with what the test says."""

    def do_GET(self):
        self.server.askers.add(self.headers["User-Agent"])
        if self.server.silence:
            return self.server.silence.wait(20)
        answer = self.server.answers[urllib.parse.urlparse(self.path).path.rsplit("/", 1)[-1]]
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        if not isinstance(body, str):
            body = json.dumps({"error": [], "result": {"XXBTZUSD": body}})
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Whoever has heard what ends its look does not wait for the other answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


class AnswersTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Kraken)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.server.askers, self.server.silence = set(), None
        self.answer()

    def answer(self, pair=PAIR, ticker=TICKER, book=BOOK):
        self.server.answers = {"AssetPairs": pair, "Ticker": ticker, "Depth": book}

    def look(self, *options, **expected):
        address = f"http://127.0.0.1:{self.server.server_port}"
        return self.run_command("venues", "market", "kraken", "BTC/USD", "--url", address, *options, **expected)

    def rows(self):
        """What is said beside each fact, and the last line."""
        lines = self.look().stdout.decode().splitlines()
        return {line[:13].rstrip(): line[13:] for line in lines[2:12]}, lines[-1]

    def test_every_question_says_who_asks(self):
        self.look()
        self.assertEqual(self.server.askers, {"cryptobot"})

    def test_what_a_venue_does_not_tell_is_said_so(self):
        rows, _ = self.rows()
        self.assertEqual(
            [rows[name] for name in ("open for", "quantity", "cost")], ["not told", "not told", "not told"])
        found = json.loads(self.look("--json").stdout)
        untold = ("openFor", "status", "minQuantity", "maxQuantity", "minCost", "maxCost")
        self.assertEqual([found["rules"][name] for name in untold], [None] * 6)

    def test_a_status_of_nobody_is_shown_in_the_venues_words(self):
        self.answer(pair={**PAIR, "status": "mystery", "ordermin": "0.00100"})
        rows, _ = self.rows()
        self.assertEqual(rows["open for"], "the venue says: mystery")
        self.assertEqual(rows["quantity"], "at least 0.001 BTC")
        rules = json.loads(self.look("--json").stdout)["rules"]
        self.assertEqual((rules["openFor"], rules["status"]), (None, "mystery"))
        self.answer(pair={**PAIR, "status": "cancel_only"})
        self.assertEqual(self.rows()[0]["open for"], "cancels only (cancel_only)")

    def test_a_market_of_nobody_has_no_prices(self):
        nothing = ["0.0", "0", "0.000"]
        self.answer(ticker={"a": nothing, "b": nothing, "c": ["0.0", "0.0"]}, book={"asks": [], "bids": []})
        rows, last = self.rows()
        self.assertEqual(
            [rows[name] for name in ("best bid", "best ask", "spread", "last trade")], ["none"] * 4)
        self.assertEqual(last, "the book is empty")
        found = json.loads(self.look("--json").stdout)
        self.assertEqual([found[name] for name in ("bid", "ask", "spread", "lastTrade")], [None] * 4)
        self.assertEqual(found["book"], {"bids": [], "asks": []})

    def test_prices_that_cross_have_a_spread_below_zero(self):
        self.answer(ticker={**TICKER, "b": ["101.3", "1", "1.000"]})
        self.assertEqual(self.rows()[0]["spread"], "-0.3, -3 ticks, -29.6589 basis points")
        self.assertEqual(json.loads(self.look("--json").stdout)["spread"]["ticks"], -3)

    def test_numbers_that_were_rounded_are_counted(self):
        self.assertEqual(json.loads(self.look("--json").stdout)["rounded"], 0)
        self.answer(ticker={**TICKER, "b": ["1e-22", "1", "1.000"]})
        self.assertIn("rounded      numbers with more than 8 decimals: 1, read to 8", self.look().stdout.decode())
        found = json.loads(self.look("--json").stdout)
        self.assertEqual((found["rounded"], found["bid"]), (1, None))

    def test_a_step_of_nothing_is_no_grid(self):
        self.answer(pair={**PAIR, "tick_size": "0"})
        self.assertIn("BTC/USD: the venue does not say its tick, or says 0", self.look(status=65).stderr.decode())

    def test_an_interrupt_does_not_wait_for_the_answer(self):
        self.server.silence = threading.Event()
        self.addCleanup(self.server.silence.set)
        address = f"http://127.0.0.1:{self.server.server_port}"
        for verb in (["venues", "market", "kraken", "BTC/USD"],
                     ["record", "kraken", "BTC/USD", "-o", self.path("j"), "--stream-url", address]):
            with self.subTest(verb[0]):
                self.server.askers.clear()
                process = subprocess.Popen(
                    [RELEASE, *verb, "--url", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                end = time.monotonic() + 20
                while not self.server.askers and time.monotonic() < end:
                    time.sleep(0.02)
                process.send_signal(signal.SIGINT)
                signalled = time.monotonic()
                _, said = process.communicate(timeout=20)
                self.assertLess(time.monotonic() - signalled, 5)
                self.assertEqual(process.returncode, 130, said)
                self.assertIn("interrupted; nothing was left behind", said)
        self.assertEqual(os.listdir(self.folder), [])

    def test_levels_stand_the_best_first_however_they_were_listed(self):
        self.answer(book={"asks": [["103.0", "1", 1], ["101.0", "2", 1]],
                          "bids": [["99.0", "1", 1], ["100.0", "2", 1]]})  # fmt: skip
        book = json.loads(self.look("--json").stdout)["book"]
        self.assertEqual([row["price"] for row in book["asks"]], ["101.0", "103.0"])
        self.assertEqual([row["price"] for row in book["bids"]], ["100.0", "99.0"])
        self.assertEqual(book["asks"][1]["valueSum"], "305.000000000")

    def test_what_is_no_answer_is_refused_by_what_it_is(self):
        for wrong, words in (
            ({"book": (503, "<html>")}, "did not say what its book is"),
            ({"ticker": (200, "<html>")}, "an answer of Kraken: "),
            ({"ticker": (404, "<html>")}, "an answer of Kraken (HTTP 404): "),
            ({"ticker": {**TICKER, "a": ["101.05", "1", "1"]}}, "off the tick 0.1"),
            ({"book": {"asks": [["90000000000.0", "9000000000", 1]], "bids": []}}, "any market"),
            ({"pair": (403, "<html>")}, "wants fewer requests"),
        ):
            with self.subTest(words):
                self.answer(**wrong)
                self.assertIn(words, self.look(status=74).stderr.decode())


if __name__ == "__main__":
    unittest.main()
