"""Writes a recorded capture several times in a row, so that a run over it lasts long enough to be timed.

  repeat.py SOURCE.gz OUT.txt TIMES all|tape|levels

`tape` leaves the depth out, `levels` the best quotes, which follow from the depth. Trade ids and clocks
count on from copy to copy, so the importer sees one long recording. Update ids leave one out between
copies: the book then waits for the next copy's snapshot, as it did for the first, and does not take one
that is older than what it has already applied.
"""

import gzip
import re
import sys

# Fields of a recorded frame that count on from frame to frame, and the clocks in milliseconds.
UPDATE_ID = re.compile(rb'"(U|u|lastUpdateId)":(\d+)')
TRADE_ID = re.compile(rb'"(t)":(\d+)')
CLOCK = re.compile(rb'"(E|T)":(\d+)')
# What `kind` calls the lines that are not written.
LEFT_OUT = {"all": (), "tape": ("depth",), "levels": ("quote",)}
# Longer than the recording, which takes 346 seconds.
SPAN_MS = 400_000


def repeat_capture(source, path, times, keep):
    with gzip.open(source, "rb") as stream:
        lines = [line for line in stream if kind(line) not in LEFT_OUT[keep]]
    updates, trades = spread(UPDATE_ID, lines) + 1, spread(TRADE_ID, lines)
    with open(path, "wb") as out:
        for number in range(times):
            out.writelines(moved(line, number, updates, trades) for line in lines)


def kind(line):
    if b"@trade" in line[:80]:
        return "trade"
    return "quote" if b"@bookTicker" in line[:80] else "depth"


def spread(pattern, lines):
    """One more than the distance between the least and the greatest id."""
    ids = [int(number) for line in lines for _, number in pattern.findall(line)]
    return max(ids) - min(ids) + 1


def moved(line, number, updates, trades):
    if number == 0:
        return line
    stamp, frame = line.split(b" ", 1)
    frame = shift(UPDATE_ID, frame, number * updates)
    frame = shift(TRADE_ID, frame, number * trades)
    frame = shift(CLOCK, frame, number * SPAN_MS)
    return b"%d %s" % (int(stamp) + number * SPAN_MS * 1_000_000, frame)


def shift(pattern, frame, distance):
    return pattern.sub(lambda m: b'"%s":%d' % (m[1], int(m[2]) + distance), frame)


if __name__ == "__main__":
    repeat_capture(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
