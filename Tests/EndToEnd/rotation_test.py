"""Keys of a running engine are rotated, refused and revoked at a loopback exchange, which is the witness of
what each of them signed. `CRYPTOBOT_ROTATIONS` is how often, `CRYPTOBOT_SEED` of the waits in between."""

import json
import os
import random
import secrets
import subprocess
import time
import unittest

from harness import RELEASE
from trading import PATIENT, TradeTest

PASSPHRASE = "correct horse battery staple"


class RotationTest(TradeTest):
    """A store with the exchange's demo key in it, and a run that takes its key from there."""

    rate = 200
    options = ["--history", "1m", "--order-limit", "1000000", "--weight-limit", "10000000"]

    def setUp(self):
        super().setUp()
        self.given = [self.place["apiKey"]]
        self.keys("add", "binance", key=(self.place["apiKey"], self.place["secret"]))

    def tearDown(self):
        """Whatever a test did: nothing was signed with a key after its end."""
        late = {key["apiKey"]: key["late"] for key in self.held() if key["late"]}
        self.assertEqual(late, {})
        super().tearDown()

    @property
    def environment(self):
        settings = {key: value for key, value in os.environ.items() if "API" not in key}
        return {**settings, "CRYPTOBOT_STORE": self.path("keys.db"),
                "CRYPTOBOT_PASSPHRASE": PASSPHRASE}  # fmt: skip

    def keys(self, *arguments, key=None):
        done = subprocess.run(
            [RELEASE, "keys", *arguments, "--json"], input="\n".join(key or ()).encode(),
            capture_output=True, env=self.environment, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["keys"]

    def held(self):
        return self.http("GET", "/control/keys")["keys"]

    def signed_by(self, name):
        return next(key["signed"] for key in self.held() if key["apiKey"] == name)

    def make(self, is_known=True):
        """A new key, which the exchange knows or does not."""
        name, secret = f"key-{len(self.given)}-{secrets.token_hex(4)}", secrets.token_hex(16)
        if is_known:
            body = {"apiKey": name, "secret": secret, "account": self.given[0]}
            self.http("POST", "/control/keys", body)
        self.given.append(name)
        return name, secret

    def rotate(self, grace, *options):
        key = self.make()
        self.keys("rotate", "main", "--grace", grace, *options, key=key)
        return key[0]

    def end_at_venue(self, name, milliseconds=0):
        self.http("DELETE", f"/control/keys?apiKey={name}&milliseconds={milliseconds}")

    def trading(self):
        """A run that has signed with the first key and sends orders."""
        process = self.begin("--json")
        self.wait_for(lambda: process.poll() is not None or self.signed_by(self.given[0]) > 20)
        self.assertIsNone(process.poll(), process.stderr and process.poll() and process.stderr.read())
        return process

    def end_by_itself(self, process, status):
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, said[-2000:])
        return said

    def story(self):
        return [(event["id"], event["action"])
                for event in self.journal_events() if event["kind"] == "key"]  # fmt: skip

    def fills(self):
        """(ours, the exchange's) fills, each by its trade's id."""
        ledger = self.http("GET", "/control/ledger")["accounts"][0]
        ours = [event for event in self.journal_events() if event["kind"] == "fill"]
        return sorted(fill["tradeID"] for fill in ours), sorted(row["id"] for row in ledger["trades"])


