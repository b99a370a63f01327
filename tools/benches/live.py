"""Rows on a live journal: append rate, commit latency beside a bare fdatasync, recovery.

They need a disk, and a neighbour's sync is felt: each row says what a bare write and sync took in the
same run. The feed is the real capture, in a circle; without it the contract's trades.
"""

import os

from . import process
from .captures import BOTH, SYMBOL
from .figures import Beside, Row
from .inputs import remove

MEBIBYTE = 1 << 20
FEEDS = {"idle": 0, "feed": 200_000, "flood": -1}  # events a second of another thread
COMMITS = 300
ASKED_RECOVERY = 0.3  # seconds for a segment of 64 MiB
ASKED_RATIO = 2  # a commit's median may take so many bare ones


class Live:
    """`scale` is 1 for a full run; the tests take less."""

    def __init__(self, inputs, rounds, trades, program):
        self.inputs = inputs
        self.rounds = rounds
        self.trades = trades
        self.program = program

    def rows(self):
        yield from (self.append, self.commit_idle, self.commit_feed, self.commit_flood, self.recover)

    def feed(self):
        if self.inputs.has_captures(BOTH):
            return self.inputs.capture([SYMBOL])
        return self.inputs.contract_journal("trades", self.trades)

    def scratch(self):
        path = self.inputs.path("live")
        for made in (path, f"{path}.bare"):
            remove(made)
        return path

    def ask(self, *words, pinned=False):
        """What the program says; on both cores, for a live journal has threads."""
        return process.run([self.program, *words], alone=pinned)

    def append(self):
        def measure():
            folder = self.scratch()
            done = self.ask("append", self.feed(), folder, 10 * self.trades)
            size = sum(os.path.getsize(os.path.join(folder, one)) for one in os.listdir(folder))
            found = done.json
            return {"rate": found["events"] / found["seconds"], "peakMiB": done.peak_mib,
                    "mebibytesPerSecond": size / found["seconds"] / MEBIBYTE}
        figures = process.interleaved(self.rounds, {"ours": measure})["ours"]
        self.scratch()
        return Row("append", "append to a live journal, hashed and durable at the end", "events/s",
                   figures["rate"], peakMiB=figures["peakMiB"], figures=figures,
                   remarks=[f"{figures['mebibytesPerSecond']:,.0f} MiB a second on the disk"])

    def commit_idle(self):
        return self.commit("idle", "an order until it is durable, median", ASKED_RATIO)

    def commit_feed(self):
        return self.commit("feed", "the same behind a feed of 200,000 events a second", ASKED_RATIO)

    def commit_flood(self):
        return self.commit("flood", "the same behind as many events as go in", None)

    def commit(self, name, what, ratio):
        def measure():
            found = self.ask("commit", self.feed(), self.scratch(), COMMITS, FEEDS[name]).json
            return {key: float(value) for key, value in found.items()}
        found = process.interleaved(self.rounds, {"ours": measure})["ours"]
        self.scratch()
        bare = Beside("one page and a bare fdatasync", found["bareP50"], spread(found, "bare"))
        remark = f"ours: {spread(found, 'ours')}; {found['eventsPerSecond']:,.0f} events a second in all"
        return Row(f"commit-{name}", what, "µs", found["oursP50"], figures=found, beside=[bare],
                   ceiling=ratio and ratio * found["bareP50"], remarks=[remark])

    def recover(self):
        """A copy of one crashed segment for each round, on the disk before it is timed."""
        crashed = self.inputs.make("crashed", lambda path: self.ask("crash", self.feed(), path))

        def measure():
            folder = self.scratch()
            process.run(["cp", "-r", crashed, folder])
            process.run(["sync", *(os.path.join(folder, one) for one in os.listdir(folder))])
            done = self.ask("recover", folder, pinned=True).json
            return {**done, "cpuShare": done["recoveryCPUSeconds"] / done["recoverySeconds"]}
        found = process.interleaved(self.rounds, {"ours": measure})["ours"]
        self.scratch()
        segment = found["bytes"] / (64 * MEBIBYTE)
        remarks = [
            f"of which {found['recoveryCPUSeconds'] / segment:.3f} s computing; {found['events']:,.0f} events",
            f"then {found['openingSeconds']:.2f} s to begin a segment of zeros"]
        return Row("recover", "recovery of an unsealed segment of 64 MiB", "s",
                   found["recoverySeconds"] / segment, ceiling=ASKED_RECOVERY, remarks=remarks,
                   figures={key: value for key, value in found.items() if key != "cpuShare"})


def spread(found, whose):
    return f"99 % within {found[whose + 'P99']:,.0f} µs, longest {found[whose + 'Max']:,.0f} µs"
