"""The peers: installed into a venv of their own, started once, asked in turn with ours."""

import json
import os
import subprocess
import sys
import tempfile

from . import process

HERE = os.path.dirname(os.path.realpath(__file__))
# What each needs beside itself: vectorbt's own pins let in a plotly that it cannot import.
PACKAGES = {"hftbacktest": ["hftbacktest"], "vectorbt": ["vectorbt", "plotly<6"],
            "pyarrow": ["pyarrow"]}


class Skipped(Exception):
    """A peer that cannot be measured, and why."""


class Peers:
    """Where the peers live; `measures` gives a running one."""

    def __init__(self, folder, enabled):
        self.venv = os.path.join(folder, "bench-venv")
        self.enabled = enabled
        self.python = os.path.join(self.venv, "bin", "python")

    def start(self, package, *arguments, work=""):
        """A peer that has warmed up, at its usual work or another. Raises Skipped with the reason."""
        if not self.enabled:
            raise Skipped("--no-peers")
        self.install(package)
        program = os.path.join(HERE, f"peer_{package}{work}.py")
        return Peer([self.python, program, *map(str, arguments)])

    def once(self, package, *arguments):
        """What a peer that only does one thing says of it; Skipped as `start`."""
        if not self.enabled:
            raise Skipped("--no-peers")
        self.install(package)
        return process.run([self.python, os.path.join(HERE, f"peer_{package}.py"), *arguments]).json

    def install(self, package):
        if self.has(package):
            return
        print(f"bench: installing {package} into a venv ...", file=sys.stderr)
        if not os.path.exists(self.python):
            self.ask([sys.executable, "-m", "venv", self.venv])
        self.ask([self.python, "-m", "pip", "install", "--quiet", *PACKAGES[package]])

    def has(self, package):
        if not os.path.exists(self.python):
            return False
        found = subprocess.run([self.python, "-c", f"import {package}"], capture_output=True)
        return found.returncode == 0

    def ask(self, command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Skipped(f"not installed: {last_line(done.stderr or done.stdout)}")


class Peer:
    """A program of `peer.py`'s kind: one line in, one line of figures out."""

    def __init__(self, command):
        self.errors = tempfile.TemporaryFile("w+")
        self.child = subprocess.Popen(
            process.pinned(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True)
        said = self.answer()
        self.name, self.version = said["name"], said["version"]

    def answer(self):
        line = self.child.stdout.readline()
        if not line:
            self.child.wait()
            self.errors.seek(0)
            raise Skipped(f"ended: {last_line(self.errors.read())}")
        return json.loads(line)

    def measure(self):
        """Rows a second of one run, its fills and peak memory."""
        self.child.stdin.write("\n")
        self.child.stdin.flush()
        said = self.last = self.answer()
        return {"rate": said["rows"] / said["seconds"], "fills": said["fills"],
                "peakMiB": said["peakMiB"], "cpuShare": said["cpuShare"], "rows": said["rows"],
                "feedRows": said.get("feedRows", 0), "volume": said.get("volume", 0)}

    def close(self):
        self.child.stdin.close()
        self.child.wait()
        self.errors.close()


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
