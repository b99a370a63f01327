"""The README tells the truth: its commands run, and what it shows is what they write.

A shown line must occur in the real output, in order; `…` stands for anything. What asks a venue asks the exchange on
loopback, whose past is hours long, and is not left to run for a day.
"""

import os
import re
import shlex
import subprocess
import time

from exchange_server import ExchangeTest
from harness import RELEASE, ROOT

README = os.path.join(ROOT, "README.md")


def sessions():
    """(command, shown lines) of every console block, in order."""
    with open(README, encoding="utf-8") as stream:
        blocks = re.findall(r"```console\n(.*?)```", stream.read(), re.DOTALL)
    found = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip(" …"):
            found[-1][1].append(line)
    return found


def indented():
    """Commands outside of blocks: what they show would depend on a venue, or they take too long."""
    with open(README, encoding="utf-8") as stream:
        text = re.sub(r"```.*?```", "", stream.read(), flags=re.DOTALL)
    return re.findall(r"^    ((?:[A-Z_]+=\S+ )*cryptobot .*)$", text, re.MULTILINE)


def matches(shown, line):
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, line) is not None


def at_home(command, place):
    """The command as it is run here: at `place`, and for a moment."""
    if not re.match(r"cryptobot (record|download|venues market) ", command):
        return command
    now = time.time()
    for told, meant in (("--for 8h", "--for 1s"), ("--until 2027-01-31T08:00", f"--until {moment(now + 5)}"),
                        ("--to 2024-07-01", f"--to {moment(now - 600)}"),
                        ("--from 2024-01-01", f"--from {moment(now - 9_000)}")):  # fmt: skip
        command = command.replace(told, meant)
    venues = [venue for venue in ("binance", "kraken", "coinbase") if f" {venue} " in command]
    for venue in venues:
        name = f"{venue}=" if "record" in command else ""
        command += f" --url {name}{place['rest']}"
        if "record" in command:
            command += f" --stream-url {name}{place['ws' if venue == 'binance' else venue]}"
    return command


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


class ReadmeTest(ExchangeTest):
    # So many events a second that a recording of some seconds holds a few.
    duration, rate, options = "4h", 10, ["--history", "3h"]

    def setUp(self):
        super().setUp()
        for name in ("journals", "scenarios", "tools"):
            os.symlink(os.path.join(ROOT, name), self.path(name))

    def test_every_command_runs_and_writes_what_is_shown(self):
        path = os.path.dirname(RELEASE) + os.pathsep + os.environ["PATH"]
        commands = sessions()
        self.assertGreater(len(commands), 10)
        for command, shown in commands:
            with self.subTest(command):
                done = subprocess.run(
                    at_home(command, self.place), shell=True, cwd=self.folder, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True, env={**os.environ, "PATH": path})  # fmt: skip
                self.assertEqual(done.returncode, 0, done.stdout)
                self.compare(shown, done.stdout.splitlines())

    def compare(self, shown, written):
        at = 0
        for line in shown:
            while at < len(written) and not matches(line, written[at]):
                at += 1
            self.assertLess(at, len(written), f"the README shows a line that was not written:\n{line}")
            at += 1


class VenueTest(ExchangeTest):
    """What reaches a venue runs as it stands, but at the loopback exchange and for seconds."""

    options = ["--history", "1m"]

    def test_every_command_about_keys_settings_and_trading_runs(self):
        with open(README, encoding="utf-8") as stream:
            scenario = re.search(r"```yaml\n(source: {venue:.*?)```", stream.read(), re.DOTALL)[1]
        here = "rest: '{rest}/api', stream: '{ws}', account: '{wsApi}'".format(**self.place)
        with open(self.path("btc.yaml"), "w") as stream:
            stream.write(scenario.replace("testnet: true", here))
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("CRYPTOBOT_", "BINANCE_", "XDG_"))}
        path = os.path.dirname(RELEASE) + os.pathsep + os.environ["PATH"]
        verbs = []
        for command in indented():
            verb = re.search(r"cryptobot (\w+)", command)[1]
            if verb not in ("keys", "config", "trade", "replay", "doctor"):
                continue
            verbs.append(verb)
            with self.subTest(command):
                done = subprocess.run(
                    self.shortened(command, verb), shell=True, cwd=self.folder, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True, timeout=60,
                    env={**clean, "PATH": path, "HOME": self.folder})  # fmt: skip
                self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(verbs, ["trade", "trade", "replay", "doctor"])

    def shortened(self, command, verb):
        """A command with what stands for something of one's own, and less time."""
        command = command.replace("API_KEY=…", f"API_KEY={shlex.quote(self.place['apiKey'])}")
        command = command.replace("API_SECRET=…", f"API_SECRET={shlex.quote(self.place['secret'])}")
        command = command.replace("--for 8h", "").replace("/srv/journals", ".")
        if verb == "trade":
            command += " --for 1s"
        if verb == "doctor":
            command += f" --url {self.place['rest']}/api --stream-url {self.place['ws']}"
        return command
