"""A recording's life: its ends, wanted and not; links that are replaced or cut; several symbols."""

import glob
import os
import pty
import signal
import subprocess
import time
import unittest

import record_oracle
from harness import RELEASE
from recording import RecordTest, VenueTest
from scripted_venue import depth, trade


class EndTest(RecordTest):
    """A market at an easy pace that outlives its recording."""

    options = ["--hold", "--speed", "10"]

    def begin(self, *options):
        self.record(*options)
        self.wait_subscribed()
        self.http("POST", "/control/start")
        self.wait("the market moves", lambda: self.total() > 500)

    def expect_prefix(self):
        """The journal is a beginning of what was sent, without a gap; its length in trades."""
        journal = self.journal()
        record_oracle.compare_with_raw(self.path("live"), journal)
        self.assertEqual(sum(journal.gaps.values()), 0)
        self.assertGreater(journal.kinds["trade"], 50)
        return journal

    def test_a_signal_ends_it_in_order(self):
        for name, number in (("term", signal.SIGTERM), ("int", signal.SIGINT)):
            self.record("--raw", name=name)
            if name == "term":
                self.wait_subscribed()
                self.http("POST", "/control/start")
            time.sleep(1)
            self.recorder.send_signal(number)
            answer = self.finish()
            self.assertEqual(self.json("journal", "info", self.path(name))["events"], answer["events"])
            self.assertGreater(self.journal(name).kinds["trade"], 10)

    def test_it_ends_after_a_span_and_at_a_moment(self):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 4))
        for options, most in ((["--for", "2s"], 4), (["--until", moment], 6)):
            began = time.monotonic()
            self.record(*options, name=options[0])
            self.assertEqual(self.finish()["gaps"], 0)
            self.assertLess(time.monotonic() - began, most)
            self.assertTrue(self.json("journal", "verify", self.path(options[0]))["isWhole"])
        self.record("--until", "2001-01-01T00:00")
        self.assertIn("a UTC moment to come", self.finish(status=64))

    def test_a_terminal_is_told_each_second_how_it_goes(self):
        terminal, end = pty.openpty()
        self.addCleanup(os.close, terminal)
        self.record("--for", "1s", name="first")
        self.http("POST", "/control/start")
        self.finish()
        done = subprocess.run(
            [RELEASE, "record", "binance", "BTCUSDT", "-o", self.path("live"), "--for", "3s", "--url",
             self.place["rest"], "--stream-url", self.place["ws"]],
            stdout=subprocess.PIPE, stderr=end, text=True)  # fmt: skip
        os.close(end)
        self.assertEqual(done.returncode, 0)
        said = os.read(terminal, 65_536).decode()
        self.assertRegex(
            said, r"record  [\d,]+ events  [\d.]+( k)?/s  [\d.]+ bytes each  0 gaps  lag -?\d+ ms")
        self.assertRegex(done.stdout, r"[\d,]+ events, [\d,]+ bytes \([\d.]+ an event\)")

    def test_a_killed_recorder_leaves_a_beginning(self):
        self.begin("--raw")
        time.sleep(2)
        self.recorder.kill()
        self.recorder.communicate()
        self.run_command("journal", "seal", self.path("live"))
        journal = self.journal()
        ids = [said[0] for said in journal.streams["btcusdt@trade"]]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))
        # Live blocks are written every 100 ms, so all but the last moments are there.
        sent = {row["stream"]: row["count"] for row in self.sent()["streams"]}
        self.assertGreater(len(ids), sent["btcusdt@trade"] / 4)
        self.assertTrue(glob.glob(os.path.join(self.path("live"), "raw", "link-*-1.lz4")))

    def test_a_full_disk_ends_it_with_what_is_whole(self):
        room = self.path("room")
        os.mkdir(room)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", room], capture_output=True)
        if done.returncode:
            self.skipTest("a tmpfs may not be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", room], capture_output=True)
        self.record(name="room/live")
        said = self.finish(status=74)
        self.assertRegex(said, "space|room")


