"""`cryptobot luck`: every figure anew from the run's own tables with NumPy and SciPy, and what it refuses."""

import csv
import json
import math
import os
import unittest

import statistics_oracle
import statistics_packages
from harness import DEBUG, RELEASE, CommandTest

SCENARIO = """
name: a month of luck
source:
  generator: {seed: 4, symbol: BTC/USDT, price: 60000, duration: 30d, eventsPerSecond: 0.02}
strategy: {name: ema-cross, bar: 15m, parameters: {fast: 4, slow: 12, short: true}}
account: margin
capital: {USDT: 100000}
fees: {maker: 0, taker: 0.01%, in: quote}
"""
DAY = 86_400 * 10**9


class LuckTest(CommandTest):
    def run_folder(self):
        with open(self.path("month.yaml"), "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        self.run_command("replay", "month.yaml", "-o", "month", "--quiet")
        return self.path("month")

    def daily(self, folder):
        """Daily returns as documented: the last sample of a UTC day, from the capital on."""
        import numpy as np

        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            capital = float(json.load(file)["capital"])
        closes = {}
        with open(os.path.join(folder, "equity.csv"), encoding="utf-8") as file:
            for row in csv.DictReader(file):
                closes[int(row["time_ns"]) // DAY] = float(row["equity"])
        equity = [capital]
        for day in range(min(closes), max(closes) + 1):
            equity.append(closes.get(day, equity[-1]))
        return np.diff(equity) / np.array(equity[:-1])

    def test_figures_are_those_of_numpy_and_scipy(self):
        statistics_packages.ready()
        import numpy as np
        from scipy import stats

        folder = self.run_folder()
        found = self.json("luck", folder, "--trials", "40", "--trials-variance", "0.73", "--benchmark", "0.5")
        values = {name: figure["value"] for name, figure in found["figures"].items()}
        daily = self.daily(folder)
        self.assertEqual(found["days"], len(daily))
        theirs = statistics_oracle.sharpe(daily)
        root = math.sqrt(365)
        shape = theirs["error"] ** 2 * (len(daily) - 1)
        equity = np.concatenate([[1.0], np.cumprod(1 + daily)])
        expected = {
            "sharpe": theirs["ratio"] * root, "skewness": theirs["skewness"],
            "kurtosis": theirs["kurtosis"],
            "probabilisticSharpe": stats.norm.cdf((theirs["ratio"] - 0.5 / root) / theirs["error"]),
            "luckySharpe": theirs["luck"] * root, "deflatedSharpe": theirs["deflated"],
            "sharpeOfPaths": theirs["ratio"] * root,
            "growthOfPaths": equity[-1] ** (365 / len(daily)) - 1,
            "drawdownOfPaths": (1 - equity / np.maximum.accumulate(equity)).max(),
        }  # fmt: skip
        if theirs["ratio"] > 0.5 / root:
            reach = stats.norm.ppf(0.95) / (theirs["ratio"] - 0.5 / root)
            expected["shortestRecord"] = (1 + shape * reach**2) * 86_400
        else:
            self.assertIn("not above 0.5", found["figures"]["shortestRecord"]["notAvailable"])
        # The variance given, per day, is the 0.002 of the oracle.
        for name, value in expected.items():
            close = math.isclose(values[name], value, rel_tol=1e-9)
            self.assertTrue(close, f"{name}: ours {values[name]}, theirs {value}")
        self.compare_trips(folder, found)
        blocks = statistics_oracle.block_length(daily)["stationary"]
        self.assertTrue(math.isclose(found["blockDays"], max(blocks, 1), rel_tol=1e-9))

    def compare_trips(self, folder, found):
        import numpy as np

        with open(os.path.join(folder, "trades.csv"), encoding="utf-8") as file:
            profits = np.array([float(row["profit"]) for row in csv.DictReader(file)])
        self.assertEqual(found["roundTrips"], len(profits))
        self.assertGreater(len(profits), 20)
        equity = 100_000 + np.concatenate([[0], np.cumsum(profits)])
        figures = found["figures"]
        falls = (1 - equity / np.maximum.accumulate(equity)).max()
        for name in ("drawdownShuffled", "drawdownResampled"):
            self.assertTrue(math.isclose(figures[name]["value"], falls, rel_tol=1e-9), name)
            self.assertLess(*figures[name]["band"])
        self.assertTrue(
            math.isclose(figures["finalEquity"]["value"], equity[-1] / 100_000, rel_tol=1e-9))

    def test_debug_and_release_write_the_same_bytes(self):
        folder = self.run_folder()
        answers = {
            self.run_command("luck", folder, "--seed", "7", *more, binary=binary).stdout
            for binary in (DEBUG, RELEASE) for more in ([], [])}  # fmt: skip
        self.assertEqual(len(answers), 1)
        other = self.run_command("luck", folder, "--seed", "8").stdout
        self.assertNotIn(other, answers)
        text = other.decode()
        for word in ("Probabilistic Sharpe", "one trial: nothing was chosen", "90 % in", "Risk of ruin"):
            self.assertIn(word, text)
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 100)

    def table(self, name, amounts):
        """A table of one's own, a row for each day of February 2024."""
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write("time,equity\n")
            file.writelines(f"2024-02-{day:02},{amount}\n" for day, amount in enumerate(amounts, 1))
        return name

    def test_a_table_of_ones_own_begins_with_its_first_row(self):
        statistics_packages.ready()
        import numpy as np

        equity = [1000.5 + day * 3 + day % 4 * 5 for day in range(1, 29)]
        found = self.json("luck", self.table("equity.csv", equity))
        self.assertEqual((found["days"], found["roundTrips"]), (27, None))
        self.assertIn("round trips", found["figures"]["ruin"]["notAvailable"])
        returns = np.diff(equity) / np.array(equity[:-1])
        sharpe = returns.mean() / returns.std(ddof=1) * math.sqrt(365)
        self.assertTrue(math.isclose(found["figures"]["sharpe"]["value"], sharpe, rel_tol=1e-9))

    def test_steep_growth_and_lost_equity_end_in_figures_or_reasons(self):
        steep = [1000]
        for day in range(13):
            steep.append(steep[-1] * (2 + day % 2))
        found = self.json("luck", self.table("steep.csv", steep))["figures"]
        self.assertIsNotNone(found["growthOfPaths"]["correctedBand"])
        for end in (0, -50):
            lost = self.table("lost.csv", [*range(100, 120), end, -100, 30])
            found = self.json("luck", lost)["figures"]
            for name in ("sharpe", "probabilisticSharpe", "growthOfPaths"):
                self.assertEqual(found[name]["notAvailable"], "equity was lost entirely", name)
        most = 2**127 // 10**18
        for extremes in ([most, "0.000000000000000001"] * 8, [most] * 16):
            self.run_command("luck", self.table("extreme.csv", extremes), "--confidence", "0.9999999999999999")

    def test_a_byte_order_mark_changes_nothing(self):
        plain = self.table("equity.csv", [1000 + day * 3 + day % 4 * 5 for day in range(1, 29)])
        with open(self.path(plain), "rb") as stream:
            rows = stream.read()
        with open(self.path("marked.csv"), "wb") as out:
            out.write(b"\xef\xbb\xbf" + rows)
        self.assertEqual(self.json("luck", "marked.csv"), self.json("luck", plain))

    def test_what_means_nothing_says_why(self):
        with open(self.path("short.csv"), "w", encoding="utf-8") as file:
            file.write("time,equity\n2024-02-01,100\n2024-02-02,101\n2024-02-03,104\n")
        found = self.json("luck", "short.csv")["figures"]
        self.assertIsNone(found["growthOfPaths"]["value"])
        self.assertIn("2 returns; it needs at least 10", found["growthOfPaths"]["notAvailable"])
        self.assertIn("nothing was chosen", found["deflatedSharpe"]["notAvailable"])
        with open(self.path("flat.csv"), "w", encoding="utf-8") as file:
            file.write("time,equity\n2024-02-01,100\n2024-02-20,100\n")
        found = self.json("luck", "flat.csv")["figures"]
        self.assertIn("do not vary", found["sharpe"]["notAvailable"])

    def test_refusals_name_file_and_line(self):
        tables = {
            "": "the table is empty", "time,equity\n": "no rows below the header",
            "time,balance\n1,2\n": ":1: no column `equity`; there are time, balance",
            "time,equity\n2024-01-01,1\n2024-01-02\n": ":3: 1 cells under 2 columns",
            "time,equity\nnow,1\n": ":2: \"now\" is not a UTC moment",
            "time,equity\n2024-01-01,1e3\n": ":2: \"1e3\" is not an amount",
            "time,equity\n2024-01-01,1\n2024-01-02,nan\n": ":3: \"nan\" is not an amount",
            "time,equity\n2024-01-01,inf\n": ":2: \"inf\" is not an amount",
            "time,equity\n2024-01-02,1\n2024-01-01,1\n": ":3: earlier than the row before",
            "time,equity\n2024-01-02,0\n": ":2: the run begins without equity",
        }  # fmt: skip
        for text, says in tables.items():
            with open(self.path("bad.csv"), "w", encoding="utf-8") as file:
                file.write(text)
            self.assertIn(says, self.run_command("luck", "bad.csv", status=65).stderr.decode())
        said = self.run_command("luck", "/dev/zero", status=65, timeout=120).stderr.decode()
        self.assertIn("/dev/zero is larger than 256 MiB", said)
        with open(self.path("bad.csv"), "wb") as file:
            file.write("time,equity\n2024-01-01,1\n".encode("utf-16"))
        said = self.run_command("luck", "bad.csv", status=65).stderr.decode()
        self.assertIn("bad.csv is no UTF-8 text; save it as UTF-8", said)
        os.mkdir(self.path("empty"))
        said = self.run_command("luck", "empty", status=65).stderr.decode()
        self.assertIn("no run's folder", said)
        self.run_command("luck", "nowhere", status=66)
        for option, value in (("--trials", "0"), ("--confidence", "1"), ("--paths", "0"), ("--ruin", "1"),
                              ("--blocks", "round"), ("--block-days", "0.5")):  # fmt: skip
            said = self.run_command("luck", "bad.csv", option, value, status=64).stderr.decode()
            self.assertIn(option, said)


if __name__ == "__main__":
    unittest.main()
