"""The independent reader with the packages it stands on."""

import os
import sys

import packages
from harness import ROOT

PACKAGES = ["lz4", "numpy", "pandas", "xxhash"]


def load():
    """The module `read_journal`. Raises SkipTest with the reason where its packages cannot be had."""
    tools = os.path.join(ROOT, "tools")
    if tools not in sys.path:
        sys.path.insert(0, tools)
    return packages.module("read_journal", "reader-venv", PACKAGES)
