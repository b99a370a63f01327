"""Strategies made in a scenario trade on paper and live, and are restored from the journal alone."""

import json
import time

from trading import TradeTest

RULES = json.dumps({
    "name": "ensemble", "bar": "1s", "of": [
        {"name": "ema-cross", "as": "cross", "parameters": {"fast": 2, "slow": 5}},
        {"name": "composed", "as": "rules",
         "indicators": {"far": "sma:length=2 on 3s", "last": "ema:length=3 on ticks:20"},
         "long": "close > last or close > far", "exit": "close < last"}]})


class TradedTest(TradeTest):
    """What trades is restored from its journal, on paper and live."""

    strategy = RULES

    rate = 200
    options = ["--history", "1m", "--order-limit", "100000"]

    def asked(self):
        return [event for event in self.journal_events() if event["kind"] == "signal"]

    def test_a_killed_paper_run_goes_on_where_it_ended(self):
        self.configure(capital="capital: {USDT: 100000, BTC: 1}")
        process = self.begin("--paper")
        time.sleep(12)
        process.kill()
        process.communicate()
        before = self.asked()
        said = self.run_for("8s", "--paper")
        self.assertEqual(self.json("replay", self.path("live"))["fingerprint"], said["fingerprint"])
        after = self.asked()
        self.assertEqual(after[:len(before)], before)
        self.assertGreater(len(after), 0)

    def test_a_live_run_ends_in_order_and_the_next_goes_on(self):
        self.run_for("12s")
        before = self.asked()
        said = self.run_for("8s")
        self.assertEqual(self.json("replay", self.path("live"))["fingerprint"], said["fingerprint"])
        after = self.asked()
        self.assertEqual(after[:len(before)], before)
        self.assertGreater(len(after), 0)
        self.expect_agreement()
