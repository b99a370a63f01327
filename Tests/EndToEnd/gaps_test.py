"""`cryptobot audit gaps`: what cannot be trusted is what an independent reader finds, and what was injected."""

import csv
import io
import os
import random
import unittest

import reader_packages
import trust_oracle
from harness import CommandTest
from recording import RecordTest

SCENARIO = """
source: {{journal: {journal}}}
instruments: BTCUSDT
strategy: {{name: ema-cross, parameters: {{fast: 5, slow: 20}}}}
account: margin
capital: {{USDT: 100000}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%}}
"""


class SharedTest(CommandTest):
    """Recordings of real exchanges."""

    def expect_agreement(self, journal):
        said = self.json("audit", "gaps", journal)
        trust_oracle.compare(self, said, trust_oracle.Trust(journal))
        return said

    def test_a_capture_with_a_book(self):
        capture = self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        self.run_command("journal", "import", "binance-raw", capture, "-o", self.path("j"))
        said = self.expect_agreement(self.path("j"))
        self.assertEqual(said["spans"], 1)
        self.assertEqual(said["untrusted"][0]["reasons"], ["noSnapshot"])

    def test_a_capture_of_several_instruments(self):
        folder = self.shared("cryptofeed-binance-20211012")
        files = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".gz")]
        self.run_command("journal", "import", "cryptofeed-raw", *files, "-o", self.path("j"))
        self.assertEqual(len(self.expect_agreement(self.path("j"))["instruments"]), 4)


class InjectedTest(RecordTest):
    """Recordings from our own exchange, which says what it left out."""

    options = ["--hold", "--speed", "100", "--fault", "gap,every=50,stream=btcusdt@trade",
               "--fault", "gap,every=3,stream=btcusdt@depth@100ms"]  # fmt: skip

    def test_what_was_left_out_is_what_is_missing(self):
        self.whole_market()
        said = self.json("audit", "gaps", self.path("live"))
        trust_oracle.compare(self, said, trust_oracle.Trust(self.path("live")))
        streams = {row["stream"]: row for row in said["streams"]}
        trades = self.missed("btcusdt@trade", every=50)
        self.assertEqual((streams["trade"]["gaps"], streams["trade"]["lost"]), (trades, trades))
        self.assertEqual(streams["trade"]["spans"], trades)
        self.assertEqual(streams["depth"]["gaps"], self.missed("btcusdt@depth@100ms", every=3))
        self.assertLess(said["instruments"][0]["trustedShare"], 1)
        self.refer_to_it(said)

    def refer_to_it(self, said):
        """A run over the recording names the same spans, and where to look."""
        with open(self.path("s.yaml"), "w") as stream:
            stream.write(SCENARIO.format(journal=self.path("live")))
        report = self.json("replay", self.path("s.yaml"), "-o", self.path("run"))
        run = self.json("audit", "gaps", self.path("run/journal"))
        self.assertEqual(report["assumptions"]["untrustedSpans"], run["spans"])
        self.assertEqual(run["spans"], said["spans"])
        share = report["assumptions"]["untrustedShares"]["BTCUSDT"]
        self.assertAlmostEqual(share, 1 - run["instruments"][0]["trustedShare"], 9)
        text = self.run_command("replay", self.path("s.yaml")).stdout.decode()
        self.assertIn("cryptobot audit gaps", text)


class LostConnectionTest(RecordTest):
    options = ["--hold", "--speed", "20", "--fault",
               "disconnect,every=200,times=1,stream=btcusdt@trade"]  # fmt: skip
    duration = "4m"

    def test_a_lost_connection_is_a_span_of_every_stream(self):
        self.whole_market()
        said = self.json("audit", "gaps", self.path("live"))
        trust_oracle.compare(self, said, trust_oracle.Trust(self.path("live")))
        self.assertEqual((said["connected"], said["disconnected"]), (2, 1))
        lost = [span for span in said["untrusted"] if "disconnected" in span["reasons"]]
        self.assertEqual({span["stream"] for span in lost}, {"trade", "quote", "depth"})
        for span in lost:
            self.assertLess(span["fromNanoseconds"], span["noticedNanoseconds"])
            self.assertLess(span["noticedNanoseconds"], span["toNanoseconds"])


class MadeUpTest(CommandTest):
    """Journals of any events in any order, from a writer that follows the format pages."""

    def setUp(self):
        super().setUp()
        reader_packages.load()

    def test_any_events_in_any_order(self):
        import python_writer

        first = int(os.environ.get("CRYPTOBOT_SEED", "1"))
        for seed in range(first, first + 12):
            with self.subTest(seed=seed):
                chance, journal = random.Random(seed), self.path(f"j{seed}")
                python_writer.write(journal, *anything(chance, python_writer.NONE, 3_000), versions())
                said = self.json("audit", "gaps", journal)
                trust_oracle.compare(self, said, trust_oracle.Trust(journal))
                self.assertGreater(said["spans"], 100)
                rows = self.run_command("audit", "gaps", journal, "--csv").stdout.decode()
                rows = list(csv.DictReader(io.StringIO(rows)))
                self.assertEqual(len(rows), said["spans"])
                for row, span in zip(rows, said["untrusted"]):
                    self.assertEqual(int(row["duration_ns"]), span["durationNanoseconds"])
                    self.assertEqual(row["to_sequence"], str(span["toSequence"] or ""))
                    self.assertEqual(row["reasons"].split(), span["reasons"])


