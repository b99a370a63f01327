"""`cryptobot record` where the venue says no, or nonsense, or nothing."""

import os
import signal
import socket
import subprocess
import time
import unittest

import scripted_venue
from harness import CommandTest
from recording import RecordTest, VenueTest

EMPTY_BOOK = (200, {}, {"lastUpdateId": 10, "bids": [["99.0", "1.0"]], "asks": [["101.0", "1.0"]]})


class RefusedStreamTest(VenueTest):
    def test_a_stream_refused_at_the_beginning_ends_the_recording(self):
        def talk(link):
            link.refuse()
            link.until_closed()

        self.venue(talk)
        self.record()
        said = self.finish(status=77)
        self.assertIn("does not take these streams: BTCUSDT trade, BTCUSDT bookTicker", said)
        self.assertNotIn("connected", self.journal().kinds)

    def test_a_stream_refused_later_is_a_gap_and_the_exit_code_says_so(self):
        self.symbols = [f"C{number:02}USDT" for number in range(40)]

        def talk(link):
            link.accept()
            if link.number == 1:
                link.accept()
                link.send(scripted_venue.trade(1, "C00USDT"))
                return
            link.refuse()
            link.send(scripted_venue.trade(2, "C00USDT"))
            link.until_closed()

        venue = self.venue(talk, symbols=self.symbols)
        self.record()
        self.wait("two links", lambda: venue.links == 2)
        self.wait("the trade", lambda: self.events_so_far("trade") == 2)
        self.recorder.send_signal(signal.SIGTERM)
        said = self.finish(status=77)
        self.assertIn("stopped taking these streams: C33USDT trade", said)
        journal = self.journal()
        self.assertEqual(journal.kinds["trade"], 2)
        # Once for the lost link, and once more for the streams that the second one does not carry.
        self.assertEqual(journal.gaps["C32USDT", "trade", "disconnected"], 1)
        self.assertEqual(journal.gaps["C33USDT", "trade", "disconnected"], 2)


class SnapshotTest(VenueTest):
    """A venue that gives a book only after some refusals."""

    def record_book(self, *refusals):
        def talk(link):
            # The update is there before the book is asked for.
            link.accept(scripted_venue.depth(5, 11))
            time.sleep(3)
            link.send(scripted_venue.depth(12, 13))
            link.until_closed()

        venue = self.venue(talk, books=[*refusals, EMPTY_BOOK])
        self.record("--for", "6s")
        self.answer = self.finish()
        return venue

    def test_a_book_is_asked_for_again_after_429_and_a_ban(self):
        weight = {"code": -1003, "msg": "Too much request weight used; please use WebSocket"}
        venue = self.record_book((429, {"Retry-After": "1"}, weight), (418, {"Retry-After": "1"}, weight))
        self.assertEqual(len(venue.asked), 3)
        self.assertEqual((self.answer["snapshots"], self.answer["gaps"]), (1, 0))
        self.assertEqual(self.journal().kinds["depth"], 2)

    def test_a_book_is_asked_for_again_after_nonsense(self):
        venue = self.record_book((200, {}, ["no book"]), (502, {}, "bad gateway"))
        self.assertEqual(len(venue.asked), 3)
        self.assertEqual((self.answer["snapshots"], self.answer["gaps"]), (1, 0))

    def test_a_book_older_than_the_first_update_is_asked_for_again(self):
        old = (200, {}, {"lastUpdateId": 3, "bids": [], "asks": []})
        venue = self.record_book(old)
        self.assertEqual(len(venue.asked), 2)
        self.assertEqual(self.journal().kinds["bookSnapshot"], 2)


class NonsenseTest(VenueTest):
    def test_a_frame_that_cannot_be_read_is_a_gap_and_the_rest_is_recorded(self):
        frames = [b"{", b'{"stream":"btcusdt@trade","data":{"e":"trade","t":}}', b"",
                  b'{"e":"nobody","knows":"this"}']  # fmt: skip

        def talk(link):
            link.accept()
            link.send(scripted_venue.trade(1))
            for frame in frames:
                link.send(frame)
            link.send(scripted_venue.trade(2))
            link.until_closed()

        self.venue(talk)
        self.record("--for", "2s")
        answer = self.finish()
        self.assertEqual((answer["malformed"], answer["gaps"]), (3, 0))
        self.assertEqual(answer["others"], {"nobody": 1})
        journal = self.journal()
        self.assertEqual(journal.kinds["trade"], 2)
        self.assertEqual(sum(journal.gaps.values()), 3)


class RefusalTest(RecordTest):
    options = ["--hold"]

    def refused(self, status, *arguments):
        done = self.run_command(
            "record", "binance", *arguments, "-o", self.path("live"), "--url", self.place["rest"],
            "--stream-url", self.place["ws"], status=status)  # fmt: skip
        return done.stderr.decode()

    def test_refusals_name_what_is_wrong(self):
        self.assertIn("NOCOIN", self.refused(66, "NOCOIN"))
        self.assertIn("nope", self.refused(64, "BTCUSDT", "--streams", "nope"))
        self.assertIn("the best 5, 10 or 20 levels", self.refused(64, "BTCUSDT", "--streams", "depth7"))
        self.assertIn("1s to 23h", self.refused(64, "BTCUSDT", "--renew", "24h"))
        self.assertIn("no such file", self.refused(66, "BTCUSDT", "--ca", self.path("none.pem")))
        self.run_command("record", "nowhere", "BTCUSDT", "-o", self.path("live"), status=64)
        self.place["rest"] = "http://127.0.0.1:9"
        self.assertIn("127.0.0.1:9 cannot be reached: Connection refused; check", self.refused(74, "BTCUSDT"))
        self.assertFalse(os.path.exists(self.path("live")))
        with open(self.path("live"), "w"):
            pass
        self.assertIn("exists", self.refused(73, "BTCUSDT"))

    def test_a_recording_whose_streams_never_came_is_none(self):
        self.place["ws"] = "ws://127.0.0.1:9"
        said = self.refused(74, "BTCUSDT", "--for", "1s")
        self.assertIn("binance: no link ever carried its streams", said)
        self.assertIn("Connection refused", said)

    def test_a_recording_that_ended_before_its_streams_could_come_says_so(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.place["ws"] = f"ws://127.0.0.1:{silent.getsockname()[1]}"
            self.assertIn("before the streams of binance came", self.refused(0, "BTCUSDT", "--for", "1s"))


class CertificateTest(RecordTest):
    """An exchange with a certificate of its own."""

    def setUp(self):
        CommandTest.setUp(self)
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
                   "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.path("key.pem"),
                   "-out", self.path("certificate.pem")]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            self.skipTest("openssl is not installed")
        self.start(*self.options, "--tls-certificate", self.path("certificate.pem"),
                   "--tls-key", self.path("key.pem"))  # fmt: skip

    def stop(self):
        """Python's own client knows no more of the certificate than the recorder."""
        self.process.kill()
        self.process.communicate()

    def test_a_private_certificate_is_trusted_only_when_named(self):
        self.record("--for", "2s")
        self.assertIn("--ca", self.finish(status=74))
        self.record("--for", "2s", "--ca", self.path("certificate.pem"), name="named")
        self.assertEqual(self.finish()["connections"], 1)
        with open(self.path("wrong.pem"), "w") as stream:
            stream.write("no certificate\n")
        self.record("--for", "2s", "--ca", self.path("wrong.pem"))
        self.assertIn("no PEM certificates", self.finish(status=65))


if __name__ == "__main__":
    unittest.main()
