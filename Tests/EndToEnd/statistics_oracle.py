"""What NumPy, SciPy and arch say of the honesty statistics, kept for the tests in Swift.

`python3 Tests/EndToEnd/statistics_oracle.py` writes `statistics_references.json` anew; it runs in
the venv that `statistics_test.py` makes. Nothing is drawn but by packages with a seed of theirs.
"""

import itertools
import json
import os
import sys

PATH = os.path.join(os.path.dirname(os.path.realpath(__file__)), "statistics_references.json")
YEAR = 365


def noise(seed, count):
    """Nearly normal noise that needs no package: sums of twelve draws of a congruential generator."""
    state, values = seed, []
    for _ in range(count):
        total = 0.0
        for _ in range(12):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            total += (state >> 11) / 2**53
        values.append(total - 6)
    return values


def returns(seed, count, memory=0.0, drift=0.0005, scale=0.01):
    """Returns that remember, and fall faster than they rise."""
    before, values = 0.0, []
    for draw in noise(seed, count):
        before = memory * before + draw
        values.append(drift + scale * (before if before > 0 else 1.3 * before - 0.1 * before**2))
    return values


def references():
    import numpy as np

    series = returns(1, 250, memory=0.3, drift=0.003)
    trials = [returns(10 + number, 83, drift=0.0004 * number) for number in range(7)]
    trials.append([0.0] * 83)
    return {
        "normal": normal(),
        "returns": series,
        "sharpe": sharpe(np.array(series)),
        "trials": trials,
        "overfitting": overfitting(np.array(trials).T, 8),
        "meanCorrelation": mean_correlation(np.array(trials[:-1])),
        "blockLengths": [block_length(values) for values in (
            series, returns(2, 400), returns(3, 1000, memory=0.8), returns(4, 30, memory=0.5),
            returns(5, 11), returns(6, 500, memory=-0.4))],  # fmt: skip
        "paths": paths(np.array(series[:60])),
        "bands": bands(np.array(series[:60])),
        "ranks": [ranks(noise(7, 20), noise(8, 20)), ranks([1, 1, 2, 3, 3, 3], [2, 5, 5, 1, 9, 2]),
                  ranks([4, 3, 2], [1, 2, 3])],
    }


def normal():
    from scipy import special

    points = [-37.0, -20.5, -8.25, -3.0, -1.5, -0.7, -0.1, 0.0, 0.33, 1.0, 2.4, 5.0, 8.5]
    shares = [1e-300, 1e-40, 1e-9, 0.0005, 0.02, 0.074, 0.076, 0.3, 0.5, 0.6, 0.93, 0.999, 1 - 1e-12]
    return {"points": points, "shares": special.ndtr(points).tolist(),
            "given": shares, "quantiles": special.ndtri(shares).tolist()}


def sharpe(values):
    from scipy import stats

    import numpy as np

    n, ratio = len(values), values.mean() / values.std(ddof=1)
    skewness, kurtosis = stats.skew(values), stats.kurtosis(values, fisher=False)
    shape = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2
    error = np.sqrt(shape / (n - 1))
    luck = np.sqrt(0.002) * ((1 - np.euler_gamma) * stats.norm.ppf(1 - 1 / 40)
                             + np.euler_gamma * stats.norm.ppf(1 - 1 / (40 * np.e)))
    return {"ratio": ratio, "skewness": skewness, "kurtosis": kurtosis, "error": error,
            "aboveZero": stats.norm.cdf(ratio / error),
            "above": stats.norm.cdf((ratio - 0.03) / error),
            "record": 1 + shape * (stats.norm.ppf(0.95) / ratio) ** 2,
            "luck": luck, "deflated": stats.norm.cdf((ratio - luck) / error)}  # fmt: skip


