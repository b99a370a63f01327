"""Every number of a story, computed a second time from what `journal export` says.

The strategies, the sizing and the gate are written here from their doc comments, in python's floats and
exact decimals; nothing of the project's is used but the exported events. Orders, refusals and silence of
two strategies on a shared capture must be told with the same numbers, to the last digit.
"""

import json
import math
import os
from decimal import Decimal

from harness import CommandTest
from quote_oracle import TICK, events

LOT = Decimal("0.00001")
CROSSING = """\
source: {journal: journal}
strategy: {name: ema-cross, parameters: {fast: 12, slow: 26, short: 1}}
account: margin
capital: {USDT: 100000}
fees: {maker: 0.02%, taker: 0.05%}
fills: quote
risk: {maxPosition: 1000%, maxOrder: 190%}
"""
MAKING = """\
source: {journal: journal}
strategy: {name: market-making, parameters: {spread: 0.1, size: 1, limit: 20, skew: 2, requote: 0.05}}
account: margin
capital: {USDT: 100000000}
size: {quantity: 2}
fees: {maker: 0.02%, taker: 0.05%}
fills: quote
"""
FACTS = {"trade", "quote", "accepted", "fill"}


class Replica:
    """The account and the market by exported events: what is held, what it is worth, what was seen."""

    def __init__(self, capital):
        self.cash, self.held, self.mark, self.quote = Decimal(capital), Decimal(0), None, None

    def see(self, event):
        if event["kind"] == "trade":
            self.mark = Decimal(event["price"])
        elif event["kind"] == "quote":
            self.quote = event
            if self.mark is None:
                self.mark = (Decimal(event["bidPrice"]) + Decimal(event["askPrice"])) / 2 // TICK * TICK
        elif event["kind"] == "fill":
            sign = 1 if event["side"] == "buy" else -1
            lots, price = Decimal(event["quantity"]) * sign, Decimal(event["price"])
            self.held += lots
            self.cash -= lots * price + Decimal(event["fee"])

    @property
    def equity(self):
        return self.cash + self.held * (self.mark or 0)


def lots(amount):
    return int(amount / LOT)


def ticks(price):
    return int(Decimal(price) / TICK)


def average(one, price):
    """The exponential average, begun with the mean of its first values; `nil` while it warms up."""
    length, seen, value = one
    value = value + 2 / (length + 1) * (price - value) if seen >= length else value + price
    seen += 1
    one[1:] = seen, value / length if seen == length else value
    return one[2] if seen >= length else None


class StoryTest(CommandTest):
    def run_on_capture(self, scenario):
        """The events of a run over the capture's trades and best quotes."""
        capture = self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        with open(self.path("tape.txt"), "w", encoding="ascii") as out:
            out.writelines(line for line, *_ in events(capture))
        self.run_command("journal", "import", "binance-raw", "tape.txt", "-o", "journal")
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(scenario)
        self.run_command("replay", "s.yaml", "-o", "run", "--quiet")
        self.journal = self.path("run/journal")
        rows = self.run_command("journal", "export", self.journal, "--format", "jsonl").stdout
        return [json.loads(line) for line in rows.splitlines()]

    def explain(self, target, *options):
        return self.json("audit", "explain", self.journal, str(target), *options)

    def numbers(self, story):
        """Each number and test of the first account by name."""
        account = story["accounts"][0]
        return {one["name"]: one["value"] for one in account["numbers"]}, account["tests"]


