"""`cryptobot trade --live` at several loopback exchanges in one journal: each gets its own orders and signs with its
own key, the journal's books are those of all, and what ends trading at one ends the run."""

import json
import os
import random
import secrets
import signal
import subprocess
import tempfile
import time
import types
import unittest
from decimal import Decimal

from harness import RELEASE, CommandTest
from record_many_test import Venue
from trading import MAKER, PATIENT

SCENARIO = """
source:
  venues:
{venues}
instruments: [{instruments}]
strategy: {strategy}
account: spot
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: quote}}
"""
PASSPHRASE = "correct horse battery staple"
OPEN = ("NEW", "PARTIALLY_FILLED", "PENDING_NEW")


def private_key():
    """A P-256 key and its public half, as PEM texts."""
    def openssl(*arguments, text=None):
        return subprocess.run(
            ["openssl", *arguments], input=text, capture_output=True, text=True, check=True).stdout

    secret = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    return secret, openssl("pkey", "-pubout", text=secret)


class SeveralVenuesTest(CommandTest):
    """Exchanges that all tests share, each with one account; and a key store of each test's own."""

    names = ("binance", "kraken", "coinbase")
    faults = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        place = types.SimpleNamespace(
            path=lambda name: os.path.join(folder.name, name), addCleanup=cls.addClassCleanup)
        cls.venues = [
            Venue(place, name, seed, "2h", "--order-limit", "100000", *cls.faults, rate=100)
            for seed, name in enumerate(cls.names, 21)]  # fmt: skip
        for venue in cls.venues:
            venue.http("POST", "/control/start")

    def setUp(self):
        super().setUp()
        self.before = {venue.name: self.ledger(venue) for venue in self.venues}
        self.configure()

    def tearDown(self):
        """Whatever happened to a run: its journal makes every decision again."""
        if os.path.isdir(self.path("live")):
            self.assertTrue(self.json("audit", "verify", self.path("live"))["isIdentical"])
        super().tearDown()

    def configure(self, strategy=MAKER):
        lines = [
            f'    - {{name: {venue.name}, rest: "{self.rest(venue)}", stream: "{venue.streams_address}", '
            f'account: "{self.account(venue)}", window: {self.window(venue)}}}'
            for venue in self.venues]  # fmt: skip
        with open(self.path("trade.yaml"), "w") as out:
            out.write(SCENARIO.format(
                venues="\n".join(lines), strategy=strategy,
                instruments=", ".join(venue.instrument for venue in self.venues)))

    def rest(self, venue):
        return venue.place["rest"] + ("/api" if venue.name == "binance" else "")

    def account(self, venue):
        return venue.place["wsApi"] if venue.name == "binance" else venue.streams_address

    def window(self, venue):
        """Coinbase's requests are good for whole seconds."""
        return "2s" if venue.name == "coinbase" else "500ms"

    @property
    def environment(self):
        settings = {key: value for key, value in os.environ.items() if "API" not in key}
        return {**settings, "CRYPTOBOT_STORE": self.path("keys.db"),
                "CRYPTOBOT_PASSPHRASE": PASSPHRASE}  # fmt: skip

    # Keys.

    def keys(self, *arguments, key=()):
        done = subprocess.run(
            [RELEASE, "keys", *arguments, "--json"], input="\n".join(key).encode(),
            capture_output=True, env=self.environment, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["keys"]

    def make(self, venue):
        """A new key of a venue's account; Coinbase signs with private keys only."""
        name, account = f"{venue.name}-{secrets.token_hex(8)}", {"account": venue.place["apiKey"]}
        if venue.name != "coinbase":
            secret = secrets.token_hex(16)
            venue.http("POST", "/control/keys", {"apiKey": name, "secret": secret, **account})
            return name, secret
        secret, public = private_key()
        venue.http("POST", "/control/keys", {"apiKey": name, "publicKey": public, **account})
        return name, secret

    def add_keys(self):
        """Puts a key of every venue into the store; the first is 1."""
        return [self.add(venue) for venue in self.venues]

    def add(self, venue):
        key = self.make(venue)
        self.keys("add", venue.name, key=key)
        return key

    def signed_by(self, venue, name):
        held = venue.http("GET", "/control/keys")["keys"]
        return next(key["signed"] for key in held if key["apiKey"] == name)

    # The run.

    def command(self, *options):
        return [RELEASE, "trade", self.path("trade.yaml"), "-o", self.path("live"), "--live", *options]

    def begin(self, *options):
        process = subprocess.Popen(
            self.command("--json", *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def end(self, process, status=0, by=signal.SIGTERM):
        if by:
            process.send_signal(by)
        out, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, said[-2000:])
        return json.loads(out) if out else said

    def run_for(self, span, *options, status=0, **environment):
        done = subprocess.run(
            self.command("--for", span, "--json", *options), capture_output=True, text=True,
            env={**self.environment, **environment}, timeout=120)
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return json.loads(done.stdout) if done.stdout else done.stderr

    def wait_for(self, process, what, seconds=60):
        end = time.monotonic() + seconds
        while not what():
            self.assertIsNone(process.poll(), process.poll() is not None and process.communicate()[1])
            self.assertLess(time.monotonic(), end, "it never came")
            time.sleep(0.05)

    def trading(self, count):
        """A run by which every venue has got so many orders."""
        before = {venue.name: len(self.orders(venue)) for venue in self.venues}
        process = self.begin()
        self.wait_for(process, lambda: all(
            len(self.orders(venue)) >= before[venue.name] + count for venue in self.venues))  # fmt: skip
        return process

    # The venues' own books.

    def ledger(self, venue):
        return venue.http("GET", "/control/ledger")["accounts"][0]

    def orders(self, venue):
        """What the venue took since this test began."""
        return self.ledger(venue)["orders"][len(self.before[venue.name]["orders"]):]

    def open_orders(self, venue):
        return [order for order in self.orders(venue) if order["status"] in OPEN]

    def journal_events(self):
        done = self.run_command("journal", "cat", self.path("live"), "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def expect_agreement(self):
        """Orders, trades and balances of the journal are each venue's, and no other's."""
        events = self.journal_events()
        orders = {event["sequence"]: event for event in events if event["kind"] == "order"}
        state = self.json("replay", self.path("live"))
        held = {row["asset"]: Decimal(row["amount"]) for row in state["balances"]}
        there = {}
        for venue in self.venues:
            ledger = self.ledger(venue)
            numbers = [int(order["placedAs"][16:], 16) for order in self.orders(venue)]
            self.assertEqual(len(numbers), len(set(numbers)), "an order was placed twice")
            for number in numbers:
                self.assertEqual(orders[number]["instrument"], venue.instrument)
            traded = ledger["trades"][len(self.before[venue.name]["trades"]):]
            fills = [event for event in events
                     if event["kind"] == "fill" and event["instrument"] == venue.instrument]  # fmt: skip
            self.assertEqual(
                sorted((fill["order"], Decimal(fill["price"]), Decimal(fill["quantity"])) for fill in fills),
                sorted((int(row["placedAs"][16:], 16), Decimal(row["price"]), Decimal(row["qty"]))
                       for row in traded))  # fmt: skip
            for row in ledger["balances"]:
                there[f"{venue.name}:{row['asset']}"] = Decimal(row["free"]) + Decimal(row["locked"])
        for asset in held.keys() | there.keys():
            self.assertEqual(held.get(asset, 0), there.get(asset, 0), asset)
        self.assertEqual([event for event in events if event["kind"] == "adjustment"], [])
        return events, state

    def story(self):
        return [(event["id"], event["action"])
                for event in self.journal_events() if event["kind"] == "key"]  # fmt: skip


class TradeSeveralTest(SeveralVenuesTest):
    def test_each_venue_gets_its_own_orders_and_a_run_that_was_killed_goes_on(self):
        self.add_keys()
        process = self.trading(5)
        process.kill()
        process.communicate()
        ended = self.end(self.trading(5))
        self.assertEqual(ended["liveOrders"], 0)
        self.assertGreater(ended["tickToOrder"]["orders"], 0)
        for venue in self.venues:
            self.assertEqual(self.open_orders(venue), [])
        events, state = self.expect_agreement()
        self.assertEqual(state["fingerprint"], ended["fingerprint"])
        # What each account held stands at the journal's head, before anything was decided.
        first = next(place for place, event in enumerate(events) if event["kind"] == "order")
        opening = {event["asset"] for event in events[:first] if event["kind"] == "balance"}
        for venue in self.venues:
            self.assertLessEqual({f"{venue.name}:BTC", f"{venue.name}:USDT"}, opening)
        connected = {event["venue"] for event in events
                     if event["kind"] == "connected" and event["stream"] == "account"}  # fmt: skip
        self.assertEqual(connected, set(range(1, len(self.venues) + 1)))

    def test_a_key_of_one_venue_is_changed_while_all_trade(self):
        given = self.add_keys()
        process = self.trading(3)
        place = self.names.index("kraken")
        new = self.make(self.venues[place])
        self.keys("rotate", f"{place + 1}", "--grace", "0", key=new)
        self.wait_for(process, lambda: self.signed_by(self.venues[place], new[0]) > 3)
        counts = [self.signed_by(venue, key[0]) for venue, key in zip(self.venues, given)]
        self.wait_for(process, lambda: all(
            self.signed_by(venue, key[0]) > count
            for venue, key, count in zip(self.venues, given, counts) if venue.name != "kraken"))  # fmt: skip
        self.assertEqual(self.signed_by(self.venues[place], given[place][0]), counts[place])
        self.end(process)
        self.expect_agreement()
        first = [(number + 1, "activated") for number in range(len(given))]
        successor = len(given) + 1
        self.assertEqual(self.story()[: len(first)], first)
        self.assertIn((successor, "activated"), self.story())
        self.assertLessEqual(
            {number for number, _ in self.story()[len(first):]}, {place + 1, successor})  # fmt: skip

    def test_the_end_of_one_venues_keys_ends_the_run_at_all(self):
        self.configure(PATIENT)
        self.add_keys()
        process = self.begin()
        self.wait_for(process, lambda: all(self.open_orders(venue) for venue in self.venues))
        place = self.names.index("kraken")
        self.keys("emergency-revoke", f"{place + 1}")
        said = self.end(process, status=77, by=None)
        self.assertIn("every key for kraken has ended, and trading is halted at all venues", said)
        self.assertRegex(said, r"kraken:BTC/USDT (buy|sell) [\d.]+ at [\d.]+ \(event \d+\)")
        for venue in self.venues:
            # Where a key still signs, what was open is canceled.
            self.assertEqual(self.open_orders(venue) == [], venue.name != "kraken", venue.name)
            self.assertEqual(f"{venue.instrument} " in said, venue.name == "kraken", said)
        self.add(self.venues[place])
        self.assertIn("--resume", self.run_for("30s", status=77))
        self.run_for("12s", "--resume")
        self.expect_agreement()
        self.assertEqual(self.open_orders(self.venues[place]), [])

    def test_what_one_venue_holds_that_nothing_explains_halts_the_run(self):
        self.add_keys()
        self.run_for("1s")
        self.venues[0].http("POST", "/control/balance", {"asset": "BTC", "delta": "-0.5"})
        said = self.run_for("20s", status=77)
        self.assertIn(
            f"{self.names[0]} holds what no fill and no transfer explains, and trading is halted at all "
            f"venues: {self.names[0]}:BTC: the journal has", said)
        found = [(event["asset"], float(event["amount"]))
                 for event in self.journal_events() if event["kind"] == "adjustment"]  # fmt: skip
        self.assertEqual(found, [(f"{self.names[0]}:BTC", -0.5)])
        self.assertIn("--resume", self.run_for("30s", status=77))
        self.assertIsNone(self.run_for("1s", "--resume")["halted"])

    def test_a_venue_that_does_not_let_us_in_is_named_and_nothing_is_traded(self):
        given = {venue.name: self.make(venue) for venue in self.venues}
        given["kraken"] = given["kraken"][0], secrets.token_hex(16)
        for name, key in given.items():
            self.keys("add", name, key=key)
        self.assertRegex(self.run_for("5s", status=77), r"kraken: .*EAPI:Invalid signature")
        self.assertEqual([len(self.orders(venue)) for venue in self.venues], [0] * len(self.venues))
        # The venue behind it was not even asked.
        last = self.venues[-1]
        self.assertEqual(self.signed_by(last, given[last.name][0]), 0)

    def test_refusals_say_what_to_do(self):
        several = ", ".join(self.names)
        self.assertIn(f"no key for {several}: put one for each", self.run_for("1s", status=77))
        self.assertIn("gives one key", self.run_for("1s", "--credentials", status=64))
        given = {"CRYPTOBOT_API_KEY": "a", "CRYPTOBOT_API_SECRET": "b"}
        self.assertIn(
            f"does not say at which of {several} it is good", self.run_for("1s", status=77, **given))
        self.add(self.venues[0])
        missing = ", ".join(self.names[1:])
        self.assertIn(f"no key for {missing} works", self.run_for("1s", status=77))
        self.assertIn("answers to `third`", self.run_for("1s", "--key", "third", status=77))
        with open(self.path("trade.yaml"), "w") as out:
            out.write(SCENARIO.format(
                venues="    - {name: binance, testnet: true}\n    - {name: kraken}", strategy=MAKER,
                instruments="binance:BTCUSDT, kraken:BTC/USDT"))
        self.assertIn("binance is on a test network, kraken is the exchange itself", self.run_for("1s", status=65))
        with open(self.path("trade.yaml"), "w") as out:
            out.write(SCENARIO.format(
                venues="    - {name: kraken}\n    - {name: coinbase, rest: \"http://127.0.0.1:9\", "
                "stream: \"ws://127.0.0.1:9\", account: \"ws://127.0.0.1:9\"}", strategy=MAKER,
                instruments="kraken:BTC/USDT, coinbase:BTC-USDT"))
        self.assertIn("coinbase is at addresses of its own", self.run_for("1s", status=65))


class KillTest(SeveralVenuesTest):
    """kill -9 while all trade, with every fault of orders and reports on at every venue. `CRYPTOBOT_KILLS` is how
    often, `CRYPTOBOT_SEED` of when."""

    faults = (
        "--fault", "late-ack,every=7,milliseconds=300", "--fault", "lost-ack,every=11",
        "--fault", "error,every=9", "--fault", "duplicate,every=5", "--fault", "reorder,every=6")  # fmt: skip

    def test_no_order_is_lost_doubled_or_at_another_venue(self):
        rounds = int(os.environ.get("CRYPTOBOT_KILLS", "1"))
        seed = int(os.environ.get("CRYPTOBOT_SEED", str(random.randrange(1 << 30))))
        chance = random.Random(seed)
        self.add_keys()
        for _ in range(rounds):
            process = self.trading(2)
            time.sleep(chance.uniform(0, 1))
            process.kill()
            process.communicate()
        # What was doubtful when a process died or its answers were lost is settled by the next run.
        for venue in self.venues:
            venue.http("DELETE", "/control/faults")
        self.end(self.trading(2))
        events, _ = self.expect_agreement()
        for venue in self.venues:
            self.assertEqual(self.open_orders(venue), [])
        counts = {venue.name: len(self.orders(venue)) for venue in self.venues}
        print(f"kills {rounds}, seed {seed}: {counts} orders at the venues, "
              f"{sum(event['kind'] == 'fill' for event in events)} fills", flush=True)  # fmt: skip


if __name__ == "__main__":
    unittest.main()
