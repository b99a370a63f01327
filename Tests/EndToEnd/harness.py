"""What the end-to-end tests share: the binaries under test, a scratch folder, outside data."""

import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
RELEASE = os.environ.get("CRYPTOBOT_RELEASE") or os.path.join(ROOT, ".build/release/cryptobot")
DEBUG = os.environ.get("CRYPTOBOT_DEBUG") or os.path.join(ROOT, ".build/debug/cryptobot")
SHARED = os.environ.get("CRYPTOBOT_SHARED")


class CommandTest(unittest.TestCase):
    """A test with a scratch folder that goes away, and the command at hand."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_command(self, *arguments, binary=RELEASE, status=0, **options):
        """Runs the command and expects its exit code; returns what it wrote."""
        done = subprocess.run(
            [binary, *arguments], capture_output=True, cwd=options.pop("cwd", self.folder), **options)
        message = f"{' '.join(arguments)}\n{done.stdout.decode()[-800:]}\n{done.stderr.decode()[-800:]}"
        self.assertEqual(done.returncode, status, message)
        return done

    def json(self, *arguments, **options):
        """Runs the command with --json and reads its answer."""
        return json.loads(self.run_command(*arguments, "--json", **options).stdout)

    def shared(self, *names):
        """A file of the outside data; skips where there is none."""
        if not SHARED:
            self.skipTest("CRYPTOBOT_SHARED is not set")
        path = os.path.join(SHARED, "data", *names)
        if not os.path.exists(path):
            self.skipTest(f"no {os.path.join(*names)} in the outside data")
        return path


def contents(folder):
    """Every file below a folder with its bytes, for byte-by-byte comparison."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found