class CrossingTest(StoryTest):
    """`ema-cross` on every trade, orders that a limit refuses now and then."""

    def setUp(self):
        super().setUp()
        self.events = self.run_on_capture(CROSSING)
        self.facts = dict(self.replicated())

    def replicated(self):
        """What stood at each fact by its sequence, before anything that followed from it."""
        replica, averages, weight, seen = Replica("100000"), [[12, 0, 0.0], [26, 0, 0.0]], 0, 0
        for event in self.events:
            replica.see(event)
            if event["kind"] not in FACTS:
                continue
            now = {"event": event, "equity": replica.equity, "held": lots(replica.held),
                   "mark": replica.mark, "before": weight, "weight": weight}  # fmt: skip
            if event["kind"] == "trade":
                seen += 1
                now["seen"] = seen
                now["fast"], now["slow"] = (average(one, float(event["price"])) for one in averages)
                if now["slow"] is not None and now["fast"] != now["slow"]:
                    weight = now["weight"] = 1 if now["fast"] > now["slow"] else -1
            yield event["sequence"], now

    def check_averages(self, story, now):
        numbers, tests = self.numbers(story)
        self.assertEqual(numbers["close"], float(now["event"]["price"]))
        self.assertEqual(tests[0]["left"]["value"], now["fast"])
        self.assertEqual(tests[0]["right"]["value"], now["slow"])
        self.assertEqual(tests[0]["holds"], now["fast"] > now["slow"])

    def check_sizing(self, story, now):
        sizing = story["wishes"][0]["sizing"]
        self.assertEqual(Decimal(sizing["equity"]), now["equity"])
        self.assertEqual(sizing["markTicks"], ticks(now["mark"]))
        share = Decimal("0.95") * now["equity"] * now["weight"]
        wanted = int(share / (now["mark"] * LOT))
        self.assertEqual(sizing["wantedLots"], wanted)
        self.assertEqual(sizing["targetLots"], wanted)
        self.assertEqual(sizing["heldLots"], now["held"])
        self.assertEqual((sizing["buyingLots"], sizing["sellingLots"]), (0, 0))
        self.assertEqual(sizing["differenceLots"], wanted - now["held"])
        return wanted - now["held"]

    def check_limits(self, request, now, quantity):
        """Shares of equity in millionths, rounded up: of the order, and of the position it makes."""
        found = {one["limit"]: one for one in request["limits"]}
        after = abs(now["held"] + quantity)
        shares = {"maxOrder": (abs(quantity), 1_900_000), "maxPosition": (after, 10_000_000)}
        shrinks = now["held"] * quantity < 0 and abs(quantity) <= abs(now["held"])
        self.assertEqual(set(found), set() if shrinks else set(shares))
        for name, use in found.items():
            size, bound = shares[name]
            value = math.ceil(size * LOT * now["mark"] * 1_000_000 / now["equity"])
            self.assertEqual((use["value"], use["bound"]), (value, bound), name)
            self.assertEqual(use["headroom"], bound - value)
            self.assertEqual(use["usedMillionths"], value * 1_000_000 // bound)

    def sampled(self, kind, count):
        found = [event for event in self.events if event["kind"] == kind]
        self.assertGreater(len(found), 20)
        return found[:: max(1, len(found) // count)][:count]

    def test_orders(self):
        for order in self.sampled("order", 5):
            with self.subTest(order["sequence"]):
                story, now = self.explain(order["sequence"]), self.facts[order["cause"]]
                self.assertEqual(story["fact"]["sequence"], order["cause"])
                self.check_averages(story, now)
                quantity = self.check_sizing(story, now)
                self.assertEqual(abs(quantity), lots(Decimal(order["quantity"])))
                request = next(one for one in story["requests"] if one["sequence"] == order["sequence"])
                self.assertEqual(request["verdict"], "approved")
                self.check_limits(request, now, quantity)
                self.check_outcome(story["outcome"], order)

    def check_outcome(self, outcome, order):
        fills = [e for e in self.events if e["kind"] == "fill" and e["order"] == order["sequence"]]
        self.assertEqual((outcome["ending"], outcome["fills"]), ("filled", len(fills)))
        quantities = [lots(Decimal(fill["quantity"])) for fill in fills]
        self.assertEqual(outcome["filledLots"], sum(quantities))
        value = sum(ticks(fill["price"]) * size for fill, size in zip(fills, quantities))
        self.assertEqual(outcome["tickLots"], value)
        self.assertEqual(Decimal(outcome["fees"][0]["amount"]), sum(Decimal(f["fee"]) for f in fills))

    def test_refusals(self):
        for refused in self.sampled("refused", 4):
            with self.subTest(refused["sequence"]):
                story, now = self.explain(refused["sequence"]), self.facts[refused["cause"]]
                self.check_averages(story, now)
                quantity = self.check_sizing(story, now)
                request = story["requests"][0]
                self.assertEqual((request["verdict"], request["reason"]), ("refused", "maxOrder"))
                self.assertEqual((request["judged"], request["bound"]), (refused["judged"], 1_900_000))
                self.check_limits(request, now, quantity)
                suggested = Decimal(request["suggestedLots"]) * LOT * now["mark"]
                self.assertLessEqual(suggested * 1_000_000, now["equity"] * 1_900_000)
                more = suggested + LOT * now["mark"]
                self.assertGreater(more * 1_000_000, now["equity"] * 1_900_000)
                self.assertIn("no order at", story["answer"])
                self.assertIn("maxOrder", story["answer"])

    def test_silence(self):
        """What neither placed nor refused anything: warm-up, no bar, nothing new to want."""
        trades = [now for now in self.facts.values() if now["event"]["kind"] == "trade"]
        young = next(now for now in trades if now["seen"] == 12)
        story = self.explain(young["event"]["sequence"])
        self.assertEqual(story["accounts"][0]["conclusion"], "warmingUp")
        self.assertIn("warm-up: 12 of 26 bars", story["answer"])
        still = next(now for now in trades[500:] if now["weight"] == now["before"])
        story = self.explain(still["event"]["sequence"])
        self.check_averages(story, still)
        self.assertEqual(story["accounts"][0]["conclusion"], "stays")
        self.assertEqual((story["requests"], story["wishes"]), ([], []))
        self.assertTrue(story["answer"].startswith("no order at"), story["answer"])
        quote = next(e for e in self.events[5_000:] if e["kind"] == "quote")
        story = self.explain(quote["sequence"])
        self.assertEqual(story["accounts"][0]["conclusion"], "noBar")
        self.assertEqual(story["market"]["bidTicks"], ticks(quote["bidPrice"]))

    def test_other_names_of_the_same_order(self):
        fill = self.sampled("fill", 1)[0]
        told = self.explain(fill["order"])
        for name in (fill["sequence"], f"venue:{fill['order']}"):
            story = self.explain(name)
            self.assertEqual(story["asked"], told["asked"])
        self.assertIn(f"event {fill['sequence']} is the fill", self.explain(fill["sequence"])["remark"])
        identity = self.json("journal", "info", self.journal)["id"]
        half = bytes.fromhex(identity)[7::-1].hex()
        story = self.explain(half + f"{fill['order']:016x}")
        self.assertEqual(story["asked"], told["asked"])
        other = "ffffffffffffffff" + f"{fill['order']:016x}"
        said = self.run_command("audit", "explain", self.journal, other, status=64)
        self.assertIn(half, said.stderr.decode())

    def test_a_moment_is_the_last_event_by_then(self):
        facts = [e for e in self.events if e["kind"] in ("trade", "quote")]
        one, later = next((a, b) for a, b in zip(facts[9_000:], facts[9_001:])
                          if b["receiveTime"] - a["receiveTime"] > 10**6)  # fmt: skip
        between = (one["receiveTime"] + later["receiveTime"]) // 2
        clock = f"{between % (86_400 * 10**9) // 10**9}"
        text = f"2024-08-08T{int(clock) // 3600:02}:{int(clock) // 60 % 60:02}:{int(clock) % 60:02}"
        story = self.explain(f"{text}.{between % 10**9:09}")
        last = [sequence for sequence, now in self.facts.items() if now["event"]["receiveTime"] <= between]
        self.assertEqual(story["fact"]["sequence"], last[-1])

    def test_text_and_page_tell_the_same(self):
        order = self.sampled("order", 1)[0]
        story = self.explain(order["sequence"])
        page = self.path("story.html")
        said = self.run_command("audit", "explain", self.journal, str(order["sequence"]), "--html", page)
        text = " ".join(said.stdout.decode().split())
        self.assertIn(story["answer"], text)
        for title in ("outcome", "risk", "sizing", "wish", "strategy", "market"):
            self.assertIn(title, text)
        with open(page, encoding="utf-8") as stream:
            html = stream.read()
        self.assertNotIn("http", html.replace("http-equiv", ""))
        self.assertIn("class=\"use\"", html)
        self.assertIn("id=\"chart-timeline\"", html)
        self.run_command("audit", "explain", self.journal, str(order["sequence"]), "--html", page, status=73)
        self.run_command("audit", "explain", "nowhere", "1", "--html", self.path("h/"), status=73)
        self.assertFalse(os.path.exists(self.path("h")))


class MakingTest(StoryTest):
    """`market-making`: the fair price, what it was quoted for, and where the quotes lie."""

    def test_quotes_and_silence(self):
        told = {"quotes": 0, "keepsQuotes": 0}
        for number, now in enumerate(self.replicated(self.run_on_capture(MAKING))):
            if number % 4_001 and not (told["quotes"] < 3 and now["quotes"] and number > 300):
                continue
            told[self.check(now)] += 1
        self.assertGreaterEqual(min(told.values()), 3, told)

    def replicated(self, exported):
        """Each quote with the fair price and the lots that the standing quotes were made for."""
        replica, fair, held = Replica("100000000"), 0.0, 0
        asked = {e["cause"] for e in exported if e["kind"] == "signal"}
        for event in exported:
            replica.see(event)
            if event["kind"] not in FACTS or replica.quote is None:
                continue
            bid, ask = (ticks(replica.quote[key]) for key in ("bidPrice", "askPrice"))
            middle, lots_held = (bid + ask) / 2, lots(replica.held)
            now = {"sequence": event["sequence"], "bid": bid, "ask": ask, "fair": middle,
                   "quoted": fair, "held": lots_held, "quotedLots": held,
                   "quotes": event["sequence"] in asked}  # fmt: skip
            moves = fair == 0 or abs(middle - fair) > 0.05 / 10_000 * middle or held != lots_held
            self.assertEqual(moves, now["quotes"], now)
            if moves:
                fair, held = middle, lots_held
            if event["kind"] == "quote":
                yield now

    def check(self, now):
        story = self.explain(now["sequence"])
        numbers, tests = self.numbers(story)
        conclusion = story["accounts"][0]["conclusion"]
        self.assertEqual(conclusion, "quotes" if now["quotes"] else "keepsQuotes")
        self.assertEqual((numbers["bid"], numbers["ask"]), (now["bid"], now["ask"]))
        self.assertEqual(numbers["fair"], now["fair"])
        if now["quoted"]:
            moved = abs(now["fair"] - now["quoted"])
            self.assertEqual(tests[0]["left"]["value"], moved)
            self.assertEqual(tests[0]["right"]["value"], 0.05 / 10_000 * now["fair"])
            self.assertEqual(numbers["moved"], moved / now["fair"] * 10_000)
            held = (tests[1]["left"]["value"], tests[1]["right"]["value"])
            self.assertEqual(held, (now["held"], now["quotedLots"]))
        if now["quotes"]:
            most, order = int(0.2 * 200_000), int(0.01 * 200_000)
            self.assertEqual((numbers["most held"], numbers["each order"]), (most, order))
            self.assertEqual(numbers["fullness"], max(-1, min(1, now["held"] / most)))
            lean = now["fair"] * (2 / 10_000) * numbers["fullness"]
            self.assertEqual(numbers["middle of the quotes"], now["fair"] - lean)
        return conclusion


GENERATED = """\
source: {{generator: {{seed: 5, duration: 12m, eventsPerSecond: 20, volatility: 40%{regimes}}}}}
capital: {{USDT: 100000}}
account: margin
latency: 20ms
"""
BARS = "strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}\n"
TWO = """\
strategies:
  - {name: ema-cross, bar: 10s, share: 60%, parameters: {fast: 3, slow: 8}}
  - {name: mean-reversion, share: 35%}
"""


class ConditionsTest(StoryTest):
    """What stands between a wish and an order, or makes more than one of it."""

    def run_of(self, text, regimes=""):
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(GENERATED.format(regimes=regimes) + text)
        self.run_command("replay", "s.yaml", "-o", "run", "--quiet", "--force")
        self.journal = self.path("run/journal")
        rows = self.run_command("journal", "export", self.journal, "--format", "jsonl").stdout
        return [json.loads(line) for line in rows.splitlines()]

    def test_a_halt_says_since_when(self):
        events = self.run_of(BARS + "risk: {maxDrawdown: 0.2%}\n")
        alert = next(e for e in events if e["kind"] == "alert")
        refused = next(e for e in events if e["kind"] == "refused" and e["reason"] == "halted")
        story = self.explain(refused["sequence"])
        self.assertIn(f"halted by drawdown since event #{alert['cause']:,}", story["answer"])
        self.assertEqual(story["requests"][0]["reason"], "halted")

    def test_a_slice_names_its_parent(self):
        events = self.run_of(BARS + "execution: {algorithm: twap, over: 1m, slices: 5}\n")
        parents = {e["sequence"] for e in events if e["kind"] == "parent"}
        slices = [e for e in events if e["kind"] == "order" and e["cause"] in parents]
        later = next(e for e in slices if e["cause"] < e["sequence"] - 20)
        story = self.explain(later["sequence"])
        self.assertIn(f"a slice of parent order #{later['cause']:,}", story["answer"])
        request = next(one for one in story["requests"] if one["sequence"] == later["sequence"])
        self.assertEqual((request["cause"], request["wish"]), (later["cause"], None))
        parent = self.explain(later["cause"])
        self.assertEqual(parent["accounts"][0]["conclusion"], "asks")
        sizing = parent["wishes"][0]["sizing"]
        self.assertNotEqual(sizing["targetLots"], 0)
        self.assertEqual([sizing[key] for key in ("heldLots", "buyingLots", "sellingLots", "differenceLots")],
                         [None] * 4)  # fmt: skip

    def test_strategies_side_by_side_speak_for_their_books(self):
        events = self.run_of(TWO)
        orders = [e for e in events if e["kind"] == "order"]
        self.assertEqual({order.get("book") for order in orders}, {1, 2})
        for order in (next(o for o in orders if o["book"] == book) for book in (1, 2)):
            story = self.explain(order["sequence"])
            self.assertEqual([one["book"] for one in story["accounts"]], [1, 2])
            asking = {one["book"] for one in story["accounts"] if one["conclusion"] == "asks"}
            self.assertIn(order["book"], asking)
            wish = next(o for o in story["requests"] if o["sequence"] == order["sequence"])["wish"]
            self.assertEqual(story["wishes"][wish]["book"], order["book"])

    def test_each_request_is_told_of_who_asked_for_it(self):
        """Two books with parents: a slice is nobody's wish, a wish's request is of its book."""
        events = self.run_of(TWO + "execution: {algorithm: twap, over: 3m}\n")
        kinds = {e["sequence"]: e["kind"] for e in events}
        causes = [e["cause"] for e in events if e["kind"] in ("order", "refused", "parent")]
        facts = sorted({cause for cause in causes if kinds[cause] != "parent"})
        self.assertGreater(len(facts), 5)
        for sequence in facts[:: max(1, len(facts) // 8)]:
            story = self.explain(sequence)
            for one in story["requests"]:
                self.assertEqual((one["asker"], one["wish"]), ("parent", None), one)
                self.assertEqual(kinds[one["cause"]], "parent")
        orders = [e for e in events if e["kind"] == "order"]
        for order in orders[:: max(1, len(orders) // 6)]:
            text = self.run_command("audit", "explain", self.journal, str(order["sequence"])).stdout.decode()
            self.assertNotIn("to trade", text)
            self.assertNotIn("no bar", text)

    def test_a_parent_without_a_slice_due_is_told(self):
        events = self.run_of(BARS + "execution: {algorithm: participation, share: 5%}\n")
        told = 0
        for parent in [e for e in events if e["kind"] == "parent"][:6]:
            story = self.explain(parent["sequence"])
            if not story["requests"]:
                told += 1
                self.assertIn(f"parent order #{parent['sequence']:,} works toward", story["answer"])
        self.assertTrue(told)

    def test_unwinding_is_no_strategy_s_wish(self):
        events = self.run_of(BARS + "risk: {maxDrawdown: 0.2%, flattenOnHalt: true}\n")
        halt = next(e["sequence"] for e in events if e["kind"] == "alert")
        closing = next(e for e in events if e["kind"] == "order" and e["sequence"] > halt)
        story = self.explain(closing["sequence"])
        self.assertIn("being unwound", story["answer"])
        request = next(one for one in story["requests"] if one["sequence"] == closing["sequence"])
        self.assertEqual((request["asker"], request["wish"]), ("unwinding", None))

    def test_a_cancel_is_called_one(self):
        events = self.run_of("strategy: {name: market-making}\n")
        asked = next(e for e in events if e["kind"].startswith("cancelRequest"))
        answer = self.explain(asked["sequence"])["answer"]
        self.assertTrue(answer.startswith(f"cancel #{asked['sequence']:,} at"), answer)

    def test_a_gap_takes_quotes_back(self):
        events = self.run_of("strategy: {name: market-making}\n", ", regimes: [normal, outage, gap]")
        withdrawn = [e["cause"] for e in events if e["kind"] == "signal" and float(e["quantity"]) == 0]
        self.assertTrue(withdrawn)
        story = self.explain(withdrawn[0])
        self.assertEqual(story["accounts"][0]["conclusion"], "withdraws")
        self.assertTrue(any(one["request"].startswith("cancel order") for one in story["requests"]))

    def test_snapshots_change_nothing(self):
        events = self.run_of(BARS)
        order = [e for e in events if e["kind"] == "order"][-1]
        whole = self.explain(order["sequence"])
        snapshot = self.run_command("journal", "snapshot", self.journal).stdout
        self.assertTrue(snapshot)
        self.assertEqual(self.explain(order["sequence"]), whole)


class RefusedQuestionTest(StoryTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write("source: {generator: {seed: 3, duration: 1m, eventsPerSecond: 20}}\n"
                      "strategy: {name: buy-and-hold}\ncapital: {USDT: 1000}\n")  # fmt: skip
        self.run_command("replay", "s.yaml", "-o", "run", "--quiet")
        self.journal = self.path("run/journal")

    def test_a_fingerprint_of_the_state_says_so(self):
        last = self.json("journal", "info", self.journal)["events"]
        answer = self.explain(last)
        self.assertEqual(answer["accounts"][0]["strategy"], "buy-and-hold")

    def test_errors_name_the_remedy(self):
        for target, status in (("nonsense", 64), ("99999999", 64), ("venue:4711", 64), ("0" * 32, 64),
                               ("1999-01-01T00:00", 64)):  # fmt: skip
            with self.subTest(target):
                said = self.run_command("audit", "explain", self.journal, target, status=status)
                self.assertIn("cryptobot: ", said.stderr.decode())
                self.assertEqual(said.stdout, b"")
        for target in ("0", "99999999"):
            said = self.run_command("audit", "explain", self.journal, target, status=64).stderr.decode()
            self.assertIn(f"sequence {target} is not in the journal", said)
        self.run_command("audit", "explain", self.path("none"), "1", status=66)
        said = self.run_command("audit", "explain", self.journal, "2024-01-01T00:00:30",
                                "--instrument", "NOSUCH", status=64)  # fmt: skip
        self.assertIn("NOSUCH", said.stderr.decode())

    def test_a_journal_of_facts_says_what_is_missing(self):
        with open(self.path("ticks.yaml"), "w", encoding="utf-8") as out:
            out.write("source: {generator: {seed: 3, duration: 1m}}\nstrategy: {name: observer}\n"
                      "capital: {USDT: 1000}\n")  # fmt: skip
        self.run_command("replay", "ticks.yaml", "-o", "watched", "--quiet")
        story = self.json("audit", "explain", self.path("watched/journal"), "60")
        self.assertEqual(story["accounts"][0]["conclusion"], "watches")
        facts = os.path.join(os.path.dirname(__file__), "../../journals")
        for name in sorted(os.listdir(facts)):
            path = os.path.join(facts, name)
            if os.path.isdir(path) and not self.has_decisions(path):
                said = self.run_command("audit", "explain", path, "60", status=65)
                self.assertIn("facts only", said.stderr.decode())

    def has_decisions(self, path):
        rows = self.run_command("journal", "export", path, "--format", "jsonl").stdout
        return any(b'"setting":"strategy"' in line for line in rows.splitlines())
