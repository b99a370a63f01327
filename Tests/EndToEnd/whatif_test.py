"""`cryptobot audit whatif`: an unchanged fork is the run itself, a change from the first event on is the run
that began with it, and every figure is what the kept journal holds."""

import collections
import json
import os
import unittest
from decimal import Decimal

from harness import ROOT, CommandTest, contents
from trading import MAKER, TradeTest

SCENARIO = """
name: to be forked
source: {generator: {seed: 5, symbol: BTC/USDT, price: 60000, duration: 10m, eventsPerSecond: 40}}
strategy: {name: market-making, parameters: {spread: 0.3, requote: 0.05, skew: 0.5, size: 2}}
account: margin
capital: {USDT: 100000}
reportIn: USDT
fees: {maker: 0.01%, taker: 0.05%}
latency: {feed: 5ms, entry: 20ms, response: 15ms, spread: 4ms}
"""
CROSS = "strategy={name: ema-cross, parameters: {fast: 40, slow: 200}}"


class ForkTest(CommandTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w") as stream:
            stream.write(SCENARIO)
        self.report = self.json("replay", "s.yaml", "-o", self.path("run"))

    def what_if(self, *options, **more):
        return self.json("audit", "whatif", "run/journal", *options, **more)

    def events(self, journal="run/journal"):
        done = self.run_command("journal", "cat", journal, "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_nothing_changed_is_the_run_itself(self):
        count = self.report["events"]
        for at in (0, 1, 100, 1_000, count // 2, count - 10):
            with self.subTest(at=at):
                said = self.what_if("--at", str(at))
                self.assertEqual(said["recorded"], said["unchanged"])
                self.assertEqual(said["unchanged"], said["changed"])
                self.assertEqual(said["changed"]["fingerprint"], self.report["fingerprint"])
                self.assertIsNone(said["simulatorDiffers"])
                self.assertIsNone(said["changeDiffers"])
                self.assertEqual(said["past"], "repeated")

    def test_every_scenario_forks_into_itself(self):
        traded = 0
        for name in sorted(os.listdir(os.path.join(ROOT, "scenarios"))):
            with self.subTest(name):
                period = "period={from: 2024-01-01T00:10, to: 2024-01-01T00:50}"
                scenario, out = os.path.join(ROOT, "scenarios", name), self.path(name + ".run")
                run = self.json("replay", scenario, "--set", period, "-o", out)
                for at in (run["events"] // 20, run["events"] // 2):
                    said = self.json("audit", "whatif", out + "/journal", "--at", str(at))
                    self.assertEqual(said["unchanged"], said["recorded"])
                    self.assertEqual(said["unchanged"]["fingerprint"], run["fingerprint"])
                    self.assertIsNone(said["simulatorDiffers"])
                    traded += said["recorded"]["fills"]
        self.assertGreater(traded, 50)

    def test_a_change_from_the_first_event_is_the_run_that_began_with_it(self):
        changes = ["latency=120ms", "risk.maxPosition=3%", "size.equity=20%", "fills.volumeCap=10%", CROSS]
        for change in changes:
            with self.subTest(change):
                said = self.what_if("--at", "0", "--set", change)
                run = self.json("replay", "s.yaml", "--set", change)
                found = said["changed"]
                self.assertEqual((found["orders"], found["fills"]), (run["orders"], run["fills"]))
                self.assertEqual(found["equity"], run["finalEquity"])
                self.assertEqual(found["refused"], sum(run["refusals"].values()))
                self.assertNotEqual(found, said["unchanged"])
                self.assertIsNotNone(said["changeDiffers"])

    def test_a_fee_changes_nothing_but_what_is_paid(self):
        self.run_command("replay", "s.yaml", "--set", "size={quantity: 1}", "-o", self.path("even"))
        said = self.json("audit", "whatif", "even/journal", "--at", "0", "--fees", "0.02%,0.1%")
        self.assertIsNone(said["changeDiffers"])
        (paid,), (more,) = (said[name]["fees"].values() for name in ("unchanged", "changed"))
        self.assertAlmostEqual(float(more), 2 * float(paid), 4)
        lost = Decimal(said["unchanged"]["profit"]) - Decimal(said["changed"]["profit"])
        self.assertEqual(lost, Decimal(more) - Decimal(paid))

    def test_figures_are_what_the_kept_journal_holds(self):
        at = self.report["events"] // 2
        options = ("--at", str(at), "--set", "risk.max_position=5%", "--until", "2024-01-01T00:09")
        said = self.what_if(*options, "-o", self.path("kept"), "--html", self.path("kept.html"))
        self.assertEqual(said["changes"], ["risk.maxPosition=5%"])
        before, after = self.events(), self.events("kept/journal")
        fork = said["forkSequence"]
        self.assertGreaterEqual(fork, at)
        self.assertEqual(after[:fork], before[:fork])
        self.assertEqual((after[fork]["kind"], after[fork]["limit"]), ("limit", "maxPosition"))
        tail = after[fork:]
        kinds = collections.Counter(event["kind"] for event in tail)
        found = said["changed"]
        for name, kind in (("orders", "order"), ("fills", "fill"), ("canceled", "canceled"), ("refused", "refused")):
            self.assertEqual(found[name], kinds[kind], name)
        fees = sum(Decimal(event["fee"]) for event in tail if event["kind"] == "fill")
        self.assertEqual(Decimal(found["fees"]["USDT"]), fees)
        ours, market = (sum(Decimal(event["quantity"]) for event in tail if event["kind"] == kind)
                        for kind in ("fill", "trade"))  # fmt: skip
        volume = said["volume"]["BTCUSDT"]
        self.assertEqual((Decimal(volume["ours"]), Decimal(volume["market"])), (ours, market))
        self.assertAlmostEqual(volume["share"], float(ours / market), 9)
        end = 1_704_067_200_000_000_000 + 540 * 10**9
        self.assertLessEqual(max(event["receiveTime"] for event in after), end)
        # The run up to the same moment, and nothing else, is what was recorded.
        past = [event for event in before[fork:] if event["receiveTime"] <= end]
        orders = sum(event["kind"] == "order" for event in past)
        self.assertEqual((said["recorded"]["orders"], said["unchanged"]["orders"]), (orders, orders))
        self.expect_first_difference(said, before[fork:], tail)
        self.assertTrue(self.json("journal", "verify", "kept/journal")["isWhole"])
        with open(self.path("kept.html"), encoding="utf-8") as stream:
            page = stream.read()
        self.assertIn("What if: risk.maxPosition=5%", page)
        sides = page[page.index('id="sides"'):page.index('id="chart-sides"') + 20_000]
        for name in ("recorded", "unchanged", "changed"):
            self.assertIn(f"<th>{name}</th>", sides)
            self.assertIn(f"{said[name]['fills']:,}", sides)
        for line in ("line price", "line b", "line a"):
            self.assertIn(f'<path class="{line}"', sides)
        again = self.what_if(*options, "-o", self.path("twice"))
        self.assertEqual(again, said)
        self.assertEqual(contents(self.path("kept")), contents(self.path("twice")))

    def expect_first_difference(self, said, before, after):
        """The first order or refusal that is not on the other side at the same moment."""
        def decisions(events):
            keys = ("receiveTime", "kind", "side", "price", "quantity", "type", "reason")
            return [(event["sequence"], tuple(event.get(key) for key in keys)) for event in events
                    if event["kind"] in ("order", "refused", "cancelRequest", "amendRequest")]  # fmt: skip

        left, right = decisions(before), decisions(after)
        place = next(n for n, (one, two) in enumerate(zip(left, right)) if one[1] != two[1])
        found = said["changeDiffers"]
        self.assertEqual(found["unchanged"]["sequence"], left[place][0])
        self.assertEqual(found["changed"]["sequence"], right[place][0])

    def test_a_moment_and_its_sequence_are_one_fork(self):
        by_time = self.what_if("--at", "2024-01-01T00:04", "--latency", "1s")
        by_sequence = self.what_if("--at", str(by_time["forkSequence"]), "--latency", "1s")
        self.assertEqual(by_time, by_sequence)
        self.assertLessEqual(by_time["forkTimeNanoseconds"], 1_704_067_440 * 10**9)

    def test_a_strategy_by_its_name(self):
        said = self.what_if("--at", "5000", "--strategy", "ema-cross:fast=40,slow=200")
        self.assertGreater(said["unchanged"]["orders"], 0)
        self.assertGreater(said["changed"]["orders"], 0)
        self.assertIsNotNone(said["changeDiffers"])
        text = self.run_command("audit", "whatif", "run/journal", "--at", "5000", "--latency", "2s").stdout.decode()
        self.assertIn("same market, no impact", text)
        self.assertIn("with nothing changed the decisions are those that were recorded", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 120)

    def test_what_cannot_be_is_named(self):
        def refused(status, *options):
            return self.run_command(
                "audit", "whatif", "run/journal", *options, status=status).stderr.decode()

        self.assertIn("risk.maxPosition", refused(64, "--at", "9", "--set", "risk.maxPositon=5%"))
        self.assertIn("cannot change at a fork", refused(64, "--at", "9", "--set", "capital.USDT=7"))
        self.assertIn("cannot change at a fork", refused(64, "--at", "9", "--set", "strategy.bar=1m"))
        self.assertIn("its last event", refused(64, "--at", "9999999"))
        self.assertIn("--until lies before", refused(64, "--at", "5000", "--until", "10"))
        self.assertIn("neither a sequence", refused(64, "--at", "yesterday"))
        os.mkdir(self.path("taken"))
        self.assertIn("taken", refused(73, "--at", "9", "-o", "taken"))
        self.run_command("audit", "whatif", "nowhere", "--at", "9", status=66)
        rows = "".join(f"{n},1.{n},2,2.{n},{1704067200000 + n},True,True\n" for n in range(1, 500))
        with open(self.path("t.csv"), "w") as stream:
            stream.write(rows)
        self.run_command("journal", "import", "binance-trades", "t.csv", "--symbol", "BTCUSDT", "-o", "facts")
        said = self.run_command("audit", "whatif", "facts", "--at", "9", status=65).stderr
        self.assertIn(b"nothing was decided", said)


    def test_what_a_fork_kept_is_not_forked_without_its_own_change(self):
        source = self.json("journal", "info", "run/journal")["id"]
        for change in ("latency=500ms", "risk.maxPosition=5%", "fees={maker: 0.1%, taker: 0.1%}", CROSS):
            with self.subTest(change):
                made = self.what_if("--at", "5000", "--set", change, "-o", self.path("kept"), "--force")
                own = made["forkSequence"] + 1
                for at in (own - 1_000, own - 1, own, own + 1_000):
                    said = self.run_command(
                        "audit", "whatif", "kept/journal", "--at", str(at), "--latency", "1s", status=77).stderr.decode()
                    self.assertIn(f"event {own}", said)
                    self.assertIn(source, said)
                # Before the change there is nothing to lose.
                past = self.json("audit", "whatif", "kept/journal", "--at", "2000", "--until", "4000")
                self.assertEqual(past["recorded"], past["unchanged"])
        # Its strategy is not the one of its head, which is no fault of the recording.
        said = self.run_command("audit", "verify", "kept/journal", status=77).stderr.decode()
        self.assertIn(f"event {own}", said)
        order = [event for event in self.events("kept/journal") if event["kind"] == "order"][-1]
        self.assertGreater(order["sequence"], own)
        told = self.run_command("audit", "explain", "kept/journal", str(order["sequence"]), status=77)
        self.assertEqual(told.stderr.decode(), said)
        # Kept with nothing changed it is the run itself.
        self.run_command("audit", "whatif", "run/journal", "--at", "5000", "-o", self.path("same"))
        same = self.json("audit", "whatif", "same/journal", "--at", "8000")
        self.assertEqual(same["recorded"], same["unchanged"])

    def refused(self, status, *options):
        self.assertEqual(self.outputs(), {"run", "s.yaml"})
        said = self.run_command("audit", "whatif", "run/journal", "--at", "9", *options, status=status)
        self.assertEqual(self.outputs(), {"run", "s.yaml"})
        self.assertEqual(said.stdout, b"")
        return said.stderr.decode()

    def outputs(self):
        return set(os.listdir(self.folder))

    def test_an_error_names_the_option_and_shows_no_yaml(self):
        for options, words in (
                (("--fees", "abc"), "--fees: "), (("--fees", "0.1%,0.2%,3"), "--fees: "),
                (("--fees", "0.1%,"), "--fees: "), (("--latency", "[a"), "--latency: "),
                (("--latency", "5 apples"), "--latency: "), (("--strategy", "abc"), "--strategy: "),
                (("--strategy", "ema-cross:fast"), "--strategy: "), (("--strategy", ""), "--strategy: "),
                (("--strategy", "ema-cross:fas=3", "--fees", "0.1%"), "--strategy: "),
                (("--fees", "0.1%", "--set", "risk.max=1"), "--set: ")):  # fmt: skip
            with self.subTest(options):
                said = self.refused(64, *options)
                self.assertIn("error: " + words, said)
                self.assertNotIn("{", said)
                self.assertNotIn("YAML", said)
        said = self.what_if("--at", "9", "--fees", "0.1%", "--set", "risk.max_position=9%", "--until", "9000")
        self.assertEqual(said["changes"], ["risk.maxPosition=9%", "--fees 0.1%"])

    def test_outputs_follow_one_rule(self):
        for options, hint in (
                (("-o", "s.yaml"), "another name"), (("-o", "s.yaml", "--force"), "another name"),
                (("--html", "s.yaml"), "--force"), (("--html", "run", "--force"), "another name"),
                (("-o", "s.yaml/x"), "s.yaml is no folder"),
                (("--html", "s.yaml/x"), "s.yaml is no folder"), (("--html", "h/"), "a file's name")):  # fmt: skip
            with self.subTest(options):
                said = self.refused(73, *options)
                self.assertIn(hint, said)
                self.assertEqual("--force" in said, hint == "--force")
        for page in ("./new", "new/page.html"):
            self.assertIn("same path", self.refused(64, "-o", "new", "--html", page))
        with open(self.path("again.yaml"), "w") as stream:
            stream.write("source: {journal: run/journal}\nstrategy: {name: buy-and-hold}\ncapital: {USDT: 1000}\n")
        segment = "run/journal/00000000000000000001.lz4"
        for command in (
                ("audit", "whatif", "run/journal", "--at", "9", "--latency", "5ms", "-o", "run"),
                ("audit", "whatif", "run/journal", "--at", "9", "--latency", "5ms", "--html", segment),
                ("audit", "explain", "run/journal", "300", "--html", segment),
                ("replay", "again.yaml", "-o", "run"), ("replay", "again.yaml", "--html", segment)):  # fmt: skip
            with self.subTest(command):
                said = self.run_command(*command, "--force", status=64).stderr.decode()
                self.assertIn("one in the other", said)
        self.run_command("audit", "verify", "run/journal")
        self.run_command("audit", "whatif", "run/journal", "--at", "9", "-o", "a/b", "--html", "c/d.html")
        self.run_command("replay", "s.yaml", "--html", "e/f.html")
        for path in ("a/b/report.json", "c/d.html", "e/f.html"):
            self.assertTrue(os.path.isfile(self.path(path)), path)

    def test_a_run_by_other_rules_names_the_build_to_ask(self):
        journal = os.path.join(ROOT, "journals", "order-flow-1")
        said = self.run_command("audit", "whatif", journal, "--at", "200", status=77).stderr.decode()
        self.assertIn("build 53fadeb9ef2ee4d6", said)


class VenueTest(TradeTest):
    """Runs that were not backtests."""

    strategy = MAKER
    rate = 200

    def what_if(self, *options):
        return self.json("audit", "whatif", "live", *options)

    def middle(self):
        """The sequence of the middle one of the run's orders."""
        done = self.run_command("journal", "cat", "live", "--json", "--kind", "order")
        orders = [json.loads(line)["sequence"] for line in done.stdout.splitlines()]
        self.assertGreater(len(orders), 6)
        return orders[len(orders) // 2]

    def test_a_run_on_paper_repeats_itself(self):
        self.configure(capital="capital: {USDT: 100000, BTC: 1}")
        self.run_for("10s", "--paper")
        said = self.what_if("--at", str(self.middle()))
        self.assertEqual(said["past"], "repeated")
        self.assertEqual(said["recorded"], said["unchanged"])
        self.assertIsNone(said["simulatorDiffers"])
        said = self.what_if("--at", str(self.middle()), "--set", "size.equity=1%")
        self.assertIsNotNone(said["changeDiffers"])

    def test_a_run_at_a_venue_is_taken_over(self):
        self.run_for("10s")
        said = self.what_if("--at", str(self.middle()), "--latency", "5ms")
        self.assertEqual(said["past"], "adopted")
        self.assertIn("back of their queues", " ".join(said["assumed"]))
        self.assertGreater(said["recorded"]["orders"], 3)
        self.assertGreater(said["unchanged"]["orders"], 3)
        self.assertGreater(said["changed"]["orders"], 3)


if __name__ == "__main__":
    unittest.main()
