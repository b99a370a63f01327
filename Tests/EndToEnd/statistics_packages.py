"""The packages that the honesty statistics are compared with."""

import packages

PACKAGES = ["numpy", "scipy", "arch"]


def ready():
    """Makes `arch`, `numpy` and `scipy` importable. Raises SkipTest where they cannot be had."""
    packages.module("arch", "statistics-venv", PACKAGES)
