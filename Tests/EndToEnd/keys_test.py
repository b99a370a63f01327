"""`cryptobot keys`: every verb, every refusal, and what is left on the disk."""

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import time
import unittest
from contextlib import closing

from harness import RELEASE, ROOT, CommandTest

PASSPHRASE = "correct horse battery staple"


class KeysTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.store = self.path("keys.db")
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith("CRYPTOBOT_")}
        self.environment |= {"CRYPTOBOT_STORE": self.store, "CRYPTOBOT_PASSPHRASE": PASSPHRASE}

    def keys(self, *arguments, key=None, status=0, **environment):
        """Runs a verb with a key on standard input; returns what it says."""
        given = f"public-{key}\nsecret-{key}\n".encode() if key else b""
        settings = {**self.environment, **environment}
        settings = {name: value for name, value in settings.items() if value is not None}
        done = subprocess.run([RELEASE, "keys", *arguments], input=given, capture_output=True,
                              env=settings, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, status, done.stderr.decode() + done.stdout.decode())
        return (done.stdout or done.stderr).decode()

    def move_store_to_small_disk(self):
        """Another place for the store, a file system of its own of 8 MiB; returns its folder."""
        place = self.path("small")
        os.mkdir(place)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", place],
                                 capture_output=True)  # fmt: skip
        if mounted.returncode != 0:
            self.skipTest("mounting takes rights that are not here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        self.store = self.environment["CRYPTOBOT_STORE"] = os.path.join(place, "keys.db")
        return place

    def listed(self):
        return {key["id"]: key for key in json.loads(self.keys("list", "--json"))["keys"]}

    def steps(self):
        done = self.run_command("journal", "cat", self.store + ".journal", "--json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return [(event["id"], event["action"]) for event in events if event["kind"] == "key"]


class LifeTest(KeysTest):
    def test_a_key_lives_from_add_to_expire_and_the_journal_tells_it(self):
        self.assertIn("key 1  binance  main", self.keys("add", "binance", key=1))
        self.assertEqual(stat.S_IMODE(os.stat(self.store).st_mode), 0o600)
        said = json.loads(self.keys("rotate", "binance", "--grace", "1s", "--json", key=2))
        self.assertEqual([key["state"] for key in said["keys"]], ["grace", "active"])
        time.sleep(1.1)
        self.assertFalse(self.listed()[1]["isUsable"])
        self.assertIn("expired", self.keys("expire"))
        self.assertIn("no key was ended", self.keys("expire"))
        self.keys("add", "binance", "--label", "second", key=3)
        self.assertIn("--force", self.keys("revoke", "second", status=77))
        self.keys("revoke", "second", "--force")
        self.keys("emergency-revoke", "--all")
        self.assertIn("no key was ended", self.keys("emergency-revoke", "--all"))
        states = {number: key["state"] for number, key in self.listed().items()}
        self.assertEqual(states, {1: "expired", 2: "emergency-revoked", 3: "revoked"})
        self.assertEqual(self.steps(), [
            (1, "added"), (1, "activated"), (2, "added"), (2, "activated"), (1, "graced"),
            (1, "expired"), (3, "added"), (3, "activated"), (3, "revoked"),
            (2, "emergencyRevoked")])  # fmt: skip
        whole = self.json("journal", "verify", self.store + ".journal")
        self.assertTrue(whole["isWhole"])

    def test_an_emergency_erases_secrets_on_a_disk_without_a_free_byte(self):
        place = self.move_store_to_small_disk()
        self.keys("add", "binance", key=1)
        self.keys("add", "binance", "--label", "second", key=2)
        with open(os.path.join(place, "filler"), "wb", buffering=0) as filler, self.assertRaises(OSError):
            while True:
                filler.write(b"x" * 512)
        with closing(sqlite3.connect(self.store)) as database:
            sealed = dict(database.execute("SELECT id, sealed FROM key"))
        said = self.keys("emergency-revoke", "1", status=74)
        self.assertIn("the secrets of keys 1 are erased", said)
        states = {number: key["state"] for number, key in self.listed().items()}
        self.assertEqual(states, {1: "emergency-revoked", 2: "active"})
        with open(self.store, "rb") as stream:
            erased = stream.read()
        self.assertEqual(erased.count(b"emergency-revoked"), 1)
        self.assertEqual([erased.count(sealed[1]), erased.count(sealed[2])], [0, 1])

    def test_a_key_in_force_that_is_due_is_named_and_kept_unless_forced(self):
        self.keys("add", "binance", "--every", "1s", key=1)
        time.sleep(1.1)
        done = subprocess.run([RELEASE, "keys", "expire"], capture_output=True, env=self.environment,
                              text=True, timeout=60)  # fmt: skip
        self.assertEqual((done.returncode, done.stdout), (0, "no key was ended\n"))
        self.assertIn("key 1 (binance, main) was due on", done.stderr)
        self.assertIn("cryptobot keys rotate 1", done.stderr)
        said = json.loads(self.keys("expire", "--json"))
        self.assertEqual((said["keys"], [key["id"] for key in said["due"]]), ([], [1]))
        self.assertTrue(self.listed()[1]["isUsable"])
        said = json.loads(self.keys("expire", "--force", "--json"))
        self.assertEqual(([key["state"] for key in said["keys"]], said["due"]), (["expired"], []))
        self.assertFalse(self.listed()[1]["isUsable"])

    def test_a_passphrase_comes_through_a_pipe_whose_writer_is_late_and_is_said_to_be_waited_for(self):
        self.keys("add", "binance", key=1)
        with open(self.path("text"), "w") as stream:
            stream.write(PASSPHRASE + "\n")
        bare = {name: value for name, value in self.environment.items() if name != "CRYPTOBOT_PASSPHRASE"}
        for way in (f"CRYPTOBOT_PASSPHRASE_FILE=<(cat {self.path('text')}) {RELEASE} keys list",
                    f"CRYPTOBOT_PASSPHRASE_FILE=/dev/stdin {RELEASE} keys list < <(cat {self.path('text')})"):
            done = subprocess.run(["bash", "-c", way], capture_output=True, text=True, env=bare, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        os.mkfifo(self.path("pipe"))
        process = subprocess.Popen(
            [RELEASE, "keys", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**bare, "CRYPTOBOT_PASSPHRASE_FILE": self.path("pipe")})  # fmt: skip
        self.addCleanup(lambda: process.poll() is None and process.kill())
        self.assertIn("waiting for " + self.path("pipe"), process.stderr.readline())
        with open(self.path("pipe"), "w") as stream:
            stream.write(PASSPHRASE + "\n")
        self.assertIn("binance", process.communicate(timeout=60)[0])
        self.assertEqual(process.returncode, 0)

    def test_the_list_lines_up_and_its_fingerprint_is_what_sha256sum_says(self):
        self.keys("add", "binance", "--every", "10d", key=1)
        self.keys("add", "binance", "--label", "a-longer-label", key=2)
        head, first, second = self.keys("list").splitlines()
        for title in ("venue", "label", "fingerprint", "state", "rotation due"):
            column = head.index(title)
            for line in (first, second):
                self.assertEqual(line[column - 1], " ", line)
                self.assertNotEqual(line[column], " ", line)
        self.assertIn(hashlib.sha256(b"public-1").hexdigest()[:16], first)
        self.assertIn("soon", first)
        self.assertNotIn("soon", second)

    def test_a_passphrase_can_come_four_ways_and_be_changed(self):
        with open(self.path("passphrase"), "w") as stream:
            stream.write(PASSPHRASE + "\n")
        os.chmod(self.path("passphrase"), 0o644)
        by_file = {"CRYPTOBOT_PASSPHRASE": None, "CRYPTOBOT_PASSPHRASE_FILE": self.path("passphrase")}
        self.assertIn("chmod 600", self.keys("add", "binance", key=1, status=77, **by_file))
        os.chmod(self.path("passphrase"), 0o600)
        self.keys("add", "binance", key=1, **by_file)
        for number, file in ((2, ""), (3, "/dev/stdin")):
            done = subprocess.run(
                [RELEASE, "keys", "rotate", "binance"], capture_output=True,
                input=f"{PASSPHRASE}\npublic-{number}\nsecret-{number}\n".encode(),
                env={**self.environment, "CRYPTOBOT_PASSPHRASE": "", "CRYPTOBOT_PASSPHRASE_FILE": file})
            self.assertEqual(done.returncode, 0, done.stderr)
        self.keys("passphrase", CRYPTOBOT_NEW_PASSPHRASE="a new one of four words")
        self.assertIn("not its passphrase", self.keys("list", status=77))
        self.keys("list", CRYPTOBOT_PASSPHRASE="a new one of four words")
        self.assertEqual(self.steps()[-1], (0, "resealed"))

    def test_a_key_of_a_form_that_its_venue_does_not_take_never_gets_in(self):
        self.assertIn("no base64", self.keys("add", "kraken", key=1, status=65))
        self.assertIn("Ed25519 or a P-256", self.keys("add", "coinbase", key=1, status=65))
        self.assertFalse(os.path.exists(self.store))
        secret = base64.b64encode(b"kraken" * 11).decode()
        self.keys("add", "kraken", key=1, CRYPTOBOT_API_KEY="kraken-1", CRYPTOBOT_API_SECRET=secret)
        self.assertIn("no base64", self.keys("rotate", "kraken", key=2, status=65))
        self.assertEqual(self.listed()[1]["state"], "active")

    def test_a_passphrase_that_is_given_twice_becomes_no_key(self):
        done = subprocess.run(
            [RELEASE, "keys", "add", "binance"], capture_output=True, env=self.environment,
            input=f"{PASSPHRASE}\npublic-1\nsecret-1\n".encode())  # fmt: skip
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn(b"is the passphrase given twice?", done.stderr)

    def test_half_a_key_in_the_environment_is_no_key(self):
        said = self.keys("add", "binance", key=1, status=77, CRYPTOBOT_API_SECRET="half")
        self.assertIn("CRYPTOBOT_API_SECRET is set and CRYPTOBOT_API_KEY is not", said)

    def test_many_at_the_same_time_take_turns(self):
        self.keys("add", "binance", key=1)
        processes = []
        for number in range(2, 6):
            process = subprocess.Popen(
                [RELEASE, "keys", "add", "binance", "--label", f"label-{number}"],
                stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                env=self.environment)
            process.stdin.write(f"public-{number}\nsecret-{number}\n".encode())
            process.stdin.close()
            processes.append(process)
        for process in processes:
            said = process.stderr.read()
            self.assertEqual(process.wait(60), 0, said)
            process.stdout.close()
            process.stderr.close()
        self.assertEqual(sorted(self.listed()), [1, 2, 3, 4, 5])


class RefusalTest(KeysTest):
    def test_what_is_not_there_is_named(self):
        self.assertIn("keys add", self.keys("list", status=66))
        self.assertIn("nowhere", self.keys("add", "nowhere", key=1, status=64))
        self.assertFalse(os.path.exists(self.store))
        self.keys("add", "binance", key=1)
        for verb in ("rotate", "revoke", "emergency-revoke"):
            self.assertIn("`9`", self.keys(verb, "9", key=2, status=64))
        self.assertIn("label `main`", self.keys("add", "binance", key=2, status=64))
        self.assertIn("as key 1", self.keys("add", "binance", "--label", "b", key=1, status=65))

    def test_the_only_key_of_a_venue_is_kept_unless_that_is_forced(self):
        self.keys("add", "binance", key=1)
        self.assertIn("--force", self.keys("revoke", "1", status=77))
        self.keys("revoke", "1", "--force")
        self.assertIn("has ended", self.keys("revoke", "1", status=77))

    def test_nonsense_is_refused_before_anything_is_made(self):
        for arguments, said in (
            (("--every", "0"), "--every 0"), (("--every", "soon"), "--every soon"),
            (("--label", "7"), "--label 7"), (("--label", "two words"), "--label two words")):
            self.assertIn(said, self.keys("add", "binance", *arguments, key=1, status=64))
        self.assertIn("12 or more", self.keys(
            "add", "binance", key=1, status=77, CRYPTOBOT_PASSPHRASE="short"))
        self.assertIn("no passphrase", self.keys(
            "add", "binance", status=77, CRYPTOBOT_PASSPHRASE=None))
        self.assertIn("line with the key's id is missing", self.keys("add", "binance", status=65))
        self.assertIn("name one key, or all", self.keys("emergency-revoke", "1", "--all", status=64))
        self.assertFalse(os.path.exists(self.store))

    def test_what_no_id_and_no_name_has_in_it_is_refused_on_one_line(self):
        for wrong, said in (("a\nb", "a line end (\\n) in place 2"), ("x y", "a blank in place 2"),
                            ("caf\u00e9", "the byte 195 in place 4")):
            told = self.keys("add", "binance", status=65, CRYPTOBOT_API_KEY=wrong, CRYPTOBOT_API_SECRET="s")
            self.assertIn(said, told)
            self.assertNotIn(wrong, told)
        told = self.keys("add", "binance", status=65, CRYPTOBOT_API_KEY="k" * 5000, CRYPTOBOT_API_SECRET="s")
        self.assertIn("the key's id has 5000 characters", told)
        self.assertFalse(os.path.exists(self.store))
        self.assertIn("--label a\\nb:", self.keys("add", "binance", "--label", "a\nb", key=1, status=64))
        self.keys("add", "binance", key=1)
        self.assertIn("`a\\nb`", self.keys("revoke", "a\nb", status=64))

    def test_a_name_is_a_label_before_it_is_a_venue(self):
        self.keys("add", "binance", key=1)
        self.keys("add", "binance", "--label", "binance", key=2)
        self.keys("revoke", "binance", "--force")
        self.assertEqual({id: key["state"] for id, key in self.listed().items()}, {1: "active", 2: "revoked"})

    def test_a_journal_of_something_else_beside_the_store_is_refused_and_a_lost_one_is_told(self):
        self.keys("add", "binance", key=1)
        shutil.rmtree(self.store + ".journal")
        done = subprocess.run([RELEASE, "keys", "expire"], capture_output=True, text=True,
                              env=self.environment, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 0)
        self.assertIn("keys.db.journal was not there and is begun anew: what happened to key 1", done.stderr)
        self.assertEqual(self.steps(), [(1, "activated")])
        shutil.rmtree(self.store + ".journal")
        shutil.copytree(os.path.join(ROOT, "journals", "live-candles-1"), self.store + ".journal")
        self.assertIn("is not this store's journal: it holds events of another kind",
                      self.keys("revoke", "1", "--force", status=65))
        self.assertTrue(self.listed()[1]["isUsable"])
        self.assertIn("the secrets of keys 1 are erased", self.keys("emergency-revoke", "1", status=74))
        self.assertFalse(self.listed()[1]["isUsable"])

    def test_an_emergency_closes_an_open_store_and_says_where_nothing_can_be_erased(self):
        self.keys("add", "binance", key=1)
        with open(self.store, "rb") as stream:
            whole = stream.read()
        os.chmod(self.store, 0o644)
        done = subprocess.run([RELEASE, "keys", "emergency-revoke", "--all"], capture_output=True, text=True,
                              env=self.environment, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("emergency-revoked", done.stdout)
        self.assertIn("(mode 644) and is closed to them now", done.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(self.store).st_mode), 0o600)
        for length in (0, 100, len(whole) // 2):
            with open(self.store, "wb") as stream:
                stream.write(whole[:length])
            said = self.keys("emergency-revoke", "1", status=74)
            self.assertIn("nothing could be erased", said)
            self.assertIn("Revoke the key at its venue now", said)

    def test_an_emergency_on_a_file_system_that_is_only_read_names_the_venue(self):
        place = self.move_store_to_small_disk()
        self.keys("add", "binance", key=1)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True, capture_output=True)
        said = self.keys("emergency-revoke", "1", status=74)
        self.assertIn("nothing could be erased", said)
        self.assertIn("Revoke the key at binance now", said)

    def test_a_secret_of_the_wrong_form_is_not_kept(self):
        done = subprocess.run(
            [RELEASE, "keys", "add", "binance"], capture_output=True, env=self.environment,
            input=b"public-1\n-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn(b"PEM", done.stderr)
        self.assertNotIn(b"hidden", done.stderr)
        self.assertFalse(os.path.exists(self.store))

    def test_a_store_that_others_may_read_or_that_was_cut_is_refused(self):
        self.keys("add", "binance", key=1)
        os.chmod(self.store, 0o644)
        self.assertIn("chmod 600", self.keys("list", status=77))
        os.chmod(self.store, 0o600)
        with open(self.store, "rb") as stream:
            whole = stream.read()
        for length in (0, 100, len(whole) // 2):
            with open(self.store, "wb") as stream:
                stream.write(whole[:length])
            said = self.keys("rotate", "1", key=2, status=65)
            self.assertRegex(said, "damaged|empty")
            with open(self.store, "rb") as stream:
                self.assertEqual(stream.read(), whole[:length])
        with open(self.store, "wb") as stream:
            stream.write(whole)
        self.keys("rotate", "1", key=2)


if __name__ == "__main__":
    unittest.main()
