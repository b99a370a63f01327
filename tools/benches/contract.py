"""Rows on the contract of work: EMA cross on trades and candles, fills growing, memory.

The scenario is the one that `Tests/EndToEnd/contract_test.py` proves equal to a bare C loop to the
last digit; here its fills are compared again in every run, so that a fast wrong answer is no figure.
"""

import os
import sys

from . import process
from .figures import Beside, Row
from .inputs import CONTRACT
from .peers import Skipped

FAST, SLOW, LOTS = 12, 26, 1_000
# Average lengths that fill ever more often on the same trades.
LENGTHS = [(800, 2_000), (100, 300), (16, 35), (FAST, SLOW)]

SCENARIO = """\
source: {{journal: {journal}}}
strategy: {{name: ema-cross, parameters: {{fast: {fast}, slow: {slow}, short: 1}}}}
account: margin
capital: {{USDT: 1000000}}
size: {{quantity: 0.01}}
fees: {{maker: 0.1%, taker: 0.1%}}
fills: same-event
risk: {{maxPosition: 1000%, maxOrder: 1000%, maxOpenOrders: 100}}
"""


class Contract:
    def __init__(self, inputs, peers, rounds, trades):
        self.inputs = inputs
        self.peers = peers
        self.rounds = rounds
        self.trades = trades
        self.candles = max(100, trades * 525_600 // 2_000_000)

    def rows(self):
        yield self.on_trades
        yield self.on_candles
        yield self.audit
        yield self.growing_fills
        yield self.memory
        yield self.memory_of_length

    def scenario(self, kind, count, fast=FAST, slow=SLOW):
        journal = self.inputs.contract_journal(kind, count)
        path = self.inputs.path(f"{kind}-{count}-{fast}-{slow}.yaml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(SCENARIO.format(journal=journal, fast=fast, slow=slow))
        return path

    def ours(self, scenario):
        return lambda: replay(self.inputs, scenario)

    def bare(self, program, *arguments):
        def measure():
            found = process.run([program, *arguments]).json
            return {"rate": found["eventsPerSecond"], "fills": found["fills"]}
        return measure

    def on_trades(self):
        """A bare loop from memory and from LZ4 rows, hftbacktest, and ours from the journal."""
        file = self.inputs.contract_file("trades", self.trades)
        lengths = [FAST, SLOW, LOTS]
        loop = self.inputs.compiled(os.path.join(CONTRACT, "contract.c"))
        stored = self.inputs.compiled(os.path.join(os.path.dirname(__file__), "rows.c"))
        bare = {"C loop, LZ4 rows": self.bare(stored, file, *lengths),
                "C loop, arrays": self.bare(loop, "trades", file, *lengths)}
        return self.compare(
            "contract-trades", "contract on trades, journal to journal", "trades", self.trades, bare,
            ("hftbacktest", "contract", self.trades, FAST, SLOW))

    def on_candles(self):
        file = self.inputs.contract_file("candles", self.candles)
        loop = self.inputs.compiled(os.path.join(CONTRACT, "contract.c"))
        bare = {"C loop, arrays": self.bare(loop, "candles", file, FAST, SLOW, LOTS)}
        return self.compare(
            "contract-candles", "contract on a year of candles", "candles", self.candles, bare,
            ("vectorbt", self.candles, FAST, SLOW))

    def compare(self, name, what, kind, count, bare, peer):
        contenders = {"ours": self.ours(self.scenario(kind, count)), **bare}
        with standing(self.peers, peer) as (running, skipped):
            if running:
                contenders[f"{running.name} {running.version}"] = running.measure
            found = process.interleaved(self.rounds, contenders)
        ours = found.pop("ours")
        for loop in bare:
            if found[loop]["fills"] != ours["fills"]:
                wanted = found[loop]["fills"]
                sys.exit(f"bench: {name}: {ours['fills']} fills, the bare loop has {wanted}")
        return Row(
            name, what, f"{kind}/s", ours["rate"], floor=12e6, process=ours["process"],
            peakMiB=ours["peakMiB"], beside=[beside(*item) for item in found.items()],
            remarks=skipped, figures=ours)

    def audit(self):
        """Every decision of the contract's run made again, beside the same journal folded and its market
        run anew."""
        scenario = self.scenario("trades", self.trades)
        replay(self.inputs, scenario)
        journal = self.inputs.path("run", "journal")

        def verify():
            done = process.run([self.inputs.binary, "audit", "verify", journal, "--json"])
            said = done.json
            return {"rate": said["events"] / said["seconds"], "events": said["events"],
                    "decisions": said["decisions"], "peakMiB": done.peak_mib,
                    "process": said["events"] / done.seconds, "cpuShare": done.cpu_share}

        def fold():
            done = process.run([self.inputs.binary, "replay", journal, "--json"])
            return {"rate": done.json["eventsPerSecond"]}

        def again():
            done = process.run([self.inputs.binary, "replay", scenario, "--json"])
            return {"rate": done.json["eventsPerSecond"]}
        found = process.interleaved(self.rounds, {"ours": verify, "fold": fold, "again": again})
        ours = found["ours"]
        plain = found["again"]["rate"] / ours["rate"]
        remark = f"the replay of its scenario is {plain:.2f} × as fast; {ours['decisions']:,.0f} decisions"
        return Row(
            "audit-verify", "a run decided again and compared", "events/s", ours["rate"],
            process=ours["process"], peakMiB=ours["peakMiB"],
            beside=[Beside("fold of the same journal", found["fold"]["rate"]),
                    Beside("replay of its scenario", found["again"]["rate"])],
            remarks=[remark], figures=ours)

    def growing_fills(self):
        """The same trades with ever more fills: nanoseconds an event must not rise."""
        contenders = {
            f"{fast}/{slow}": self.ours(self.scenario("trades", self.trades, fast, slow))
            for fast, slow in LENGTHS}
        found = list(process.interleaved(self.rounds, contenders).values())
        least, most = found[0], found[-1]
        series = [{key: one[key] for key in ("fills", "events", "nsPerEvent", "nsPerTrade")}
                  for one in found]
        extra = (most["seconds"] - least["seconds"]) / max(1, most["fills"] - least["fills"])
        text = f"cost per event, {least['fills']:,.0f} → {most['fills']:,.0f} fills"
        costs = ", ".join(f"{one['nsPerEvent']:.0f} at {one['fills']:,.0f}" for one in series)
        remark = f"ns per event: {costs} fills; each further fill {extra * 1e9:,.0f} ns"
        return Row(
            "fills-grow", text, "× the least", most["nsPerEvent"] / least["nsPerEvent"], ceiling=1.05,
            remarks=[remark], figures={"series": series, "nsPerFurtherFill": extra * 1e9})

    def memory(self):
        """Peak memory of a replay that keeps its journal, ten times as long and as often filled."""
        return self.peak("memory", "trades and fills", FAST, SLOW)

    def memory_of_length(self):
        """The same with hardly a fill: what length alone costs."""
        return self.peak("memory-of-length", "trades, few fills", *LENGTHS[0])

    def peak(self, name, what, fast, slow):
        short, long = (self.ours(self.scenario("trades", count, fast, slow))()
                       for count in (self.trades, 10 * self.trades))
        figures = {"short": short["peakMiB"], "long": long["peakMiB"], "longRate": long["rate"],
                   "shortFills": short["fills"], "longFills": long["fills"],
                   "growth": long["peakMiB"] / short["peakMiB"]}
        text = f"memory, {10 * self.trades / 1e6:g} M {what} (a tenth: {short['peakMiB']:.0f} MiB)"
        return Row(name, text, "MiB", long["peakMiB"], ceiling=64, figures=figures)


def replay(inputs, scenario):
    """One backtest that keeps its run journal: rates over market events, inside and as a process."""
    done = process.run(
        [inputs.binary, "replay", scenario, "--json", "-o", inputs.path("run"), "--force"])
    said = done.json
    rows, seconds = said["marketEvents"], said["seconds"]
    return {"rate": rows / seconds, "process": rows / done.seconds,
            "peakMiB": done.peak_mib, "cpuShare": done.cpu_share, "rows": rows,
            "seconds": seconds, "fills": said["fills"], "events": said["events"],
            "nsPerEvent": seconds / said["events"] * 1e9, "nsPerTrade": seconds / rows * 1e9}


class standing:
    """A peer for the length of a `with`, or the reason why there is none."""

    def __init__(self, peers, request, work=""):
        self.peers, self.request, self.work, self.running = peers, request, work, None

    def __enter__(self):
        try:
            self.running = self.peers.start(*self.request, work=self.work)
        except Skipped as why:
            return None, [f"{self.request[0]} skipped: {why}"]
        return self.running, []

    def __exit__(self, *_):
        if self.running:
            self.running.close()


def beside(name, found):
    """A contender's row: what it filled, and how many rows of its own feed that were."""
    note = f"{found['fills']:,.0f} fills"
    if found.get("feedRows", 0) > found.get("rows", 0):
        note += f", {found['rate'] * found['feedRows'] / found['rows'] / 1e6:.1f} M rows/s of its feed"
    return Beside(name, found["rate"], note, found.get("peakMiB", 0))
