"""Ticks and lots of a frame as decimals, by the grid each instrument had at each sequence."""

import numpy as np

from .definitions import LOTS, TICKS, decimal
from .kinds import NO_ID

IN_QUOTE = 4
HUNDRED_MILLIONTHS = (1, 8)


def with_decimals(events, as_float=False):
    """The frame with a column `<name>_decimal` for each column of ticks and lots.

    Values are `decimal.Decimal`, exact, or with `as_float` the nearest float64. A row counts by the
    grid its instrument had at that sequence; one without an instrument, or before any grid, has none.
    """
    added = {}
    for names, which in ((TICKS, "tick"), (LOTS, "lot")):
        for name in names:
            if name in events and "instrument" in events:
                added[name + "_decimal"] = decimals(events, name, which, as_float)
    result = events.assign(**added)
    result.attrs = events.attrs
    return result


def decimals(events, name, which, as_float):
    values = np.full(len(events), np.nan) if as_float else np.full(len(events), None, object)
    sequences, instruments = events["sequence"].to_numpy(), events["instrument"]
    present = (events[name].notna() & instruments.notna()).to_numpy()
    units = events[name].to_numpy(np.int64, na_value=0)
    numbers = instruments.to_numpy(np.int64, na_value=NO_ID)
    for instrument, grids in events.attrs["grids"].items():
        begins = np.array([grid.sequence for grid in grids], np.uint64)
        rows = np.flatnonzero(present & (numbers == instrument))
        of_row = np.searchsorted(begins, sequences[rows], "right") - 1
        for number, grid in enumerate(grids):
            here = rows[of_row == number]
            mantissa, scale = unit = getattr(grid, which)
            if as_float:
                values[here] = units[here] * float(mantissa) / 10.0**scale
            else:
                values[here] = [decimal(value, unit) for value in units[here].tolist()]
    for row in in_quote(events, name):
        value = decimal(int(units[row]), HUNDRED_MILLIONTHS)
        values[row] = float(value) if as_float else value
    return values


def in_quote(events, name):
    """The rows whose quantity is an amount of the quote asset, for which no grid is asked."""
    if name != "quantity" or "orderFlags" not in events:
        return []
    return np.flatnonzero(events["orderFlags"].to_numpy(np.int64, na_value=0) & IN_QUOTE).tolist()
