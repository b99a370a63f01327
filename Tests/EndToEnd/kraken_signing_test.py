"""What `cryptobot trade` asks Kraken in an account's name is signed as python-kraken-sdk signs it, for keys made
on the spot; and neither key nor signature is found in what it says or writes."""

import base64
import json
import os
import random
import subprocess
import threading
import time
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import packages
from harness import RELEASE, CommandTest

SCENARIO = """
source:
  venue: {{name: kraken, rest: "http://{host}", stream: "ws://{host}", account: "ws://{host}"}}
instruments: [BTC/USD]
strategy: {{name: observer}}
account: spot
reportIn: USD
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""

PAIR = {"XXBTZUSD": {
    "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1,
    "lot_decimals": 8, "ordermin": "0.00005", "costmin": "0.5", "tick_size": "0.1",
    "status": "online"}}  # fmt: skip


class Kraken(BaseHTTPRequestHandler):
    """Answers what everybody may ask, and keeps what is asked in an account's name, which it refuses."""

    def do_GET(self):
        name = urllib.parse.urlparse(self.path).path.rsplit("/", 1)[-1]
        results = {"Time": {"unixtime": int(self.server.now())}, "AssetPairs": PAIR}
        self.say({"error": [], "result": results.get(name, {})}, 200 if name in results else 404)

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append((self.path, form, {
            name.lower(): value for name, value in self.headers.items()}))
        self.say({"error": ["EGeneral:Permission denied"]})

    def say(self, answer, status=200):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class SigningTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.clients = packages.module("kraken.spot", "kraken-venv", ["python-kraken-sdk"])
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Kraken)
        self.server.heard, self.server.now = [], time.time
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(SCENARIO.format(host="127.0.0.1:%d" % self.server.server_address[1]))

    def trade(self, key, secret):
        """What a run says that is refused."""
        environment = {**os.environ, "CRYPTOBOT_API_KEY": key, "CRYPTOBOT_API_SECRET": secret}
        done = subprocess.run(
            [RELEASE, "trade", self.path("trade.yaml"), "-o", self.path("live"), "--live"],
            capture_output=True, text=True, env=environment, timeout=60)  # fmt: skip
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Permission denied", done.stderr)
        return done.stdout + done.stderr

    def test_every_request_is_signed_as_the_sdk_signs_it(self):
        numbers = random.Random(8)
        for size in (64, 64, 32, 17):
            secret = base64.b64encode(numbers.randbytes(size)).decode()
            key = base64.b64encode(numbers.randbytes(42)).decode()
            said = self.trade(key, secret)
            (path, form, headers) = self.server.heard.pop()
            client = self.clients.SpotClient(key=key, secret=secret)
            nonce = urllib.parse.parse_qs(form)["nonce"][0]
            signature = client._get_kraken_signature(url_path=path, data=form, nonce=nonce)
            self.assertEqual(headers["api-sign"], signature)
            self.assertEqual(headers["api-key"], key)
            self.assertNotIn(secret, said)
            self.assertNotIn(signature, said)


if __name__ == "__main__":
    unittest.main()
