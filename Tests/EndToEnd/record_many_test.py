"""Several venues in one journal: an hour of three loopback exchanges, each with faults of its own, merged by
arrival; and a run on paper that trades at all of them."""

import collections
import json
import signal
import subprocess
import time
import unittest
import urllib.request

import record_oracle
from harness import DEBUG, RELEASE, CommandTest

SCENARIO = """
name: one of several exchanges
source:
  generator:
    {{seed: {seed}, symbol: BTC/USDT, price: 60000, duration: {duration}, eventsPerSecond: {rate}}}
strategy: {{name: observer}}
account: spot
capital: {{USDT: 100000, BTC: 5}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""

# The venue's name, its symbol, and how the loopback exchange spells a stream of it.
SPELLED = {
    "binance": ("BTCUSDT", "btcusdt@trade"),
    "kraken": ("BTC/USDT", "BTC/USDT@trade"),
    "coinbase": ("BTC-USDT", "BTC-USDT@market_trades"),
}


class Venue:
    """A loopback exchange that speaks one venue's language."""

    def __init__(self, test, name, seed, duration, *options, rate=10):
        self.name = name
        self.symbol, self.trades = SPELLED[name]
        self.instrument = f"{name}:{self.symbol}"
        path = test.path(f"{name}.yaml")
        with open(path, "w") as stream:
            stream.write(SCENARIO.format(seed=seed, duration=duration, rate=rate))
        self.process = subprocess.Popen(
            [RELEASE, "exchange", path, "--hold", *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)  # fmt: skip
        test.addCleanup(self.stop)
        self.place = json.loads(self.process.stdout.readline() or "null")

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=20)

    def http(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.place["rest"] + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def sent(self):
        return self.http("GET", "/control/sent")["streams"]

    def row(self, stream):
        rows = [row for row in self.sent() if row["stream"] == stream]
        return sum(row["count"] for row in rows), sum(row["omitted"] for row in rows)

    @property
    def streams_address(self):
        return self.place["ws" if self.name == "binance" else self.name]


class SeveralVenuesTest(CommandTest):
    duration = "1h"
    speed = "180"
    process = None

    def begin(self, **options):
        """Starts an exchange for each venue there is, with its own faults."""
        known = [venue["name"] for venue in self.json("venues", "list")]
        self.venues = [
            Venue(self, name, seed, self.duration, "--speed", self.speed, *options.get(name, []))
            for seed, name in enumerate(known, 11)]  # fmt: skip

    def addresses(self):
        for venue in self.venues:
            yield from ("--url", f"{venue.name}={venue.place['rest']}")
            yield from ("--stream-url", f"{venue.name}={venue.streams_address}")

    def run_until_over(self, command, streams):
        """Runs a command until every exchange has told all it has, then ends it in order."""
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.stderr.close)
        self.addCleanup(lambda: self.process.poll() is None and self.process.kill())
        self.wait("all are subscribed", lambda: all(
            len(venue.sent()) >= streams for venue in self.venues))  # fmt: skip
        for venue in self.venues:
            venue.http("POST", "/control/start")
        last = [None, time.monotonic()]

        def is_over():
            now = [sum(row["count"] for row in venue.sent()) for venue in self.venues]
            if now != last[0]:
                last[:] = [now, time.monotonic()]
            return min(now) > 0 and time.monotonic() - last[1] > 2

        self.wait("the markets' end", is_over, seconds=240)
        self.process.send_signal(signal.SIGTERM)
        out, said = self.process.communicate(timeout=60)
        self.assertEqual(self.process.returncode, 0, said[-1500:])
        return json.loads(out)

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            if self.process.poll() is not None:
                self.fail(f"{what}: it ended: {self.process.communicate()[1][-1500:]}")
            time.sleep(0.1)
        self.fail(f"{what}: not within {seconds} s")


