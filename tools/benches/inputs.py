"""The data that is measured on, made once for each build of the command and kept by size.

The contract's trades and candles come from our own generator of integers, the rows of a real order
book from the shared capture, several times one after the other with ids and clocks moved on, so that
a run lasts long enough to be timed.
"""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys

from . import process

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CONTRACT = os.path.join(ROOT, "tools", "contract")
CAPTURE = ("data", "binance-spot-raw-20240808")

# Fields of a recorded frame that count on from frame to frame, and the clocks in milliseconds.
UPDATE_ID = re.compile(rb'"(U|u|lastUpdateId)":(\d+)')
TRADE_ID = re.compile(rb'"(t)":(\d+)')
CLOCK = re.compile(rb'"(E|T)":(\d+)')
SPAN_MS = 400_000


class Inputs:
    """Finds or makes journals and files below one folder; other builds' are thrown away."""

    def __init__(self, binary, folder):
        self.binary = binary
        with open(binary, "rb") as stream:
            build = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
        self.folder = os.path.join(folder, build)
        for other in os.listdir(folder) if os.path.isdir(folder) else []:
            if other != build:
                remove(os.path.join(folder, other))
        os.makedirs(self.folder, exist_ok=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def make(self, name, maker):
        """The path of what `maker(path)` writes; a half-made thing never gets the name."""
        path, partial = self.path(name), self.path(f"{name}.partial")
        if not os.path.exists(path):
            remove(partial)
            maker(partial)
            os.rename(partial, path)
        return path

    def contract_file(self, kind, count):
        """The contract's data as the CSV that the C loop reads."""
        return self.make(f"{kind}-{count}.csv", lambda path: generate(kind, path, count))

    def contract_journal(self, kind, count):
        """The same as a journal, piped from the generator so that no large file is left."""
        style = {"trades": "binance-trades", "candles": "ohlcv-csv"}[kind]

        def maker(path):
            with subprocess.Popen(
                [sys.executable, os.path.join(CONTRACT, "contract.py"), kind, "/dev/stdout", str(count)],
                stdout=subprocess.PIPE) as source:
                self.import_journal([style, "-", "--symbol", "BTC/USDT"], path, source.stdout)

        return self.make(f"{kind}-{count}", maker)

    def import_journal(self, arguments, path, stdin=None):
        command = [self.binary, "journal", "import", *arguments, "-o", path, "--quiet"]
        process.run(command, stdin=stdin)

    def captures(self, symbols):
        """The recordings' files."""
        shared = os.environ.get("CRYPTOBOT_SHARED", "")
        return [os.path.join(shared, *CAPTURE, f"{symbol}_20240808.gz") for symbol in symbols]

    def has_captures(self, symbols):
        found = all(map(os.path.exists, self.captures(symbols)))
        return bool(os.environ.get("CRYPTOBOT_SHARED")) and found

    def capture(self, symbols, times=1, keep="all"):
        """A journal of recordings; `keep="tape"` leaves the depth out."""
        name = f"capture-{'-'.join(symbols)}-{times}-{keep}"
        files = self.captures(symbols)
        return self.make(name, lambda path: self.import_capture(files, times, keep, path))

    def import_capture(self, files, times, keep, path):
        copies = [f"{path}.{number}.txt" for number in range(len(files))]
        for source, copy in zip(files, copies):
            repeat_capture(source, copy, times, keep)
        self.import_journal(["binance-raw", *copies], path)
        for copy in copies:
            os.remove(copy)

    def info(self, journal):
        """What `journal info` says, kept beside the journal."""
        def maker(path):
            with open(path, "wb") as out:
                out.write(process.run([self.binary, "journal", "info", journal, "--json"]).output)

        with open(self.make(f"{os.path.basename(journal)}.json", maker), "rb") as stream:
            return json.load(stream)

    def compiled(self, source):
        """A C program of ours as the peers' yardstick: -O2, no fused products."""
        name = os.path.splitext(os.path.basename(source))[0]
        path = self.path(name)
        subprocess.run(
            ["gcc", "-O2", "-ffp-contract=off", "-o", path, source, "-llz4"], check=True)
        return path


def generate(kind, path, count):
    program = os.path.join(CONTRACT, "contract.py")
    subprocess.run([sys.executable, program, kind, path, str(count)], check=True)


def remove(path):
    subprocess.run(["rm", "-rf", path], check=True)


def repeat_capture(source, path, times, keep):
    """Writes the recording `times` times in a row: update ids, trade ids and clocks count on."""
    with gzip.open(source, "rb") as stream:
        lines = [line for line in stream if keep == "all" or b"epth" not in line[:80]
                 and b"lastUpdateId" not in line[:60]]
    updates, trades = spread(UPDATE_ID, lines), spread(TRADE_ID, lines)
    with open(path, "wb") as out:
        for number in range(times):
            out.writelines(moved(line, number, updates, trades) for line in lines)


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
