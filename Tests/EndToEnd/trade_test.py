"""`cryptobot trade` at `cryptobot exchange`: what the journal holds is what the venue did, whatever is
killed, late, lost, doubled or cut in between."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import time
import unittest

from exchange_server import SCENARIO as EXCHANGE
from harness import ROOT
from trading import CROSS, PATIENT, TradeTest


def decisions(events):
    """Orders as they were decided, without what differs by nature."""
    keys = ("side", "type", "price", "quantity", "timeInForce")
    return [tuple(event[key] for key in keys) for event in events if event["kind"] == "order"]


class PaperTest(TradeTest):
    rate = 200
    options = ["--history", "1m"]

    def paper(self, span, **options):
        self.configure(capital="capital: {USDT: 100000, BTC: 1}", **options)
        return self.run_for(span, "--paper")

    def expect_backtest(self):
        """A backtest over the run's own facts makes the same decisions and the same fills."""
        events = self.journal_events()
        text = [event["text"] for event in events
                if event["kind"] == "text" and event["subject"] == "scenario"][-1]
        with open(self.path("backtest.yaml"), "w") as stream:
            lines = text.splitlines()
            lines = [line for line in lines if not line.startswith("  venue:")]
            lines[lines.index("source:")] = "source: {journal: live}"
            stream.write("\n".join(lines) + "\nperiod: {from: 2020-01-01}\n")
        self.run_command("replay", self.path("backtest.yaml"), "-o", self.path("again"))
        done = self.run_command("journal", "cat", self.path("again/journal"), "--json")
        again = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertGreater(len(decisions(events)), 5)
        self.assertEqual(decisions(again), decisions(events))
        fills = [[(event["price"], event["quantity"], event["fee"]) for event in run
                  if event["kind"] == "fill"] for run in (events, again)]  # fmt: skip
        self.assertEqual(*fills)

    def test_the_scenario_of_the_readme_runs(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as stream:
            text = re.search(r"```yaml\n(source: {venue:.*?)```", stream.read(), re.DOTALL)[1]
        here = "rest: '{rest}/api', stream: '{ws}', account: '{wsApi}'".format(**self.place)
        self.assertIn("testnet: true", text)
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(text.replace("testnet: true", here))
        said = self.run_for("2s", "--paper")
        self.assertEqual(self.json("replay", self.path("live"))["fingerprint"], said["fingerprint"])

    def test_a_replay_of_a_paper_run_ends_with_its_fingerprint(self):
        said = self.paper("6s")
        replayed = self.json("replay", self.path("live"))
        self.assertEqual(replayed["fingerprint"], said["fingerprint"])
        self.assertEqual(replayed["events"], said["events"])
        self.assertTrue(self.json("journal", "verify", self.path("live"))["isWhole"])
        self.expect_backtest()

    def test_a_paper_run_that_was_killed_goes_on_where_it_ended(self):
        self.configure(capital="capital: {USDT: 100000, BTC: 1}")
        for _ in range(2):
            process = self.begin("--paper")
            time.sleep(4)
            process.kill()
            process.communicate()
        said = self.run_for("3s", "--paper")
        replayed = self.json("replay", self.path("live"))
        self.assertEqual(replayed["fingerprint"], said["fingerprint"])
        self.expect_backtest()


class LiveTest(TradeTest):
    rate = 200
    options = ["--history", "1m", "--order-limit", "100000"]

    def test_a_run_ends_in_order_and_the_next_goes_on(self):
        process = self.begin("--json")
        self.wait_traded(process, orders=20, trades=1)
        first = json.loads(self.end(process))
        self.assertEqual(self.signed("openOrders"), [])
        self.assertEqual(first["liveOrders"], 0)
        watched = first["tickToOrder"]
        self.assertGreater(watched["orders"], 0)
        for figure in ("p50", "p99", "max"):
            self.assertGreater(watched["apartFromJournal"][figure], 0)
            self.assertLessEqual(watched["apartFromJournal"][figure], watched["whole"][figure])
        self.assertEqual(self.json("replay", self.path("live"))["fingerprint"], first["fingerprint"])
        second = self.run_for("4s")
        self.assertGreater(second["events"], first["events"])
        self.expect_agreement()

    def test_orders_are_taken_back_while_the_link_is_away(self):
        self.configure(strategy=PATIENT)
        self.expect_taken_back(self.relay_account(), lambda: self.signed("openOrders"))
        self.expect_agreement()

    def test_orders_stay_open_where_they_are_to(self):
        self.configure(venue="cancelOnExit: false", strategy=PATIENT)
        process = self.begin()
        self.wait_traded(process)
        self.end(process)
        self.assertGreater(len(self.signed("openOrders")), 0)
        self.configure(venue="cancelOnExit: false", strategy=PATIENT)
        self.assertGreater(self.run_for("3s")["liveOrders"], 0)
        self.assertEqual([e for e in self.journal_events() if e["kind"] == "adjustment"], [])

    def test_what_nothing_explains_halts_until_a_person_has_looked(self):
        self.run_for("2s")
        self.http("POST", "/control/balance", {"asset": "BTC", "delta": "-0.5"})
        said = self.run_for("10s", status=77)
        self.assertIn("BTC", json.dumps(said))
        events = self.journal_events()
        found = [event for event in events if event["kind"] == "adjustment"]
        self.assertEqual([(event["asset"], float(event["amount"])) for event in found], [("BTC", -0.5)])
        again = self.run_for("10s", status=77)
        self.assertIn("--resume", json.dumps(again))
        self.assertIsNone(self.run_for("2s", "--resume")["halted"])
        self.expect_agreement()

    def test_orders_of_a_killed_run_are_taken_back_where_balances_differ(self):
        self.configure(strategy=PATIENT)
        process = self.begin()
        self.wait_traded(process)
        process.kill()
        process.communicate()
        self.assertGreater(len(self.signed("openOrders")), 0)
        self.http("POST", "/control/balance", {"asset": "BTC", "delta": "-0.5"})
        self.assertIn("the journal has 5, the venue 4.5", self.run_for("20s", status=77))
        self.assertEqual(self.signed("openOrders"), [])

    def test_a_run_that_waits_for_the_account_ends_when_it_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.place["wsApi"] = f"ws://127.0.0.1:{silent.getsockname()[1]}/ws-api/v3"
            self.configure()
            process = self.begin()
            time.sleep(2)
            self.end(process, status=130)

    def test_paper_and_live_do_not_share_a_journal(self):
        self.configure(capital="capital: {USDT: 100000, BTC: 1}")
        self.run_for("2s", "--paper")
        paper = self.run_command("journal", "cat", self.path("live")).stdout
        self.assertIn("on paper", self.run_for("2s", status=77))
        self.assertEqual(self.run_command("journal", "cat", self.path("live")).stdout, paper)
        os.rename(self.path("live"), self.path("paper"))
        self.run_for("2s")
        self.assertIn("begun live", self.run_for("2s", "--paper", status=77))

    def test_a_journal_of_something_else_is_left_alone(self):
        with open(self.path("backtest.yaml"), "w") as stream:
            stream.write(EXCHANGE.format(duration="1m", rate=5))
        self.run_command("replay", self.path("backtest.yaml"), "-o", self.path("run"))
        os.rename(self.path("run/journal"), self.path("live"))
        before = sorted((file.name, file.stat().st_size) for file in os.scandir(self.path("live")))
        self.assertIn("another scenario", self.run_for("2s", status=77))
        after = sorted((file.name, file.stat().st_size) for file in os.scandir(self.path("live")))
        self.assertEqual(after, before)

    def test_a_scenario_that_changed_is_refused(self):
        self.run_for("1s")
        self.configure(strategy=CROSS)
        self.assertIn("another scenario", json.dumps(self.run_for("1s", status=77)))

    def test_secrets_are_nowhere(self):
        process = self.begin()
        self.wait_traded(process)
        with open(f"/proc/{process.pid}/cmdline", "rb") as stream:
            self.assertNotIn(self.place["secret"].encode(), stream.read())
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=60)
        self.assertNotIn(self.place["secret"], out + said)
        for folder, _, files in os.walk(self.path("live")):
            for name in files:
                with open(os.path.join(folder, name), "rb") as stream:
                    self.assertNotIn(self.place["secret"].encode(), stream.read())

    def test_a_key_can_come_by_standard_input(self):
        done = subprocess.run(
            self.command("--for", "2s", "--credentials", "--json"), capture_output=True, text=True,
            input=f"{self.place['apiKey']}\n{self.place['secret']}\n", timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)