class LoadTest(RotationTest):
    def test_rotations_under_load_lose_no_fill(self):
        rotations = int(os.environ.get("CRYPTOBOT_ROTATIONS", "6"))
        seed = int(os.environ.get("CRYPTOBOT_SEED", str(random.randrange(1 << 30))))
        chance = random.Random(seed)
        process = self.trading()
        for number in range(rotations):
            old, grace = self.given[-1], chance.choice(["0", "300ms", "1s", "5s"])
            new = self.rotate(grace)
            self.wait_for(lambda new=new: self.signed_by(new) > 0)
            # The venue's end of the old key: behind the end of its grace, and a request's way.
            self.end_at_venue(old, {"0": 0, "300ms": 300, "1s": 1000, "5s": 5000}[grace] + 500)
            time.sleep(chance.uniform(0, 0.3))
            self.assertIsNone(process.poll(), f"seed {seed}, rotation {number}")
            if number % 100 == 99:
                print(f"{number + 1} rotations", flush=True)
        self.end(process)
        ours, theirs = self.fills()
        print(f"rotations {rotations}, seed {seed}: {len(ours)} fills, "
              f"{sum(key['signed'] for key in self.held())} requests", flush=True)  # fmt: skip
        self.assertGreater(len(ours), 0)
        self.assertEqual(ours, theirs)
        self.expect_agreement_of_orders()
        signed = [key for key, action in self.story() if action == "activated"]
        # A key in grace may take over for the moment in which the journal does not have its successor.
        self.assertEqual(list(dict.fromkeys(signed)), list(range(1, rotations + 2)))
        self.assertEqual(signed[-1], rotations + 1)
        self.assertTrue(self.json("journal", "verify", self.path("keys.db.journal"))["isWhole"])

    def expect_agreement_of_orders(self):
        """As `expect_agreement`, by the exchange's ledger: the first key signs nothing any more."""
        events = self.journal_events()
        known = {event["sequence"] for event in events if event["kind"] == "order"}
        orders = self.http("GET", "/control/ledger")["accounts"][0]["orders"]
        numbers = [int(order["placedAs"][16:], 16) for order in orders]
        self.assertEqual(len(numbers), len(set(numbers)), "an order was placed twice")
        self.assertLessEqual(set(numbers), known, "an order without an intent in the journal")
        self.assertEqual([event for event in events if event["kind"] == "adjustment"], [])


class SwitchTest(RotationTest):
    def test_a_key_that_the_venue_refuses_leaves_the_old_one_in_force_until_its_grace_ends(self):
        process = self.trading()
        unknown = self.make(is_known=False)
        self.keys("rotate", "main", "--grace", "4s", key=unknown)
        before = self.signed_by(self.given[0])
        self.wait_for(lambda: self.signed_by(self.given[0]) > before + 20)
        # What the venue did not know it does now, as after a while on its way.
        self.http("POST", "/control/keys", {
            "apiKey": unknown[0], "secret": unknown[1], "account": self.given[0]})
        self.wait_for(lambda: self.signed_by(unknown[0]) > 0)
        self.end_at_venue(self.given[0])
        time.sleep(1)
        self.end(process)
        self.assertEqual(self.story(), [
            (1, "activated"), (2, "activated"), (1, "graced"), (2, "refused"), (1, "activated"),
            (1, "expired"), (2, "activated")])
        self.assertEqual(*self.fills())

    def test_a_run_begins_with_the_old_key_where_the_venue_refuses_the_new_one(self):
        self.keys("rotate", "main", "--grace", "60s", key=self.make(is_known=False))
        process = self.begin()
        self.wait_for(lambda: self.signed_by(self.given[0]) > 5)
        self.end(process)
        self.assertEqual(self.story(), [
            (2, "activated"), (1, "graced"), (2, "refused"), (1, "activated")])

    def test_in_grace_a_key_signs_no_more_once_its_successor_does(self):
        process = self.trading()
        new = self.rotate("60s")
        self.wait_for(lambda: self.signed_by(new) > 5)
        before = self.signed_by(self.given[0])
        time.sleep(2)
        self.assertEqual(self.signed_by(self.given[0]), before)
        self.end(process)
        self.assertEqual(self.story(), [(1, "activated"), (2, "activated"), (1, "graced")])

    def test_an_emergency_stops_a_key_within_a_second_and_its_fellow_takes_over(self):
        process = self.trading()
        new = self.rotate("60s")
        self.wait_for(lambda: self.signed_by(new) > 5)
        self.keys("emergency-revoke", "2")
        time.sleep(1)
        self.end_at_venue(new)
        before = self.signed_by(self.given[0])
        self.wait_for(lambda: self.signed_by(self.given[0]) > before + 5)
        self.end(process)
        self.assertEqual(self.story(), [
            (1, "activated"), (2, "activated"), (1, "graced"), (2, "emergencyRevoked"),
            (1, "activated")])
        self.assertEqual(*self.fills())

    def test_an_emergency_without_another_key_halts_and_says_what_stays_open(self):
        self.configure(strategy=PATIENT)
        process = self.begin("--json")
        self.wait_for(lambda: self.signed("openOrders"))
        self.keys("emergency-revoke", "--all")
        time.sleep(1)
        before = self.signed_by(self.given[0])
        self.end_at_venue(self.given[0])
        said = self.end_by_itself(process, 77)
        self.assertEqual(self.signed_by(self.given[0]), before)
        self.assertIn("every key for binance has ended", said)
        self.assertRegex(said, r"BTCUSDT (buy|sell) [\d.]+ at [\d.]+ \(event \d+\)")
        events = self.journal_events()
        self.assertEqual(self.story(), [(1, "activated"), (1, "emergencyRevoked")])
        halts = [event["reasonCode"] for event in events if event["kind"] == "halt"]
        self.assertEqual(halts, [2])
        # A new key and a person's word, and it goes on.
        key = self.make()
        self.keys("add", "binance", key=key)
        self.assertIn("--resume", self.run_for("5s", status=77))
        self.run_for("4s", "--resume")
        ours, theirs = self.fills()
        self.assertEqual(ours, theirs)

    def test_a_key_that_expires_in_the_store_signs_nothing_any_more_and_one_in_force_stays(self):
        process = self.trading()
        new = self.rotate("1s", "--every", "1s")
        self.wait_for(lambda: self.signed_by(new) > 0)
        time.sleep(1.2)
        self.assertEqual([(key["id"], key["state"]) for key in self.keys("expire")], [(1, "expired")])
        self.end_at_venue(self.given[0])
        time.sleep(1)
        process.terminate()
        said = self.end_by_itself(process, 0)
        self.assertEqual(said.count("key 2 (binance, main) is due in 0 d"), 1, said)
        self.assertIn("cryptobot keys rotate 2", said)
        self.assertEqual(self.story(), [
            (1, "activated"), (2, "activated"), (1, "graced"), (1, "expired")])
        self.assertEqual(*self.fills())


