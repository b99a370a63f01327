"""Rows on recordings of a real market: book, market maker, heap, fold, decode, bytes a row."""

import csv
import os

from . import allocations, process
from .contract import beside, replay, standing
from .figures import Beside, Row
from .peers import Skipped

SYMBOL = "btcusdt"
BOTH = ["btcusdt", "ethusdt"]

SCENARIO = """\
source: {{journal: {journal}}}
strategy: {strategy}
account: margin
capital: {{USDT: 1000000}}
size: {{quantity: 100}}
fees: {{maker: 0.1%, taker: 0.1%}}
latency: 5ms
fills: book-conservative
risk: {{maxPosition: 1000%, maxOpenOrders: 100}}
"""
# Joins the best bid and ask with 0.01 BTC whenever the middle has moved or something was filled.
MAKER = "{name: market-making, parameters: {spread: 0, size: 0.01, limit: 100, skew: 0, requote: 0}}"


class Captures:
    """`copies` is how many times the recording is played in a row for what is timed."""

    def __init__(self, inputs, peers, rounds, trades, decoder):
        self.inputs = inputs
        self.peers = peers
        self.rounds = rounds
        self.trades = trades
        self.copies = max(1, trades // 100_000)
        self.decoder = decoder

    def rows(self):
        recorded = self.inputs.has_captures(BOTH)
        if recorded:
            yield from (self.book, self.maker, self.allocations)
        yield self.fold_trades
        if recorded:
            yield from (self.fold_book, self.decode)
        yield from (self.decode_trades, self.bytes_contract)
        if recorded:
            yield from (self.bytes_tape, self.bytes_depth)

    def timed(self, keep="all"):
        return self.inputs.capture([SYMBOL], self.copies, keep)

    def book(self):
        return self.engine(
            "book", "L2 rows through the book, no strategy", "{name: observer}", "all", 15e6)

    def maker(self):
        """The same rows for both, without best quotes, which hftbacktest cannot read."""
        return self.engine(
            "maker", "market maker on L2 rows, queue, 5 ms latency", MAKER, "levels", 6e6)

    def allocations(self):
        """What the same run takes from the heap between a third and two thirds of its events."""
        path = self.scenario("heap", MAKER, "levels", "report: {sample: 1d}\n")
        found = allocations.measure(self.inputs, path)
        remark = ("{calls:,.0f} calls in {events:,.0f} events, {blocks:,.0f} blocks written: "
                  "{perEvent:.5f} an event")
        return Row("allocations", "heap calls per block of the run journal, market maker", "calls",
                   found["perBlock"], ceiling=allocations.PER_BLOCK, figures=found,
                   remarks=[remark.format(**found)])

    def scenario(self, name, strategy, keep, more=""):
        path = self.inputs.path(f"{name}-{self.copies}.yaml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(SCENARIO.format(journal=self.timed(keep), strategy=strategy) + more)
        return path

    def engine(self, name, what, strategy, keep, floor):
        path = self.scenario(name, strategy, keep)
        contenders = {"ours": lambda: replay(self.inputs, path)}
        rows = self.inputs.exported(self.inputs.capture([SYMBOL]))
        with standing(self.peers, ("hftbacktest", name, rows, self.copies)) as found:
            running, skipped = found
            if running:
                contenders[f"{running.name} {running.version}"] = running.measure
            figures = process.interleaved(self.rounds, contenders)
        ours = figures.pop("ours")
        remarks = []
        if ours["fills"]:
            volumes = ", ".join(f"{one['volume']:,.2f}" for one in figures.values())
            remarks = [f"ours: {ours['fills']:,.0f} fills, {self.volume():,.2f} BTC"
                       + (f"; theirs: {volumes} BTC" if volumes else "")]
        return Row(
            name, what, "rows/s", ours["rate"], floor=floor, process=ours["process"],
            peakMiB=ours["peakMiB"], beside=[beside(*item) for item in figures.items()],
            remarks=remarks + skipped, figures=ours)

    def volume(self):
        """What the last run of ours filled."""
        with open(self.inputs.path("run", "fills.csv"), encoding="utf-8", newline="") as stream:
            return sum(float(row["quantity"]) for row in csv.DictReader(stream))

    def fold_trades(self):
        return self.fold("fold-trades", "fold of trades into state", self.contract_journal())

    def fold_book(self):
        return self.fold("fold-book", "fold of a book recording into state", self.timed())

    def contract_journal(self):
        return self.inputs.contract_journal("trades", self.trades)

    def fold(self, name, what, journal):
        def measure():
            done = process.run([self.inputs.binary, "replay", journal, "--json"])
            return {"rate": done.json["eventsPerSecond"], "peakMiB": done.peak_mib,
                    "cpuShare": done.cpu_share, "process": done.json["events"] / done.seconds}
        ours = process.interleaved(self.rounds, {"ours": measure})["ours"]
        return Row(name, what, "events/s", ours["rate"], floor=40e6, process=ours["process"],
                   peakMiB=ours["peakMiB"], figures=ours)

    def decode(self):
        return self.reading(
            "decode", "decode with SHA-256, real capture", self.timed(), 50e6)

    def decode_trades(self):
        return self.reading(
            "decode-trades", "decode with SHA-256, contract's trades", self.contract_journal(), None)

    def reading(self, name, what, journal, floor):
        """Decoding with and without the hash, and `journal verify`, which derives more again."""
        def measure(*command):
            def once():
                done = process.run([*command])
                events = self.inputs.info(journal)["events"]
                seconds = done.json.get("seconds", done.seconds)
                return {"rate": events / seconds, "process": events / done.seconds,
                        "peakMiB": done.peak_mib, "cpuShare": done.cpu_share}
            return once
        found = process.interleaved(self.rounds, {
            "ours": measure(self.decoder, "decode", journal),
            "noHash": measure(self.decoder, "decode", journal, "--no-hash"),
            "verify": measure(self.inputs.binary, "journal", "verify", journal, "--json")})
        ours = found["ours"]
        others = [Beside("without SHA-256", found["noHash"]["rate"]),
                  Beside("journal verify", found["verify"]["rate"], "derives the index again")]
        return Row(name, what, "rows/s", ours["rate"], floor=floor, process=ours["process"],
                   peakMiB=ours["peakMiB"], beside=others, figures=ours)

    def bytes_contract(self):
        journal = self.contract_journal()
        return self.density("bytes-trade", "bytes per trade of the contract", journal, 6.4)

    def bytes_tape(self):
        return self.recorded_density("bytes-tape", "bytes per row, quotes and trades", "tape", 5.5)

    def bytes_depth(self):
        return self.recorded_density("bytes-depth", "bytes per row, with depth", "all", 4.0)

    def recorded_density(self, name, what, keep, ceiling):
        """Beside the same frames as they came, compressed, and the same rows as Parquet."""
        journal = self.inputs.capture(BOTH, keep=keep)
        row = self.density(name, what, journal, ceiling)
        rows = row.figures["events"]
        zipped = sum(os.path.getsize(one) for one in self.inputs.zipped(BOTH, keep))
        row.beside.append(Beside("raw JSON, gzip -6", zipped / rows))
        try:
            parquet = self.peers.once(
                "pyarrow", self.inputs.exported(journal), self.inputs.path(f"{name}.parquet"))
            row.beside.append(Beside(f"Parquet, pyarrow {parquet['version']}",
                                     parquet["bytes"] / rows, "delta encodings, zstd 9"))
        except Skipped as reason:
            row.remarks.append(f"pyarrow skipped: {reason}")
        return row

    def density(self, name, what, journal, ceiling):
        info = self.inputs.info(journal)
        files = sum(os.path.getsize(os.path.join(journal, one)) for one in os.listdir(journal))
        return Row(name, what, "bytes", files / info["events"], ceiling=ceiling,
                   figures={"events": info["events"], "bytes": files})