class RefusalTest(TradeTest):
    def test_refusals_say_what_to_do(self):
        bare = {key: value for key, value in os.environ.items() if "API" not in key}
        done = subprocess.run(self.command(), capture_output=True, text=True, env=bare)
        self.assertEqual((done.returncode, "CRYPTOBOT_API_KEY" in done.stderr), (77, True), done.stderr)
        wrong = {**self.environment, "CRYPTOBOT_API_SECRET": "wrong"}
        done = subprocess.run(self.command("--for", "2s"), capture_output=True, text=True, env=wrong)
        self.assertEqual((done.returncode, "-1022" in done.stderr), (77, True), done.stderr)
        self.assertNotIn("wrong", done.stderr)
        self.stop()
        done = subprocess.run(self.command(), capture_output=True, text=True, env=self.environment)
        self.assertEqual((done.returncode, "cannot be reached" in done.stderr), (74, True), done.stderr)


class KillTest(TradeTest):
    """kill -9 at any moment, with every fault of orders and reports on. `CRYPTOBOT_KILLS` is how often."""

    rate = 200
    rounds_to_look = 10
    options = [
        "--history", "1m", "--order-limit", "100000", "--weight-limit", "1000000",
        "--fault", "late-ack,every=7,milliseconds=300",
        "--fault", "lost-ack,every=23", "--fault", "error,every=9", "--fault", "duplicate,every=5",
        "--fault", "reorder,every=6"]  # fmt: skip

    def test_no_order_is_lost_doubled_or_unexplained(self):
        rounds = int(os.environ.get("CRYPTOBOT_KILLS", "4"))
        seed = int(os.environ.get("CRYPTOBOT_SEED", str(random.randrange(1 << 30))))
        chance = random.Random(seed)
        for number in range(rounds):
            process = self.begin()
            time.sleep(chance.uniform(0.2, 8))
            ended = process.poll()
            process.kill()
            said = process.communicate()[1][-800:]
            self.assertIsNone(ended, f"seed {seed}, round {number} ended by itself: {said}")
            if number % self.rounds_to_look == self.rounds_to_look - 1:
                self.run_for("2s")
                self.expect_agreement()
        before = self.counts()
        process = self.begin()
        self.wait_traded(process, since=before)
        self.end(process)
        events, orders, names, _ = self.expect_agreement()
        # The market is opened only when every order was found and every balance agreed.
        traded = sum(event["kind"] == "connected" and event["stream"] == "any" for event in events)
        print(f"kills {rounds}, seed {seed}: reconciled and trading {traded} times, "
              f"{len(orders)} intents, {len(names)} at the venue, "
              f"{sum(event['kind'] == 'fill' for event in events)} fills", flush=True)
        self.assertEqual([event for event in events if event["kind"] == "adjustment"], [])
        self.assertGreater(len(names), 0)


if __name__ == "__main__":
    unittest.main()
