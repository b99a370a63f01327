"""A test that trades at a running `cryptobot exchange`, and looks at the venue's own books."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from decimal import Decimal

from exchange_server import ExchangeTest
from harness import RELEASE
from relay import Relay

SCENARIO = """
source:
  venue: {{name: binance, rest: "{rest}/api", stream: "{ws}", account: "{wsApi}", window: 500ms, {venue}}}
instruments: [BTCUSDT]
strategy: {strategy}
account: spot
{capital}
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""

MAKER = "{name: market-making, parameters: {spread: 0.2, size: 5, limit: 50, requote: 0.05}}"
PATIENT = "{name: market-making, parameters: {spread: 100, size: 5, limit: 50, requote: 1000}}"
CROSS = "{name: ema-cross, bar: 1s, parameters: {fast: 2, slow: 5}}"


def xxh64(text):
    """XXH64 with seed 0, by its specification: what a text id is as a number."""
    primes = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
              0x27D4EB2F165667C5)  # fmt: skip
    mask = (1 << 64) - 1

    def turn(value, count):
        return (value << count | value >> 64 - count) & mask

    def round_of(lane, value):
        return turn((lane + value * primes[1]) & mask, 31) * primes[0] & mask

    data, place = text.encode(), 0
    lanes = [(primes[0] + primes[1]) & mask, primes[1], 0, -primes[0] & mask]
    while len(data) - place >= 32:
        for lane in range(4):
            value = int.from_bytes(data[place : place + 8], "little")
            lanes[lane], place = round_of(lanes[lane], value), place + 8
    if len(data) >= 32:
        found = sum(turn(lane, count) for lane, count in zip(lanes, (1, 7, 12, 18))) & mask
        for lane in lanes:
            found = ((found ^ round_of(0, lane)) * primes[0] + primes[3]) & mask
    else:
        found = primes[4]
    found = (found + len(data)) & mask
    while len(data) - place >= 8:
        value = int.from_bytes(data[place : place + 8], "little")
        found, place = (turn(found ^ round_of(0, value), 27) * primes[0] + primes[3]) & mask, place + 8
    if len(data) - place >= 4:
        value = int.from_bytes(data[place : place + 4], "little")
        found, place = (turn(found ^ value * primes[0] & mask, 23) * primes[1] + primes[2]) & mask, place + 4
    for byte in data[place:]:
        found = turn(found ^ byte * primes[4] & mask, 11) * primes[0] & mask
    found = (found ^ found >> 33) * primes[1] & mask
    found = (found ^ found >> 29) * primes[2] & mask
    return found ^ found >> 32


