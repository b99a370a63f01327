"""The packages of the independent reader: a venv under .build, made once, skipped where it cannot be."""

import importlib
import os
import subprocess
import sys
import sysconfig
import unittest

from harness import ROOT

VENV = os.path.join(ROOT, ".build", "reader-venv")
PACKAGES = ["lz4", "numpy", "pandas", "xxhash"]


def load():
    """The module `read_journal`. Raises SkipTest with the reason where its packages cannot be had."""
    places = {"base": VENV, "platbase": VENV}
    sys.path[:0] = [os.path.join(ROOT, "tools"), sysconfig.get_path("platlib", vars=places)]
    try:
        import read_journal
    except ModuleNotFoundError:
        install()
        importlib.invalidate_caches()
        import read_journal
    return read_journal


def install():
    python = os.path.join(VENV, "bin", "python")
    for command in ([sys.executable, "-m", "venv", VENV],
                    [python, "-m", "pip", "install", "--quiet", *PACKAGES]):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise unittest.SkipTest(f"{', '.join(PACKAGES)} cannot be installed: {said[-1:]}")
