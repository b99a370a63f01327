"""`features` writes what its definitions say: every number of real captures is computed again in Python from
`journal export`; no row knows more than the journal up to it; nothing crosses a loss, nothing half is left."""

import csv
import gzip
import json
import math
import os
import sqlite3
import subprocess

from feature_oracle import Market
from harness import DEBUG, RELEASE, CommandTest

RAW = "binance-spot-raw-20240808"
SECOND = 10**9
FIXED = ["time", "time_ns", "sequence", "symbol"]


class FeaturesTest(CommandTest):
    def capture(self, lines=None, change=lambda number, line: line):
        """A journal of the capture, or of its first lines, changed."""
        source = self.shared(RAW, "btcusdt_20240808.gz")
        if lines is None:
            self.import_raw(source)
            return
        with gzip.open(source, "rb") as stream, open(self.path("cut.raw"), "wb") as out:
            for number, line in enumerate(stream):
                if number == lines:
                    break
                out.write(change(number, line))
        self.import_raw(self.path("cut.raw"))

    def import_raw(self, source):
        self.run_command("journal", "import", "binance-raw", source, "--symbol", "BTCUSDT",
                         "--on-error", "skip", "-o", "j", "--force")  # fmt: skip

    def rows(self, *arguments):
        self.run_command("features", "j", *arguments, "--csv", "rows.csv", "--force", "--quiet")
        with open(self.path("rows.csv"), encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def events(self):
        return map(json.loads, self.run_command("journal", "export", "j").stdout.splitlines())

    # Against the definitions

    def compare(self, rows, least, silent=()):
        """Every number of every row, from the events up to its sequence alone; `least` of each column but
        the silent ones."""
        watcher, answers, left = Watcher(), {}, list(reversed(rows))
        for line in self.events():
            while left and line["sequence"] > int(left[-1]["sequence"]):
                self.compare_row(left.pop(), watcher, answers)
            watcher.tell(line)
        for row in reversed(left):
            self.compare_row(row, watcher, answers)
        few = [name for name in rows[0] if name not in FIXED and answers.get(name, 0) < least]
        self.assertEqual(list(silent), few, answers)
        return watcher

    def compare_row(self, row, watcher, answers):
        found = watcher.markets[row["symbol"]].columns(int(row["time_ns"]))
        for name in set(row) - set(FIXED):
            number = found[name]
            where = f"{name} of {row['symbol']} at {row['sequence']}: {row[name]!r}, not {number!r}"
            if number is None or row[name] == "":
                self.assertTrue(number is None and row[name] == "", where)
                continue
            answers[name] = answers.get(name, 0) + 1
            self.assertTrue(math.isclose(float(row[name]), number, rel_tol=1e-9, abs_tol=1e-12), where)

    def test_every_number_of_a_capture_is_what_its_definition_says(self):
        self.capture()
        rows = self.rows()
        names = [column["name"] for entry in self.json("features", "list") for column in entry["columns"]]
        self.assertEqual(list(rows[0]), FIXED + names)
        watcher = self.compare(rows, least=20)
        instants = {-(-now // SECOND) * SECOND for now in watcher.times}
        expected = sorted(instant for instant in instants if instant < watcher.now)
        self.assertEqual([int(row["time_ns"]) for row in rows], expected)

    def test_behind_trades_of_several_markets(self):
        folder = self.shared("cryptofeed-binance-20211012")
        files = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".gz")]
        self.run_command("journal", "import", "cryptofeed-raw", *files, "-o", "j")
        watcher = self.compare(self.rows("--every", "trade"), least=0)
        rows = self.rows("--every", "book", "--symbol", "NKNUSDT", "--symbol", "RUNEEUR")
        self.assertEqual({row["symbol"] for row in rows}, {"NKNUSDT", "RUNEEUR"})
        self.compare(rows, least=0)
        self.assertEqual(len(watcher.markets), 4)

    def test_nothing_is_carried_across_a_loss(self):
        """A line that cannot be read is a gap of all streams; behind it only quotes and trades come back."""
        self.capture(lines=12_000, change=lambda number, line: b"garbage\n" if number == 6_000 else line)
        rows = self.rows("--every", "500ms")
        # Fifty buckets of a bitcoin, and sixty seconds with trades, are more than either part holds.
        silent = ["vpin", "kyle_lambda", "kyle_lambda_determination", "amihud"]
        watcher = self.compare(rows, least=1, silent=silent)
        self.assertEqual(watcher.losses, 1)
        self.assertEqual(rows[-1]["depth_bid"], "")
        self.assertNotEqual(rows[-1]["ofi"], "")

    def test_a_book_that_jumps_is_believed_no_more(self):
        self.capture(lines=9_000, change=lambda number, line: b"" if number > 6_000 and b"@depth" in line and number < 6_020
                     else line)  # fmt: skip
        rows = self.rows("spread", "depth", "ofi", "--every", "500ms")
        self.compare(rows, least=1)
        self.assertEqual((rows[5]["depth_bid"] != "", rows[-1]["depth_bid"]), (True, ""))

    def test_a_row_behind_each_trade_that_ends_a_bar(self):
        self.capture(lines=9_000)
        trades = [line for line in self.events() if line["kind"] == "trade"]
        rows = self.rows("ofi", "roll_spread", "--every", "ticks:40")
        self.compare(rows, least=1)
        self.assertEqual([row["sequence"] for row in rows], [str(line["sequence"]) for line in trades[39::40]])
        expected, volume = [], 0
        for line in trades:
            volume += int(line["quantity"].replace(".", ""))
            if volume >= 1_500_000:
                expected.append(str(line["sequence"]))
                volume = 0
        rows = self.rows("mid", "--every", "volume:1.5")
        self.assertEqual([row["sequence"] for row in rows], expected)

    # No row knows what comes

    def test_a_row_is_the_same_where_the_journal_ends_behind_it(self):
        self.capture(lines=9_000)
        whole = {pace: self.rows("--every", pace) for pace in ("1s", "trade", "quote", "book")}
        for lines in (2_000, 5_137, 8_000):
            self.capture(lines=lines)
            for pace, rows in whole.items():
                cut = self.rows("--every", pace)
                self.assertGreater(len(cut), 15)
                self.assertEqual(cut, rows[: len(cut)])

    def test_only_labels_look_ahead_and_they_are_the_returns_to_come(self):
        self.capture(lines=9_000)
        rows = self.rows("mid", "--labels", "1s,2500ms", "--every", "trade")
        mids = [(int(row["time_ns"]), row["mid"]) for row in self.rows("mid", "--every", "quote")]
        last, found = max(int(line["receiveTime"]) for line in self.events()), 0
        for row in rows[:: len(rows) // 300]:
            for name, span in (("label_return_1s", SECOND), ("label_return_2500ms", 2_500_000_000)):
                end = int(row["time_ns"]) + span
                later = [mid for time, mid in mids if time <= end]
                if end >= last:
                    self.assertEqual(row[name], "")
                elif row[name] and later:
                    found += 1
                    expected = float(later[-1]) / float(row["mid"]) - 1
                    self.assertAlmostEqual(float(row[name]), expected, delta=1e-6)
        self.assertGreater(found, 300)
        # The look-ahead is planted: a shorter journal does not know it, and the features do not care.
        self.capture(lines=6_000)
        cut = self.rows("mid", "--labels", "1s,2500ms", "--every", "trade")
        whole = rows[: len(cut)]
        self.assertEqual([row["mid"] for row in cut], [row["mid"] for row in whole])
        self.assertEqual((cut[-1]["label_return_1s"], bool(whole[-1]["label_return_1s"])), ("", True))

    # Files

    def test_sqlite_holds_the_same_numbers_and_what_they_mean(self):
        self.capture(lines=9_000)
        arguments = ["ofi", "vpin:volume=0.5,buckets=10", "level_ofi:levels=2", "--labels", "1s"]
        self.run_command("features", "j", *arguments, "--csv", "t.csv", "--sqlite", "t.db")
        with open(self.path("t.csv"), encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        with sqlite3.connect(self.path("t.db")) as database:
            table = database.execute("SELECT * FROM feature_rows").fetchall()
            columns = database.execute("SELECT * FROM feature_columns ORDER BY position").fetchall()
            about = dict(database.execute("SELECT * FROM feature_table"))
        names = ["ofi", "vpin_volume_0.5_buckets_10", "level_ofi_levels_2_1", "level_ofi_levels_2_2",
                 "label_return_1s"]  # fmt: skip
        self.assertEqual(header, FIXED + names)
        self.assertEqual([column[1] for column in columns], names)
        self.assertEqual([column[-1] for column in columns], [0, 0, 0, 0, 1])
        self.assertIn("LOOKS AHEAD", columns[-1][6])
        self.assertEqual(columns[1][3], "volume=0.5,buckets=10")
        self.assertEqual((about["journal"], about["every"]), ("j", "1s"))
        read = [[cell if place < 4 else None if cell == "" else float(cell) for place, cell in enumerate(row)]
                for row in rows]  # fmt: skip
        self.assertEqual([[row[0], *map(str, row[1:3]), *row[3:]] for row in table], read)
        self.assertEqual(sorted(os.listdir(self.folder)), ["cut.raw", "j", "t.csv", "t.db"])

    def test_a_part_of_the_rows_is_the_same_rows(self):
        self.capture(lines=9_000)
        rows = self.rows("ofi", "mid", "--labels", "10s")
        part = self.rows("ofi", "mid", "--labels", "10s", "--from", rows[20]["time"], "--to", rows[50]["time"])
        self.assertEqual(part, rows[20:51])
        to = rows[40]["sequence"]
        self.assertEqual(self.rows("ofi", "mid", "--labels", "10s", "--to", to), rows[:41])

    def test_debug_and_release_write_the_same_bytes(self):
        self.capture(lines=9_000)
        written = []
        for binary in (RELEASE, DEBUG):
            done = self.run_command("features", "j", "--every", "200ms", "--csv", "-", "--quiet", binary=binary)
            written.append(done.stdout)
        self.assertGreater(len(written[0]), 100_000)
        self.assertEqual(*written)

    def test_memory_is_flat(self):
        most = {}
        for count in (100_000, 800_000):
            with open(self.path("trades.csv"), "w", encoding="utf-8") as out:
                for i in range(count):
                    time = 1_704_067_200_000 + i * 20
                    out.write(f"{i},{100 + i * 7919 % 100 / 100},0.5,50,{time},{i % 3 == 0},True\n")
            self.run_command("journal", "import", "binance-trades", "trades.csv", "--symbol", "BTCUSDT",
                             "-o", "j", "--force")  # fmt: skip
            child = subprocess.Popen([RELEASE, "features", "j", "--csv", "t.csv", "--force", "--quiet"],
                                     cwd=self.folder, stdout=subprocess.DEVNULL)  # fmt: skip
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(child.returncode, 0)
            most[count] = usage.ru_maxrss
        self.assertLess(most[800_000], most[100_000] + 4 * 1024, most)

    # What it says

    def test_what_cannot_be_is_refused_and_leaves_nothing(self):
        self.capture(lines=3_000)
        self.refuse(64, "say where to write", "j")
        self.refuse(64, "did you mean `ofi`", "j", "offi", "--csv", "x")
        self.refuse(64, "`levels` is 0", "j", "depth:levels=0", "--csv", "x")
        self.refuse(64, "is not a parameter and its number", "j", "ofi:window", "--csv", "x")
        self.refuse(64, "asked for twice", "j", "ofi", "ofi:window=10", "--csv", "x")
        self.refuse(64, "did you mean `ticks", "j", "--every", "tick:4", "--csv", "x")
        self.refuse(64, "--every never", "j", "--every", "never", "--csv", "x")
        self.refuse(64, "--labels", "j", "--labels", "soon", "--csv", "x")
        self.refuse(64, "spans such as", "j", "--labels", "1s,,2s", "--csv", "x")
        self.refuse(64, "--sqlite writes a file", "j", "--csv", "-", "--sqlite", "-")
        self.refuse(64, "both want stdout", "j", "--csv", "-", "--json")
        self.refuse(65, "it has BTCUSDT", "j", "--symbol", "ETHUSDT", "--csv", "x", "--sqlite", "y")
        self.refuse(65, "no trade, quote or book", "j", "--to", "1", "--csv", "x")
        self.refuse(66, "no such journal", "nowhere", "--csv", "x")
        self.assertEqual(sorted(os.listdir(self.folder)), ["cut.raw", "j"])
        self.run_command("features", "j", "mid", "--csv", "x")
        self.refuse(73, "add --force", "j", "mid", "--csv", "x")
        said = self.json("features", "j", "mid", "--csv", "x", "--force")
        self.assertEqual((said["columns"], said["symbols"]), (["mid"], ["BTCUSDT"]))

    def refuse(self, status, words, *arguments):
        self.assertIn(words, self.run_command("features", *arguments, status=status).stderr.decode())

    def test_list_and_show_tell_the_same(self):
        entries = self.json("features", "list")
        self.assertEqual(len(entries), len({entry["name"] for entry in entries}))
        self.assertEqual(self.json("features", "show", "vpin"), next(e for e in entries if e["name"] == "vpin"))
        self.assertIn("Stoikov 2014", self.run_command("features", "show", "ofi").stdout.decode())
        self.assertTrue(all(set(entry["inputs"]) <= {"trades", "quotes", "book"} for entry in entries))


class Watcher:
    """Shows the lines of an export to the markets they are about."""

    def __init__(self):
        self.markets, self.grids, self.names = {}, {}, {}
        self.now, self.times, self.losses = 0, [], 0

    def tell(self, line):
        self.now = max(self.now, line["receiveTime"])
        self.times.append(self.now)
        kind, symbol = line["kind"], line.get("instrument")
        if kind == "instrument":
            self.grids[line["instrumentID"]] = line
        elif kind == "text" and line["subject"] == "instrument":
            self.names[line["text"]] = line["id"]
        elif kind in ("trade", "quote", "depth", "bookSnapshot"):
            if symbol not in self.markets:
                grid = self.grids[self.names[symbol]]
                self.markets[symbol] = Market(grid["tick"], grid["lot"])
            market = self.markets[symbol]
            {"trade": market.trade, "quote": market.quote}.get(kind, market.level)(self.now, line)
        elif kind in ("gap", "disconnected"):
            self.losses += 1
            for name, market in self.markets.items():
                if symbol in (None, name):
                    market.lose("any" if kind == "gap" and symbol is None else line["stream"])
