"""The log of a run: lines that say what the journal says, files that rotate and lose nothing, a disk that is
full, and no secret anywhere."""

import fcntl
import glob
import json
import os
import re
import signal
import subprocess
import time

from harness import RELEASE, CommandTest
from recording import RecordTest
from trading import TradeTest

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LINE = re.compile(TIME.pattern + r" (debug|info|notice|warning|error) +cryptobot\.record .+")


def lines(path):
    """The lines of a log in order, those of the older files first."""
    numbers = sorted((int(name.rsplit(".", 1)[1]) for name in glob.glob(path + ".*")), reverse=True)
    found = []
    for name in [*(f"{path}.{number}" for number in numbers), path]:
        with open(name, encoding="utf-8") as stream:
            found += stream.read().splitlines()
    return found


class RecordLogTest(RecordTest):
    """A market with gaps, which are told."""

    duration = "1m"
    rate = 100
    options = ["--hold", "--speed", "20", "--fault", "gap,every=9"]
    streams = ["trade"]

    def setUp(self):
        super().setUp()
        self.log = self.path("run.log")

    def run_once(self, *options):
        self.record("--log-file", self.log, *options)
        self.wait_subscribed()
        self.http("POST", "/control/start")
        self.wait_over()
        self.recorder.send_signal(signal.SIGTERM)
        self.finish()

    def gaps(self, name="live"):
        done = self.run_command("journal", "cat", self.path(name), "--kind", "gap", "--json")
        return [json.loads(line)["sequence"] for line in done.stdout.splitlines()]

    def test_json_lines_tell_what_the_journal_holds_with_its_sequences(self):
        self.run_once("--log-format", "json")
        rows = [json.loads(line) for line in lines(self.log)]
        for row in rows:
            self.assertRegex(row["time"], TIME)
            self.assertEqual(row["label"], "cryptobot.record")
            self.assertEqual(list(row)[:4], ["time", "level", "label", "message"])
            self.assertTrue(row["venue"])
        self.assertEqual([row["time"] for row in rows], sorted(row["time"] for row in rows))
        begin, end = rows[0], rows[-1]
        self.assertEqual((begin["message"], end["message"]), ("run begins", "run ends"))
        self.assertIn("cryptobot 0", begin["build"])
        info = self.json("journal", "info", self.path("live"))
        self.assertEqual(begin["journalID"], info["id"])
        self.assertEqual(begin["symbols"], "BTCUSDT")
        told = [row["sequence"] for row in rows if row["message"] == "gap"]
        self.assertEqual(told, self.gaps())
        self.assertGreater(len(told), 20)
        self.assertEqual([row["instrument"] for row in rows if row["message"] == "gap"][0], "BTCUSDT")
        self.assertIn("connected", [row["message"] for row in rows])

    def test_files_rotate_at_their_size_and_lose_no_line(self):
        self.run_once("--log-file-size", "4KiB", "--log-file-count", "200")
        files = glob.glob(self.log + "*")
        self.assertGreater(len(files), 2)
        for name in files:
            self.assertLessEqual(os.path.getsize(name), 4096)
        text = lines(self.log)
        for line in text:
            self.assertRegex(line, LINE)
        self.assertEqual([int(re.search(r"sequence=(\d+)", line)[1]) for line in text if " gap " in line],
                         self.gaps())  # fmt: skip

    def test_two_runs_share_a_file_that_rotates_and_lose_no_line(self):
        shared = ["--log-file", self.log, "--log-file-size", "4KiB", "--log-file-count", "200"]
        runs = [self.record(*shared, name=name) for name in ("live", "second")]
        self.wait("both runs to listen", lambda: os.path.exists(self.log) and len(lines(self.log)) >= 4)
        self.wait("both to be subscribed", lambda: len(self.sent()["streams"]) == 2)
        self.http("POST", "/control/start")
        self.wait_over()
        for run in runs:
            run.send_signal(signal.SIGTERM)
            self.finish(recorder=run)
        text = lines(self.log)
        for line in text:
            self.assertRegex(line, LINE)
        self.assertEqual(sum("run begins" in line for line in text), 2)
        self.assertEqual(sum("run ends" in line for line in text), 2)
        told = sorted(int(re.search(r"sequence=(\d+)", line)[1]) for line in text if " gap " in line)
        self.assertEqual(told, sorted(self.gaps() + self.gaps("second")))
        self.assertGreater(len(told), 20)

    def test_the_oldest_files_go_and_what_is_left_is_the_end(self):
        self.run_once("--log-file-size", "4KiB", "--log-file-count", "1")
        self.assertEqual(sorted(os.path.basename(name) for name in glob.glob(self.log + "*")),
                         ["run.log", "run.log.1"])  # fmt: skip
        kept = [int(re.search(r"sequence=(\d+)", line)[1]) for line in lines(self.log) if " gap " in line]
        self.assertEqual(kept, self.gaps()[-len(kept):])
        self.assertIn("run ends", lines(self.log)[-1])

    def test_a_full_disk_stops_the_log_and_nothing_else(self):
        os.symlink("/dev/full", self.log)
        self.run_once()
        self.assertIn("the log cannot be written: No space left on device", self.said)
        self.assertEqual(self.said.count("the log cannot be written"), 1)
        self.assertTrue(self.json("journal", "verify", self.path("live"))["isWhole"])

    def test_a_stderr_that_nobody_reads_stops_nothing(self):
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"x" * 4096)
        recorder = subprocess.Popen(
            [RELEASE, "record", self.language, *self.symbols, "-o", self.path("live"), "--for", "3s",
             "--streams", "trade", "--url", self.place["rest"], "--stream-url", self.place["ws"],
             "--log-level", "trace"], stdout=subprocess.DEVNULL, stderr=writing)  # fmt: skip
        self.addCleanup(lambda: recorder.poll() is None and recorder.kill())
        os.close(writing)
        self.http("POST", "/control/start")
        self.assertEqual(recorder.wait(60), 0)
        self.assertTrue(self.json("journal", "verify", self.path("live"))["isWhole"])
        self.assertEqual(os.read(reading, 8192), b"x" * 4096)
        os.close(reading)

    def test_a_file_that_somebody_else_keeps_locked_costs_lines_and_nothing_else(self):
        with open(self.log, "a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.run_once()
        self.assertEqual(self.said.count("another process keeps it locked"), 1)
        self.assertTrue(self.json("journal", "verify", self.path("live"))["isWhole"])
        self.assertEqual(os.path.getsize(self.log), 0)

    def test_a_pipe_without_a_reader_is_no_log(self):
        os.mkfifo(self.log)
        self.record("--log-file", self.log)
        self.assertIn("cannot be written", self.finish(status=73))

    def test_a_level_leaves_out_what_is_below_it(self):
        self.run_once("--log-level", "warning")
        levels = {line.split()[1] for line in lines(self.log)}
        self.assertEqual(levels, {"warning"})

    def test_without_a_file_a_level_or_a_form_there_is_no_log(self):
        self.record()
        self.wait_subscribed()
        self.recorder.send_signal(signal.SIGTERM)
        self.finish()
        self.assertNotIn("run begins", self.said)
        self.record("--log-format", "json", name="second")
        self.wait("its journal", lambda: os.path.isdir(self.path("second")))
        self.recorder.send_signal(signal.SIGTERM)
        self.finish()
        self.assertIn('"message":"run begins"', self.said)
        self.record("--log-file", "-", name="third")
        self.wait("its journal", lambda: os.path.isdir(self.path("third")))
        self.recorder.send_signal(signal.SIGTERM)
        self.finish()
        self.assertRegex(self.said, r" info +cryptobot\.record run begins ")


class SecretLogTest(TradeTest):
    """Keys and what is signed with them stay out of every line."""

    def test_no_line_holds_a_key_or_a_signature_and_failures_are_told(self):
        log = self.path("run.log")
        process = self.begin("--log-file", log, "--log-level", "trace", "--log-format", "json")
        self.wait_traded(process)
        self.http("POST", "/control/faults", {"fault": "disconnect", "times": 1})
        time.sleep(3)
        self.end(process)
        with open(log, encoding="utf-8") as stream:
            text = stream.read()
        rows = [json.loads(line) for line in text.splitlines()]
        messages = [row["message"] for row in rows]
        for message in ("run begins", "connected", "order", "limit", "run ends"):
            self.assertIn(message, messages)
        self.assertEqual(next(row["mode"] for row in rows if row["message"] == "run begins"), "live")
        for secret in (self.place["apiKey"], self.place["secret"], "signature="):
            self.assertNotIn(secret, text)
        said = self.run_for("1s", "--set", "strategy.name=nonsuch", "--log-file", log, status=65)
        self.assertIn("nonsuch", said)

    def test_why_a_run_ended_is_its_last_line(self):
        log = self.path("run.log")
        self.stop()
        self.run_for("1s", "--log-file", log, status=74)
        with open(log, encoding="utf-8") as stream:
            last = stream.read().splitlines()[-1]
        self.assertIn("error", last.split()[1])
        self.assertIn("category=venue", last)
        self.assertIn("cannot be reached", last)


class OptionsTest(CommandTest):
    def test_who_keeps_a_log_takes_its_options_and_nobody_else(self):
        keeping = (["record"], ["download"], ["trade"], ["config", "show"])
        for verb in (*keeping, ["doctor"], ["venues", "market"], ["venues", "account"]):
            with self.subTest(verb):
                told = self.run_command(*verb, "--help").stdout.decode()
                self.assertEqual("--log-" in told, verb in keeping)
                self.assertIn("--config-file", told)
        said = self.run_command("doctor", "--log-level", "debug", status=64).stderr.decode()
        self.assertIn("Unknown option '--log-level'", said)
