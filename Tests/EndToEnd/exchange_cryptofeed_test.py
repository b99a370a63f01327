"""cryptofeed on the streams of `cryptobot exchange`, over TLS, which it insists on."""

import json
import os
import subprocess
import unittest

from exchange_server import VENV, ExchangeTest, client

CLIENT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "cryptofeed_client.py")


class CryptofeedTest(ExchangeTest):
    def setUp(self):
        client("cryptofeed")
        super().setUp()

    def start(self, *options):
        certificate, key = self.path("certificate.pem"), self.path("key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)  # fmt: skip
        super().start(*options, "--tls-certificate", certificate, "--tls-key", key)
        self.trust = {"SSL_CERT_FILE": certificate, "REQUESTS_CA_BUNDLE": certificate}

    def test_book_trades_and_ticker(self):
        self.assertTrue(self.place["ws"].startswith("wss://"))
        done = subprocess.run(
            [os.path.join(VENV, "bin", "python"), CLIENT, self.place["rest"], self.place["ws"]],
            capture_output=True, text=True, timeout=60, env={**os.environ, **self.trust},
            cwd=self.folder)  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr[-800:])
        seen = json.loads(done.stdout.splitlines()[-1])
        for channel, count in seen["counts"].items():
            self.assertGreater(count, 3, channel)
        self.assertLess(seen["bid"], seen["ask"])
        self.assertEqual(seen["numbers"], sorted(set(seen["numbers"])))
        self.assertEqual(seen["trades"], sorted(set(seen["trades"])))


if __name__ == "__main__":
    unittest.main()
