#!/usr/bin/env python3
"""Runs every file of tests as a process of its own, one more at a time than there are cores: many wait.

A file's output is shown whole when it has ended, with the seconds it took. Files that measure the
machine come last, one at a time: beside others they would measure those. Arguments name files to run.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ALONE = {"allocation_test.py", "bench_test.py"}


def run(name):
    """Runs the tests of one file. Returns whether there were some and they passed."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "unittest", "discover", "-v", "-s", HERE, "-p", name],
        cwd=os.path.dirname(os.path.dirname(HERE)), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace")
    print(f"{done.stdout}== {name}  ({time.monotonic() - began:.0f} s)", flush=True)
    return done.returncode == 0 and re.search(r"^Ran [1-9]", done.stdout, re.MULTILINE) is not None


def main():
    names = sys.argv[1:] or sorted(n for n in os.listdir(HERE) if n.endswith("_test.py"))
    together = [name for name in names if name not in ALONE]
    with concurrent.futures.ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        passed = list(pool.map(run, together))
    passed += [run(name) for name in names if name in ALONE]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
