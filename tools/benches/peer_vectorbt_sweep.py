"""vectorbt on a sweep of the contract: every pair of average lengths over the candles, all at once.

  peer_vectorbt_sweep.py COUNT FAST,FAST,… SLOW,SLOW,…

Averages start as ours do, from the mean of the first prices (vectorbt's own start from the first
price), so that every point can be compared. They are computed once for each length.
"""

import importlib.metadata
import os
import sys

import numpy
import pandas
import vectorbt
from numba import njit

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "contract"), HERE]
sys.dont_write_bytecode = True

from contract import candles  # noqa: E402
from peer import serve  # noqa: E402


@njit(cache=False)
def average(closes, length):
    out = numpy.full(closes.size, numpy.nan)
    value = 0.0
    for index in range(length):
        value += closes[index]
    value /= length
    out[length - 1] = value
    share = 2 / (length + 1)
    for index in range(length, closes.size):
        value += share * (closes[index] - value)
        out[index] = value
    return out


def main():
    count = int(sys.argv[1])
    fasts, slows = ([int(word) for word in text.split(",")] for text in sys.argv[2:4])
    closes = numpy.fromiter((row[4] / 100 for row in candles(count)), dtype=float, count=count)
    close = pandas.Series(closes)
    points = [(fast, slow) for fast in fasts for slow in slows]

    def measure():
        averages = {length: average(closes, length) for length in {*fasts, *slows}}
        quick = numpy.column_stack([averages[fast] for fast, _ in points])
        slower = numpy.column_stack([averages[slow] for _, slow in points])
        portfolio = vectorbt.Portfolio.from_signals(
            close, entries=pandas.DataFrame(quick > slower), short_entries=pandas.DataFrame(quick < slower),
            size=0.01, size_type="amount", fees=0.001, init_cash=1_000_000, accumulate=False, freq="1min")
        fills = portfolio.orders.count().tolist()
        return {"rows": count * len(points), "fills": sum(fills), "fillsOfPoints": fills,
                "profits": portfolio.total_profit().tolist()}

    serve(measure, name="vectorbt", version=importlib.metadata.version("vectorbt"))


if __name__ == "__main__":
    main()
