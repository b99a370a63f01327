#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["lz4", "numpy", "pandas", "xxhash"]
# ///
"""Reads a journal without the engine: as a pandas frame, as CSV or JSON lines, or to verify it.

  tools/read_journal.py JOURNAL                      what the frame looks like
  tools/read_journal.py JOURNAL --kind trade --csv   trades as CSV
  tools/read_journal.py JOURNAL --verify             every checksum, hash, root and note again

As a module, with tools/ on the path:

  import read_journal
  events = read_journal.read("january", kinds=["trade"])
  events = read_journal.with_decimals(events)

It was written from the format pages in Sources/Journal/Journal.docc alone. Prices are ticks and
quantities lots, both whole numbers; `with_decimals` adds them as decimals. Times are receive times.
Exit codes: 0 whole, 1 damaged (--verify), 64 usage, 65 damaged, 66 no journal, 69 a package is
missing.
"""

import argparse
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

try:
    from journal_reader import frame, plain
    from journal_reader import verify as verifying
    from journal_reader.damage import Damage, NoJournal
    from journal_reader.decimals import with_decimals
    from journal_reader.folder import Journal
    from journal_reader.kinds import IDS
    from journal_reader.notes import nanoseconds
    from journal_reader.selection import Selection
except ModuleNotFoundError as missing:
    if __name__ != "__main__":
        raise
    print(f"read_journal.py: the package {missing.name} is missing; in a venv of your own:\n"
          "  python3 -m pip install lz4 numpy pandas xxhash", file=sys.stderr)  # fmt: skip
    sys.exit(69)

__all__ = ["Damage", "NoJournal", "dictionaries", "read", "verify", "with_decimals"]


def read(path, kinds=(), first=None, last=None, head=None):
    """The events of a journal as a frame, one row each, in sequence.

    `first` and `last` are inclusive: sequences, or times as ISO 8601 text. Raises Damage, which
    names segment and block, and NoJournal. `attrs["warnings"]` says where an open journal is torn.
    """
    journal = Journal(pathlib.Path(path))
    events = frame.frame(journal, selected(kinds, first, last), head)
    events.attrs["warnings"] = journal.warnings
    return events


def dictionaries(path, kinds=(), first=None, last=None):
    """The events of a journal one by one, as dictionaries with plain values."""
    return plain.dictionaries(Journal(pathlib.Path(path)), selected(kinds, first, last))


def verify(path):
    """Checks everything a journal claims and reports what it holds. Raises Damage and NoJournal."""
    return verifying.verify(Journal(pathlib.Path(path)))


def selected(kinds, first, last):
    """The selection of kinds and bounds. Raises ValueError for what is no kind, sequence or time."""
    unknown = sorted(set(kinds) - set(IDS))
    if unknown:
        raise ValueError(f"no kind of event is called {unknown[0]}")
    bounds = {}
    for value, sequence, moment in ((first, "first", "since"), (last, "last", "until")):
        if value is None:
            continue
        if isinstance(value, int) or re.fullmatch(r"\d+", value):
            bounds[sequence] = int(value)
        else:
            bounds[moment] = time(value)
    return Selection(frozenset(kinds), **bounds)


def time(text):
    """Nanoseconds of an ISO 8601 time or day in UTC."""
    day = re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    try:
        return nanoseconds(text + "T00:00:00Z" if day else text)
    except (Damage, ValueError):
        raise ValueError(f"`{text}` is no sequence, day or time like 2024-01-31T12:00:00Z") from None


def show(options):
    """Writes what is asked for; returns the exit code."""
    if options.verify:
        report = verify(options.journal)
        warn(report.warnings)
        print(json.dumps(vars(report), indent=2))
        return 0
    limits = options.kind, options.first, options.last
    if options.jsonl:
        journal = Journal(options.journal)
        warn(journal.warnings)
        for number, event in enumerate(plain.dictionaries(journal, selected(*limits))):
            if number == options.head:
                break
            print(json.dumps(event, separators=(",", ":")))
        return 0
    events = read(options.journal, *limits, options.head)
    warn(events.attrs["warnings"])
    if options.decimal:
        events = with_decimals(events)
    if options.csv:
        write_csv(events)
    else:
        print(events.dropna(axis="columns", how="all"))
    return 0


def write_csv(events):
    """CSV with times as whole nanoseconds; what an event does not have is empty."""
    for name in events.select_dtypes("datetime64[ns]"):
        events[name] = events[name].astype("int64").astype("Int64").mask(events[name].isna())
    if "bytes" in events:
        events["bytes"] = events["bytes"].map(lambda data: data and data.hex())
    events.to_csv(sys.stdout, index=False)


def warn(warnings):
    for warning in warnings:
        print(f"read_journal.py: warning: {warning}", file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """One that exits with the house's number for wrong usage."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: error: {message}\n")


def arguments():
    parser = Parser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("journal", type=pathlib.Path, help="the journal, a folder")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="write CSV, times in ns")
    form.add_argument("--jsonl", action="store_true", help="write JSON lines, times in ns")
    form.add_argument("--verify", action="store_true", help="check everything, write a report")
    parser.add_argument("--decimal", action="store_true", help="add decimals to a frame or CSV")
    parser.add_argument("--kind", action="append", default=[], help="only this kind; may be repeated")
    parser.add_argument("--from", dest="first", help="the first sequence, or receive time in UTC")
    parser.add_argument("--to", dest="last", help="the last one, inclusive")
    parser.add_argument("--head", type=int, help="at most so many events")
    return parser


def main():
    options = arguments().parse_args()
    try:
        return show(options)
    except NoJournal as error:
        print(f"read_journal.py: error: {error}", file=sys.stderr)
        return 66
    except Damage as error:
        print(f"read_journal.py: error: {options.journal}: {error}", file=sys.stderr)
        return 1 if options.verify else 65
    except ValueError as error:
        print(f"read_journal.py: error: {error}", file=sys.stderr)
        return 64
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
