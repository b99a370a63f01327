"""Planted secrets are found nowhere: not in what is said, not in what is written, not in what the system shows
of a process, whatever goes wrong on the way, a crash included."""

import base64
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import RELEASE
from trading import TradeTest


class SecretsTest(TradeTest):
    rate = 200
    options = ["--history", "1m", "--order-limit", "100000"]

    def setUp(self):
        super().setUp()
        mark = secrets.token_hex(8)
        self.passphrase = f"planted passphrase {mark}"
        self.new_passphrase = f"planted new passphrase {mark}"
        self.pairs = [(f"planted-id-{number}-{mark}", f"planted-secret-{number}-{mark}")
                      for number in range(4)]  # fmt: skip
        for name, secret in self.pairs[:3]:
            self.http("POST", "/control/keys", {
                "apiKey": name, "secret": secret, "account": self.place["apiKey"]})
        self.said = []

    @property
    def planted(self):
        plain = [self.passphrase, self.new_passphrase, *[text for pair in self.pairs for text in pair]]
        forms = [text.encode() for text in plain]
        forms += [base64.b64encode(text) for text in forms]
        return forms + [text.hex().encode() for text in forms[:len(plain)]]

    def environment_with(self, **settings):
        bare = {key: value for key, value in os.environ.items() if not key.startswith("CRYPTOBOT_")}
        # The runtime's own report of a crash needs a tracer, which not every machine allows; what it would
        # show is in the core that is forbidden.
        return {**bare, "CRYPTOBOT_STORE": self.path("keys.db"), "SWIFT_BACKTRACE": "enable=no", **settings}

    def run_with(self, *arguments, given="", status=None, **settings):
        done = subprocess.run([RELEASE, *arguments], input=given.encode(), capture_output=True,
                              env=self.environment_with(**settings), timeout=120)  # fmt: skip
        self.said.append(done.stdout + done.stderr)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stderr.decode())

    def signed(self):
        """Requests that any key signed at the exchange."""
        return sum(key["signed"] for key in self.http("GET", "/control/keys")["keys"])

    def text(self, number, passphrase=None):
        """What stands on standard input: passphrase, id, secret."""
        return "\n".join([passphrase or self.passphrase, *self.pairs[number]]) + "\n"

    def expect_clean(self, name, bytes_):
        for text in self.planted:
            self.assertNotIn(text, bytes_, f"{text} is in {name}")

    def look_at(self, process):
        """What the system shows of a process and of its children to whoever may look."""
        tree = [process.pid]
        for number in tree:
            for task in os.listdir(f"/proc/{number}/task"):
                with open(f"/proc/{number}/task/{task}/children") as stream:
                    tree += [int(child) for child in stream.read().split()]
        for number in tree:
            for part in ("cmdline", "environ", "comm", "maps"):
                with open(f"/proc/{number}/{part}", "rb") as stream:
                    self.expect_clean(f"/proc/…/{part}", stream.read())
            with open(f"/proc/{number}/limits") as stream:
                cores = next(line for line in stream if line.startswith("Max core file size"))
            self.assertEqual(cores.split()[4:6], ["0", "0"], "a crash would leave a core")

    def look_at_files(self):
        """Every file as it is, every database as SQL, every journal as text and decompressed."""
        looked = 0
        for folder, folders, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                if name in ("exchange.yaml", "given.txt"):
                    continue
                with open(path, "rb") as stream:
                    bytes_ = stream.read()
                self.expect_clean(path, bytes_)
                looked += 1
                if bytes_.startswith(b"SQLite format 3"):
                    with sqlite3.connect(path) as database:
                        self.expect_clean(path, "\n".join(database.iterdump()).encode())
                if name.endswith(".lz4"):
                    self.expect_clean(path, subprocess.run(
                        ["lz4", "-dcq", path], capture_output=True, check=True).stdout)
            for name in folders:
                if name in ("live", "env", "given", "settings", "keys.db.journal"):
                    self.expect_clean(name, self.run_command(
                        "journal", "cat", os.path.join(folder, name)).stdout)
        return looked

    def plant(self, name, text):
        """Writes a file of the user's own, which is where its secrets may stand."""
        with open(self.path(name), "w") as stream:
            stream.write(text)
        os.chmod(self.path(name), 0o600)

    def trade(self, *arguments, journal="live", given=None, close=False, **settings):
        """Begins a run that trades, and looks at it."""
        before = self.counts()
        process = subprocess.Popen(
            [RELEASE, "trade", self.path("trade.yaml"), "--live", "-o", self.path(journal), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment_with(**settings), cwd=self.folder)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        if given:
            process.stdin.write(given.encode())
            process.stdin.flush()
        self.addCleanup(process.stdin.close)
        if close:
            process.stdin.close()
            process.stdin = None
        self.wait_traded(process, since=before)
        self.look_at(process)
        return process

    def end_with(self, process, number, status=None):
        if number:
            process.send_signal(number)
        out, said = process.communicate(timeout=60)
        self.said.append(out + said)
        if status is not None:
            self.assertEqual(process.returncode, status, said)

    def test_planted_secrets_are_nowhere(self):
        # The store, well and badly.
        self.run_with("keys", "add", "binance", given=self.text(0), status=0)
        self.run_with("keys", "add", "binance", given=self.text(1), status=64)
        self.run_with("keys", "rotate", "main", given=self.text(1, "not the passphrase"), status=77)
        self.run_with("keys", "add", "binance", "--label", "b", given=self.text(0), status=65)
        self.run_with("keys", "add", "binance", "--label", "b", status=65,
                      given=f"{self.passphrase}\n{self.pairs[1][0]}\n-----BEGIN PRIVATE KEY-----\n"
                      + self.pairs[1][1])  # fmt: skip
        self.run_with("keys", "list", status=0, CRYPTOBOT_PASSPHRASE=self.passphrase)
        self.run_with("keys", "passphrase", status=0,
                      given=f"{self.passphrase}\n{self.new_passphrase}\n")  # fmt: skip
        self.run_with("keys", "list", status=77, CRYPTOBOT_PASSPHRASE=self.passphrase)
        # A run from the store: a rotation on the way, one to a key that the venue does not know, a crash.
        run = self.trade(CRYPTOBOT_PASSPHRASE=self.new_passphrase)
        self.run_with("keys", "rotate", "main", status=0, CRYPTOBOT_PASSPHRASE=self.new_passphrase,
                      given="\n".join(self.pairs[1]))  # fmt: skip
        time.sleep(2)
        self.run_with("keys", "rotate", "main", status=0, given=self.text(3, self.new_passphrase))
        time.sleep(2)
        self.look_at(run)
        self.end_with(run, signal.SIGABRT)
        # The next one: killed by an emergency.
        before = self.signed()
        run = self.trade(given=self.new_passphrase + "\n")
        deadline = time.monotonic() + 30
        while self.signed() < before + 10 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.run_with("keys", "emergency-revoke", "--all", status=0)
        self.end_with(run, None, status=77)
        # Keys by the environment, wrong and right.
        name, secret = self.pairs[2]
        self.run_with("trade", self.path("trade.yaml"), "--live", "-o", self.path("env"), "--for", "2s",
                      CRYPTOBOT_API_KEY=name, CRYPTOBOT_API_SECRET=self.pairs[3][1])  # fmt: skip
        run = self.trade(journal="env", CRYPTOBOT_API_KEY=name, CRYPTOBOT_API_SECRET=secret)
        self.end_with(run, signal.SIGTERM, status=0)
        # The same by standard input and by config.env, with everything logged; what is set and not asked for
        # is gone from the environment as well.
        log = self.path("run.log")
        unused = {"BINANCE_API_KEY": self.pairs[1][0], "BINANCE_SECRET_KEY": self.pairs[1][1],
                  "CRYPTOBOT_NEW_PASSPHRASE": self.new_passphrase}  # fmt: skip
        run = self.trade("--credentials", "--log-file", log, "--log-level", "trace", journal="given",
                         given="\n".join(self.pairs[2]) + "\n", close=True, **unused)  # fmt: skip
        self.end_with(run, signal.SIGTERM, status=0)
        self.plant("config.env", f"BINANCE_API_KEY={name}\nBINANCE_SECRET_KEY='{secret}'\n")
        run = self.trade("--log-file", log, "--log-format", "json", journal="settings")
        self.end_with(run, signal.SIGABRT)
        os.remove(self.path("config.env"))
        # A passphrase in a file, right and wrong.
        self.plant("passphrase", self.new_passphrase + "\n")
        self.run_with("keys", "list", status=0, CRYPTOBOT_PASSPHRASE_FILE=self.path("passphrase"))
        self.plant("passphrase", self.passphrase + "\n")
        self.run_with("keys", "list", status=77, CRYPTOBOT_PASSPHRASE_FILE=self.path("passphrase"))
        self.run_with("config", "show", status=0, **unused)
        os.remove(self.path("passphrase"))
        # What was recorded as it came, with the account's key in the environment.
        self.run_with("record", "binance", "BTCUSDT", "-o", self.path("raw"), "--raw", "--for", "2s",
                      "--url", self.place["rest"] + "/api", "--stream-url", self.place["ws"], status=0,
                      CRYPTOBOT_API_KEY=name, CRYPTOBOT_API_SECRET=secret)  # fmt: skip
        # A damaged store.
        with open(self.path("keys.db"), "r+b") as stream:
            stream.seek(5000)
            stream.write(b"\0" * 100)
        self.run_with("keys", "list", CRYPTOBOT_PASSPHRASE=self.new_passphrase)
        for number, said in enumerate(self.said):
            self.expect_clean(f"what command {number} said", said)
        with open(log, encoding="utf-8") as stream:
            self.assertEqual(stream.read().count("run begins"), 2)
        self.assertGreater(self.look_at_files(), 8)
        ours = json.loads(self.run_command("journal", "cat", self.path("live"), "--kind", "key",
                                           "--json", "--limit", "1").stdout.splitlines()[0])  # fmt: skip
        self.assertEqual(ours["action"], "activated")


if __name__ == "__main__":
    unittest.main()