class TradeTest(ExchangeTest):
    """A market in real time and a strategy that trades in it."""

    duration = "12h"
    rate = 50
    strategy = MAKER
    options = ["--history", "1m"]

    def setUp(self):
        super().setUp()
        self.configure()

    def tearDown(self):
        """Whatever happened to a run: its journal makes every decision again."""
        if os.path.isdir(self.path("live")):
            self.assertTrue(self.json("audit", "verify", self.path("live"))["isIdentical"])
        super().tearDown()

    def configure(self, venue="cancelOnExit: true", capital="", strategy=None):
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(SCENARIO.format(
                **self.place, venue=venue, capital=capital, strategy=strategy or self.strategy))

    def relay_account(self):
        """Puts a relay before the account's link of the scenario; returns it."""
        with open(self.path("trade.yaml")) as stream:
            head, account, rest = stream.read().partition("account: \"")
        address, quote, rest = rest.partition("\"")
        place = urllib.parse.urlsplit(address)
        relay = Relay(place.port)
        self.addCleanup(relay.close)
        address = place._replace(netloc=f"127.0.0.1:{relay.port}").geturl()
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(head + account + address + quote + rest)
        return relay

    def expect_taken_back(self, relay, open_orders):
        """Cuts the account's link of a run with open orders and ends it: they are canceled all the same, and the
        run waits for no link."""
        process = self.begin()
        self.wait_for(open_orders)
        relay.cut()
        begun = time.monotonic()
        self.end(process)
        self.assertLess(time.monotonic() - begun, 15)
        self.assertFalse(open_orders())

    def command(self, *options):
        mode = [] if "--paper" in options else ["--live"]
        return [RELEASE, "trade", self.path("trade.yaml"), "-o", self.path("live"), *mode, *options]

    @property
    def environment(self):
        return {**os.environ, "CRYPTOBOT_API_KEY": self.place["apiKey"],
                "CRYPTOBOT_API_SECRET": self.place["secret"]}

    def begin(self, *options):
        """Starts trading; returns the process."""
        process = subprocess.Popen(
            self.command(*options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def counts(self):
        """Orders and trades of all accounts, as the exchange keeps its books."""
        accounts = self.http("GET", "/control/ledger")["accounts"]
        return [sum(len(row[kind]) for row in accounts) for kind in ("orders", "trades")]

    def wait_traded(self, process, orders=1, trades=0, since=(0, 0), seconds=60):
        """Returns when the exchange has taken so many orders and made so many trades."""
        deadline = time.monotonic() + seconds
        while any(found - old < wanted for found, old, wanted in
                  zip(self.counts(), since, (orders, trades), strict=True)):  # fmt: skip
            if process.poll() is not None:
                self.fail(f"the run ended: {process.communicate()[1][-800:]}")
            self.assertLess(time.monotonic(), deadline, f"{self.counts()} after {seconds} s")
            time.sleep(0.1)

    def end(self, process, status=0):
        """Ends it as an operator does; returns what it said."""
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, said[-2000:])
        return out

    def run_for(self, span, *options, status=0):
        done = subprocess.run(
            self.command("--for", span, "--json", *options), capture_output=True, text=True,
            env=self.environment, timeout=120)
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return json.loads(done.stdout) if done.stdout else done.stderr

    def run_until_connected(self):
        """A run that goes on from its journal, until its account is connected."""
        before = self.connections()
        process = self.begin()
        self.wait_for(lambda: self.connections() > before)
        self.end(process)

    def connections(self):
        """How often the account was connected, by the journal."""
        return sum((event["kind"], event.get("stream")) == ("connected", "account")
                   for event in self.journal_events())

    def wait_for(self, what, patience=30):
        deadline = time.monotonic() + patience
        while not what():
            self.assertLess(time.monotonic(), deadline, "it never came")
            time.sleep(0.05)

    def by_key(self, figure):
        """A figure of every key, as the exchange has them."""
        return {key["apiKey"]: key[figure] for key in self.http("GET", "/control/keys")["keys"]}

    # The venue's own books, asked by nobody's client but the standard library.

    def signed(self, path, **parameters):
        parameters["timestamp"] = int(time.time() * 1000)
        query = urllib.parse.urlencode(parameters)
        signature = hmac.new(
            self.place["secret"].encode(), query.encode(), hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            f"{self.place['rest']}/api/v3/{path}?{query}&signature={signature}",
            headers={"X-MBX-APIKEY": self.place["apiKey"]})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def venue_orders(self):
        """Every order the venue ever took, by the client's name."""
        found, first = [], 0
        while True:
            page = self.signed("allOrders", symbol="BTCUSDT", orderId=first, limit=1000)
            found += page
            if len(page) < 1000:
                return found
            first = page[-1]["orderId"] + 1

    def venue_balances(self):
        return {row["asset"]: (row["free"], row["locked"])
                for row in self.signed("account")["balances"]}

    # The journal's side.

    def journal_events(self):
        done = self.run_command("journal", "cat", self.path("live"), "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def expect_agreement(self):
        """The journal's books are the venue's: orders, fills, balances."""
        events = self.journal_events()
        orders = {event["sequence"]: event for event in events if event["kind"] == "order"}
        names = {}
        for order in self.venue_orders():
            number = int(order["clientOrderId"][16:], 16)
            self.assertNotIn(number, names, "an order was placed twice")
            names[number] = order
            self.assertIn(number, orders, "an order without an intent in the journal")
        filled = {}
        for event in events:
            if event["kind"] == "fill":
                filled.setdefault(event["order"], []).append(event)
        for number, order in names.items():
            quantity = sum(Decimal(fill["quantity"]) for fill in filled.get(number, []))
            self.assertEqual(quantity, Decimal(order["executedQty"]), number)
        state = self.json("replay", self.path("live"))
        there = {asset: sum(map(Decimal, both)) for asset, both in self.venue_balances().items()}
        held = {row["asset"]: Decimal(row["amount"]) for row in state["balances"]}
        for asset in held.keys() | there.keys():
            self.assertEqual(held.get(asset, 0), there.get(asset, 0), asset)
        return events, orders, names, state


class FromStore:
    """Beside a test that trades: its runs take their key from a key store, and follow it."""

    @property
    def environment(self):
        settings = {key: value for key, value in os.environ.items() if "API" not in key}
        return {**settings, "CRYPTOBOT_STORE": self.path("keys.db"),
                "CRYPTOBOT_PASSPHRASE": "correct horse battery staple"}  # fmt: skip

    def keys(self, *arguments, key):
        done = subprocess.run([RELEASE, "keys", *arguments], input="\n".join(key), capture_output=True,
                              text=True, env=self.environment, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)

    def rotate(self, old, key):
        """Changes a run's key. The exchange ends the old one behind its grace, and a request's way."""
        self.keys("rotate", "main", "--grace", "300ms", key=key)
        self.wait_for(lambda: self.by_key("signed")[key[0]] > 5)
        self.http("DELETE", f"/control/keys?apiKey={old}&milliseconds=800")
        return key[0]

    def expect_rotations(self, events, count):
        """No ended key signed, and the journal tells of every change."""
        self.assertEqual(set(self.by_key("late").values()), {0})
        story = [(event["id"], event["action"]) for event in events if event["kind"] == "key"]
        for number in range(1, count + 1):
            self.assertIn((number, "graced"), story)
            self.assertIn((number + 1, "activated"), story)