class MemoryTest(RotationTest):
    def is_in_memory(self, process, text):
        """Whether a text stands anywhere in what a process can write to."""
        with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb") as memory:
            for line in maps:
                place, rights, *rest = line.split()
                first, last = (int(end, 16) for end in place.split("-"))
                # The command itself, where the demo key stands as a constant, is a file.
                is_file = rest[-1].startswith("/")
                if is_file or not rights.startswith("rw") or last - first > 1 << 30:
                    continue
                memory.seek(first)
                try:
                    if text.encode() in memory.read(last - first):
                        return True
                except OSError:
                    continue
        return False

    def test_a_key_that_has_ended_is_wiped_from_the_memory_of_the_run(self):
        process = self.trading()
        if not os.access(f"/proc/{process.pid}/mem", os.R_OK):
            self.skipTest("another process's memory may not be read here")
        self.assertTrue(self.is_in_memory(process, "BTCUSDT"))
        name, secret = self.make()
        self.keys("rotate", "main", "--grace", "2s", key=(name, secret))
        self.wait_for(lambda: self.signed_by(name) > 5)
        last = self.make()
        self.keys("rotate", "main", "--grace", "0", key=last)
        self.wait_for(lambda: self.signed_by(last[0]) > 5)
        time.sleep(2)
        for ended in (self.place["secret"], secret, PASSPHRASE):
            self.assertFalse(self.is_in_memory(process, ended))
        self.end(process)


class ChoiceTest(RotationTest):
    def test_a_run_says_which_account_it_wants_where_there_are_several(self):
        self.keys("add", "binance", "--label", "second", key=self.make())
        self.assertIn("--key main or second", self.run_for("2s", status=64))
        self.run_for("2s", "--key", "second")
        self.assertEqual(self.story(), [(2, "activated")])
        self.assertEqual(self.signed_by(self.given[0]), 0)
        self.assertIn("answers to `third`", self.run_for("2s", "--key", "third", status=77))


if __name__ == "__main__":
    unittest.main()
