"""A paper run at the exchange and a backtest of the exchange's own journal make the same orders.

The two see the market at different moments: the paper run when a frame has come, on the clock of the
day, the backtest when the exchange's journal says, with the latency that was measured in the paper run.
What may differ for that reason, and why:

- the time of an order, by how long the frame of the trade that led to it was under way;
- a bar, where a trade was received on the other side of the bar's end, and then whatever is decided on
  it. The market here is quiet for 400 ms around each whole second, so no bar of theirs differs unless
  a frame took longer than that, and `first_difference` then says which;
- fills, where the price moved while news was under way; here it stands still for longer than that.

Side, type, price and quantity are to be equal; as the quantity is a share of the equity, it is so only
if every fill before it was.
"""

import json
import random
import subprocess
import time
import unittest
from decimal import Decimal

from harness import RELEASE
from trading import TradeTest

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND  # A whole second, long ago.
BARS = 25
TERMS = ("side", "type", "price", "quantity", "timeInForce")
STRATEGY = "{name: ema-cross, bar: 1s, parameters: {fast: 1, slow: 3}}"
REST = """
instruments: [BTCUSDT]
strategy: {strategy}
account: margin
capital: {{USDT: 100000}}
size: {{equity: 50%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%}}
fills: quote
risk: {{riskPerTrade: 100%, maxPosition: 100%, maxDailyDrawdown: 100%}}
"""
# 8 ms to the exchange and back, and the news as long under way as was measured.
LATENCY = "latency: {{feed: {feed}us, entry: 4ms, response: 4ms}}\n"


def market(seed):
    """Lines as a recorder keeps them: each trade behind the quote that it hits, 10 in each second,
    between its 200th and its 800th millisecond."""
    chance = random.Random(seed)
    price, drift, lines = 6_000_000, 0, []
    # The exchange moves its first event to the moment it is told to start.
    moments = [0] + [second * 1000 + 200 + 60 * place
                     for second in range(BARS) for place in range(10)]
    for number, moment in enumerate(moments):
        if moment % 2000 == 200:
            drift = chance.choice((-150, 150))
        price += drift + chance.randrange(-100, 101)
        stamp = START + moment * 1_000_000
        quote = {"u": number + 1, "s": "BTCUSDT", "b": f"{price / 100:.2f}", "B": "5.00000",
                 "a": f"{price / 100 + 0.01:.2f}", "A": "5.00000"}
        lines.append(f"{stamp} " + json.dumps({"stream": "btcusdt@bookTicker", "data": quote}))
        if moment == 0:
            continue
        milliseconds = stamp // 1_000_000
        trade = {"e": "trade", "E": milliseconds, "s": "BTCUSDT", "t": number, "p": quote["b"],
                 "q": "0.01000", "T": milliseconds, "m": True, "M": True}
        lines.append(f"{stamp + 1000} " + json.dumps({"stream": "btcusdt@trade", "data": trade}))
    return "\n".join(lines) + "\n"


class Side:
    """One run: its orders, and the trades it saw."""

    def __init__(self, name, events):
        self.name = name
        self.orders = [event for event in events if event["kind"] == "order"]
        self.fills = [event for event in events if event["kind"] == "fill"]
        self.trades = {event["id"]: event for event in events if event["kind"] == "trade"}
        self.origin = min(event["receiveTime"] for event in self.trades.values()) // SECOND

    def bar(self, trade):
        return self.trades[trade]["receiveTime"] // SECOND - self.origin

    def before(self, place):
        """The trades that led to an order."""
        end = self.orders[place]["receiveTime"] if place < len(self.orders) else 1 << 63
        return {trade for trade, event in self.trades.items() if event["receiveTime"] <= end}

    def words(self, place):
        if place >= len(self.orders):
            return f"  {self.name}: no such order"
        order = self.orders[place]
        lines = [f"  {self.name}: event {order['sequence']} at {order['receiveTime']}: "
                 + " ".join(str(order[key]) for key in TERMS)]
        for trade in sorted(self.before(place))[-5:]:
            event = self.trades[trade]
            lines.append(f"    trade {trade} in bar {self.bar(trade)}: {event['price']}, received at "
                         f"{event['receiveTime']}")
        return "\n".join(lines)


def terms(order):
    """What was asked for; quantities as numbers, for the two journals count in lots of their own."""
    return tuple(Decimal(order[key]) if key in ("price", "quantity") else order[key] for key in TERMS)


def first_difference(left, right):
    """The first order that differs, what led to it on each side, and why; None where none does."""
    for place in range(max(len(left.orders), len(right.orders))):
        both = [side.orders[place] for side in (left, right) if place < len(side.orders)]
        if len(both) == 2 and terms(both[0]) == terms(both[1]):
            continue
        return "\n".join([f"order {place} differs:", left.words(place), right.words(place),
                          *reasons(left, right, place)])  # fmt: skip
    return None


