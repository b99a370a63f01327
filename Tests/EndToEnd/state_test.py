"""`audit state` against the exported events: fields after an event, every change of one, and stepping, by a
script and by the keys of a real terminal."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from decimal import Decimal

from harness import RELEASE, CommandTest

SCENARIO = """\
source:
  generator: {seed: 11, symbol: BTC/USDT, tick: 0.01, lot: 0.001, price: 100, duration: 4m,
    eventsPerSecond: 30, volatility: 40%}
strategy: {name: market-making, parameters: {spread: 4}}
account: margin
capital: {USDT: 10000}
fees: {maker: 0.01%, taker: 0.05%}
latency: 20ms
fills: book-conservative
"""
ENDINGS = {"canceled", "expired", "rejected", "sendFailed"}


class StateTest(CommandTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO)
        self.run_command("replay", "s.yaml", "-o", "run", "--quiet")
        self.journal = self.path("run/journal")
        rows = self.run_command("journal", "export", self.journal, "--format", "jsonl").stdout
        self.events = [json.loads(line) for line in rows.splitlines()]

    def state(self, *options):
        return self.json("audit", "state", self.journal, *options)

    def changes(self, field, *options):
        rows = self.run_command("audit", "state", self.journal, "--watch", field, "--json", *options)
        return [json.loads(line) for line in rows.stdout.splitlines()]


class FieldsTest(StateTest):
    def test_fields_after_an_event_are_those_of_a_replay_up_to_it(self):
        for sequence in (1, 40, 777, len(self.events) // 2, len(self.events)):
            with self.subTest(sequence):
                found = self.state("--at", str(sequence))
                fold = self.json("replay", self.journal, "--until", str(sequence))
                self.assertEqual(found["sequence"], sequence)
                self.assertEqual(found["fingerprint"], fold["fingerprint"])
                fields = found["fields"]
                self.assertEqual(fields["equity"], fold["equity"])
                self.assertEqual(fields["orders.live"], fold["liveOrders"])
                for balance in fold["balances"]:
                    self.assertEqual(fields[f"balances.{balance['asset']}.amount"], balance["amount"])
                for name, count in fold["anomalies"].items():
                    self.assertEqual(fields[f"anomalies.{name}"], count)
                for name, value in fold["metrics"].items():
                    self.assertEqual(fields[f"metrics.{name}"], value)

    def test_quotes_and_holdings_are_those_of_the_export(self):
        sequence = len(self.events) * 3 // 4
        past = self.events[:sequence]
        fields = self.state("--at", str(sequence))["fields"]
        held = sum(Decimal(e["quantity"]) * (1 if e["side"] == "buy" else -1)
                   for e in past if e["kind"] == "fill")  # fmt: skip
        self.assertEqual(Decimal(fields["positions.BTCUSDT.amount"]), held)
        self.assertEqual(fields["positions.BTCUSDT.lots"], int(held * 1000))
        last = [e for e in past if e["kind"] == "trade"][-1]
        self.assertEqual(fields["markets.BTCUSDT.mark"], last["price"])

    def test_a_strategy_goes_by_its_name(self):
        self.assertEqual(self.state("--at", "900")["fields"]["settings.strategy"], "market-making")

    def test_a_moment_is_the_last_event_by_then(self):
        one = self.events[900]
        later = next(e for e in self.events[901:] if e["receiveTime"] > one["receiveTime"])
        nanoseconds = (one["receiveTime"] + later["receiveTime"]) // 2
        seconds = nanoseconds // 10**9 % 86_400
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{nanoseconds % 10**9:09}"
        found = self.state("--at", f"2024-01-01T{clock}")
        self.assertEqual(found["sequence"], later["sequence"] - 1)

    def test_the_text_shows_the_same_fields_in_columns(self):
        fields = self.state("--at", "1500")["fields"]
        text = self.run_command("audit", "state", self.journal, "--at", "1500").stdout.decode()
        lines = text.splitlines()
        column = lines[0].index("value")
        shown = {line[:column].rstrip(): line[column:] for line in lines[1:]}
        self.assertEqual(set(shown), {name for name, value in fields.items() if value is not None})
        self.assertTrue(shown["equity"].startswith(fields["equity"]))

    def test_list_names_patterns_that_watch_takes(self):
        patterns = self.json("audit", "state", self.journal, "--list")
        self.assertIn("positions.SYMBOL.lots", patterns)
        fields = self.state("--at", "1500")["fields"]
        shapes = {re.sub(r"\bBTCUSDT\b", "SYMBOL", re.sub(r"\b(BTC|USDT)\b", "ASSET", name)) for name in fields}
        shapes = {re.sub(r"^(orders|parents)\.\d+\.", r"\1.ID.", name) for name in shapes}
        self.assertLessEqual(shapes, set(patterns))


class WatchTest(StateTest):
    def test_lots_change_with_each_fill_and_with_nothing_else(self):
        held, expected = 0, []
        for event in self.events:
            if event["kind"] == "fill":
                lots = int(Decimal(event["quantity"]) * 1000) * (1 if event["side"] == "buy" else -1)
                expected.append((event["sequence"], held, held + lots))
                held += lots
        self.assertGreater(len(expected), 20)
        found = self.changes("positions.BTCUSDT.lots")
        self.assertEqual((found[0]["from"], found[0]["to"]), (None, 0))
        self.assertEqual([(c["sequence"], c["from"], c["to"]) for c in found[1:]], expected)
        self.assertTrue(all(c["cause"].startswith("fill ") for c in found[1:]))

    def test_live_orders_follow_orders_and_their_endings(self):
        live, open_lots, expected = 0, {}, []
        for event in self.events:
            before = live
            if event["kind"] == "order":
                open_lots[event["sequence"]] = Decimal(event["quantity"])
                live += 1
            elif event["kind"] == "fill" and event["order"] in open_lots:
                open_lots[event["order"]] -= Decimal(event["quantity"])
                if open_lots[event["order"]] <= 0:
                    del open_lots[event["order"]]
                    live -= 1
            elif event["kind"] in ENDINGS and open_lots.pop(event["order"], None) is not None:
                live -= 1
            if live != before:
                expected.append((event["sequence"], before, live))
        found = [(c["sequence"], c["from"], c["to"]) for c in self.changes("orders.live")]
        self.assertEqual(found[1:], expected)

    def test_text_and_limits(self):
        rows = self.changes("markets.BTCUSDT.bid", "--until", "600")
        self.assertTrue(rows and all(row["sequence"] <= 600 for row in rows))
        said = self.run_command("audit", "state", self.journal, "--watch", "markets.BTCUSDT.bid",
                                "--until", "600").stdout.decode()  # fmt: skip
        self.assertEqual(len(said.splitlines()), len(rows))
        self.assertIn(f"{rows[-1]['from']} → {rows[-1]['to']}  {rows[-1]['kind']}", said.splitlines()[-1])

    def test_errors_name_the_remedy(self):
        cases = [("--watch", "markets.BTCUSDT.bidd"), ("--watch", "markets.ETHUSDT.bid"),
                 ("--at", "99999999"), ("--at", "soon"), ("--until", "4"), ("--script", "n x"),
                 ("--step",), ("--at", "1", "--watch", "equity")]  # fmt: skip
        for case in cases:
            with self.subTest(case):
                said = self.run_command("audit", "state", self.journal, *case, status=64)
                self.assertIn("cryptobot: ", said.stderr.decode())
                self.assertNotIn(b"\x1b", said.stdout)


class ScriptTest(StateTest):
    def test_steps_visit_the_events_that_the_export_names(self):
        orders = [e["sequence"] for e in self.events if e["kind"] == "order"]
        fills = [e["sequence"] for e in self.events if e["kind"] == "fill"]
        before = [s for s in orders if s < fills[0] - 1][-1]
        steps = [("n", orders[0]), ("n", orders[1]), ("f", fills[0]), ("back", fills[0] - 1), ("p", before),
                 ("forward", before + 1), ("g2000", 2000), ("page-back", 1000), ("page-forward", 2000),
                 ("F", [s for s in fills if s < 2000][-1]), ("last", len(self.events)), ("first", 1)]  # fmt: skip
        found = self.state("--script", " ".join(step for step, _ in steps))
        self.assertEqual([(stop["step"], stop["sequence"]) for stop in found], steps)
        for stop in found:
            self.assertEqual(stop["kind"], self.events[stop["sequence"] - 1]["kind"])

    def test_a_search_is_by_kind_or_symbol_and_says_when_it_finds_nothing(self):
        canceled = [e["sequence"] for e in self.events if e["kind"] == "canceled"][:2]
        found = self.state("--script", "/canceled . , /zebra")
        self.assertEqual([s["sequence"] for s in found], [canceled[0], canceled[1], canceled[0], canceled[0]])
        self.assertIn("no zebra", found[-1]["remark"])

    def test_what_an_event_changed_is_the_same_from_either_side(self):
        there = self.state("--script", "g1800")[-1]
        back = self.state("--script", "g3000 g1800")[-1]
        self.assertEqual(there["changed"], back["changed"])
        before, after = (self.state("--at", str(n))["fields"] for n in (1799, 1800))
        for change in there["changed"]:
            self.assertEqual(change["from"], before.get(change["field"]))
            self.assertEqual(change["to"], after.get(change["field"]))
        plain = {c["field"] for c in there["changed"]}
        different = {f for f in before.keys() | after.keys() if before.get(f) != after.get(f)}
        self.assertEqual(plain, {f for f in different if f in plain or not f.endswith("fingerprint")})


class TerminalTest(StateTest):
    """A pseudo-terminal: keys in, screens out, and the terminal as it was on every way out."""

    def open(self, rows=30, columns=100):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self.terminal, self.slave = ours, theirs
        self.process = subprocess.Popen(
            [RELEASE, "audit", "state", self.journal], stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.addCleanup(self.process.kill)

    def screen(self, wanted, seconds=60):
        """What was written until it holds a text."""
        text, end = "", time.monotonic() + seconds
        while wanted not in text and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.2)[0]:
                text += os.read(self.terminal, 65_536).decode(errors="replace")
        self.assertIn(wanted, text)
        return text

    def press(self, keys):
        os.write(self.terminal, keys)

    def ends(self, status):
        self.assertEqual(self.process.wait(timeout=60), status)
        self.assertEqual(termios.tcgetattr(self.slave), self.before)

    def test_arrows_orders_jumps_and_searches(self):
        orders = [e["sequence"] for e in self.events if e["kind"] == "order"]
        self.open()
        self.screen("event 1 of ")
        self.press(b"\x1b[C")
        self.screen("event 2 of ")
        self.press(b"\x1b[D")
        self.screen("event 1 of ")
        self.press(b"n")
        text = self.screen(f"event {orders[0]:,} of ")
        self.assertIn("order", text)
        self.press(b"g1234\r")
        self.screen("event 1,234 of ")
        self.press(b"\x1b[6~")
        self.screen("event 2,234 of ")
        self.press(b"/canceled\r")
        self.screen("canceled ")
        self.press(b"\x1b[")
        self.press(b"5~")
        self.press(b"/zebra\r")
        self.screen("no zebra behind this event")
        self.press(b"q")
        self.screen("\x1b[?1049l")
        self.ends(0)

    def test_a_resize_draws_anew_and_lines_fit(self):
        self.open()
        self.screen("\x1b[J")
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
        text = self.screen("\x1b[J")
        lines = re.split("\r+\n", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text))
        self.assertLessEqual(len(lines), 12)
        self.assertLessEqual(max(len(line) for line in lines), 40)
        self.press(b"q")
        self.screen("\x1b[?1049l")
        self.ends(0)

    def test_ctrl_c_and_a_signal_give_the_terminal_back(self):
        self.open()
        self.screen("event 1 of ")
        self.press(b"\x03")
        self.screen("\x1b[?1049l")
        self.ends(130)
        self.open()
        self.screen("event 1 of ")
        self.process.send_signal(signal.SIGTERM)
        self.screen("\x1b[?1049l")
        self.ends(130)
