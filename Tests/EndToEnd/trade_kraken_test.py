"""`cryptobot trade --live` in Kraken's language at `cryptobot exchange`: what the journal holds is what the venue
did, trade by trade, whatever is killed, late, lost, doubled or cut in between."""

import base64
import os
import random
import secrets
import subprocess
import time
import unittest

import packages
from trading import PATIENT, FromStore
from trading_kraken import KrakenTradeTest


class KrakenLiveTest(KrakenTradeTest):
    def test_a_run_ends_in_order_and_the_next_goes_on(self):
        before = self.counts()
        for _ in range(2):
            process = self.begin("--json")
            self.wait_traded(process, orders=5, trades=1, since=before)
            self.end(process)
            self.assertEqual(self.open_orders(), {})
            _, names, fills = self.expect_agreement()
            before = self.counts()
            self.assertEqual([len(names), len(fills)], before)

    def test_orders_of_a_killed_run_are_found_by_their_names_and_taken_back(self):
        self.configure(strategy=PATIENT)
        process = self.begin()
        self.wait_for(self.open_orders)
        process.kill()
        process.communicate()
        left = {order["cl_ord_id"] for order in self.open_orders().values()}
        self.assertGreater(len(left), 0)
        self.run_until_connected()
        self.assertEqual(self.open_orders(), {})
        events, names, _ = self.expect_agreement()
        ended = {event["order"] for event in events if event["kind"] == "canceled"}
        self.assertLessEqual({int(name[16:], 16) for name in left}, ended & names.keys())

    def test_orders_are_taken_back_while_the_link_is_away(self):
        self.configure(venue="cancelOnExit: true, deadMansSwitch: 30s", strategy=PATIENT)
        self.expect_taken_back(self.relay_account(), self.open_orders)
        self.expect_agreement()

    def test_a_killed_runs_orders_are_gone_when_the_switch_strikes(self):
        self.configure(venue="deadMansSwitch: 2s", strategy=PATIENT)
        process = self.begin()
        self.wait_for(self.open_orders)
        time.sleep(3)
        self.assertGreater(len(self.open_orders()), 0, "the switch struck while the run lived")
        process.kill()
        self.assertIn("hears nothing for 2 s", process.communicate()[1])
        self.wait_for(lambda: not self.open_orders(), patience=10)
        self.run_until_connected()
        self.expect_agreement()

    def test_orders_that_are_to_stay_outlive_the_switch(self):
        self.configure(venue="deadMansSwitch: 1s, cancelOnExit: false", strategy=PATIENT)
        process = self.begin()
        self.wait_for(self.open_orders)
        self.end(process)
        left = self.open_orders().keys()
        self.assertGreater(len(left), 0)
        time.sleep(1.5)
        self.assertEqual(self.open_orders().keys(), left)

    def test_another_client_of_krakens_is_told_the_same(self):
        clients = packages.module("kraken.spot", "kraken-venv", ["python-kraken-sdk"])
        self.configure(venue="cancelOnExit: false", strategy=PATIENT)
        process = self.begin()
        self.wait_for(self.open_orders)
        self.end(process)
        secret = base64.b64encode(b"the secret of another client").decode()
        self.add_key("other", secret)
        user = clients.User(key="other", secret=secret, url=self.place["rest"])
        ours = self.open_orders()
        self.assertGreater(len(ours), 0)
        self.assertEqual(user.get_open_orders()["open"], ours)
        self.assertEqual(user.get_orders_info(txid=list(ours)), ours)
        self.assertEqual(user.get_closed_orders()["closed"], self.paged("ClosedOrders", "closed"))
        self.assertEqual(user.get_trades_history()["count"], len(self.paged("TradesHistory", "trades")))
        self.assertEqual(user.get_balances(), self.asked("BalanceEx"))

    def test_a_switch_that_a_venue_lacks_is_refused(self):
        with open(self.path("trade.yaml")) as stream:
            text = stream.read().replace("name: kraken", "name: coinbase")
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(text.replace("cancelOnExit: true", "deadMansSwitch: 30s"))
        self.assertIn("`deadMansSwitch`: coinbase has none", self.run_for("2s", status=65))

    def test_a_wrong_secret_opens_nothing_and_is_not_shown(self):
        wrong = {**self.environment, "CRYPTOBOT_API_SECRET": "d3Jvbmcgc2VjcmV0"}
        done = subprocess.run(
            self.command("--for", "2s"), capture_output=True, text=True, env=wrong, timeout=60)
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("EAPI:Invalid signature", done.stderr)
        self.assertIn("check id and secret", done.stderr)
        self.assertNotIn("d3Jvbmcgc2VjcmV0", done.stdout + done.stderr)


