"""`indicators` on real candles and trades: against TA-Lib and others, for both builds, and as a command.

Ours and theirs must agree within 1e-9 of the larger of both, or of the column's median magnitude: close
to where a difference of prices crosses zero nobody's digits mean more.
"""

import csv
import gzip
import io
import json
import os
import statistics
import subprocess
from decimal import Decimal

import packages
from harness import DEBUG, RELEASE, CommandTest

PACKAGES = ["TA-Lib", "ta", "numpy", "pandas"]
TOLERANCE = 1e-9
CANDLES = ["time", "open", "high", "low", "close", "volume"]


def is_close(ours, theirs, scale):
    return abs(ours - theirs) <= TOLERANCE * max(abs(ours), abs(theirs), scale)


def tick_rule(trades):
    """The side of each trade by the last change of price; by the aggressor before the first."""
    prices, side, signs = [Decimal(one["price"]) for one in trades], None, []
    for place, one in enumerate(trades):
        if place and prices[place] != prices[place - 1]:
            side = 1 if prices[place] > prices[place - 1] else -1
        signs.append(side or (1 if one["side"] == "buy" else -1))
    return signs


def imbalance_lengths(signed, length, span):
    """How many trades each imbalance bar holds, by pandas' weighted means over all that went before."""
    flows = signed.ewm(span=span * length, adjust=True).mean().abs()
    lengths, total, count, threshold = [], 0.0, 0, None
    for place, value in enumerate(signed):
        total, count = total + value, count + 1
        if threshold is None:
            is_over = count >= length
        else:
            is_over = count >= length // 10 and (abs(total) >= threshold or count >= 10 * length)
        if is_over:
            lengths.append(count)
            expected = type(signed)(lengths, dtype=float).ewm(span=span, adjust=True).mean().iloc[-1]
            total, count, threshold = 0.0, 0, expected * flows[place]
    return lengths


class IndicatorTest(CommandTest):
    def candles(self):
        """A journal of three weeks of two symbols' five minutes."""
        names = [self.shared("freqtrade-klines", f"{coin}_BTC-5m.csv.gz") for coin in ("ETH", "LTC")]
        self.run_command("journal", "import", "ohlcv-csv", *names, "--interval", "5m", "-o", "two")
        return "two"

    def compute(self, journal, *arguments, binary=RELEASE):
        done = self.run_command(
            "indicators", "compute", journal, *arguments, "--csv", "-", binary=binary)
        return list(csv.DictReader(io.StringIO(done.stdout.decode())))

    def registry(self):
        return {entry["name"]: entry for entry in self.json("indicators", "list")}

    def bars_file(self, rows, name):
        """Our bars as candles for others: prices as we read them, so that all see the same."""
        path = self.path(name)
        with open(path, "w") as stream:
            print(",".join(CANDLES), file=stream)
            for row in rows:
                values = [row["open_time_ns"], *(row[field] for field in CANDLES[1:])]
                print(",".join(values), file=stream)
        return path


class ReferenceTest(IndicatorTest):
    def setUp(self):
        super().setUp()
        packages.module("talib", "indicator-venv", PACKAGES)
        import indicator_references

        self.references = indicator_references

    def test_every_indicator_has_a_reference_and_no_other_has(self):
        self.assertEqual(set(self.registry()), set(self.references.REFERENCES))

    def test_all_equal_theirs_on_five_minutes_of_two_symbols(self):
        journal, registry = self.candles(), self.registry()
        rows = self.compute(journal, *registry, "--symbol", "ETHBTC")
        other = self.bars_file(self.compute(journal, "--symbol", "LTCBTC"), "other.csv")
        self.expect_all(registry, rows, other)

    def test_all_of_one_series_equal_theirs_on_four_years_of_days(self):
        name = self.shared("lean-klines", "coinbase_btcusd_daily_trade.csv.gz")
        self.run_command(
            "journal", "import", "ohlcv-csv", name, "--columns", ",".join(CANDLES), "--time-format",
            "%Y%m%d %H:%M", "--interval", "1d", "--symbol", "BTC/USD", "-o", "days")
        registry = self.registry()
        single = {name: entry for name, entry in registry.items() if entry["input"] != "pair"}
        self.expect_all(single, self.compute("days", *single))

    def expect_all(self, entries, rows, *benchmark):
        path = self.bars_file(rows, "ours.csv")
        for name, reference in self.references.answers(entries, path, *benchmark).items():
            with self.subTest(indicator=name, reference=reference["who"]):
                self.expect_equal(entries[name], rows, reference)

    def expect_equal(self, entry, rows, reference):
        self.assertEqual(set(entry["outputs"]), set(reference["answers"]))
        for output, theirs in reference["answers"].items():
            single = len(entry["outputs"]) == 1
            ours = [row[entry["name"] if single else f"{entry['name']}.{output}"] for row in rows]
            warm = entry["warmUp"] - 1
            self.assertEqual({*ours[:warm]} - {""}, set(), "before the warm-up")
            self.assertNotIn("", ours[warm:], "after the warm-up")
            self.compare(ours, theirs, warm + reference["settles"])

    def compare(self, ours, theirs, first):
        self.assertEqual(len(ours), len(theirs))
        scale = statistics.median(abs(value) for value in theirs[first:] if value is not None)
        for place in range(first, len(theirs)):
            self.assertIsNotNone(theirs[place], f"bar {place}: they have none")
            self.assertTrue(
                is_close(float(ours[place]), theirs[place], scale),
                f"bar {place}: ours {ours[place]}, theirs {theirs[place]}")

