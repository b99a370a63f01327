"""The packages that the search is compared with."""

import packages

PACKAGES = ["optuna==5.0.0", "numpy", "mpmath"]


def ready():
    """Makes `optuna`, `numpy` and `mpmath` importable. Raises SkipTest where they cannot be had."""
    packages.module("optuna", "search-venv", PACKAGES)
