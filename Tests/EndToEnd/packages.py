"""Other people's packages for tests: a venv under .build, made once, skipped where it cannot be."""

import fcntl
import importlib
import os
import subprocess
import sys
import sysconfig
import unittest

from harness import ROOT


def module(name, venv, packages):
    """The module `name`, from the venv `.build/<venv>` with these packages.

    Raises SkipTest with the reason where they cannot be had."""
    folder = path(venv)
    place = sysconfig.get_path("platlib", vars={"base": folder, "platbase": folder})
    if place not in sys.path:
        sys.path.insert(0, place)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        install(folder, packages)
        importlib.invalidate_caches()
        return importlib.import_module(name)


def path(venv):
    return os.path.join(ROOT, ".build", venv)


def install(folder, packages):
    """Makes the venv, one test's process at a time: what another has made meanwhile is made again
    without harm, for pip sees that nothing is missing."""
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fill(folder, packages)


def fill(folder, packages):
    python = os.path.join(folder, "bin", "python")
    for command in ([sys.executable, "-m", "venv", folder],
                    [python, "-m", "pip", "install", "--quiet", *packages]):  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise unittest.SkipTest(f"{', '.join(packages)} cannot be installed: {said[-1:]}")
