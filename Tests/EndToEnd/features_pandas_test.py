"""Features of a real capture beside what pandas, NumPy and SciPy make of the same trades and quotes."""

import csv
import json

import statistics_packages
from harness import CommandTest

SECOND = 10**9


class FeaturesPandasTest(CommandTest):
    @classmethod
    def setUpClass(cls):
        statistics_packages.ready()

    def setUp(self):
        super().setUp()
        source = self.shared("binance-spot-raw-20240808", "btcusdt_20240808.gz")
        self.run_command("journal", "import", "binance-raw", source, "-o", "j")

    def frame(self, kind):
        """The events of a kind by sequence, numbers as doubles, time as a strategy has it."""
        import pandas

        lines = self.run_command("journal", "export", "j", "--kind", kind).stdout.splitlines()
        frame = pandas.DataFrame(map(json.loads, lines)).set_index("sequence")
        return frame.assign(time=frame.receiveTime.cummax())

    def rows(self, *features):
        self.run_command("features", "j", *features, "--csv", "rows.csv", "--quiet")
        with open(self.path("rows.csv"), encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def agree(self, rows, name, answer, least):
        """`answer(row)` for every row that has a number."""
        import numpy

        pairs = [(float(row[name]), answer(row)) for row in rows if row[name]]
        self.assertGreater(len(pairs), least)
        numpy.testing.assert_allclose(*zip(*pairs), rtol=1e-9, atol=1e-12, err_msg=name)

    def test_roll_is_the_covariance_of_numpy(self):
        import numpy

        # In whole cents, so that what cancels out is 0.
        changes = (self.frame("trade").price.astype(float) * 100).round().diff()

        def covariance(row):
            last = changes.loc[: int(row["sequence"])][-101:].to_numpy()
            return numpy.cov(last[1:], last[:-1])[0, 1]
        rows = self.rows("roll_spread")
        self.agree(rows, "roll_spread", lambda row: 0.02 * max(0, -covariance(row)) ** 0.5, least=20)
        self.assertTrue(all(covariance(row) > 0 for row in rows[60:] if not row["roll_spread"]))

    def test_kyle_is_the_regression_of_scipy(self):
        from scipy.stats import linregress

        trades = self.frame("trade")
        side = trades.side.map({"buy": 1.0, "sell": -1.0})
        seconds = trades.assign(price=trades.price.astype(float), flow=side * trades.quantity.astype(float))
        seconds = seconds.groupby(seconds.time // SECOND).agg(price=("price", "last"), flow=("flow", "sum"))

        def fit(row):
            over = seconds[(seconds.index + 1) * SECOND <= int(row["time_ns"])]
            return linregress(over.flow[-60:], over.price.diff()[-60:])
        rows = self.rows("kyle_lambda")
        self.agree(rows, "kyle_lambda", lambda row: fit(row).slope, least=100)
        self.agree(rows, "kyle_lambda_determination", lambda row: fit(row).rvalue ** 2, least=100)

    def test_order_flow_is_the_vectorised_sum(self):
        """Over the quotes alone: a row counts where no message of the book told the top first."""
        import numpy

        quotes = self.frame("quote")
        bid, ask = quotes.bidPrice.astype(float), quotes.askPrice.astype(float)
        bids, asks = quotes.bidQuantity.astype(float), quotes.askQuantity.astype(float)
        gain = (
            (bid >= bid.shift()) * bids - (bid <= bid.shift()) * bids.shift()
            - (ask <= ask.shift()) * asks + (ask >= ask.shift()) * asks.shift()
        ).fillna(0)  # fmt: skip
        total = gain.cumsum().to_numpy()
        times = quotes.time.to_numpy()

        def flow(row):
            now = int(row["time_ns"])
            first, last = numpy.searchsorted(times, [now - 10 * SECOND, now], side="right") - 1
            return total[last] - total[first]
        rows = [row for row in self.rows("ofi") if row["ofi"]]
        near = [row for row in rows if abs(float(row["ofi"]) - flow(row)) < 1e-6]
        self.assertGreater(len(near), 0.9 * len(rows), len(rows))