class BarsTest(IndicatorTest):
    def test_candles_as_they_are_equal_the_file(self):
        rows = self.compute(self.candles(), "--symbol", "LTCBTC")
        with gzip.open(self.shared("freqtrade-klines", "LTC_BTC-5m.csv.gz"), "rt") as stream:
            theirs = list(csv.DictReader(stream))
        self.assertEqual(len(rows), len(theirs))
        grid = Decimal("0.00000001")
        for ours, file in zip(rows, theirs):
            self.assertEqual(ours["open_time_ns"], file["open_time_ms"] + "000000")
            for field in CANDLES[1:]:
                self.assertEqual(Decimal(ours[field]), Decimal(file[field]).quantize(grid), ours)

    def test_minutes_make_the_half_hours_that_hold_them(self):
        name = self.shared("freqtrade-klines", "UNITTEST_BTC-1m.csv.gz")
        self.run_command("journal", "import", "ohlcv-csv", name, "--interval", "1m", "-o", "minutes")
        minutes, halves = self.compute("minutes"), self.compute("minutes", "--bars", "30m")
        groups = {}
        for row in minutes:
            groups.setdefault(int(row["open_time_ns"]) // 1_800_000_000_000, []).append(row)
        self.assertIn(len(groups) - len(halves), (0, 1), "the last may be open")
        for row, group in zip(halves, groups.values()):
            self.assertEqual(row["open"], group[0]["open"])
            self.assertEqual(row["close"], group[-1]["close"])
            self.assertEqual(Decimal(row["high"]), max(Decimal(one["high"]) for one in group))
            self.assertEqual(Decimal(row["low"]), min(Decimal(one["low"]) for one in group))
            self.assertEqual(Decimal(row["volume"]), sum(Decimal(one["volume"]) for one in group))

    def test_bars_of_a_capture_hold_every_trade(self):
        name = self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        self.run_command("journal", "import", "binance-raw", name, "-o", "capture", "--quiet")
        trades = self.json_lines("journal", "export", "capture", "--kind", "trade")
        for spec in ("10s", "ticks:100", "volume:2", "dollar:100000", "tick-imbalance:50"):
            rows = self.compute("capture", "--bars", spec)
            self.assertGreater(len(rows), 5, spec)
            count = sum(int(row["trades"]) for row in rows)
            self.assertLessEqual(count, len(trades))
            held = trades[:count]
            self.assertEqual(
                sum(Decimal(row["volume"]) for row in rows),
                sum(Decimal(one["quantity"]) for one in held), spec)
            self.assertEqual(
                sum(Decimal(row["turnover"]) for row in rows),
                sum(Decimal(one["quantity"]) * Decimal(one["price"]) for one in held), spec)
            self.assertEqual(
                sum(Decimal(row["buy_volume"]) for row in rows),
                sum(Decimal(one["quantity"]) for one in held if one["side"] == "buy"), spec)

    def test_imbalance_bars_equal_pandas(self):
        packages.module("talib", "indicator-venv", PACKAGES)
        import pandas

        name = self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        self.run_command("journal", "import", "binance-raw", name, "-o", "capture", "--quiet")
        trades = self.json_lines("journal", "export", "capture", "--kind", "trade")
        sizes = {
            "tick": [1.0 for _ in trades],
            "volume": [float(one["quantity"]) for one in trades],
            "dollar": [float(Decimal(one["quantity"]) * Decimal(one["price"])) for one in trades],
        }
        signs = {"": [1 if one["side"] == "buy" else -1 for one in trades],
                 ",signs=tick-rule": tick_rule(trades)}
        for length, span in ((30, 20), (100, 5)):
            for kind, size in sizes.items():
                for rule, sign in signs.items():
                    spec = f"{kind}-imbalance:{length},span={span}{rule}"
                    with self.subTest(bars=spec):
                        signed = pandas.Series(size) * sign
                        ours = [int(row["trades"]) for row in self.compute("capture", "--bars", spec)]
                        self.assertEqual(ours, imbalance_lengths(signed, length, span))
                        self.assertGreater(len(ours), 3)

    def json_lines(self, *arguments):
        return [json.loads(line) for line in self.run_command(*arguments).stdout.splitlines()]


class BuildsTest(IndicatorTest):
    def test_debug_and_release_write_the_same_bytes(self):
        journal, names = self.candles(), list(self.registry())
        arguments = ["indicators", "compute", journal, *names, "--symbol", "ETHBTC", "--csv", "-"]
        for bars in ([], ["--bars", "1h"]):
            release = self.run_command(*arguments, *bars).stdout
            self.assertEqual(release, self.run_command(*arguments, *bars, binary=DEBUG).stdout)


class MemoryTest(IndicatorTest):
    def test_memory_does_not_grow_with_the_journal(self):
        most = []
        for count in (20_000, 200_000):
            with open(self.path("trades.csv"), "w") as stream:
                for i in range(count):
                    time = 1_704_067_200_000 + i * 50
                    print(f"{i},{100 + i * 7919 % 100 / 100},0.5,50,{time},{i % 3 == 0},True", file=stream)
            self.run_command(
                "journal", "import", "binance-trades", "trades.csv", "--symbol", "BTCUSDT", "-o", "long",
                "--force")
            child = subprocess.Popen(
                [RELEASE, "indicators", "compute", "long", "rsi", "bollinger", "--bars", "ticks:20",
                 "--csv", "bars.csv", "--force", "--quiet"], cwd=self.folder)  # fmt: skip
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(child.returncode, 0)
            most.append(usage.ru_maxrss)
        self.assertLess(most[1], most[0] + 4 * 1024, "KiB")


class ContractTest(IndicatorTest):
    def test_digits_read_back_to_the_same_numbers(self):
        rows = self.compute(self.candles(), "rsi", "--symbol", "ETHBTC")
        done = self.run_command(
            "indicators", "compute", "two", "rsi", "--symbol", "ETHBTC", "--json")
        values = [json.loads(line)["rsi"] for line in done.stdout.splitlines()]
        self.assertEqual([float(row["rsi"]) if row["rsi"] else None for row in rows], values)

    def test_where_one_begins_to_look_changes_no_answer(self):
        journal = self.candles()
        arguments = ("obv", "kama", "psar", "--symbol", "ETHBTC")
        rows = self.compute(journal, *arguments)
        part = self.compute(
            journal, *arguments, "--from", "2018-01-12T00:05", "--to", "2018-01-13")
        first = next(i for i, row in enumerate(rows) if row["close_time"] == "2018-01-12T00:05:00Z")
        self.assertEqual(part, rows[first:first + 288])
        cat = self.run_command("journal", "cat", journal, "--kind", "candle", "--json").stdout
        lines = map(json.loads, cat.splitlines())
        shown = [str(line["sequence"]) for line in lines if line["instrument"] == "ETHBTC"]
        self.assertEqual(len(shown), len(rows))
        part = self.compute(journal, *arguments, "--from", shown[100], "--to", shown[140])
        self.assertEqual(part, rows[100:141])

    def test_a_file_is_kept_unless_forced(self):
        journal = self.candles()
        command = ("indicators", "compute", journal, "rsi", "--symbol", "ETHBTC", "--csv", "rsi.csv")
        self.run_command(*command)
        self.run_command(*command, status=73)
        self.run_command(*command, "--force")

    def test_what_is_not_known_is_named_with_the_nearest(self):
        journal = self.candles()
        cases = [
            (["rsii"], 64, "did you mean `rsi`?"), (["rsi:lenght=3"], 64, "did you mean `length`?"),
            (["rsi:length=0"], 64, "it may be 1…10000"), (["rsi"], 64, "choose one with --symbol"),
            (["rsi", "--symbol", "ETHBTX"], 64, "did you mean `ETHBTC`?"),
            (["rsi", "--symbol", "ETHBTC", "--bars", "tiks:5"], 64, "did you mean `ticks`?"),
            (["rsi", "--symbol", "ETHBTC", "--bars", "7m"], 65, "choose a multiple of 5m"),
            (["rsi", "--symbol", "ETHBTC", "--bars", "ticks:5"], 65, "made of trades"),
            (["rsi", "--symbol", "ETHBTC", "--of", "trades"], 65, "has no trades"),
            (["rsi", "rsi", "--symbol", "ETHBTC"], 64, "asked for twice"),
            (["rsi", "--symbol", "ETHBTC", "--from", "noon"], 64, "neither a sequence nor a UTC time"),
            (["rsi", "--symbol", "ETHBTC", "--csv", "-", "--json"], 64, "exclude each other"),
        ]
        for arguments, status, words in cases:
            done = self.run_command("indicators", "compute", journal, *arguments, status=status)
            self.assertIn(words, done.stderr.decode(), arguments)
            self.assertEqual(done.stdout, b"", arguments)
        self.run_command("indicators", "compute", "nowhere", "rsi", status=66)
        done = self.run_command("indicators", "show", "bolinger", status=64)
        self.assertIn("did you mean `bollinger`?", done.stderr.decode())

    def test_two_series_need_another_symbol(self):
        name = self.shared("freqtrade-klines", "ETH_BTC-5m.csv.gz")
        self.run_command("journal", "import", "ohlcv-csv", name, "--interval", "5m", "-o", "one")
        done = self.run_command("indicators", "compute", "one", "beta", status=64)
        self.assertIn("--against", done.stderr.decode())
        rows = self.compute(self.candles(), "beta", "--symbol", "ETHBTC")
        told = self.compute("two", "beta", "--symbol", "ETHBTC", "--against", "LTCBTC")
        self.assertEqual(rows, told)
        self.run_command(
            "indicators", "compute", "two", "beta", "--symbol", "ETHBTC", "--against", "ETHBTC",
            status=64)
