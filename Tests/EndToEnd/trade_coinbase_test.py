"""`cryptobot trade` at `cryptobot exchange` in Coinbase's language: what the journal holds is what the exchange
did, by the ids of its trades, whatever is killed, lost or left out in between."""

import json
import os
import random
import subprocess
import time
import unittest
from decimal import Decimal

from trading import PATIENT, FromStore, TradeTest, xxh64

SCENARIO = """
source:
  venue: {{name: coinbase, rest: "{rest}", stream: "{coinbase}", account: "{coinbase}", window: 2s,
           streams: [{streams}], {venue}}}
instruments: [BTC-USDT]
strategy: {strategy}
account: spot
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: quote}}
"""


def made(*algorithm):
    """A new key: the private half and the public one, as PEM text."""
    def openssl(*arguments, text=None):
        return subprocess.run(["openssl", *arguments], input=text, capture_output=True, text=True,
                              check=True).stdout  # fmt: skip

    secret = openssl("genpkey", "-algorithm", *algorithm)
    return secret, openssl("pkey", "-pubout", text=secret)


class CoinbaseTradeTest(TradeTest):
    rate = 100
    streams = "trade, bookTicker"

    def configure(self, venue="cancelOnExit: true", capital="", strategy=None):
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(SCENARIO.format(
                **self.place, venue=venue, strategy=strategy or self.strategy, streams=self.streams))

    @property
    def environment(self):
        return {**os.environ, "CRYPTOBOT_API_KEY": self.place["coinbaseApiKey"],
                "CRYPTOBOT_API_SECRET": self.place["coinbaseSecret"]}  # fmt: skip

    def ledger(self):
        return self.http("GET", "/control/ledger")["accounts"][0]

    def open_orders(self):
        return [row for row in self.ledger()["orders"] if row["status"] in ("NEW", "PARTIALLY_FILLED")]

    def begun(self, what):
        """A run of which something has come true."""
        process = self.begin("--json")
        self.wait_for(lambda: process.poll() is not None or what())
        self.assertIsNone(process.poll(), process.poll() is not None and process.stderr.read())
        return process

    def trading(self, trades=3):
        """A run that has traded."""
        before = len(self.ledger()["trades"])
        return self.begun(lambda: len(self.ledger()["trades"]) >= before + trades)

    def has_market(self):
        """Whether a run follows the market, which it does once its account is reconciled."""
        return any(row["open"] and row["stream"].endswith("@market_trades")
                   for row in self.http("GET", "/control/sent")["streams"])  # fmt: skip

    def kill(self, process):
        process.kill()
        process.communicate()

    def expect_agreement(self):
        """The journal's orders, fills and balances are the exchange's."""
        events, ledger = self.journal_events(), self.ledger()
        intents = {event["sequence"] for event in events if event["kind"] == "order"}
        placed = [int(order["placedAs"][16:], 16) for order in ledger["orders"]]
        self.assertEqual(len(placed), len(set(placed)), "an order was placed twice")
        self.assertLessEqual(set(placed), intents, "an order without an intent in the journal")
        fills = [event for event in events if event["kind"] == "fill"]
        ours = sorted((fill["tradeID"], fill["order"], Decimal(fill["quantity"]), Decimal(fill["fee"]))
                      for fill in fills)  # fmt: skip
        theirs = sorted((xxh64(f"0d0e0002-0000-4000-8000-{row['id']:012x}") >> 1,
                         int(row["placedAs"][16:], 16), Decimal(row["qty"]), Decimal(row["commission"]))
                        for row in ledger["trades"])  # fmt: skip
        self.assertEqual(ours, theirs)
        state = self.json("replay", self.path("live"))
        held = {row["asset"]: Decimal(row["amount"]) for row in state["balances"]}
        for row in ledger["balances"]:
            there = Decimal(row["free"]) + Decimal(row["locked"])
            self.assertEqual(held.get(row["asset"], 0), there, row["asset"])
        self.assertEqual([event for event in events if event["kind"] == "adjustment"], [])
        return events


