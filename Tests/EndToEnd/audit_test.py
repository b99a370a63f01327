"""Runs are decided again and compared, through the command: whatever made the journal, every decision must
come out as it was recorded, and where two runs part, the first event that does is named."""

import json
import os
import re
import unittest

import reader_packages
from harness import DEBUG, RELEASE, ROOT, CommandTest

# Decided by other rules since; the others decide the same by these rules too.
OTHER_RULES = {"order-flow-1"}
# Made by the rules of this build, with decisions and a fingerprint in between.
OWN_RULES = {"sparse-candles-4"}
SHORT = {"year-of-minutes": "20d", "buy-and-hold-crash": "10m"}
SCENARIO = """
source:
  generator: {seed: 5, duration: 12m, eventsPerSecond: 20, volatility: 20%}
strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}
capital: {USDT: 100000}
latency: 20ms
"""


class AuditTest(CommandTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w") as out:
            out.write(SCENARIO)

    def run_of(self, name, *changes, scenario="s.yaml"):
        """Runs a scenario with changes; returns its journal."""
        options = [part for change in changes for part in ("--set", change)]
        self.run_command("replay", self.path(scenario), "-o", self.path(name), "--quiet", *options)
        return self.path(f"{name}/journal")


class VerifyTest(AuditTest):
    def test_golden_journals_are_identical_or_name_the_build_to_ask(self):
        for name in sorted(os.listdir(os.path.join(ROOT, "journals"))):
            if name == "FINGERPRINTS":
                continue
            with self.subTest(name):
                journal = os.path.join(ROOT, "journals", name)
                if name in OTHER_RULES:
                    said = self.run_command("audit", "verify", journal, status=77).stderr.decode()
                    self.assertIn("logic version 1", said)
                    self.assertIn("build 53fadeb9ef2ee4d6", said)
                    found = self.json("audit", "verify", journal, status=77)
                    self.assertEqual((found["isIdentical"], found["divergence"]["sequence"]), (False, 229))
                    self.assertIn("build 53fadeb9ef2ee4d6", found["refusal"])
                    continue
                found = self.json("audit", "verify", journal)
                self.assertTrue(found["isIdentical"])
                info = self.json("journal", "info", journal)
                self.assertEqual(found["events"], info["events"])
                self.assertEqual(found["fingerprint"], info["fingerprint"])
                if name in OWN_RULES:
                    self.assertGreater(min(found["decisions"], found["fingerprints"]), 0)

    def test_every_scenario_that_is_shipped_is_identical_in_debug_and_release(self):
        for file in sorted(os.listdir(os.path.join(ROOT, "scenarios"))):
            name = file.removesuffix(".yaml")
            with self.subTest(name):
                duration = f"source.generator.duration={SHORT.get(name, '3m')}"
                journal = self.run_of(name, duration, scenario=os.path.join(ROOT, "scenarios", file))
                found = [self.json("audit", "verify", journal, binary=one) for one in (RELEASE, DEBUG)]
                info = self.json("journal", "info", journal)
                own = sum(count for kind, count in info["kinds"].items()
                          if kind in ("signal", "order", "amendRequest", "cancelRequest", "refused",
                                      "alert", "request", "parent", "parentEnded"))
                for one in found:
                    self.assertTrue(one["isIdentical"])
                    self.assertEqual(one["fingerprint"], info["fingerprint"])
                    self.assertEqual(one["decisions"], own)
                    self.assertEqual(one["facts"] + own + one["fingerprints"], info["events"])
                self.assertEqual(found[0]["strategyFingerprint"], found[1]["strategyFingerprint"])

    def test_a_decision_that_nobody_makes_is_named_with_exit_code_1(self):
        reader_packages.load()
        import python_writer

        said = self.run_command("--version").stdout.decode()
        rules = int(re.search(r"logic (\d+)", said)[1])
        version = (70, 1_000, python_writer.NONE, [("u32", rules)])
        signal = (80, 1_000, python_writer.NONE, [
            ("u64", 1), ("u16", 0), ("SignalKind", 0), ("Side", 0), ("i32", 500_000),
            ("i64", 0), ("i64", 0), ("i64", 0)])  # fmt: skip
        python_writer.write(self.path("made-up"), [version, signal], [None, 0])
        done = self.run_command("audit", "verify", self.path("made-up"), "--json", status=1)
        found = json.loads(done.stdout)
        self.assertFalse(found["isIdentical"])
        self.assertEqual(found["divergence"]["sequence"], 2)
        self.assertEqual(found["divergence"]["recorded"]["weightMillionths"], 500_000)
        self.assertIsNone(found["divergence"]["made"])
        text = self.run_command("audit", "verify", self.path("made-up"), status=1).stdout.decode()
        self.assertIn("diverged", text)
        self.assertIn("nothing is decided", text)

    def test_what_is_missing_is_counted_and_referred_to(self):
        journal = self.run_of("run", "source.generator.regimes=[{normal: 1}, {outage: 1}]")
        gaps = self.json("audit", "gaps", journal)
        found = self.json("audit", "verify", journal)
        for key in ("gaps", "lost", "uncounted"):
            self.assertEqual(found[key], gaps[key], key)
        self.assertGreater(found["gaps"], 0)
        self.assertIn("cryptobot audit gaps", self.run_command("audit", "verify", journal).stdout.decode())
        whole = self.run_of("whole")
        self.assertEqual(self.json("audit", "verify", whole)["gaps"], 0)
        self.assertNotIn("audit gaps", self.run_command("audit", "verify", whole).stdout.decode())

    def test_what_cannot_be_asked_says_why(self):
        self.run_command("audit", "verify", self.path("nowhere"), status=66)
        self.run_command("audit", "verify", self.path("s.yaml"), status=65)
        self.run_command("audit", "verify", status=64)
        self.assertIn("cryptobot audit verify", self.run_command("audit", "--help").stdout.decode())

    def test_a_damaged_journal_is_answered_with_no(self):
        journal = self.run_of("run")
        segment = os.path.join(journal, sorted(os.listdir(journal))[0])
        with open(segment, "r+b") as file:
            file.seek(9_000)
            byte = file.read(1)
            file.seek(9_000)
            file.write(bytes([byte[0] ^ 1]))
        said = self.run_command("audit", "verify", journal, status=1).stderr.decode()
        self.assertIn("block 0", said)


class DiffTest(AuditTest):
    def test_the_first_event_that_parts_is_named_with_what_was_changed(self):
        plain = self.run_of("plain")
        changes = {
            "fees={maker: 0.1%, taker: 0.100001%}": ("fee", "taker", {"fill"}),
            "risk={maxPosition: 94.9998%}": ("limit maxPosition", "", {"order", "refused"}),
            "latency=20000001ns": ("configure latency 0", "settingValue", {"accepted"}),
        }
        for number, (change, (name, field, kinds)) in enumerate(changes.items()):
            with self.subTest(change):
                other = self.run_of(f"run{number}", change)
                self.run_command("audit", "diff", plain, other, status=1)
                done = self.run_command("audit", "diff", plain, other, "--json", status=1)
                found = json.loads(done.stdout)
                named = [one for one in found["settings"] if one["name"] != "scenario"]
                self.assertEqual([(one["name"], one["field"]) for one in named], [(name, field)])
                parting = found["partings"][0]
                first = {parting[side]["event"]["kind"] for side in ("left", "right")}
                self.assertLessEqual(first, kinds)
                self.expect_first(plain, other, parting)

    def expect_first(self, left, right, parting):
        """The first line of both exports, behind the head, that says something else."""
        sides = []
        for journal in (left, right):
            lines = self.events(journal)
            head = next(place for place, one in enumerate(lines) if one["kind"] in ("trade", "quote", "bookSnapshot"))
            sides.append([one for one in lines[head:] if one["kind"] != "stateHash"])
        for first, second in zip(*sides, strict=False):
            said = [{key: value for key, value in one.items()
                     if key not in ("sequence", "cause", "order", "venueOrderID")} for one in (first, second)]  # fmt: skip
            if said[0] != said[1]:
                self.assertEqual(parting["left"]["sequence"], first["sequence"])
                self.assertEqual(parting["right"]["sequence"], second["sequence"])
                return
        self.fail("the exports are the same")

    def events(self, journal):
        lines = self.run_command("journal", "export", journal).stdout.decode().splitlines()
        return [json.loads(line) for line in lines]

    def test_equal_runs_are_equal(self):
        first, second = self.run_of("first"), self.run_of("second")
        found = self.json("audit", "diff", first, second)
        self.assertTrue(found["isEqual"])
        self.assertEqual(found["partings"], [])
        self.assertEqual(found["alignment"], "sequence")
        text = self.run_command("audit", "diff", first, second, "--thorough").stdout.decode()
        self.assertTrue(text.startswith("equal: "))

    def test_a_run_and_its_backtest_are_compared_by_the_market(self):
        run = self.run_of("run")
        with open(self.path("again.yaml"), "w") as out:
            out.write(SCENARIO.split("strategy")[0].split("source")[0])
            out.write(f"source: {{journal: {run}}}\nstrategy" + SCENARIO.split("strategy")[1])
        same = self.run_of("same", scenario="again.yaml")
        self.assertEqual(self.json("audit", "diff", run, same)["alignment"], "market")
        late = self.run_of("late", "latency=400ms", scenario="again.yaml")
        text = self.run_command("audit", "diff", run, late, status=1).stdout.decode()
        self.assertIn("first decision that differs", text)
        self.assertIn("first order whose fills differ: number 1", text)

    def test_what_cannot_be_compared_says_why(self):
        run = self.run_of("run")
        self.run_command("audit", "diff", run, self.path("nowhere"), status=66)
        self.run_command("audit", "diff", run, status=64)
        self.run_command("audit", "diff", run, run, "--align", "clock", status=64)


if __name__ == "__main__":
    unittest.main()
