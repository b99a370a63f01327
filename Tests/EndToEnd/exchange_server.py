"""A running `cryptobot exchange`, and other people's clients of it."""

import json
import subprocess
import urllib.request

import packages
from harness import RELEASE, CommandTest

VENV = packages.path("client-venv")
PACKAGES = ["ccxt", "cryptofeed", "websockets", "xxhash"]


def client(module):
    """A module of the venv. Raises SkipTest with the reason where its packages cannot be had."""
    return packages.module(module, "client-venv", PACKAGES)


SCENARIO = """
name: an exchange for clients
source:
  generator:
    {{seed: 5, symbol: BTC/USDT, price: 60000, duration: {duration}, eventsPerSecond: {rate}}}
strategy: {{name: observer}}
account: spot
capital: {{USDT: 100000, BTC: 5}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""


class ExchangeTest(CommandTest):
    """A test with an exchange of its own."""

    duration = "2h"
    rate = 50
    more = ""
    options = ["--history", "1h"]

    def setUp(self):
        super().setUp()
        self.start(*self.options)

    def start(self, *options):
        scenario = self.path("exchange.yaml")
        with open(scenario, "w") as stream:
            stream.write(SCENARIO.format(duration=self.duration, rate=self.rate) + self.more)
        self.process = subprocess.Popen(
            [RELEASE, "exchange", scenario, *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        # Nothing at all when it did not start, which the clean-up explains.
        self.place = json.loads(self.process.stdout.readline() or "null")

    def stop(self):
        """Ends the exchange, which must have lived until now and end well; once."""
        process, self.process = self.process, None
        if process is None:
            return
        ended = process.poll()
        process.terminate()
        _, said = process.communicate(timeout=20)
        self.assertIsNone(ended, f"the exchange ended by itself: {said[-800:]}")
        self.assertEqual(process.returncode, 0, said[-800:])

    def http(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.place["rest"] + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())