class LiveTest(CoinbaseTradeTest):
    def test_a_run_trades_ends_in_order_and_the_next_goes_on(self):
        process = self.trading()
        first = json.loads(self.end(process))
        self.assertEqual((first["liveOrders"], self.open_orders()), (0, []))
        self.assertGreater(first["tickToOrder"]["orders"], 0)
        self.assertEqual(self.json("replay", self.path("live"))["fingerprint"], first["fingerprint"])
        before = len(self.expect_agreement())
        self.end(self.trading())
        self.assertGreater(len(self.expect_agreement()), before)

    def test_a_killed_run_finds_its_orders_and_the_fills_it_missed(self):
        self.configure(strategy=PATIENT)
        self.kill(self.begun(self.open_orders))
        self.assertGreater(len(self.open_orders()), 0)
        self.wait_for(lambda: not self.has_market())
        self.end(self.begun(self.has_market))
        self.assertEqual(self.open_orders(), [])
        self.expect_agreement()

    def test_orders_stay_open_where_they_are_to(self):
        self.configure(venue="cancelOnExit: false", strategy=PATIENT)
        self.end(self.begun(self.open_orders))
        self.assertGreater(len(self.open_orders()), 0)

    def test_what_nothing_explains_halts_the_next_run(self):
        self.end(self.begun(self.has_market))
        self.http("POST", "/control/balance", {"asset": "BTC", "delta": "-0.5"})
        self.assertIn("BTC", self.run_for("1m", status=77))

    def test_a_wrong_key_is_refused_and_not_shown(self):
        secret = self.place["coinbaseSecret"]
        other, _ = made("ED25519")
        for wrong, name, status in ((other, "authentication failure", 77), ("no key at all", "P-256", 65)):
            environment = {**self.environment, "CRYPTOBOT_API_SECRET": wrong}
            done = subprocess.run(self.command("--for", "2s"), capture_output=True, text=True,
                                  env=environment, timeout=60)  # fmt: skip
            self.assertEqual((done.returncode, name in done.stderr), (status, True), done.stderr)
            for part in (wrong.split("\n")[1] if "\n" in wrong else wrong, secret):
                self.assertNotIn(part, done.stderr)
            self.assertFalse(os.path.exists(self.path("live")), "a run that never began left a journal")

    def test_a_p256_key_of_ones_own_trades_too(self):
        secret, public = made("EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        self.http("POST", "/control/keys", {"apiKey": "own", "publicKey": public})
        self.place.update(coinbaseApiKey="own", coinbaseSecret=secret)
        self.end(self.trading(trades=1))
        self.assertGreater(self.by_key("signed")["own"], 3)
        self.expect_agreement()


class RotationTest(FromStore, CoinbaseTradeTest):
    def test_rotations_lose_no_fill_and_no_ended_key_signs(self):
        old = self.place["coinbaseApiKey"]
        self.keys("add", "coinbase", key=(old, self.place["coinbaseSecret"]))
        process = self.trading(trades=1)
        for number in range(3):
            new, (secret, public) = f"organizations/rotation/apiKeys/{number}", made("ED25519")
            self.http("POST", "/control/keys", {"apiKey": new, "publicKey": public})
            old = self.rotate(old, (new, secret))
        self.end(process)
        self.expect_rotations(self.expect_agreement(), 3)


class KillTest(CoinbaseTradeTest):
    """kill -9 at any moment, with every fault of orders and reports on."""

    options = [
        "--history", "1m", "--fault", "late-ack,every=7,milliseconds=300", "--fault", "lost-ack,every=11",
        "--fault", "error,every=9", "--fault", "duplicate,every=5", "--fault", "reorder,every=6",
        "--fault", "gap,every=40,stream=user", "--fault", "disconnect,every=90,stream=user"]  # fmt: skip

    def test_no_order_is_lost_doubled_or_unexplained(self):
        rounds = int(os.environ.get("CRYPTOBOT_KILLS", "3"))
        seed = int(os.environ.get("CRYPTOBOT_SEED", str(random.randrange(1 << 30))))
        chance = random.Random(seed)
        for number in range(rounds):
            process = self.begin()
            time.sleep(chance.uniform(0.5, 5))
            ended = process.poll()
            process.kill()
            said = process.communicate()[1][-800:]
            self.assertIsNone(ended, f"seed {seed}, round {number} ended by itself: {said}")
        self.end(self.trading(trades=1))
        events = self.expect_agreement()
        print(f"kills {rounds}, seed {seed}: {sum(event['kind'] == 'order' for event in events)} intents, "
              f"{sum(event['kind'] == 'fill' for event in events)} fills", flush=True)  # fmt: skip
        self.assertEqual(self.open_orders(), [])


if __name__ == "__main__":
    unittest.main()
