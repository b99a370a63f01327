#!/usr/bin/env python3
"""Counts tests in the output of `swift test` and of python's unittest: passed, failed, skipped."""

import re
import sys

# Swift Testing: `✔ Test "name" passed after 0.001 seconds.`; the run's own summary is left out.
SWIFT = re.compile(r"^\S+ Test (?!run |case )(?:\"|\w).*?\b(passed|failed|skipped)\b(?: after| :|:|\.|$)")
VERDICT = re.compile(r"\.\.\. (ok|FAIL|ERROR|skipped\b.*|expected failure)$")


def count(lines):
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for line in lines:
        swift, verdict = SWIFT.match(line), VERDICT.search(line)
        if swift:
            totals[swift.group(1)] += 1
        elif verdict:
            word = verdict.group(1).split()[0]
            totals[{"ok": "passed", "skipped": "skipped"}.get(word, "failed")] += 1
    return totals["passed"], totals["failed"], totals["skipped"]


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as stream:
        print(*count(line.rstrip("\n") for line in stream))