def reasons(left, right, place):
    """Facts before an order that one side did not have, or had in another bar."""
    known = left.before(place) | right.before(place)
    lines = []
    for trade in sorted(known):
        for mine, other in ((left, right), (right, left)):
            if trade not in mine.trades:
                lines.append(f"  because trade {trade}, in bar {other.bar(trade)} of the "
                             f"{other.name}, never came to the {mine.name}")
        if trade in left.trades and trade in right.trades and left.bar(trade) != right.bar(trade):
            lines.append(f"  because trade {trade} is in bar {left.bar(trade)} of the {left.name} "
                         f"and in bar {right.bar(trade)} of the {right.name}")
    return lines[-5:] or ["  and nothing in the trades before it explains that"]


class BothRuns(TradeTest):
    """A paper run at an exchange that serves a journal, and a backtest of that journal."""

    seed = 11
    faults = []

    def start(self, *options):
        """An exchange that serves a journal, and waits to be told to start."""
        with open(self.path("market.txt"), "w") as stream:
            stream.write(market(self.seed))
        with open(self.path("grids.yaml"), "w") as stream:
            stream.write("BTCUSDT: {base: BTC, quote: USDT, tick: 0.01, lot: 0.00001}\n")
        self.run_command("journal", "import", "binance-raw", "market.txt", "--instruments",
                         "grids.yaml", "-o", "own", "--quiet")  # fmt: skip
        self.process = subprocess.Popen(
            [RELEASE, "exchange", self.path("own"), "--hold", *self.faults],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.place = json.loads(self.process.stdout.readline() or "null")

    def configure(self):
        source = ("source: {{venue: {{name: binance, rest: '{rest}/api', stream: '{ws}', "
                  "account: '{wsApi}', streams: [trade, bookTicker]}}}}").format(**self.place)
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(source + REST.format(strategy=STRATEGY) + LATENCY.format(feed=0))

    def paper(self):
        process = self.begin("--paper")
        deadline = time.monotonic() + 60
        while len(self.http("GET", "/control/sent")["streams"]) < 2:
            self.assertLess(time.monotonic(), deadline, "the paper run does not subscribe")
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        time.sleep(1 - time.time() % 1)
        self.http("POST", "/control/start")
        time.sleep(BARS + 1.5)
        self.end(process)
        return Side("paper run", self.events("live"))

    def backtest(self, feed):
        """A run of the exchange's own journal, whose news come as late as they were measured to."""
        with open(self.path("backtest.yaml"), "w") as stream:
            stream.write("source: {journal: own}" + REST.format(strategy=STRATEGY)
                         + LATENCY.format(feed=feed // 1000))
        self.run_command("replay", "backtest.yaml", "-o", "again", "--quiet")
        return Side("backtest", self.events("again/journal"))

    def events(self, journal):
        done = self.run_command("journal", "cat", journal, "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def feed_latency(self):
        """The median that `calibrate` finds in the paper run's journal."""
        found = self.json("calibrate", "live")["latencyNanoseconds"]
        return next(leg["p50"] for leg in found if leg["leg"] == "feed")

    def both(self):
        paper = self.paper()
        feed = self.feed_latency()
        return paper, self.backtest(feed), feed


class PaperBacktestTest(BothRuns):
    def test_a_backtest_with_the_measured_latency_makes_the_orders_of_the_paper_run(self):
        paper, backtest, feed = self.both()
        difference = first_difference(paper, backtest)
        self.assertIsNone(difference, difference)
        self.assertGreater(len(paper.orders), 5)
        sides = [[tuple(Decimal(fill[key]) for key in ("price", "quantity", "fee")) for fill in side.fills]
                 for side in (paper, backtest)]  # fmt: skip
        self.assertEqual(*sides)
        self.expect_times_within_the_latency(paper, backtest)
        print(f"{len(paper.orders)} orders and {len(paper.fills)} fills agree; feed latency "
              f"{feed / 1e6:.2f} ms", flush=True)

    def expect_times_within_the_latency(self, paper, backtest):
        """An order is as late as news were, on the exchange's clock."""
        offsets = {trade: event["venueTime"] - backtest.trades[trade]["venueTime"]
                   for trade, event in paper.trades.items()}  # fmt: skip
        offset = min(offsets.values())
        # The exchange tells times in milliseconds, cut off.
        self.assertLessEqual(max(offsets.values()) - offset, 1_000_000)
        lateness = [event["receiveTime"] - event["venueTime"] for event in paper.trades.values()]
        for ours, theirs in zip(paper.orders, backtest.orders):
            late = ours["receiveTime"] - theirs["receiveTime"] - offset
            self.assertGreaterEqual(late, min(lateness) - 2_000_000)
            self.assertLessEqual(late, max(lateness) + 2_000_000)


class LostTradesTest(BothRuns):
    """Most trades do not reach the paper run, so its orders differ."""

    faults = ["--fault", "gap,probability=0.8,seed=1,stream=btcusdt@trade"]

    def test_the_first_order_that_differs_is_explained_by_a_trade_that_was_lost(self):
        paper, backtest, _ = self.both()
        difference = first_difference(paper, backtest)
        self.assertIsNotNone(difference)
        self.assertRegex(difference, r"^order \d+ differs:\n  paper run: ")
        self.assertRegex(difference, r"because trade \d+, in bar \d+ of the backtest, never came to")
        print(difference, flush=True)


if __name__ == "__main__":
    unittest.main()
