"""Strategies composed in a scenario: what they decide on real candles by a second evaluation, and that every
verb that knows strategies knows them."""

import csv
import gzip
import json
import os
import re

from harness import ROOT, CommandTest

MINUTE = 60 * 10**9
SOURCE = "btc-perp-1m-202201/btc-perp-20211231-20220201_1m.csv.gz"
REAL = """\
source: {journal: candles}
strategy:
  name: composed
  bar: 5m
  parameters: {fast: 8, slow: 21, trend: 12}
  indicators:
    fast: ema:length=fast
    slow: ema:length=slow
    trend: sma:length=trend on 1h
    band: donchian:length=4 on 15m
  long: fast crosses above slow and close > trend and not close > band.upper * 1.01
  short: fast crosses below slow and close < trend
  exit: fast < slow and close > trend or fast > slow and close < trend
  weight: 0.5
account: margin
capital: {USDT: 100000}
fills: candle
"""
MADE = """\
source: {generator: {seed: 5, symbol: BTC/USDT, price: 60000, duration: 6h, eventsPerSecond: 2, volatility: 8%}}
strategy:
  name: composed
  bar: 1m
  parameters:
    fast: 4
    slow: 12
  indicators:
    fast: ema:length=fast
    slow: ema:length=slow
    far: sma:length=3 on 10m
    ticks: ema:length=5 on ticks:200
  long: fast > slow and close > far
  short: fast < slow and close < far
  exit: ticks crosses above close
account: margin
capital: {USDT: 100000}
fees: {taker: 0.01%}
"""


class Average:
    """An exponential average that begins with the mean of its first values, or a plain mean."""

    def __init__(self, length, is_simple=False):
        self.length, self.is_simple, self.seen, self.value = length, is_simple, [], None

    def add(self, number):
        if self.value is None or self.is_simple:
            self.seen = [*self.seen, number][-self.length:]
            self.value = sum(self.seen) / self.length if len(self.seen) == self.length else None
        else:
            self.value += 2 / (self.length + 1) * (number - self.value)


class Bars:
    """Minutes joined to longer bars; one ends with the minute that fills it."""

    def __init__(self, minutes):
        self.width, self.open = minutes * MINUTE, None

    def add(self, start, high, low, close):
        begin = start - start % self.width
        if self.open is None or self.open[0] != begin:
            self.open = [begin, high, low, close]
        else:
            self.open = [begin, max(self.open[1], high), min(self.open[2], low), close]
        return self.open if start + MINUTE == begin + self.width else None


def weights(candles):
    """(time, weight) of everything that REAL's rules ask for."""
    own, hours, quarters = Bars(5), Bars(60), Bars(15)
    fast, slow, trend, highs = Average(8), Average(21), Average(12, is_simple=True), []
    before, held = None, 0
    for start, high, low, close in candles:
        hour, quarter, bar = (bars.add(start, high, low, close) for bars in (hours, quarters, own))
        if hour:
            trend.add(hour[3])
        if quarter:
            highs = [*highs, quarter[1]][-4:]
        if not bar:
            continue
        fast.add(bar[3])
        slow.add(bar[3])
        if slow.value is None or trend.value is None or len(highs) < 4:
            continue
        now, price = (fast.value, slow.value), bar[3]
        rises = before and before[0] <= before[1] and now[0] > now[1]
        falls = before and before[0] >= before[1] and now[0] < now[1]
        before, wanted = now, held
        if rises and price > trend.value and not price > max(highs) * 1.01:
            wanted = 0.5
        elif falls and price < trend.value:
            wanted = -0.5
        elif now[0] < now[1] and price > trend.value or now[0] > now[1] and price < trend.value:
            wanted = 0
        if wanted != held:
            held = wanted
            yield start + MINUTE, wanted


