"""vectorbt on the contract's candles: EMA cross, always long or short, 0.1 % fees, arrays in memory.

  peer_vectorbt.py COUNT FAST SLOW

Its averages start otherwise than ours (from the first price), so a few fills differ: speed only.
"""

import importlib.metadata
import os
import sys

import numpy
import pandas
import vectorbt

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "contract"), HERE]
sys.dont_write_bytecode = True

from contract import candles  # noqa: E402
from peer import serve  # noqa: E402


def main():
    count, fast, slow = map(int, sys.argv[1:4])
    closes = numpy.fromiter((row[4] / 100 for row in candles(count)), dtype=float, count=count)
    close = pandas.Series(closes)

    def measure():
        quick = vectorbt.MA.run(close, fast, ewm=True).ma
        slower = vectorbt.MA.run(close, slow, ewm=True).ma
        above, below = quick > slower, quick < slower
        portfolio = vectorbt.Portfolio.from_signals(
            close, entries=above, short_entries=below, size=0.01, size_type="amount", fees=0.001,
            init_cash=1_000_000, accumulate=False, freq="1min")
        return {"rows": count, "fills": int(portfolio.orders.count()),
                "profit": float(portfolio.total_profit())}

    serve(measure, name="vectorbt", version=importlib.metadata.version("vectorbt"))


if __name__ == "__main__":
    main()
