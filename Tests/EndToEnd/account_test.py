"""`cryptobot venues account` at the loopback exchange, in every language, and what keeps a spot run away from an
account with margin positions."""

import json
import os
import subprocess
from decimal import Decimal

from harness import RELEASE
from trade_coinbase_test import made
from trading_kraken import KrakenTradeTest


class AccountTest(KrakenTradeTest):
    rate = 20

    def ask(self, venue, *options, key=None, status=0):
        key = key or (self.place["apiKey"], self.place["secret"])
        environment = {**os.environ, "CRYPTOBOT_API_KEY": key[0], "CRYPTOBOT_API_SECRET": key[1]}
        rest = self.place["rest"] + ("/api" if venue == "binance" else "")
        done = subprocess.run(
            [RELEASE, "venues", "account", venue, "--url", rest, *options], capture_output=True,
            text=True, env=environment, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertNotIn(key[1], done.stdout + done.stderr)
        return done

    def found(self, venue, symbol, *options, key=None):
        return json.loads(self.ask(venue, "--json", "--symbol", symbol, *options, key=key).stdout)

    def plant(self):
        self.http("POST", "/control/positions", {
            "pair": "XXBTZUSD", "type": "sell", "vol": "0.5", "cost": "30000", "margin": "6000"})

    def test_kraken_shows_all_that_it_says(self):
        self.plant()
        self.http("POST", "/control/positions", {
            "pair": "XETHZUSD", "type": "buy", "vol": "2", "cost": "5000", "margin": "1000"})
        found = self.found("kraken", "BTC/USDT")
        held = {row["asset"]: row for row in found["balances"]}
        self.assertEqual(held["USDT"]["total"], "100000")
        self.assertEqual(found["orders"], [])
        self.assertEqual(
            [(row["symbol"], row["side"], row["quantity"], row["margin"]) for row in found["positions"]],
            [("XXBTZUSD", "short", "0.5", "6000"), ("XETHZUSD", "long", "2", "1000")])
        margin = {name: Decimal(amount) for name, amount in found["margin"].items()}
        self.assertEqual(margin["used"], 7000)
        self.assertEqual(margin["free"], margin["equity"] - 7000)
        key = found["key"]
        self.assertEqual((key["readsBalances"], key["placesOrders"], key["sendsMoney"]), (True, True, None))
        self.assertRegex(key["checked"], r"^buy [0-9.]+ BTC/USDT at [0-9.]+$")
        text = self.ask("kraken", "--symbol", "BTC/USDT").stdout
        for said in (r"margin used +7000", r"XXBTZUSD +short", "no open orders", "was checked, and not placed"):
            self.assertRegex(text, said)
        self.assertEqual(self.open_orders(), {})

    def test_every_language_shows_the_same_orders_and_whose_they_are(self):
        self.configure(venue="cancelOnExit: false", strategy="{name: market-making, parameters: {spread: 100, "
                       "size: 5, limit: 50, requote: 1000}}")  # fmt: skip
        process = self.begin()
        self.wait_for(self.open_orders)
        self.end(process)
        number = len(self.open_orders())
        self.assertGreater(number, 0)
        secret = self.place["coinbaseSecret"]
        for venue, symbol, key in [
            ("kraken", "BTC/USDT", None), ("binance", "BTCUSDT", None),
            ("coinbase", "BTC-USDT", (self.place["coinbaseApiKey"], secret)),
        ]:
            with self.subTest(venue):
                found = self.found(venue, symbol, "--journal", self.path("live"), key=key)
                self.assertTrue(found["key"]["placesOrders"], found["key"])
                if venue == "coinbase":
                    continue  # Its key is of an account of its own.
                self.assertEqual(len(found["orders"]), number)
                placed = {event["sequence"] for event in self.journal_events() if event["kind"] == "order"}
                for order in found["orders"]:
                    self.assertEqual(order["journal"], self.path("live"))
                    self.assertIn(order["order"], placed)
                    self.assertGreaterEqual(order["ageSeconds"], 0)
                if venue == "binance":
                    self.assertIsNone(found["positions"])

    def test_what_a_key_may_not_do_is_said(self):
        secret = self.place["secret"]
        for venue, symbol in [("kraken", "BTC/USDT"), ("binance", "BTCUSDT")]:
            for rights, reads, trades in [("read", True, False), ("trade", False, True)]:
                with self.subTest(venue=venue, rights=rights):
                    name = f"{venue}-{rights}"
                    self.http("POST", "/control/keys", {
                        "apiKey": name, "secret": secret, "account": self.place["apiKey"], "rights": rights})
                    key = self.found(venue, symbol, key=(name, secret))["key"]
                    self.assertEqual((key["readsBalances"], key["placesOrders"]), (reads, trades))
                    self.assertEqual("balances" in [row["question"] for row in key["refusals"]], not reads)

    def test_a_key_that_may_send_money_away_is_warned_of(self):
        secret, public = made("ED25519")
        for rights, trades, sends in [("read,trade,withdraw", True, True), ("read", False, False)]:
            self.http("POST", "/control/keys", {"apiKey": rights, "publicKey": public, "rights": rights})
            done = self.ask("coinbase", "--json", "--symbol", "BTC-USDT", key=(rights, secret))
            key = json.loads(done.stdout)["key"]
            self.assertEqual((key["readsBalances"], key["placesOrders"], key["sendsMoney"]), (True, trades, sends))
            self.assertEqual("may send money away" in done.stderr, sends)

    def test_a_run_stays_away_from_margin_positions(self):
        self.plant()
        said = self.run_for("2s", status=77)
        self.assertIn("short 0.5 XXBTZUSD", said)
        self.assertIn("close them at the venue or use another account", said)
        self.assertEqual(self.venue_orders(), {})

    def test_a_key_that_is_refused_and_a_venue_that_is_away_have_their_codes(self):
        said = self.ask("kraken", key=("nobody", "bm9ib2R5"), status=77).stderr
        self.assertIn("EAPI:Invalid key", said)
        self.stop()
        self.ask("kraken", status=74)
        self.start(*self.options)

    def test_a_market_that_is_none_leaves_the_key_unproved(self):
        found = self.found("binance", "NOBTC")
        self.assertIsNone(found["key"]["placesOrders"])
        self.assertIn("NOBTC", found["key"]["trial"])