class RealCandlesTest(CommandTest):
    def test_rules_on_three_timeframes_decide_as_a_second_evaluation_does(self):
        path = self.shared(*SOURCE.split("/"))
        self.run_command("journal", "import", "ohlcv-csv", path, "--interval", "1m", "--volume", "quote",
                         "--symbol", "BTC/USDT", "-o", "candles")
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(REAL)
        self.json("replay", "s.yaml", "-o", "run")
        events = [json.loads(line) for line in self.run_command(
            "journal", "cat", "run/journal", "--kind", "signal", "--kind", "candle", "--json").stdout.splitlines()]
        candles = [(event["receiveTime"] - MINUTE, *(float(event[name]) for name in ("high", "low", "close")))
                   for event in events if event["kind"] == "candle"]
        asked = [(event["receiveTime"], event["weightMillionths"] / 10**6)
                 for event in events if event["kind"] == "signal"]
        expected = list(weights(candles))
        self.assertGreater(len(expected), 100)
        self.assertEqual(asked, expected)
        self.run_command("audit", "verify", "run/journal")
        for bars, said in [("90s", "do not fill bars of 90s"), ("ticks:500", "bars are made of trades")]:
            with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
                out.write(REAL.replace("on 15m", f"on {bars}"))
            done = self.run_command("scenario", "check", "s.yaml", status=65)
            self.assertIn(said, done.stderr.decode())


class ComposedTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.write(MADE)

    def write(self, text, name="s.yaml"):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def refused(self, change, said, name="bad.yaml"):
        old, new = change
        self.assertIn(old, MADE)
        self.write(MADE.replace(old, new), name)
        self.assertIn(said, self.run_command("scenario", "check", name, status=65).stderr.decode())

    def test_two_processes_make_one_run_and_it_is_audited_from_its_journal_alone(self):
        first = self.json("replay", "s.yaml", "-o", "a")
        second = self.json("replay", "s.yaml", "-o", "b")
        self.assertEqual(first["fingerprint"], second["fingerprint"])
        self.assertEqual(first["chainHead"], second["chainHead"])
        self.assertGreater(first["metrics"]["fills"], 20)
        os.remove(self.path("s.yaml"))
        self.assertIn("identical", self.run_command("audit", "verify", "a/journal").stdout.decode())
        self.run_command("check", "a/journal", "--cases", "2")

    def test_a_story_names_the_numbers_and_both_sides(self):
        self.json("replay", "s.yaml", "-o", "a")
        events = [json.loads(line) for line in self.run_command(
            "journal", "cat", "a/journal", "--kind", "signal", "--json").stdout.splitlines()]
        story = self.json("audit", "explain", "a/journal", str(events[3]["cause"]))
        account = story["accounts"][0]
        self.assertEqual(account["strategy"], "composed")
        names = [number["name"] for number in account["numbers"]]
        self.assertEqual(names, ["close", "fast", "slow", "far", "ticks"])
        self.assertTrue(any(test["left"]["name"] == "fast" for test in account["tests"]))
        self.assertEqual(account["conclusion"], "asks")
        decided = [test for test in account["tests"] if test["rule"] == account["rule"]]
        self.assertTrue(all(test["holds"] for test in decided))
        for test in decided:
            self.assertIn(f"{test['left']['name']} ", account["text"])
        self.assertEqual(account["text"].count(" and "), len(decided) - 1)

    def test_a_number_that_is_written_out_stands_there_once(self):
        self.json("replay", "s.yaml", "--set", "strategy.long=close > 1", "-o", "a")
        signal = json.loads(self.run_command(
            "journal", "cat", "a/journal", "--kind", "signal", "--json").stdout.splitlines()[0])
        account = self.json("audit", "explain", "a/journal", str(signal["cause"]))["accounts"][0]
        self.assertEqual(account["rule"], "long")
        self.assertRegex(account["text"], r"^close [0-9.]+ > 1: it asks")

    def test_two_numbers_that_differ_never_look_the_same(self):
        self.json("replay", "s.yaml", "--set", "strategy.long=close < close * 1.000000000001", "-o", "a")
        signal = json.loads(self.run_command(
            "journal", "cat", "a/journal", "--kind", "signal", "--json").stdout.splitlines()[0])
        account = self.json("audit", "explain", "a/journal", str(signal["cause"]))["accounts"][0]
        left, right = re.search(r"close ([0-9.]+) < .* ([0-9.]+): it asks", account["text"]).groups()
        self.assertLess(float(left), float(right))

    def test_a_comparison_calls_the_recipe_by_its_name(self):
        self.json("replay", "s.yaml", "-o", "a")
        self.json("replay", "s.yaml", "--set", "strategy.exit=close > 0", "-o", "b")
        found = self.json("audit", "diff", "a/journal", "b/journal", status=1)
        recipe = next(one for one in found["settings"] if one["name"] == "recipe")
        self.assertEqual(recipe["right"]["value"], "exit = close > 0")

    def test_a_trial_is_the_run_that_replay_makes(self):
        found = self.json("optimize", "s.yaml", "--over", "fast=3..6", "--over", "slow=10|12|20",
                          "--objective", "return")
        self.assertEqual(len(found["trials"]), 12)
        for trial in found["trials"][:3]:
            changes = [f"strategy.parameters.{name}={trial['values'][name]}" for name in ("fast", "slow")]
            run = self.json("replay", "s.yaml", "--set", changes[0], "--set", changes[1])
            self.assertEqual(run["fingerprint"], trial["fingerprint"])
        self.run_command("walkforward", "s.yaml", "--in", "2h", "--out", "1h", "--over", "fast=3..4",
                         "--objective", "return")

    def test_a_fork_changes_a_value_or_a_rule(self):
        run = self.json("replay", "s.yaml", "-o", "a")
        same = self.json("audit", "whatif", "a/journal", "--at", str(run["events"] // 2))
        self.assertEqual(same["changed"]["fingerprint"], run["fingerprint"])
        for change in ("strategy.parameters.fast=5", "strategy.long=close > far", "strategy.exit=close > 0"):
            with self.subTest(change):
                out = self.path(change[:14])
                forked = self.json("audit", "whatif", "a/journal", "--at", str(run["events"] // 3),
                                   "--set", change, "-o", out)
                self.assertNotEqual(forked["changed"]["fingerprint"], run["fingerprint"])
                whole = self.json("audit", "whatif", "a/journal", "--at", "0", "--set", change)
                again = self.json("replay", "s.yaml", "--set", change)
                self.assertEqual(whole["changed"]["fills"], again["metrics"]["fills"])
                # What a fork kept is not asked again: its strategy became another under way.
                anew = f"set anew under way, by the {'configure' if 'parameters' in change else 'text'} event"
                for verb in (["verify"], ["whatif", "--latency", "5ms", "--at", str(run["events"] // 2)]):
                    said = self.run_command(
                        "audit", verb[0], os.path.join(out, "journal"), *verb[1:], status=77)
                    self.assertIn(anew, said.stderr.decode())

    def test_what_means_nothing_is_refused_with_its_place(self):
        for change, said in [
            (("fast > slow and", "fast > slw and"),
             "bad.yaml:13: `strategy.long`, column 8: nothing is called `slw`; did you mean `slow`?"),
            (("length=5 on ticks", "lenght=5 on ticks"), "bad.yaml:12: `strategy.indicators.ticks`: "),
            (("fast: 4", "fast: 4.5"), "bad.yaml:6: `strategy.parameters.fast`: `fast` is 4.5"),
            (("  exit:", "  exot:"), "did you mean `strategy.exit`?"),
            (("  long:", "  longs:"), "bad.yaml:13: unknown key `strategy.longs`; did you mean `strategy.long`?"),
            (("length=5 on ticks", "length=2.5 on ticks"),
             "bad.yaml:12: `strategy.indicators.ticks`: indicator `ticks`: `length` is 2.5"),
            (("    slow: 12", "    slow: 12\n    more: 1"), "bad.yaml:8: `strategy.parameters.more`: nothing uses it"),
            (("    slow: 12", "    slow: 12\n    fasst: 1"), "nothing uses it; did you mean `fast`?"),
            (("ticks crosses above close", "ticks above close"), "column 7: a sign such as < or `and`"),
        ]:
            with self.subTest(said):
                self.refused(change, said)

    def test_the_language_is_shown_and_the_template_runs(self):
        shown = self.run_command("strategies", "show", "composed").stdout.decode()
        for word in ("crosses above", "indicators:", "on 1h", "exit"):
            self.assertIn(word, shown)
        self.run_command("scenario", "new", "new.yaml", "--strategy", "composed")
        self.run_command("scenario", "check", "new.yaml")
        run = self.json("replay", "new.yaml", "-o", "new")
        self.assertGreater(run["metrics"]["fills"], 0)
        self.run_command("audit", "verify", "new/journal")


VOTING = """\
source: {generator: {seed: 8, symbol: BTC/USDT, price: 60000, duration: 6h, eventsPerSecond: 2, volatility: 8%}}
strategy:
  name: ensemble
  bar: 1m
  vote: majority
  of:
    - name: ema-cross
      as: trend
      votes: 2
      parameters: {fast: 5, slow: 20}
    - name: mean-reversion
      as: range
    - name: composed
      as: far
      parameters:
        length: 4
      indicators:
        mean: sma:length=length on 10m
      long: close > mean
      short: close < mean
account: margin
capital: {USDT: 100000}
fees: {taker: 0.01%}
"""


class EnsembleTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.write(VOTING)

    def write(self, text, name="s.yaml"):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def test_it_runs_is_audited_and_explained(self):
        run = self.json("replay", "s.yaml", "-o", "a")
        self.assertGreater(run["metrics"]["fills"], 10)
        os.remove(self.path("s.yaml"))
        self.assertIn("identical", self.run_command("audit", "verify", "a/journal").stdout.decode())
        signal = json.loads(self.run_command(
            "journal", "cat", "a/journal", "--kind", "signal", "--json").stdout.splitlines()[2])
        account = self.json("audit", "explain", "a/journal", str(signal["cause"]))["accounts"][0]
        wanted = {number["name"]: number["value"] for number in account["numbers"]}
        votes = {"trend": 2, "range": 1, "far": 1}
        side = 1 if signal["weightMillionths"] > 0 else -1 if signal["weightMillionths"] < 0 else 0
        sides = {way: sum(vote for name, vote in votes.items() if wanted[name] * way > 0) for way in (1, -1)}
        self.assertEqual(side, next((way for way in sides if sides[way] > 2), 0))
        self.run_command("check", "a/journal", "--cases", "2")

    def test_a_member_s_parameter_has_a_path_for_every_verb(self):
        found = self.json("optimize", "s.yaml", "--over", "trend.fast=4..6", "--over", "far.length=3|6",
                          "--objective", "return")
        self.assertEqual(len({trial["fingerprint"] for trial in found["trials"]}), 6)
        best = found["trials"][0]
        changes = []
        for name, value in best["values"].items():
            changes += ["--set", f"strategy.parameters.{name}={value}"]
        run = self.json("replay", "s.yaml", *changes, "-o", "a")
        self.assertEqual(run["fingerprint"], best["fingerprint"])
        self.run_command("audit", "verify", "a/journal")
        whole = self.json("audit", "whatif", "a/journal", "--at", "0", "--set", "strategy.parameters.far.length=5")
        again = self.json("replay", "s.yaml", *changes, "--set", "strategy.parameters.far.length=5")
        self.assertEqual(whole["changed"]["fills"], again["metrics"]["fills"])

    def test_refusals_name_line_and_member(self):
        for old, new, said in [
            ("name: mean-reversion", "name: market-making", "bad.yaml:11: `strategy.of[2].name`: `market-making`"),
            ("close > mean", "close > men", "bad.yaml:19: `strategy.of[3].long`, column 9: nothing is called `men`"),
            ("vote: majority", "vote: most", "bad.yaml:5: `strategy.vote`: \"most\" is not one of mean, majority"),
            ("      as: range", "      is: range", "a member needs `name`, its strategy, and `as`"),
            ("fast: 5,", "fats: 5,", "bad.yaml:10: `strategy.of[1].parameters.fats`"),
        ]:
            with self.subTest(said):
                self.assertIn(old, VOTING)
                self.write(VOTING.replace(old, new), "bad.yaml")
                done = self.run_command("scenario", "check", "bad.yaml", status=65)
                self.assertIn(said, done.stderr.decode())
        for change, said in [("trend.fats=3", "did you mean `strategy.parameters.trend.fast`?"),
                             ("trent.fast=3", "did you mean `strategy.parameters.trend`?"),
                             ("trend.fast=30", "fast must be less than slow")]:
            done = self.run_command(
                "scenario", "check", "s.yaml", "--set", f"strategy.parameters.{change}", status=64)
            self.assertIn(said, done.stderr.decode())

    def test_the_template_runs(self):
        self.assertIn("majority", self.run_command("strategies", "show", "ensemble").stdout.decode())
        self.run_command("scenario", "new", "new.yaml", "--strategy", "ensemble")
        self.json("replay", "new.yaml", "-o", "new")
        self.run_command("audit", "verify", "new/journal")
