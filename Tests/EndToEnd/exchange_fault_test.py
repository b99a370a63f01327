"""Faults of `cryptobot exchange` as a client meets them, and what it says when it cannot open."""

import asyncio
import hashlib
import hmac
import json
import socket
import time
import unittest
import urllib.error

from exchange_server import SCENARIO, ExchangeTest, client
from harness import CommandTest


class FaultTest(ExchangeTest):
    rate = 2000
    options = []

    def signed(self, method, path, query):
        query += f"&timestamp={int(time.time() * 1000)}"
        key = self.place["secret"].encode()
        signature = hmac.new(key, query.encode(), hashlib.sha256).hexdigest()
        return (f"{method} /api/v3/{path}?{query}&signature={signature} HTTP/1.1\r\nHost: x\r\n"
                f"X-MBX-APIKEY: {self.place['apiKey']}\r\n\r\n")

    def sent(self):
        return self.http("GET", "/control/sent")["streams"]

    def test_a_clock_that_is_off(self):
        self.http("POST", "/control/faults", {"fault": "skew", "milliseconds": 90_000})
        ahead = self.http("GET", "/api/v3/time")["serverTime"] - time.time() * 1000
        self.assertLess(abs(ahead - 90_000), 2_000)
        time.sleep(0.5)
        latest = self.http("GET", "/api/v3/trades?symbol=BTCUSDT&limit=1")[0]["time"]
        self.assertLess(abs(latest - time.time() * 1000 - 90_000), 2_000, "the market says so, too")
        request = self.signed("GET", "account", "recvWindow=5000").split(" ")[1]
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.http("GET", request)
        self.assertEqual(refused.exception.code, 401, "no key")
        place = self.place["rest"].rsplit(":", 1)[1]
        with socket.create_connection(("127.0.0.1", int(place))) as link:
            link.sendall(self.signed("GET", "account", "recvWindow=5000").encode())
            self.assertIn(b'"code":-1021', link.recv(4096))

    def test_answers_stay_in_order_where_one_is_late(self):
        self.http("POST", "/control/faults",
                  {"fault": "late-ack", "times": 1, "milliseconds": 400})  # fmt: skip
        order = self.signed("POST", "order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
                                             "&quantity=0.01&price=50000&newOrderRespType=ACK")
        port = int(self.place["rest"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as link:
            began = time.monotonic()
            link.sendall(order.encode() + b"GET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while b"serverTime" not in answer:
                answer += link.recv(4096)
        self.assertGreater(time.monotonic() - began, 0.4)
        self.assertLess(answer.index(b'"orderId":1'), answer.index(b"serverTime"))

    def test_what_was_sent_before_a_disconnect_arrives(self):
        websockets = client("websockets")
        xxhash = client("xxhash")
        self.http("POST", "/control/faults",
                  {"fault": "disconnect", "every": 500, "stream": "btcusdt@trade"})  # fmt: skip

        async def record():
            count, digest = 0, 0
            url = self.place["ws"] + "/ws/btcusdt@trade"
            async with websockets.connect(url, max_queue=None) as link:
                try:
                    while True:
                        digest = xxhash.xxh64_intdigest((await link.recv()).encode(), seed=digest)
                        count += 1
                except websockets.exceptions.ConnectionClosed as closed:
                    return count, digest, closed.rcvd.code

        count, digest, code = asyncio.run(record())
        self.assertEqual((count, code), (499, 1001))
        row = self.sent()[0]
        self.assertEqual((row["count"], row["waiting"], row["open"]), (499, 0, False))
        self.assertEqual(row["digest"], f"{digest:016x}")

    def test_a_reader_that_reads_nothing_is_sent_little(self):
        port = int(self.place["rest"].rsplit(":", 1)[1])
        names = "/".join(["btcusdt@trade", "btcusdt@depth@100ms", "btcusdt@bookTicker"])
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall((f"GET /stream?streams={names} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
            self.assertIn(b"101", link.recv(15))
            time.sleep(1)
        deadline = time.monotonic() + 10
        while any(row["open"] for row in self.sent()) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual([row["open"] for row in self.sent()], [False] * 3)


class OpeningTest(CommandTest):
    """What is said when an exchange cannot open, and which market it opens."""

    def scenario(self, more=""):
        path = self.path("exchange.yaml")
        with open(path, "w") as stream:
            stream.write(SCENARIO.format(duration="1h", rate=5) + more)
        return path

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = self.run_command("exchange", self.scenario(), "--port", str(port), status=74)
        self.assertIn(f"port {port}", done.stderr.decode())

    def test_a_tier_that_kraken_does_not_have(self):
        done = self.run_command("exchange", self.scenario(), "--kraken-tier", "gold", status=64)
        self.assertIn("--kraken-tier gold", done.stderr.decode())
        self.assertIn("starter, intermediate, pro", done.stderr.decode())

    def test_a_broken_accounts_file_keeps_its_secrets(self):
        accounts = self.path("accounts.yaml")
        for text in ["accounts:\n  - apiKey: k\n    secret: hunter2: x\n",
                     "accounts:\n  - {apiKey: k, secret: 'hunter2\n",
                     "accounts:\n  - {hunter2, hunter2}\n",
                     "accounts:\n  - apiKey: k\n    secret: [hunter2]\n"]:  # fmt: skip
            with open(accounts, "w") as stream:
                stream.write(text)
            done = self.run_command(
                "exchange", self.scenario(), "--accounts", accounts, status=65)
            self.assertIn("accounts.yaml", done.stderr.decode())
            self.assertNotIn("hunter2", done.stderr.decode() + done.stdout.decode(), text)


class PeriodTest(ExchangeTest):
    """The market is the scenario's, within its period."""

    duration = "3h"
    rate = 5
    more = "period: {from: 2024-01-01T01:00:00Z, to: 2024-01-01T02:00:00Z}\n"
    options = ["--history", "10h", "--hold"]

    def test_klines_cover_the_period_alone(self):
        bars = self.http("GET", "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000&startTime=0")
        traded = [bar for bar in bars if bar[8]]
        self.assertAlmostEqual(len(traded), 60, delta=2)


if __name__ == "__main__":
    unittest.main()