def versions():
    from journal_reader.kinds import KINDS

    return {kind.id: kind.version for kind in KINDS.values()}


def anything(chance, none, count):
    """Events of two instruments whose streams are lost in every way, with their instruments."""
    from journal_reader.kinds import KINDS

    kinds = {kind.name: kind for kind in KINDS.values()}
    ids, time, events, instruments = [1, 1], 10**18, [], []

    def put(name, instrument, given, venue=none):
        kind = kinds[name]
        fields = [(type_name, given.get(field, 0)) for field, type_name in kind.fields]
        events.append((kind.id, time, venue, fields))
        instruments.append(None if name in ("connected", "disconnected", "clockStep") else instrument)

    def book(name, instrument, levels, first, last):
        for level in range(levels):
            flags = (level == 0) + 2 * (level == levels - 1)
            put(name, instrument, {
                "instrument": instrument, "price": 100 + level, "quantity": 1, "flags": flags,
                "updateID": last, "lastUpdateID": last, "updateSpan": last - first},
                time - 10**6 if name == "depth" else none)  # fmt: skip

    for instrument in (0, 1):
        put("instrument", instrument, {
            "instrument": instrument, "tickMantissa": 1, "tickScale": 2, "lotMantissa": 1, "lotScale": 5,
            "quote": 1})  # fmt: skip
    while len(events) < count:
        time += chance.choice((0, 1, 1_000, 10**6, 10**9, -(10**5)))
        instrument = chance.randrange(2)
        fate = chance.random()
        if fate < 0.25:
            put("trade", instrument, {"instrument": instrument, "price": 1, "quantity": 1, "count": 1},
                time + chance.randrange(-(10**7), 10**8))  # fmt: skip
        elif fate < 0.4:
            put("quote", instrument, {"instrument": instrument})
        elif fate < 0.45:
            put("candle", instrument, {"instrument": instrument, "intervalSeconds": 60}, time - 6 * 10**10)
        elif fate < 0.75:
            span, jump = chance.randrange(3), chance.choice((0,) * 20 + (1, 5))
            first = ids[instrument] + 1 + jump
            ids[instrument] = first + span
            book("depth", instrument, chance.randrange(1, 4), first, first + span)
        elif fate < 0.85:
            at = ids[instrument] - chance.choice((0, 0, 0, 3))
            book("bookSnapshot", instrument, chance.randrange(1, 4), at, at)
        elif fate < 0.95:
            whose = chance.choice((instrument, 0xFFFF))
            put("gap", None if whose == 0xFFFF else whose, {
                "instrument": whose, "stream": chance.randrange(6), "reason": chance.randrange(5),
                "count": chance.randrange(3)})  # fmt: skip
        elif fate < 0.99:
            put(chance.choice(("connected", "disconnected")), None, {"stream": chance.randrange(6)})
        else:
            put("clockStep", None, {"step": chance.randrange(-(10**9), 10**9)})
    return events, instruments


class ContractTest(CommandTest):
    def journal(self):
        with open(self.path("t.csv"), "w") as stream:
            stream.write("".join(f"{n},1.{n},2,2.{n},{1704067200000 + n},True,True\n" for n in range(1, 500)))
        self.run_command("journal", "import", "binance-trades", "t.csv", "--symbol", "BTCUSDT", "-o", "j")

    def test_a_whole_recording_has_nothing_to_tell(self):
        self.journal()
        said = self.json("audit", "gaps", "j")
        self.assertEqual((said["spans"], said["gaps"], said["untrusted"]), (0, 0, []))
        self.assertEqual(said["instruments"][0]["trustedShare"], 1)
        self.assertIn(b"100.00 %", self.run_command("audit", "gaps", "j").stdout)

    def test_records_that_are_lost_count_once_and_a_lost_head_is_not_known(self):
        with open(self.path("s.yaml"), "w") as stream:
            stream.write("source: {generator: {seed: 5, duration: 8m, eventsPerSecond: 40}}\n"
                         "strategy: {name: buy-and-hold}\ncapital: {USDT: 1000}\n")  # fmt: skip
        self.run_command("replay", "s.yaml", "-o", "run", "--quiet")
        segment = self.path("run/journal/00000000000000000001.lz4")
        for place, is_head in ((100_000, False), (9_000, True)):
            with self.subTest(place):
                with open(segment, "r+b") as stream:
                    stream.seek(place)
                    stream.write(b"damage!")
                lost = self.json("journal", "salvage", "run/journal", "-o", self.path("left"), "--force")["lostEvents"]
                said = self.json("audit", "gaps", "left")
                trust_oracle.compare(self, said, trust_oracle.Trust(self.path("left")))
                self.assertEqual((said["gaps"], said["lost"], said["uncounted"]), (lost, lost, 0))
                self.assertEqual(said["isHeadLost"], is_head)
                text = self.run_command("audit", "gaps", "left").stdout.decode()
                self.assertEqual("not known" in text, is_head)

    def test_what_cannot_be_read_is_named(self):
        self.journal()
        self.run_command("audit", "gaps", "nowhere", status=66)
        self.run_command("audit", "gaps", "j", "--csv", "--json", status=64)
        segment = os.path.join(self.path("j"), "00000000000000000001.lz4")
        with open(segment, "r+b") as stream:
            stream.seek(9_000)
            stream.write(b"damage!")
        said = self.run_command("audit", "gaps", "j", status=65).stderr
        self.assertIn(b"00000000000000000001.lz4", said)


if __name__ == "__main__":
    unittest.main()
