"""`doctor` finds each planted fault, in figures, and says what to do; and finds nothing where all is well."""

import json
import os
import shutil
import socket
import subprocess
import unittest

from exchange_server import ExchangeTest
from harness import RELEASE, ROOT

ID = "0123456789abcdef0123456789abcdef"


class DoctorTest(ExchangeTest):
    """A machine with an exchange on loopback for its venue."""

    options = ["--history", "1m"]

    def setUp(self):
        super().setUp()
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("CRYPTOBOT_", "BINANCE_", "XDG_"))}
        self.environment = {**clean, "HOME": self.folder}

    def look(self, *options, status=0, venue=True, preexec=None, **variables):
        """The checks by name; the exit code is 1 exactly where one fails."""
        where = ["binance", "--url", self.place["rest"] + "/api", "--stream-url", self.place["ws"]]
        done = subprocess.run(
            [RELEASE, "doctor", *(where if venue else []), *options, "--json"], capture_output=True,
            text=True, cwd=self.folder, env={**self.environment, **variables}, timeout=60,
            preexec_fn=preexec)  # fmt: skip
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["isWell"], status == 0)
        verdicts = [row["verdict"] for row in answer["checks"]]
        self.assertEqual("fail" in verdicts, status == 1)
        for row in answer["checks"]:
            self.assertEqual(row["advice"] is None, row["verdict"] == "pass", row)
        return answer["checks"]

    def fault(self, check, *words, checks):
        """The one check that fails, with what it has to say."""
        failed = [row for row in checks if row["verdict"] == "fail"]
        self.assertEqual([row["check"].split(" /")[0] for row in failed], [check], failed)
        for word in words:
            self.assertIn(word, failed[0]["found"] + " -> " + failed[0]["advice"])

    def keys(self, *arguments, secret=True, status=0):
        done = subprocess.run(
            [RELEASE, "keys", *arguments], capture_output=True, text=True, cwd=self.folder,
            env={**self.environment, "CRYPTOBOT_PASSPHRASE": "correct horse battery staple",
                 **({"CRYPTOBOT_API_KEY": ID, "CRYPTOBOT_API_SECRET": "planted" * 5} if secret else {})})
        self.assertEqual(done.returncode, status, done.stderr)

    # Nothing planted

    def test_a_healthy_machine_passes_with_figures(self):
        rows = self.look()
        checks = {row["check"]: row for row in rows}
        self.assertRegex(checks["venue binance REST"]["found"], r"answered in \d+\.\d\d ms")
        self.assertRegex(checks["venue binance streams"]["found"], r"opened in \d+\.\d\d ms")
        self.assertRegex(checks["clock against binance"]["found"], r"\d+\.\d\d ms (ahead|behind)")
        self.assertRegex(checks["versions"]["found"],
                         r"cryptobot .* logic \d+.*; SQLite 3\.\d+\.\d+, LZ4 \d+\.\d+\.\d+, OpenSSL \d")
        disks = [row for row in rows if row["check"].startswith("disk")]
        self.assertRegex(disks[0]["found"], r"\d+ [GM]iB of \d+ [GM]iB free")
        self.assertRegex(disks[1]["found"], r"written and synced in \d+ µs")
        self.assertEqual([name for name in os.listdir(self.folder) if "doctor" in name], [])

    def test_people_get_a_table_with_advice_below_what_is_wrong(self):
        done = subprocess.run(
            [RELEASE, "doctor", "--journals", "absent", "binance", "--url", "http://127.0.0.1:9",
             "--stream-url", "ws://127.0.0.1:9"], capture_output=True, text=True, cwd=self.folder,
            env=self.environment)  # fmt: skip
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        row = next(place for place, line in enumerate(lines) if line.startswith("fail  disk absent"))
        self.assertIn("do: make it, or name another with --journals", lines[row + 1])
        self.assertRegex(lines[-1], r"\d+ pass, \d+ warn, 3 fail")

    # Planted faults

    def test_a_full_disk(self):
        place = self.path("small")
        os.mkdir(place)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "none", place],
                                 capture_output=True)  # fmt: skip
        if mounted.returncode:
            self.skipTest("no right to mount a small file system here")
        self.addCleanup(subprocess.run, ["umount", place], check=True)
        with open(os.path.join(place, "ballast"), "wb") as stream:
            stream.write(bytes(80_000))
        checks = self.look("--journals", place, status=1)
        failed = [row for row in checks if row["verdict"] == "fail"]
        self.assertEqual({row["check"] for row in failed}, {f"disk {place}"})
        self.assertIn("0 MiB of 0 MiB free", failed[0]["found"])
        self.assertIn("64 KiB cannot be written", failed[1]["found"])
        self.assertIn("free space", failed[0]["advice"])
        self.assertEqual(os.listdir(place), ["ballast"])

    def test_a_file_that_may_not_grow(self):
        def limit():
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))

        self.fault("disk .", "only 4096 bytes of a block fit", "free space",
                   checks=self.look(status=1, preexec=limit))

    def test_a_folder_that_is_not_there(self):
        self.fault("disk absent", "no such folder", "--journals",
                   checks=self.look("--journals", "absent", status=1))
        self.fault("disk", "it is a file", "--journals",
                   checks=self.look("--journals", "/dev/null", status=1))

    def test_a_skewed_clock(self):
        self.http("POST", "/control/faults", {"fault": "skew", "milliseconds": 90_000})
        checks = self.look(status=1)
        self.fault("clock against binance", "ms behind", "chrony", checks=checks)
        row = next(row for row in checks if row["check"] == "clock against binance")
        self.assertTrue(89_000 < float(row["found"].split()[0]) < 91_000, row)

    def test_an_unreachable_venue(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        checks = self.look("binance", "--url", f"http://127.0.0.1:{port}", "--stream-url",
                           f"ws://127.0.0.1:{port}", venue=False, status=1)  # fmt: skip
        failed = [row for row in checks if row["verdict"] == "fail"]
        self.assertEqual([row["check"] for row in failed],
                         ["venue binance REST", "venue binance streams"])
        for row in failed:
            self.assertIn(f"127.0.0.1:{port}", row["found"])
            self.assertIn("network", row["advice"])

    def test_a_venue_without_streams(self):
        checks = self.look("binance", "--url", self.place["rest"] + "/api", "--stream-url",
                           "ws://127.0.0.1:9", venue=False, status=1)  # fmt: skip
        self.fault("venue binance streams", "ws://127.0.0.1:9", "firewall", checks=checks)

    def test_a_venue_that_takes_connections_and_never_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            checks = self.look("binance", "--url", f"http://127.0.0.1:{port}", "--stream-url",
                               f"ws://127.0.0.1:{port}", venue=False, status=1)  # fmt: skip
        failed = {row["check"]: row["found"] for row in checks if row["verdict"] == "fail"}
        self.assertEqual(list(failed), ["venue binance REST", "venue binance streams"])
        for found in failed.values():
            self.assertIn("no answer within 10 s", found)

    def test_settings_that_are_wrong_or_lie_open(self):
        with open(self.path("config.env"), "w") as stream:
            stream.write("TRADING_MOD=live\n")
        self.fault("settings", "config.env:1: unknown key TRADING_MOD", checks=self.look(status=1))
        with open(self.path("config.env"), "w") as stream:
            stream.write("BINANCE_API_KEY=planted\n")
        os.chmod(self.path("config.env"), 0o644)
        self.fault("settings", "others may read it", "chmod 600", checks=self.look(status=1))
        os.chmod(self.path("config.env"), 0o600)
        self.assertIn("1 set; config.env read", self.look()[0]["found"])

    def test_keys_in_force_pass_and_a_passphrase_is_tried(self):
        self.keys("add", "binance")
        checks = self.look()
        self.assertIn("1 keys, 1 in force; no passphrase given", str(checks))
        checks = self.look(CRYPTOBOT_PASSPHRASE="correct horse battery staple")
        self.assertIn("opens with the passphrase, every secret whole", str(checks))
        checks = self.look(CRYPTOBOT_PASSPHRASE="incorrect horse battery staple", status=1)
        self.fault("keys", "this is not its passphrase", checks=checks)

    def test_a_key_store_that_cannot_be_read(self):
        self.keys("add", "binance")
        path = self.path(".local/share/cryptobot/keys.db")
        os.chmod(path, 0o644)
        self.fault("keys", "others than its owner", "chmod 600", checks=self.look(status=1))
        os.chmod(path, 0o600)
        with open(path, "r+b") as stream:
            stream.truncate(2_000)
        checks = self.look(status=1)
        self.fault("keys", path, "copy", checks=checks)

    def test_a_journal_of_keys_that_is_lost_or_anothers(self):
        self.keys("add", "binance")
        journal = self.path(".local/share/cryptobot/keys.db.journal")
        os.rename(journal, self.path("aside"))
        row = next(row for row in self.look() if row["check"].startswith("key journal"))
        self.assertEqual((row["verdict"], "begins it anew" in row["advice"]), ("warn", True))
        shutil.copytree(os.path.join(ROOT, "journals", "live-candles-1"), journal)
        self.fault("key journal", "not this store's journal", checks=self.look(status=1))

    def test_a_key_store_that_was_named_and_is_not_there(self):
        checks = self.look("--store", self.path("elsewhere.db"), status=1)
        self.fault("keys", "no key store", "keys add", checks=checks)

    def test_a_key_whose_time_is_over_and_one_that_is_nearly_due(self):
        self.keys("add", "binance", "--every", "1s")
        subprocess.run(["sleep", "1.1"], check=True)
        self.fault("key 1 (binance, main)", "its time is over", "cryptobot keys rotate 1",
                   checks=self.look(status=1))
        self.keys("expire", "--force", secret=False)
        self.fault("keys of binance", "all 1 have ended", "keys add binance", checks=self.look(status=1))

    def test_a_venue_that_was_left_is_no_failure_for_ever(self):
        self.keys("add", "binance")
        self.keys("emergency-revoke", "--all", secret=False)
        row = next(row for row in self.look() if row["check"] == "keys of binance")
        self.assertEqual(row["verdict"], "warn")

    def test_a_key_that_is_nearly_due_is_a_warning(self):
        self.keys("add", "binance", "--every", "3d")
        row = next(row for row in self.look() if row["check"] == "key 1 (binance, main)")
        self.assertEqual(row["verdict"], "warn")
        self.assertIn("rotate 1", row["advice"])


class LonelyDoctorTest(unittest.TestCase):
    def test_an_unknown_venue_is_a_finding_with_those_there_are(self):
        done = subprocess.run([RELEASE, "doctor", "nonsuch", "--json"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        row = next(row for row in json.loads(done.stdout)["checks"] if row["check"] == "venue nonsuch")
        self.assertIn("binance", row["found"])