class ManyOrders(KrakenTradeTest):
    """Strategies that have many orders open."""

    strategy = "[{name: buy-and-hold, bar: 1s, share: 5%}, " + ", ".join(
        f"{{name: market-making, share: 9%, parameters: {{spread: {spread}, size: 5, limit: 50, requote: 1000}}}}"
        for spread in range(60, 110, 5)) + "]"  # fmt: skip

    def configure(self, **options):
        super().configure(**options)
        with open(self.path("trade.yaml")) as stream:
            text = stream.read().replace("strategy: ", "strategies: ", 1)
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(text)


class KrakenManyCancelsTest(ManyOrders):
    def test_many_orders_are_taken_back_while_the_link_is_away_and_answers_are_slow(self):
        self.configure(venue="cancelOnExit: true, deadMansSwitch: off")
        relay = self.relay_account()
        process = self.begin()
        self.wait_for(lambda: len(self.open_orders()) > 9)
        relay.cut()
        self.http("POST", "/control/faults", {"fault": "late-ack", "every": 1, "milliseconds": 2200})
        self.end(process)
        # Ten orders, one request each, would be as many answers that the fault made late.
        [fault] = self.http("GET", "/control/faults")
        self.assertIn(fault["strikes"], range(1, 6))
        self.assertEqual(self.open_orders(), {})
        self.expect_agreement()


class KrakenCounterTest(ManyOrders):
    """What Kraken counts of a key's questions, as for its lowest tier; and no report of an order comes."""

    options = ["--history", "1m", "--kraken-tier", "starter", "--fault", "gap,every=1,stream=user"]

    def test_all_orders_of_a_killed_run_are_found_before_its_key_has_asked_too_much(self):
        process = self.begin()
        self.wait_traded(process, orders=11, trades=1)
        process.kill()
        process.communicate()
        self.http("DELETE", "/control/faults")
        events = self.journal_events()
        self.assertNotIn("fill", {event["kind"] for event in events})
        self.run_for("1s")
        after = self.expect_agreement()[0][len(events):]
        begun = next(event for event in after if event["kind"] == "connected")
        found = [event for event in after
                 if event["kind"] == "accepted" and event["order"] <= len(events)]  # fmt: skip
        self.assertGreaterEqual(len(found), 10)
        self.assertIn("fill", {event["kind"] for event in after})
        self.assertLess(found[-1]["receiveTime"] - begun["receiveTime"], 5_000_000_000)
        self.assertEqual(set(self.by_key("limited").values()), {0})


class KrakenRotationTest(FromStore, KrakenTradeTest):
    def test_rotations_lose_no_fill_and_no_ended_key_signs(self):
        old = self.place["apiKey"]
        self.keys("add", "kraken", key=(old, self.place["secret"]))
        process = self.begin()
        self.wait_for(lambda: self.by_key("signed")[old] > 5)
        for number in range(3):
            new, secret = f"rotated-{number}", base64.b64encode(secrets.token_bytes(64)).decode()
            self.add_key(new, secret)
            old = self.rotate(old, (new, secret))
        self.end(process)
        self.expect_rotations(self.expect_agreement()[0], 3)


class KrakenFaultTest(KrakenTradeTest):
    """kill -9 at any moment, with every fault of orders and reports on. `CRYPTOBOT_KILLS` is how often."""

    options = [
        "--history", "1m", "--fault", "late-ack,every=7,milliseconds=300", "--fault", "lost-ack,every=23",
        "--fault", "error,every=9", "--fault", "duplicate,every=5", "--fault", "reorder,every=6",
        "--fault", "gap,every=19,stream=user"]  # fmt: skip

    def test_no_order_is_lost_doubled_or_unexplained(self):
        rounds = int(os.environ.get("CRYPTOBOT_KILLS", "2"))
        seed = int(os.environ.get("CRYPTOBOT_SEED", str(random.randrange(1 << 30))))
        chance = random.Random(seed)
        for number in range(rounds):
            process = self.begin()
            time.sleep(chance.uniform(0.5, 7))
            ended = process.poll()
            process.kill()
            said = process.communicate()[1][-800:]
            self.assertIsNone(ended, f"seed {seed}, round {number} ended by itself: {said}")
        struck = {fault["fault"]: fault["strikes"] for fault in self.http("GET", "/control/faults")}
        self.http("DELETE", "/control/faults")
        # A run that trades has found every order, and its balances agree.
        before = len(self.venue_orders())
        process = self.begin()
        self.wait_for(lambda: len(self.venue_orders()) > before, patience=60)
        self.end(process)
        _, names, fills = self.expect_agreement()
        print(f"kills {rounds}, seed {seed}: {len(names)} orders at the venue, {len(fills)} fills, {struck}",
              flush=True)  # fmt: skip
        self.assertGreater(len(names), 0)


if __name__ == "__main__":
    unittest.main()
