"""Runs a command as a whole process on one core: seconds, peak memory, and what it printed."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass

MEBIBYTE = 1024  # of the kernel's kibibytes
CONTENDED = 0.9  # share of the core below which others were on it


@dataclass
class Run:
    """One finished process. A share of the core well below 1 says that others were on it."""

    seconds: float
    cpu_share: float
    peak_mib: float
    output: bytes

    @property
    def json(self):
        return json.loads(self.output)


def core():
    """The core everything measured is pinned to; None where `taskset` is missing."""
    if shutil.which("taskset") is None or not hasattr(os, "sched_getaffinity"):
        return None
    return max(os.sched_getaffinity(0))


def pinned(command):
    """The command on one core."""
    chosen = core()
    prefix = [] if chosen is None else ["taskset", "-c", str(chosen)]
    return [*prefix, *map(str, command)]


def run(command, folder=None, stdin=None, alone=True):
    """Runs it to its end, `alone` on one core. The peak is its own resident memory, from the kernel."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        command = pinned(command) if alone else [*map(str, command)]
        child = subprocess.Popen(
            command, cwd=folder, stdin=stdin, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        for stream in (output, errors):
            stream.seek(0)
        if child.returncode:
            text = errors.read().decode(errors="replace").strip()
            raise SystemExit(f"bench: {' '.join(map(str, command))} ended {child.returncode}\n{text}")
        share = (usage.ru_utime + usage.ru_stime) / seconds
        return Run(seconds, share, usage.ru_maxrss / MEBIBYTE, output.read())


def interleaved(rounds, contenders):
    """Runs the contenders in turn, A B A B, after one round that warms up and is thrown away.

    `contenders` is name → function giving figures by name; the answer has the medians. A round in
    which somebody else took the core is run again, though no more than `rounds` times in all.
    """
    for measure in contenders.values():
        measure()
    kept, spare = [], rounds
    while len(kept) < rounds:
        found = {name: measure() for name, measure in contenders.items()}
        if spare and any(one.get("cpuShare", 1) < CONTENDED for one in found.values()):
            spare -= 1
        else:
            kept.append(found)
    return {name: medians([found[name] for found in kept]) for name in contenders}


def medians(found):
    """The median of each figure."""
    return {key: statistics.median(one[key] for one in found) for key in found[0]}