class RecordSeveralTest(SeveralVenuesTest):
    def test_an_hour_of_all_venues_is_one_journal_with_each_ones_own_gaps(self):
        every = {"binance": 40, "kraken": 55, "coinbase": 70}
        faults = {name: ["--fault", f"gap,every={count},stream={SPELLED[name][1]}"]
                  for name, count in every.items()}  # fmt: skip
        cut = "kraken"
        faults[cut] += ["--fault", f"disconnect,every=300,times=1,stream={SPELLED[cut][1]}"]
        self.begin(**faults)
        words = [word for venue in self.venues for word in (venue.name, venue.symbol)]
        answer = self.run_until_over(
            [RELEASE, "record", *words, "-o", self.path("all"), "--json", "--streams",
             "trade,bookTicker", *self.addresses()], streams=2)  # fmt: skip
        self.assertTrue(self.json("journal", "verify", self.path("all"))["isWhole"])
        self.assertEqual(list(answer["venues"]), [venue.name for venue in self.venues])

        trades, gaps, late = collections.defaultdict(list), collections.Counter(), 0
        missing = collections.Counter()
        latest = 0
        for event in record_oracle.events(self.path("all"), "trade", "gap"):
            late += event["receiveTime"] < latest
            latest = max(latest, event["receiveTime"])
            if event["kind"] == "trade":
                trades[event["instrument"]].append(event["id"])
            else:
                gaps[event["instrument"], event["stream"], event["reason"]] += 1
                missing[event["instrument"], event["stream"]] += event.get("count", 0)
        # One queue, in the order of arrival.
        self.assertEqual(late, 0)
        for venue in self.venues:
            with self.subTest(venue.name):
                sent, omitted = venue.row(venue.trades)
                self.assertGreater(sent, 500)
                missed = omitted - (1 if (sent + omitted) % every[venue.name] == 0 else 0)
                self.assertGreater(missed, 5)
                ids = trades[venue.instrument]
                counted = missing[venue.instrument, "trade"]
                # Every id from the first to the last is a trade or counted as missing.
                self.assertEqual(ids[-1] - ids[0] + 1, len(ids) + counted)
                cuts = 1 if venue.name == cut else 0
                for stream in ("trade", "quote"):
                    self.assertEqual(gaps[venue.instrument, stream, "disconnected"], cuts, stream)
                if cuts:
                    # What was traded while there was no connection is missing too.
                    self.assertGreater(counted, missed)
                else:
                    self.assertEqual((len(ids), counted), (sent, missed))
        self.compare_folds("all")

    def compare_folds(self, name):
        """Debug and release, each in a process of its own, come to one fingerprint."""
        told = [self.json("replay", self.path(name), binary=binary)["fingerprint"]
                for binary in (RELEASE, DEBUG, RELEASE)]  # fmt: skip
        self.assertEqual(len(set(told)), 1, told)

    def test_words_that_name_no_venue_or_one_twice_are_refused(self):
        for words, said in [
            (["binance", "BTCUSDT", "kraken", "BTC/USD", "binance", "ETHUSDT"], "binance is named twice"),
            (["binance", "BTCUSDT", "btcusdt"], "BTCUSDT is named twice"),
            (["BTCUSDT", "binance", "ETHUSDT"], "there is no venue `BTCUSDT`"),
            (["binance", "BTCUSDT", "kraken", "BTC/USD", "--url", "http://127.0.0.1:9",
              "--stream-url", "ws://127.0.0.1:9"], "say of which venue it is"),
        ]:  # fmt: skip
            with self.subTest(words):
                done = self.run_command("record", *words, "-o", self.path("no"), status=64)
                self.assertIn(said, done.stderr.decode())


PAPER = """
source:
  venues:
{venues}
instruments: [{instruments}]
strategy: {{name: ema-cross, bar: 0, parameters: {{fast: 20, slow: 50}}}}
account: spot
capital: {{{capital}}}
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""


class TradeSeveralTest(SeveralVenuesTest):
    duration = "10m"
    speed = "30"

    def configure(self):
        lines = [f'    - {{name: {venue.name}, rest: "{venue.place["rest"]}", '
                 f'stream: "{venue.streams_address}", account: "{venue.streams_address}"}}'
                 for venue in self.venues]  # fmt: skip
        with open(self.path("paper.yaml"), "w") as out:
            out.write(PAPER.format(
                venues="\n".join(lines),
                instruments=", ".join(venue.instrument for venue in self.venues),
                capital=", ".join(f'"{venue.name}:USDT": 50000' for venue in self.venues)))

    def test_a_run_on_paper_trades_at_each_venue_with_what_lies_there(self):
        self.begin()
        self.configure()
        state = self.run_until_over(
            [RELEASE, "trade", self.path("paper.yaml"), "--paper", "-o", self.path("run"), "--json"],
            streams=2)  # fmt: skip
        fills = collections.Counter(
            event["instrument"] for event in record_oracle.events(self.path("run"), "fill"))
        for venue in self.venues:
            self.assertGreater(fills[venue.instrument], 2, venue.name)
        self.assertTrue(self.json("audit", "verify", self.path("run"))["isIdentical"])
        again = self.json("replay", self.path("run"), binary=DEBUG)
        self.assertEqual(again["fingerprint"], state["fingerprint"])
        # Nothing paid at one venue with what lay at another: each has its capital, less what was lost.
        held = {row["asset"]: float(row["amount"]) for row in state["balances"]}
        for venue in self.venues:
            self.assertGreater(held[f"{venue.name}:USDT"], 0)
            self.assertLess(held[f"{venue.name}:USDT"], 60_000)

    def test_a_scenario_of_several_venues_that_cannot_run_says_why(self):
        self.venues = []
        two = "[{name: binance}, {name: kraken}]"
        for source, instruments, options, status, said in [
            (two, "BTCUSDT", [], 65, "does not say at which venue"),
            (two, "binance:BTCUSDT", [], 65, "names none of kraken"),
            ("[{name: binance}, {name: binance}]", "binance:BTCUSDT", [], 65, "binance twice"),
            ("[]", "binance:BTCUSDT", [], 65, "is empty"),
            (two, "binance:BTCUSDT, kraken:BTC/USD", ["--live"], 65, "has to say where it is"),
        ]:
            with self.subTest(said):
                with open(self.path("no.yaml"), "w") as out:
                    out.write(f"source: {{venues: {source}}}\ninstruments: [{instruments}]\n"
                              "strategy: {name: observer}\ncapital: {'binance:USDT': 1}\n")
                done = self.run_command(
                    "trade", self.path("no.yaml"), "-o", self.path("no"), *options, status=status)
                self.assertIn(said, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
