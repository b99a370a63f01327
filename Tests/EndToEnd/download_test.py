"""`cryptobot download` from `cryptobot exchange` in its three languages, and from venues that fail: the journal
holds the candles that the exchange has, each once, or there is none."""

import calendar
import csv
import json
import os
import signal
import subprocess
import time
import unittest

from exchange_server import ExchangeTest
from harness import RELEASE, CommandTest, contents
from scripted_venue import ScriptedVenue

SYMBOLS = {"binance": "BTCUSDT", "kraken": "BTC/USDT", "coinbase": "BTC-USDT"}
STRATEGY = """\
source: {journal: BTCUSDT}
strategy: {name: ema-cross, bar: 1m, parameters: {fast: 2, slow: 5}}
capital: {USDT: 100000}
"""


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Market(ExchangeTest):
    """An exchange for all tests here: its past does not change."""

    duration, rate = "3h", 0.2
    options = ["--history", "100m"]


def setUpModule():
    global market
    market = Market()
    unittest.addModuleCleanup(market.doCleanups)
    market.setUp()


class DownloadTest(ExchangeTest):
    def setUp(self):
        CommandTest.setUp(self)
        self.place = market.place
        end = int(time.time()) // 60 * 60
        self.first, self.last = end - 90 * 60, end - 10 * 60

    def arguments(self, venue="binance", output="j", symbol=None, **changes):
        options = {"from": moment(self.first), "to": moment(self.last), "url": self.place["rest"], **changes}
        return ["download", venue, symbol or SYMBOLS[venue], "-o", self.path(output),
                *(word for name, value in options.items() if value is not None
                  for word in ("--" + name, value))]  # fmt: skip

    def download(self, *arguments, **changes):
        return self.json(*self.arguments(*arguments, **changes))

    def candles(self, name="j"):
        lines = self.run_command("journal", "cat", self.path(name), "--json", "--kind", "candle").stdout
        return [self.row(line) for line in map(json.loads, lines.splitlines())]

    def row(self, event):
        width = event["intervalSeconds"] * 10**9
        self.assertEqual(event["receiveTime"], event["venueTime"] + width, "received when it closed")
        return (event["venueTime"] // 10**9, event["intervalSeconds"],
                *(float(event[name]) for name in ("open", "high", "low", "close", "volume")))  # fmt: skip

    def klines(self, interval="1m", first=None, last=None):
        """The exchange's own candles, as rows of text."""
        return self.http(
            "GET", f"/api/v3/klines?symbol=BTCUSDT&interval={interval}&limit=1000"
            f"&startTime={(first or self.first) * 1000}&endTime={(last or self.last) * 1000 - 1}")  # fmt: skip

    def truth(self, interval="1m", **span):
        return [(row[0] // 1000, (row[6] + 1 - row[0]) // 1000, *map(float, row[1:6]))
                for row in self.klines(interval, **span)]  # fmt: skip


class ThreeLanguagesTest(DownloadTest):
    def test_the_journal_holds_the_exchanges_own_candles_in_each_language(self):
        truth = self.truth()
        self.assertEqual(len(truth), 80)
        quiet = sum(row[6] == 0 for row in truth)
        self.assertTrue(0 < quiet < 60, "a market that is quiet now and then")
        for venue in SYMBOLS:
            with self.subTest(venue):
                answer = self.download(venue, venue)
                # Where nothing was traded Coinbase has no candle, and none is made up.
                told = [row for row in truth if venue != "coinbase" or row[6] > 0]
                self.assertEqual(self.candles(venue), told)
                (symbol,) = answer["symbols"]
                self.assertEqual((symbol["candles"], symbol["without"]), (len(told), 80 - len(told)))
                self.assertEqual(answer["notices"].get(f"zeroQuantity ({SYMBOLS[venue]})", 0),
                                 0 if venue == "coinbase" else quiet)  # fmt: skip
                self.assertEqual(seconds(symbol["first"]), told[0][0])
                self.assertEqual((seconds(answer["from"]), seconds(answer["to"])), (self.first, self.last))
                self.assertTrue(self.json("journal", "verify", self.path(venue))["isWhole"])

    def test_other_lengths_are_whole_candles_within_the_span(self):
        for venue, interval in (("binance", "1s"), ("binance", "5m"), ("kraken", "15m"), ("coinbase", "5m")):
            with self.subTest(venue=venue, interval=interval):
                last = self.first + 600 if interval == "1s" else self.last
                self.download(venue, interval + venue, interval=interval, to=moment(last))
                width = {"1s": 1, "5m": 300, "15m": 900}[interval]
                told = [row for row in self.truth(interval, last=last)
                        if row[0] + width <= last and (venue != "coinbase" or row[6] > 0)]  # fmt: skip
                self.assertEqual(self.candles(interval + venue), told)
                self.assertGreater(len(told), 3)

    def test_the_candle_that_is_open_is_not_in_it(self):
        for venue in SYMBOLS:
            with self.subTest(venue):
                answer = self.download(venue, venue, to=None)
                ends = [row[0] + 60 for row in self.candles(venue)]
                self.assertLessEqual(max(ends), time.time())
                self.assertEqual(seconds(answer["to"]) % 60, 0)
                self.assertLessEqual(max(ends), seconds(answer["to"]))
                if venue != "coinbase":
                    self.assertGreater(max(ends), time.time() - 120)

    def test_two_downloads_are_equal_byte_for_byte(self):
        one, other = self.download(output="one"), self.download(output="other")
        self.assertEqual(one, other)
        self.assertEqual(contents(self.path("one")), contents(self.path("other")))

    def test_what_was_recorded_of_the_same_time_is_what_is_downloaded(self):
        self.run_command(
            "record", "binance", "BTCUSDT", "-o", self.path("live"), "--streams", "kline_1s", "--for", "6s",
            "--quiet", "--url", self.place["rest"], "--stream-url", self.place["ws"])  # fmt: skip
        lines = self.run_command("journal", "cat", self.path("live"), "--json", "--kind", "candle").stdout
        live = [self.fields(line) for line in lines.splitlines()]
        # Where the machine is busy, the link itself takes seconds.
        self.assertGreater(len(live), 0)
        first, last = live[0][0], live[-1][0] + 1
        self.download(interval="1s", **{"from": moment(first), "to": moment(last)})
        self.assertEqual([(row[0], *row[2:]) for row in self.candles()], live)

    @staticmethod
    def fields(line):
        event = json.loads(line)
        return (event["venueTime"] // 10**9,
                *(float(event[name]) for name in ("open", "high", "low", "close", "volume")))  # fmt: skip


class UseTest(DownloadTest):
    def test_it_folds_as_an_import_of_the_same_candles_does(self):
        self.download()
        with open(self.path("BTCUSDT-1m.csv"), "w", newline="") as stream:
            csv.writer(stream).writerows(self.klines())
        with open(self.path("list.yaml"), "w") as stream:
            stream.write("BTCUSDT: {base: BTC, quote: USDT, tick: 0.01, lot: 0.00000001}\n")
        self.run_command("journal", "import", "binance-klines", self.path("BTCUSDT-1m.csv"), "-o",
                         self.path("imported"), "--instruments", self.path("list.yaml"))  # fmt: skip
        self.assertEqual(self.candles(), self.candles("imported"))
        folds = {name: self.json("replay", self.path(name)) for name in ("j", "imported")}
        again = self.json("replay", self.path("j"))
        self.assertEqual(again["fingerprint"], folds["j"]["fingerprint"])
        kinds = ["logicVersion", "text", "asset", "instrument", "filter", "candle", "notice"]
        for name, fold in folds.items():
            lines = self.run_command("journal", "cat", self.path(name), "--json").stdout.splitlines()
            found = [json.loads(line)["kind"] for line in lines]
            self.assertEqual(fold.pop("events"), len(found))
            self.assertRegex(fold.pop("fingerprint"), "^[0-9a-f]{16}$")
            fold.pop("eventsPerSecond")
            self.assertLessEqual(set(found), set(kinds))
            self.assertEqual(found[0], "logicVersion")
            self.assertIn(found[-1], ("candle", "notice"))
        # The venue tells more filters than a list of the user's, so those states are not one.
        self.assertEqual(folds["j"], folds["imported"])

    def test_what_reads_journals_reads_it(self):
        self.download(output="BTCUSDT")
        with open(self.path("s.yaml"), "w") as stream:
            stream.write(STRATEGY)
        runs = [self.json("replay", self.path("s.yaml")) for _ in range(2)]
        self.assertGreater(runs[0]["fills"], 0)
        for run in runs:
            for key in ("seconds", "eventsPerSecond"):
                run.pop(key)
        self.assertEqual(*runs)
        found = self.json("optimize", self.path("s.yaml"), "--over", "fast=2..3", "--objective", "return")
        self.assertEqual(len(found["trials"]), 2)
        self.run_command("check", self.path("BTCUSDT"), "--cases", "1")
        self.assertIn("BTCUSDT", str(self.json("journal", "info", self.path("BTCUSDT"))))


class RefusalTest(DownloadTest):
    def refused(self, status, *arguments, **changes):
        said = self.run_command(*self.arguments(*arguments, **changes), status=status).stderr.decode()
        self.assertFalse(os.path.exists(self.path("j")))
        self.assertEqual([name for name in os.listdir(self.folder) if "partial" in name], [])
        return said

    def test_bad_input_is_refused_by_name_and_leaves_nothing(self):
        self.assertIn("does not take ETHUSDT: Invalid symbol", self.refused(66, symbol="ETHUSDT"))
        self.assertIn("BTC-EUR", self.refused(66, "coinbase", symbol="BTC-EUR"))
        self.assertIn("Unknown asset pair", self.refused(66, "kraken", symbol="BTC/EUR"))
        self.assertIn("BTCUSDT is named twice",
                      self.run_command(*self.arguments(), "btcusdt", status=64).stderr.decode())
        self.assertIn("there is no venue `nowhere`", self.refused(64, "nowhere", symbol="BTC"))
        self.assertIn("binance has no candles of `7m`; it has 1s, 1m", self.refused(64, interval="7m"))
        self.assertIn("coinbase has no candles of `1s`", self.refused(64, "coinbase", interval="1s"))
        self.assertIn("a UTC moment such as", self.refused(64, **{"from": "yesterday"}))
        self.assertIn("a UTC moment such as", self.refused(64, to="12:00"))
        self.assertIn("before --to", self.refused(64, to=moment(self.first - 60)))
        self.assertIn("before now", self.refused(64, to=None, **{"from": moment(time.time() + 3600)}))
        self.assertIn("no candle of 1d begins and ends", self.refused(66, interval="1d"))
        self.assertIn("has no candle of BTCUSDT",
                      self.refused(66, **{"from": "2024-01-01", "to": "2024-01-02"}))  # fmt: skip
        self.assertIn("--testnet has addresses of its own",
                      self.run_command(*self.arguments(), "--testnet", status=64).stderr.decode())

    def test_what_kraken_has_forgotten_is_refused_with_its_limit(self):
        said = self.refused(66, "kraken", **{"from": moment(time.time() - 730 * 60)})
        self.assertIn("kraken keeps the newest 720 candles", said)
        oldest = said.split("nothing from before ")[1].split(";")[0]
        self.assertAlmostEqual(seconds(oldest), time.time() - 720 * 60, delta=65)

    def test_an_output_that_exists_is_refused_and_replaced_by_force(self):
        self.download()
        before = contents(self.path("j"))
        said = self.run_command(*self.arguments(), status=73).stderr.decode()
        self.assertIn("--force", said)
        self.assertEqual(contents(self.path("j")), before)
        self.run_command(*self.arguments(to=moment(self.last - 600)), "--force")
        self.assertEqual(len(self.candles()), 70)
        os.mkdir(self.path("other"))
        with open(self.path("other/kept.txt"), "w") as stream:
            stream.write("not a journal")
        self.run_command(*self.arguments(output="other"), "--force", status=65)
        self.assertEqual(os.listdir(self.path("other")), ["kept.txt"])


class FailingVenue(ScriptedVenue):
    """A Binance of one symbol whose candles come after what `answers` holds; each is (status, headers, body),
    and None is never answered."""

    def __init__(self, answers):
        super().__init__(lambda link: None)
        self.answers = list(answers)
        self.was_asked = 0

    def answer(self, path):
        now = int(time.time() * 1000)
        if path.startswith("/api/v3/time"):
            return 200, {}, {"serverTime": now}
        if path.startswith("/api/v3/exchangeInfo"):
            status, headers, body = super().answer(path)
            return status, headers, {**body, "serverTime": now}
        if "interval=1d" in path:
            return 200, {}, self.klines(path, 86_400_000)
        self.was_asked += 1
        answer = self.answers.pop(0) if self.answers else (200, {}, self.klines(path))
        while answer is None:
            time.sleep(0.05)
        return answer

    def klines(self, path, width=60_000):
        span = dict(item.split("=") for item in path.split("?")[1].split("&"))
        return [[start, self.opening(start), "2.00", "1.00", "1.50", "3", start + width - 1, "0", 1, "0", "0", "0"]
                for start in range(int(span["startTime"]), int(span["endTime"]), width)]  # fmt: skip

    def opening(self, start):
        return "1.00"


class FailureTest(CommandTest):
    def venue(self, *answers):
        venue = FailingVenue(answers)
        self.addCleanup(venue.close)
        return venue

    def command(self, url):
        return ["download", "binance", "BTCUSDT", "--from", "2024-01-01", "--to", "2024-01-02", "-o",
                self.path("j"), "--url", url, "--json"]  # fmt: skip

    def test_failures_of_a_venue_are_asked_again_and_told(self):
        venue = self.venue((503, {}, {}), (429, {"Retry-After": "1"}, {"code": -1003, "msg": "slower"}))
        done = self.run_command(*self.command(venue.place["rest"]))
        answer = json.loads(done.stdout)
        self.assertEqual(answer["symbols"][0]["candles"], 1440)
        self.assertEqual(answer["repeats"], 2)
        said = done.stderr.decode()
        self.assertIn("lost sight of the request; it is asked again", said)
        self.assertIn("wants fewer requests; it is asked again", said)

    def test_a_ban_without_an_end_and_a_wait_of_ages_are_told_at_once(self):
        body = {"code": -1003, "msg": "no more"}
        for status, headers, words in (
            (418, {}, "binance has banned this address; wait some minutes before the next try"),
            (429, {"Retry-After": "9" * 30}, "binance asks to wait until 2262-04-11"),
        ):
            with self.subTest(status):
                venue = self.venue(*[(status, headers, body)] * 9)
                said = self.run_command(*self.command(venue.place["rest"]), status=74).stderr.decode()
                self.assertIn(words, said)
                self.assertEqual(venue.was_asked, 1)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_candle_that_cannot_be_is_told_with_its_time_and_asked_for_once(self):
        row = [1704067200000, "1.00", "0.50", "0.40", "1.00", "3", 1704067259999, "0", 1, "0", "0", "0"]
        venue = self.venue(*[(200, {}, [row])] * 9)
        said = self.run_command(*self.command(venue.place["rest"]), status=74).stderr.decode()
        self.assertIn("the candle of 2024-01-01T00:00:00Z: the high is below another price", said)
        self.assertEqual(venue.was_asked, 1)

    def test_what_a_killed_download_left_is_removed_by_the_next(self):
        dead = subprocess.Popen(["true"])
        dead.wait()
        for process in (dead.pid, os.getpid()):
            os.mkdir(self.path(f".j.partial-{process}"))
            with open(self.path(f".j.partial-{process}/00000000000000000001.lz4.open"), "w"):
                pass
        done = self.run_command(*self.command(self.venue().place["rest"]))
        self.assertIn(f".j.partial-{dead.pid} is removed: whoever wrote it was killed", done.stderr.decode())
        self.assertEqual(sorted(os.listdir(self.folder)), [f".j.partial-{os.getpid()}", "j"])

    def test_prices_finer_than_the_tick_of_today_are_read_on_their_own_grid(self):
        venue = self.venue()
        venue.opening = lambda start: "1.005" if start > 1704142000000 else "1.00"
        done = self.run_command(*self.command(venue.place["rest"]))
        self.assertIn("BTCUSDT was once traded on a finer grid", done.stderr.decode())
        self.assertEqual(json.loads(done.stdout)["symbols"][0]["candles"], 1440)
        lines = self.run_command("journal", "cat", self.path("j"), "--json", "--kind", "candle").stdout
        opens = [json.loads(line)["open"] for line in lines.splitlines()]
        self.assertEqual((opens[0], opens[-1], len(opens)), ("1.000", "1.005", 1440))

    def test_an_output_that_cannot_be_made_is_refused_before_anything_is_asked(self):
        os.mkdir(self.path("folder"))
        with open(self.path("folder/thesis.txt"), "w"):
            pass
        os.symlink("folder", self.path("link"))
        for output, status, words in (
            ("", 64, "needs a name"), (self.path("none/j"), 73, "no such folder"),
            (self.path("folder/thesis.txt"), 65, "not a journal"), (self.path("link"), 65, "it is a link"),
            (self.path("folder"), 65, "it holds thesis.txt"),
        ):
            with self.subTest(words):
                said = self.run_command(
                    "download", "binance", "BTCUSDT", "--from", "2024-01-01", "-o", output, "--force",
                    "--url", "http://127.0.0.1:1", status=status).stderr.decode()  # fmt: skip
                self.assertIn(words, said)
        self.assertEqual(os.listdir(self.path("folder")), ["thesis.txt"])

    def test_nobody_at_the_address_is_an_error_of_its_own(self):
        said = self.run_command(*self.command("http://127.0.0.1:1"), status=74).stderr.decode()
        self.assertIn("127.0.0.1:1 cannot be reached", said)
        self.assertEqual(os.listdir(self.folder), [])

    def test_interrupted_or_killed_it_leaves_nothing_behind(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)):
            with self.subTest(number):
                # One page has come, the next one does not.
                venue = self.venue()
                page = venue.klines("?startTime=1704067200000&endTime=1704127200000")
                venue.answers = [(200, {}, page), None]
                process = subprocess.Popen([RELEASE, *self.command(venue.place["rest"])],
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
                end = time.monotonic() + 20
                while venue.was_asked < 2 and time.monotonic() < end:
                    time.sleep(0.02)
                process.send_signal(number)
                signalled = time.monotonic()
                out, said = process.communicate(timeout=20)
                # The answer that does not come is waited for up to 10 s, were it wanted.
                self.assertLess(time.monotonic() - signalled, 5)
                self.assertEqual(process.returncode, status, said)
                self.assertEqual(out, "")
                if number != signal.SIGKILL:
                    self.assertIn("interrupted; nothing was left behind", said)
                self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