def overfitting(matrix, blocks):
    """CSCV as the paper words it: matrices joined from blocks, ranks by SciPy, every split anew."""
    from scipy import stats

    import numpy as np

    def ratios(chosen):
        rows = np.concatenate([cut[block] for block in chosen])
        spread = rows.std(axis=0, ddof=1)
        return np.where(spread > 0, rows.mean(axis=0) / np.where(spread > 0, spread, 1), 0)

    cut = np.split(matrix[len(matrix) % blocks:], blocks)
    splits = sorted(itertools.combinations(range(blocks), blocks // 2),
                    key=lambda chosen: sum(1 << block for block in chosen))
    logits, inside, outside = [], [], []
    for chosen in splits:
        rest = [block for block in range(blocks) if block not in chosen]
        here, there = ratios(chosen), ratios(rest)
        best = int(np.argmax(here))
        rank = stats.rankdata(there)[best] / (len(there) + 1)
        logits.append(np.log(rank / (1 - rank)))
        inside.append(here[best])
        outside.append(there[best])
    line = stats.linregress(inside, outside)
    return {"blocks": blocks, "logits": logits, "inSample": inside, "outOfSample": outside,
            "probability": np.mean(np.array(logits) <= 0), "loss": np.mean(np.array(outside) < 0),
            "slope": line.slope, "intercept": line.intercept, "explained": line.rvalue**2}


def mean_correlation(trials):
    import numpy as np

    table = np.corrcoef(trials)
    return (table.sum() - len(table)) / (len(table) * (len(table) - 1))


def block_length(values):
    from arch.bootstrap import optimal_block_length

    import numpy as np

    found = optimal_block_length(np.array(values)).iloc[0]
    return {"returns": values, "stationary": found["stationary"], "circular": found["circular"]}


def figures(values):
    """Sharpe ratio, yearly growth and deepest fall of a path."""
    import numpy as np

    equity = np.concatenate([[1.0], np.cumprod(1 + values)])
    return [values.mean() / values.std(ddof=1) * np.sqrt(YEAR),
            equity[-1] ** (YEAR / len(values)) - 1,
            (1 - equity / np.maximum.accumulate(equity)).max()]  # fmt: skip


def paths(values):
    """The figures of paths whose places arch drew, one path of each scheme."""
    from arch import bootstrap

    import numpy as np

    found = []
    for kind in (bootstrap.StationaryBootstrap, bootstrap.CircularBlockBootstrap,
                 bootstrap.MovingBlockBootstrap):  # fmt: skip
        drawn = kind(5, np.arange(len(values)), seed=np.random.default_rng(3))
        for arguments, _ in drawn.bootstrap(2):
            places = arguments[0].tolist()
            found.append({"places": places, "figures": figures(values[places])})
    return found


def bands(values):
    """Percentiles and BCa of the distribution that SciPy drew of the Sharpe ratio."""
    from scipy import stats

    import numpy as np

    def statistic(sample, axis=-1):
        return sample.mean(axis=axis) / sample.std(axis=axis, ddof=1)

    drawn = stats.bootstrap((values,), statistic, n_resamples=400, confidence_level=0.9,
                            method="BCa", rng=np.random.default_rng(5))
    distribution = drawn.bootstrap_distribution
    return {"estimate": statistic(values), "distribution": distribution.tolist(),
            "jackknife": [statistic(np.delete(values, place)) for place in range(len(values))],
            "plain": np.quantile(distribution, [0.05, 0.95]).tolist(),
            "corrected": [drawn.confidence_interval.low, drawn.confidence_interval.high]}


def ranks(one, other):
    from scipy import stats

    return {"x": one, "y": other, "correlation": stats.spearmanr(one, other).statistic}


def write():
    with open(PATH, "w", encoding="ascii") as file:
        json.dump(references(), file, indent=None, separators=(",", ":"), default=float)
        file.write("\n")


if __name__ == "__main__":
    import statistics_packages

    statistics_packages.ready()
    write()
    print(PATH, file=sys.stderr)
