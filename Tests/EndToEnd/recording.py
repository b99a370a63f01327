"""A recorder beside a running exchange, for the tests of `record`."""

import glob
import json
import os
import signal
import subprocess
import time

import record_oracle
from exchange_server import ExchangeTest
from harness import RELEASE, CommandTest
from scripted_venue import ScriptedVenue

STREAMS = ["trade", "bookTicker", "depth"]


class RecordTest(ExchangeTest):
    """A recording of a market that waits for it and ends while it listens."""

    duration = "10m"
    rate = 100
    options = ["--hold", "--speed", "max"]
    symbols = ["BTCUSDT"]
    language = "binance"
    streams = STREAMS
    recorder = None

    def record(self, *options, name="live", binary=RELEASE):
        """Starts a recording into `live`."""
        self.recorder = subprocess.Popen(
            [binary, "record", self.language, *self.symbols, "-o", self.path(name), "--json",
             "--streams", ",".join(self.streams), "--url", self.place["rest"],
             "--stream-url", self.place["ws"], *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.addCleanup(self.end, self.recorder)
        return self.recorder

    def end(self, recorder):
        if recorder.poll() is None:
            recorder.kill()
        recorder.communicate()

    def finish(self, status=0, recorder=None):
        """Waits for a recorder's end; returns its answer, or what it said where that is none."""
        recorder = recorder or self.recorder
        out, self.said = recorder.communicate(timeout=60)
        self.assertEqual(recorder.returncode, status, self.said)
        return json.loads(out) if status == 0 else self.said

    def sent(self):
        return self.http("GET", "/control/sent")

    def total(self):
        return sum(row["count"] for row in self.sent()["streams"])

    def wait(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            if self.recorder.poll() is not None:
                self.fail(f"the recorder ended: {self.recorder.communicate()[1][-800:]}")
            time.sleep(0.05)
        self.fail(f"{what}: not within {seconds} s")

    def wait_subscribed(self, streams=None):
        wanted = (streams or len(self.streams)) * len(self.symbols)
        self.wait("subscribed", lambda: len(self.sent()["streams"]) == wanted)

    def wait_over(self):
        """Returns when the market is over: nothing was sent for a second."""
        self.wait("the market moves", lambda: self.total() > 0)
        last = [-1, time.monotonic()]

        def is_over():
            now = self.total()
            if now != last[0]:
                last[:] = [now, time.monotonic()]
            return time.monotonic() - last[1] > 1

        self.wait("the market's end", is_over, seconds=180)

    def whole_market(self, *options):
        """Records from the market's first event to behind its last; returns the recorder's answer."""
        self.record(*options)
        self.wait_subscribed()
        self.http("POST", "/control/start")
        self.wait_over()
        self.recorder.send_signal(signal.SIGTERM)
        return self.finish()

    def journal(self, name="live"):
        """The journal's market events; it is whole."""
        verified = self.json("journal", "verify", self.path(name))
        self.assertTrue(verified["isWhole"], verified)
        return record_oracle.Journal(self.path(name))

    def missed(self, stream, every):
        """Messages of a stream that a gap fault left out and that can be missed: all but one behind the
        last that was sent."""
        rows = [row for row in self.sent()["streams"] if row["stream"] == stream]
        count, omitted = (sum(row[name] for row in rows) for name in ("count", "omitted"))
        return omitted - (1 if (count + omitted) % every == 0 else 0)

    def import_raw(self, name):
        """Makes a journal of the raw bytes that came over connections."""
        lines = subprocess.run(
            ["lz4", "-dcm", *sorted(glob.glob(os.path.join(self.path("live"), "raw", "link-*")))],
            capture_output=True, check=True).stdout  # fmt: skip
        self.run_command("journal", "import", "binance-raw", "-", "-o", self.path(name), input=lines)

    def expect_all_sent(self, answer):
        """The raw bytes are what the exchange says it sent, and the journal is what they say."""
        journal = self.journal()
        messages = record_oracle.compare_with_sent(self.path("live"), self.sent())
        left_out = record_oracle.compare_with_raw(self.path("live"), journal)
        # Beside them, a recorder says no more than yes to its subscription.
        self.assertEqual(answer["frames"], messages + answer["connections"])
        self.assertEqual((answer["dropped"], answer["rawDropped"], answer["malformed"]), (0, 0, 0))
        self.assertEqual(answer["duplicates"], left_out)
        return journal


class VenueTest(RecordTest):
    """A recording of a venue that follows a script."""

    def setUp(self):
        CommandTest.setUp(self)

    def venue(self, talk, **options):
        venue = ScriptedVenue(talk, **options)
        self.addCleanup(venue.close)
        self.place = venue.place
        return venue

    def events_so_far(self, kind):
        """How many events of a kind the journal being written holds."""
        command = [RELEASE, "journal", "cat", self.path("live"), "--json", "--kind", kind]
        return subprocess.run(command, capture_output=True).stdout.count(b"\n")