class AwayTest(VenueTest):
    def test_a_server_that_was_away_is_a_gap_and_the_recording_goes_on(self):
        def talk(first):
            def script(link):
                link.accept(depth(first, first + 1))
                for number in range(first, first + 3):
                    link.send(trade(number))
                link.until_closed()

            return script

        venue = self.venue(talk(1), books=[(200, {}, {"lastUpdateId": 2, "bids": [], "asks": []})])
        self.record()
        self.wait("three trades", lambda: self.events_so_far("trade") == 3)
        venue.close()
        self.wait("the loss", lambda: self.events_so_far("disconnected") == 1)
        self.venue(talk(9), port=venue.port, books=[(200, {}, {"lastUpdateId": 9, "bids": [], "asks": []})])
        self.wait("three more", lambda: self.events_so_far("trade") == 6)
        self.recorder.send_signal(signal.SIGTERM)
        answer = self.finish()
        journal = self.journal()
        self.assertEqual([said[0] for said in journal.streams["btcusdt@trade"]], [1, 2, 3, 9, 10, 11])
        self.assertEqual((journal.kinds["connected"], journal.kinds["disconnected"]), (2, 1))
        self.assertEqual((answer["connections"], answer["snapshots"]), (2, 2))
        self.assertEqual(journal.missing["BTCUSDT", "trade", "sequence"], 5)
        for stream in ("trade", "quote", "depth"):
            self.assertEqual(journal.gaps["BTCUSDT", stream, "disconnected"], 1)


class SymbolsTest(VenueTest):
    symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDC"]

    def test_a_gap_in_one_book_is_no_other_books(self):
        def talk(link):
            link.accept(*(depth(1, 2, symbol) for symbol in self.symbols))
            time.sleep(0.5)
            for number in range(3, 9):
                for symbol in self.symbols:
                    if (number, symbol) != (5, "ETHUSDT"):
                        link.send(depth(number, number, symbol))
                    link.send(trade(number, symbol))
            link.until_closed()

        book = {"lastUpdateId": 2, "bids": [["1.0", "1.0"]], "asks": []}
        books = [(200, {}, book)] * 3 + [(200, {}, {**book, "lastUpdateId": 8})]
        venue = self.venue(talk, symbols=self.symbols, books=books)
        self.record("--for", "3s")
        answer = self.finish()
        journal = self.journal()
        self.assertEqual(dict(journal.gaps), {("ETHUSDT", "depth", "sequence"): 1})
        self.assertEqual((answer["snapshots"], answer["gaps"]), (4, 1))
        self.assertIn("ETHUSDT", venue.asked[-1])
        for symbol in self.symbols:
            ids = [said[0] for said in journal.streams[symbol.lower() + "@trade"]]
            self.assertEqual(ids, list(range(3, 9)))


class RenewalTest(RecordTest):
    """A connection that is replaced by another one every few seconds."""

    duration = "4m"
    options = ["--hold", "--speed", "20"]

    def renewed_market(self):
        answer = self.whole_market("--raw", "--renew", "2s")
        journal = self.journal()
        self.assertEqual((answer["gaps"], answer["dropped"], sum(journal.gaps.values())), (0, 0, 0))
        self.assertEqual((journal.kinds["connected"], journal.kinds["disconnected"]), (1, 0))
        record_oracle.compare_with_raw(self.path("live"), journal)
        return answer, journal

    def test_a_connection_replaced_again_and_again_loses_nothing(self):
        answer, journal = self.renewed_market()
        self.assertGreaterEqual(answer["connections"], 3)
        # What the exchange still sent on a link that was replaced is not read; the next one brought it.
        record_oracle.compare_with_sent(self.path("live"), self.sent(), only_last=True)
        ids = [said[0] for said in journal.streams["btcusdt@trade"]]
        self.assertEqual(ids, list(range(ids[0], ids[-1] + 1)))


class HastyRenewalTest(RenewalTest):
    """So fast that more comes on a successor than can be kept until it takes over."""

    duration = "60m"
    rate = 1_000
    options = ["--hold", "--speed", "300"]

    def test_a_connection_replaced_again_and_again_loses_nothing(self):
        answer, journal = self.renewed_market()
        ids = [said[0] for said in journal.streams["btcusdt@trade"]]
        self.assertEqual(ids, list(range(ids[0], ids[-1] + 1)))
        self.assertIn("events before it could take over", self.said)


class SkewTest(RecordTest):
    options = ["--hold", "--speed", "20", "--fault", "skew,milliseconds=-90000"]
    duration = "1m"

    def test_a_venue_whose_clock_is_off_is_recorded_with_both_clocks(self):
        answer = self.whole_market("--raw")
        self.expect_all_sent(answer)
        lags = [event["receiveTime"] - event["venueTime"]
                for event in record_oracle.events(self.path("live"), "trade")]  # fmt: skip
        self.assertGreater(min(lags), 89e9)
        self.assertLess(max(lags), 100e9)


if __name__ == "__main__":
    unittest.main()
