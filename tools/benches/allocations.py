"""What a run takes from the heap once it has warmed up: counted by allocations.c, block by block.

Blocks of the run journal are the clock: each mark says how many calls had been made when a block was
written, and which event was its last. Between a third and two thirds of the events nothing is warming
up any more. Reading a block, writing one and fingerprinting the state every 65,536 events may take
memory; an event, an order or a fill may not, and one call for every thousand events would be more than
all of these together.
"""

import os
import subprocess

HERE = os.path.dirname(os.path.realpath(__file__))
# Calls for each block written: a block read and a block written take about five each (their hashes
# and places), which is what is found. A block holds some 14,000 events, so that one call for every
# 2,000 of them is seen.
PER_BLOCK = 18


def measure(inputs, scenario):
    """Calls, bytes, events and blocks in the middle third of a replay that keeps its journal."""
    library = inputs.shared_object(os.path.join(HERE, "allocations.c"))
    marks = inputs.path("allocations.txt")
    subprocess.run(
        [inputs.binary, "replay", scenario, "--quiet", "-o", inputs.path("run"), "--force"],
        check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "LD_PRELOAD": library, "ALLOCATIONS": marks})
    with open(marks, encoding="ascii") as stream:
        return middle([tuple(map(int, line.split())) for line in stream])


def middle(marks):
    """The difference of two marks: the first at or after a third of the events, and after two thirds."""
    last = marks[-1][0]
    first, second = (next(index for index, mark in enumerate(marks) if 3 * mark[0] >= part * last)
                     for part in (1, 2))
    events, calls, size = (after - before for before, after in zip(marks[first], marks[second]))
    blocks = second - first
    return {"events": events, "calls": calls, "bytes": size, "blocks": blocks,
            "perEvent": calls / events, "perBlock": calls / blocks}
