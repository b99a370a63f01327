"""The data that is measured on, made once for each build of the command and kept by size.

The contract's trades and candles come from our own generator of integers, the rows of a real order
book from the shared capture, several times one after the other with ids and clocks moved on, so that
a run lasts long enough to be timed. Whatever takes memory is left to other processes, for the kernel
starts a child's peak at its parent's.
"""

import hashlib
import json
import os
import subprocess
import sys

from . import process

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
CONTRACT = os.path.join(ROOT, "tools", "contract")
REPEAT = os.path.join(ROOT, "tools", "benches", "repeat.py")
CAPTURE = ("data", "binance-spot-raw-20240808")


class Inputs:
    """Finds or makes journals and files below one folder."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder

    def enter(self):
        """Goes to the place of the binary's build; what other builds made is thrown away."""
        with open(self.binary, "rb") as stream:
            digest = hashlib.sha256()
            for chunk in iter(lambda: stream.read(1 << 16), b""):
                digest.update(chunk)
        build = digest.hexdigest()[:16]
        for other in os.listdir(self.folder) if os.path.isdir(self.folder) else []:
            if other != build:
                remove(os.path.join(self.folder, other))
        self.folder = os.path.join(self.folder, build)
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
        """A journal of recordings; `keep` says what of them, in the words of repeat.py."""
        name = f"capture-{'-'.join(symbols)}-{times}-{keep}"
        files = self.captures(symbols)
        return self.make(name, lambda path: self.import_capture(files, times, keep, path))

    def import_capture(self, files, times, keep, path):
        copies = [f"{path}.{number}.txt" for number in range(len(files))]
        for source, copy in zip(files, copies):
            subprocess.run([sys.executable, REPEAT, source, copy, str(times), keep], check=True)
        self.import_journal(["binance-raw", *copies], path)
        for copy in copies:
            os.remove(copy)

    def exported(self, journal):
        """A journal as CSV, for peers."""
        def maker(path):
            process.run([self.binary, "journal", "export", journal, "--format", "csv", "-o", path,
                         "--quiet"])
        return self.make(f"{os.path.basename(journal)}.csv", maker)

    def zipped(self, symbols, keep):
        """The recordings' frames as they came, compressed again by `gzip -6`."""
        def maker(source):
            def make(path):
                subprocess.run([sys.executable, REPEAT, source, f"{path}.txt", "1", keep], check=True)
                with open(path, "wb") as out:
                    subprocess.run(["gzip", "-6", "-n", "-c", f"{path}.txt"], stdout=out, check=True)
                os.remove(f"{path}.txt")
            return make
        return [self.make(f"{os.path.basename(one)}-{keep}", maker(one)) for one in self.captures(symbols)]

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

    def shared_object(self, source):
        """A C file of ours as a library that goes before the libraries of a command."""
        path = self.path(os.path.splitext(os.path.basename(source))[0] + ".so")
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", path, source, "-ldl"], check=True)
        return path


def generate(kind, path, count):
    program = os.path.join(CONTRACT, "contract.py")
    subprocess.run([sys.executable, program, kind, path, str(count)], check=True)


def remove(path):
    subprocess.run(["rm", "-rf", path], check=True)
