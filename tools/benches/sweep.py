"""Rows on a sweep: a hundred pairs of average lengths over a year of candles and over real trades.

Ours is the command as users run it, `optimize` with a grid, every point with the risk gate on and all
figures kept; vectorbt computes all points at once over arrays. Every point is compared.
"""

import sys

from . import process
from .captures import SYMBOL
from .contract import SCENARIO, beside, standing
from .figures import Row

FASTS, SLOWS = range(5, 51, 5), range(60, 241, 20)
SPACE = ["--over", "fast=5..50:5", "--over", "slow=60..240:20", "--sampler", "grid", "--objective", "return"]
# One-second bars of the recording; orders walk its book.
CAPTURE = """\
source: {{journal: {journal}}}
strategy: {{name: ema-cross, bar: 1s, parameters: {{fast: {fast}, slow: {slow}, short: 1}}}}
account: margin
capital: {{USDT: 1000000}}
size: {{quantity: 0.01}}
fees: {{maker: 0.1%, taker: 0.1%}}
latency: 5ms
fills: book-conservative
risk: {{maxPosition: 1000%, maxOrder: 1000%, maxOpenOrders: 100}}
"""
# How far a profit in doubles may be from ours, which is exact to the fee's rounding.
PROFIT_TOLERANCE = 1e-3


class Sweep:
    def __init__(self, inputs, peers, rounds, trades):
        self.inputs = inputs
        self.peers = peers
        self.rounds = rounds
        self.trades = trades
        self.candles = max(1_000, trades * 525_600 // 2_000_000)
        # Fills and profits of our last sweep, point by point.
        self.points = ([], [])

    def rows(self):
        yield self.sweep
        yield self.sweep_two
        yield self.sweep_trades
        if self.inputs.has_captures([SYMBOL]):
            yield self.sweep_capture

    def scenario(self, name, journal, text=SCENARIO):
        path = self.inputs.path(f"{name}.yaml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text.format(journal=journal, fast=5, slow=60))
        return path

    def ours(self, scenario, candles, workers):
        def measure():
            done = process.run(
                [self.inputs.binary, "optimize", scenario, *SPACE, "--workers", str(workers), "--json"],
                alone=workers == 1)
            trials = sorted(done.json["trials"], key=lambda trial: trial["number"])
            fills = [int(trial["metrics"]["fills"]) for trial in trials]
            self.points = (fills, [trial["metrics"]["netProfit"] for trial in trials])
            rows = candles * len(trials)
            return {"rate": rows / done.seconds, "rows": rows, "peakMiB": done.peak_mib,
                    "cpuShare": done.cpu_share, "seconds": done.seconds, "fills": sum(fills)}
        return measure

    def sweep(self):
        """One worker on one core beside vectorbt, which uses one too."""
        scenario = self.scenario("sweep", self.inputs.contract_journal("candles", self.candles))
        contenders = {"ours": self.ours(scenario, self.candles, 1)}
        lengths = [",".join(map(str, some)) for some in (FASTS, SLOWS)]
        with standing(self.peers, ("vectorbt", self.candles, *lengths), work="_sweep") as (
                running, skipped):
            name = None
            if running:
                name = f"{running.name} {running.version}"
                contenders[name] = running.measure
            found = process.interleaved(self.rounds, contenders)
            if running:
                compare(self.points, running.last)
        ours = found.pop("ours")
        return Row(
            "sweep", f"sweep of 100 points over {self.candles:,} candles, one core", "candle·points/s",
            ours["rate"], floor=12e6, peakMiB=ours["peakMiB"],
            beside=[beside(*item) for item in found.items()], remarks=skipped,
            figures={key: ours[key] for key in ("seconds", "fills", "cpuShare")})

    def sweep_two(self):
        scenario = self.scenario("sweep", self.inputs.contract_journal("candles", self.candles))
        ours = process.interleaved(self.rounds, {"ours": self.ours(scenario, self.candles, 2)})["ours"]
        return Row(
            "sweep-two", "the same by two workers, memory with it", "MiB", ours["peakMiB"], ceiling=64,
            remarks=[f"{ours['rate'] / 1e6:.1f} M candle·points/s, whole process"],
            figures={key: ours[key] for key in ("seconds", "rate", "fills")})

    def sweep_trades(self):
        scenario = self.scenario("sweep-trades", self.inputs.contract_journal("trades", self.trades))
        return self.alone("sweep-trades", scenario, self.trades, "trades")

    def sweep_capture(self):
        """A recording of a real market with its whole book, played over and over."""
        journal = self.inputs.capture([SYMBOL], max(1, self.trades // 100_000))
        rows = self.inputs.info(journal)["events"]
        scenario = self.scenario("sweep-capture", journal, CAPTURE)
        return self.alone("sweep-capture", scenario, rows, "rows of a recording")

    def alone(self, name, scenario, count, what):
        """A row of ours only, in fewer rounds."""
        rounds = max(1, self.rounds // 2)
        ours = process.interleaved(rounds, {"ours": self.ours(scenario, count, 1)})["ours"]
        return Row(
            name, f"sweep of 100 points over {count:,} {what}, one core", "row·points/s",
            ours["rate"], peakMiB=ours["peakMiB"],
            figures={key: ours[key] for key in ("seconds", "fills", "cpuShare")})


def compare(ours, theirs):
    """Ends the bench where a point differs: a fast wrong answer is no figure."""
    fills, profits = ours
    for place, (mine, other) in enumerate(zip(fills, theirs["fillsOfPoints"], strict=True)):
        if mine != other:
            sys.exit(f"bench: sweep: point {place} has {mine} fills, vectorbt's {other}")
    for place, (mine, other) in enumerate(zip(profits, theirs["profits"], strict=True)):
        if abs(mine - other) > PROFIT_TOLERANCE:
            sys.exit(f"bench: sweep: point {place} earned {mine}, vectorbt's {other}")
