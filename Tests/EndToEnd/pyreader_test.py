"""The independent reader against the engine: every event, every field, of every kind of journal.

`tools/read_journal.py` was written from the format pages alone. What it says of an event, put into
the export's words by `export_words`, must be what `journal export` writes.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout

import reader_packages
from export_words import ExportWords
from harness import ROOT, CommandTest

GOLDEN = os.path.join(ROOT, "journals")
PAGES = os.path.join(ROOT, "Sources", "Journal", "Journal.docc")
CONTRACT = os.path.join(ROOT, "tools", "contract", "contract.py")

RUNS = [
    ("thin-book", "source.generator.duration=5m"),
    ("thin-book", "source.generator.duration=2m", "risk.maxOrder=1%"),
    ("exchange-outage", "source.generator.duration=5m"),
    ("flash-crash", "source.generator.duration=2h", "risk.maxOrder=10%"),
    ("buy-and-hold-crash", "risk.maxDrawdown=1%"),
]
SPOT, OTHERS = "binance-spot-raw-20240808", "cryptofeed-binance-20211012"
IMPORTS = [
    ("binance-raw", 160_000, f"{SPOT}/btcusdt_20240808.gz"),
    ("binance-raw", 250_000, f"{SPOT}/btcusdt_20240808.gz", f"{SPOT}/ethusdt_20240808.gz"),
    ("cryptofeed-raw", 5_000, f"{OTHERS}/BINANCE.0.gz", f"{OTHERS}/BINANCE.http.0.0.gz",
     f"{OTHERS}/BINANCE.ws.1.0.gz"),
    ("ohlcv-csv", 5_000, "freqtrade-klines/ETC_BTC-5m.csv.gz"),
]  # fmt: skip


class ReaderTest(CommandTest):
    """A test with the reader at hand; skips where its packages cannot be installed."""

    @classmethod
    def setUpClass(cls):
        cls.reader = reader_packages.load()

    def golden(self):
        names = sorted(os.listdir(GOLDEN))
        return [path for name in names if os.path.isdir(path := os.path.join(GOLDEN, name))]

    def exported(self, journal):
        done = self.run_command("journal", "export", journal, "--format", "jsonl", "--quiet")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def agree(self, journal, least):
        """Both readers say the same of every event; returns the kinds there were."""
        words, kinds = ExportWords(), set()
        theirs = self.exported(journal)
        ours = self.reader.dictionaries(journal)
        for number, (their, our) in enumerate(zip(theirs, ours, strict=True), 1):
            kinds.add(our["kind"])
            row = words.row(our)
            if row != their:
                self.fail(f"event {number}\nexport: {their}\nreader: {row}")
        self.assertGreaterEqual(len(theirs), least)
        report = self.reader.verify(journal)
        info = self.json("journal", "info", journal)
        self.assertEqual((report.events, report.kinds, report.chain_head),
                         (info["events"], info["kinds"], info["chainHead"]))  # fmt: skip
        return kinds


class AgreementTest(ReaderTest):
    def test_golden_journals_of_every_version(self):
        for journal in self.golden():
            with self.subTest(journal):
                self.agree(journal, 400)

    def test_an_import_of_trades(self):
        subprocess.run([sys.executable, CONTRACT, "trades", self.path("t.csv"), "60000"], check=True)
        self.run_command("journal", "import", "binance-trades", self.path("t.csv"),
                         "--symbol", "BTCUSDT", "-o", self.path("trades"))  # fmt: skip
        self.agree(self.path("trades"), 60_000)

    def test_runs_with_orders_fills_refusals_and_alerts(self):
        kinds = set()
        for scenario, *changes in RUNS:
            path = os.path.join(ROOT, "scenarios", scenario + ".yaml")
            options = [part for change in changes for part in ("--set", change)]
            run = self.path(f"run-{len(kinds)}")
            with self.subTest(scenario, changes=changes):
                self.run_command("replay", path, *options, "-o", run, "--quiet")
                kinds |= self.agree(os.path.join(run, "journal"), 500)
        self.assertLessEqual({"order", "fill", "accepted", "signal", "refused", "canceled", "alert",
                              "cancelRequest", "gap", "stateHash", "limit"}, kinds)  # fmt: skip

    def test_imports_of_the_outside_data(self):
        for load, least, *files in IMPORTS:
            with self.subTest(files=files):
                paths = [self.shared(*file.split("/")) for file in files]
                symbol = ["--symbol", "ETC/BTC"] if load == "ohlcv-csv" else []
                journal = self.path(f"import-{len(os.listdir(self.folder))}")
                self.run_command("journal", "import", load, *paths, *symbol, "-o", journal)
                self.agree(journal, least)


class FrameTest(ReaderTest):
    """The frame and the CSV hold what the dictionaries do, which the export has confirmed."""

    def test_every_cell_of_the_csv_is_the_event_s_own(self):
        for journal in self.golden():
            with self.subTest(journal):
                frame = self.reader.read(journal)
                said = io.StringIO()
                with redirect_stdout(said):
                    self.reader.write_csv(frame)
                events = list(self.reader.dictionaries(journal))
                rows = csv.DictReader(io.StringIO(said.getvalue()))
                for row, event in zip(rows, events, strict=True):
                    filled = {name: text for name, text in row.items() if text != ""}
                    expected = {name: str(value) for name, value in event.items()
                                if value not in (None, "")}  # fmt: skip
                    self.assertEqual(filled, expected)

    def test_columns_are_exact_and_times_are_times(self):
        frame = self.reader.read(os.path.join(GOLDEN, "order-flow-1"))
        types = {name: str(frame[name].dtype) for name in frame}
        expected = {"sequence": "uint64", "receive_time": "datetime64[ns]", "kind": "category",
                    "price": "Int64", "order": "UInt64", "instrument": "UInt16", "side": "category",
                    "isAggregate": "boolean", "reason": "category"}  # fmt: skip
        self.assertEqual({name: types[name] for name in expected}, expected)
        self.assertTrue(frame["venue_time"].isna().any())
        self.assertEqual(frame["amount"].dropna().tolist(), [20_000 * 10**18])

    def test_decimals_are_those_of_the_export(self):
        for journal in self.golden():
            frame = self.reader.with_decimals(self.reader.read(journal))
            names = [name for name in frame if name.endswith("_decimal")]
            theirs = self.exported(journal)
            for name in names:
                for number, value in frame[name].items():
                    if value is not None:
                        # Terms that an event leaves at zero are not in the export.
                        shown = theirs[number].get(name.removesuffix("_decimal"))
                        self.assertEqual(str(value) if shown or value else None, shown)
            self.assertGreater(frame[names].notna().to_numpy().sum(), 100)

    def test_kinds_bounds_and_head_choose_the_same_events(self):
        journal = os.path.join(GOLDEN, "live-candles-1")
        every = list(self.reader.dictionaries(journal))
        for kinds, first, last in [((), 1, 1), ((), 150, 151), (("candle",), 40, 300), ((), 400, 999),
                                   (("text", "candle"), 1, 420), (("trade",), 1, 420)]:  # fmt: skip
            chosen = [event for event in every if first <= event["sequence"] <= last
                      and (not kinds or event["kind"] in kinds)]  # fmt: skip
            with self.subTest(kinds=kinds, first=first, last=last):
                self.assertEqual(list(self.reader.dictionaries(journal, kinds, first, last)), chosen)
                frame = self.reader.read(journal, kinds, first, last)
                self.assertEqual(frame["sequence"].tolist(), [event["sequence"] for event in chosen])
                self.assertEqual(len(self.reader.read(journal, kinds, first, last, head=7)),
                                 min(7, len(chosen)))  # fmt: skip

    def test_a_bound_in_time_is_a_receive_time(self):
        journal = os.path.join(GOLDEN, "live-candles-1")
        frame = self.reader.read(journal, first="2024-01-01T04:00:00Z", last="2024-01-01T04:02:00Z")
        self.assertEqual(frame["sequence"].tolist(), [280, 281, 282])
        self.assertEqual(str(self.reader.with_decimals(frame)["close_decimal"].iloc[0]), "41443.17")


class PagesTest(ReaderTest):
    """The reader's tables are those of the page, and its figures those of the example."""

    def page(self, name):
        with open(os.path.join(PAGES, name), encoding="utf-8") as stream:
            return stream.read()

    def test_kinds_and_fields_are_those_of_the_page(self):
        from journal_reader.kinds import KINDS

        kinds = re.split(r"\n#### `", self.page("Events.md").split("\n### Earlier versions")[0])[1:]
        stated = []
        for text in kinds:
            name, number, version = re.match(r"(\w+)`, id (\d+), version (\d+)", text).groups()
            fields = re.findall(r"^\| `(\w+)` \| (\S+) \|", text, re.MULTILINE)
            stated.append((int(number), name, int(version), tuple(fields)))
        self.assertEqual(stated, [tuple(kind) for kind in KINDS.values()])

    def test_earlier_versions_are_those_of_the_page(self):
        from journal_reader.kinds import EARLIER, IDS

        part = self.page("Events.md").split("\n### Earlier versions")[1].split("\n### ")[0]
        rows = re.findall(r"^\| `(\w+)` \| (\d+) \| ([^|]+) \|", part, re.MULTILINE)
        stated = {(IDS[name], int(version)): tuple(tuple(field.split()) for field in fields.split(", "))
                  for name, version, fields in rows}  # fmt: skip
        self.assertEqual(stated, EARLIER)

    def test_enumerations_are_those_of_the_page(self):
        from journal_reader.kinds import ENUMERATIONS

        stated = {}
        for text in re.split(r"\n#### ", self.page("Events.md").split("\n### Enumerations")[1])[1:]:
            rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)
            self.assertEqual([int(number) for number, _ in rows], list(range(len(rows))))
            stated[text.split("\n")[0]] = tuple(name for _, name in rows)
        self.assertEqual(stated, ENUMERATIONS)

    def test_the_journal_of_the_example_reads_as_told(self):
        os.mkdir(self.path("example"))
        with open(self.path("example/00000000000000000001.lz4"), "wb") as stream:
            stream.write(self.example_bytes())
        events = list(self.reader.dictionaries(self.path("example")))
        self.assertEqual([event["kind"] for event in events],
                         ["instrument", "text", "trade", "trade", "quote", *["depth"] * 3, "reading"])
        prices = [event.get("price") for event in events]
        self.assertEqual(prices[2:4] + prices[5:8], [4_200_000, 4_200_010, 4_199_990, 4_200_010, 4_200_020])
        self.assertEqual((events[1]["bytes"], events[8]["readingValue"]), (b"BTCUSDT".hex(), 0.5))
        self.assertEqual(self.reader.verify(self.path("example")).events, 9)

    def example_bytes(self):
        dump = self.page("Example.md").split("### The file")[1].split("### ")[0]
        data = bytearray()
        for at, row in re.findall(r"^    ([0-9a-f]{6})  ([0-9a-f ]+)$", dump, re.MULTILINE):
            data.extend(bytes(int(at, 16) - len(data)))
            data += bytes.fromhex(row)
        return data
