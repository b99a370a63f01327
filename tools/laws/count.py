#!/usr/bin/env python3
"""Counts tests in the output of `swift test` and of python's unittest: passed, failed, skipped."""

import re
import sys

# Swift Testing says `✔ Test "name" passed after 0.001 seconds.`, `➜ Test "name" skipped: "why"`;
# its summary of the whole run and the single cases of a table are left out.
SWIFT = re.compile(
    r'^\S+ +Test (?:"(?:[^"\\]|\\.)*"|(?!run |case |")\S+)(?: with \d+ test cases?)?'
    r" (?:(passed|failed) after [\d.]+ seconds|(skipped)(?:: |\.|$))"
)
UNITTEST = re.compile(r"\.\.\. (ok|FAIL|ERROR|skipped\b.*|expected failure)$")


def count(lines):
    """(passed, failed, skipped) of all lines."""
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for line in lines:
        swift, unittest = SWIFT.match(line), UNITTEST.search(line)
        if swift:
            totals[swift.group(1) or swift.group(2)] += 1
        elif unittest:
            word = unittest.group(1).split()[0]
            totals[{"ok": "passed", "skipped": "skipped"}.get(word, "failed")] += 1
    return totals["passed"], totals["failed"], totals["skipped"]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as stream:
        print(*count(line.rstrip("\n") for line in stream))
