"""Nothing is taken from the heap for an event, an order or a fill once a run has warmed up.

The built command runs a market maker over a recorded book and writes its journal; a library loaded
before it counts every call to the heap. What is left belongs to blocks of the journals and to
fingerprints of the state, a few calls for every ten thousand events.
"""

import os
import sys

from harness import RELEASE, ROOT, CommandTest

sys.path.insert(0, os.path.join(ROOT, "tools"))

from benches import allocations  # noqa: E402
from benches.captures import MAKER, SCENARIO, SYMBOL  # noqa: E402
from benches.inputs import Inputs  # noqa: E402

COPIES = 3


class AllocationTest(CommandTest):
    def measure(self, sample):
        self.shared("binance-spot-raw-20240808", f"{SYMBOL}_20240808.gz")
        inputs = Inputs(RELEASE, self.folder)
        journal = inputs.capture([SYMBOL], COPIES, "levels")
        with open(self.path("heap.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO.format(journal=journal, strategy=MAKER))
            out.write(f"report: {{sample: {sample}}}\n")
        report = self.json("replay", "heap.yaml")
        self.assertGreater(report["fills"], COPIES * 100)
        return allocations.measure(inputs, self.path("heap.yaml"))

    def test_a_market_maker_takes_nothing_for_an_event(self):
        found = self.measure("1d")
        self.assertGreater(found["events"], 100_000)
        self.assertLessEqual(found["perBlock"], allocations.PER_BLOCK, found)

    def test_what_does_take_memory_is_seen(self):
        """The same run, asked for a point of its equity curve each millisecond: a point takes memory, and
        only one event in thirty has one."""
        found = self.measure("1ms")
        self.assertGreater(found["perBlock"], 10 * allocations.PER_BLOCK, found)
