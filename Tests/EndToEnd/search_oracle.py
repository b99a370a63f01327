"""What Optuna and mpmath say of the search's estimators, kept for the tests in Swift.

`python3 Tests/EndToEnd/search_oracle.py` writes `search_references.json` anew; it runs in the venv
that `search_test.py` makes. Equal observations are sorted by trial, which NumPy leaves to the machine.
"""

import functools
import json
import math
import os
import random
import sys
from unittest import mock

PATH = os.path.join(os.path.dirname(os.path.realpath(__file__)), "search_references.json")
SEEDS = 30
TRIALS = 100


def references(seeds=SEEDS):
    import numpy as np
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    stable = functools.partial(np.argsort, kind="stable")
    with mock.patch.object(np, "argsort", stable):
        return {
            "normal": normal(),
            "recency": [recency(count) for count in (0, 1, 2, 24, 25, 26, 27, 40, 100)],
            "splits": [split(seed, count) for seed, count in ((1, 10), (2, 11), (3, 57), (4, 300))],
            "estimators": [estimator(*case) for case in estimators()],
            "studies": {name: study(name, seeds) for name in FUNCTIONS},
        }


def normal():
    """Logarithms of shares of the normal distribution, and quantiles of truncated ones."""
    import mpmath

    mpmath.mp.dps = 60

    def share(x):
        return mpmath.erfc(-mpmath.mpf(x) / mpmath.sqrt(2)) / 2

    def mass(left, right):
        return share(-left) - share(-right) if left > 0 else share(right) - share(left)

    points = [-300, -99.5, -40, -38.6, -20.5, -10.01, -10, -9.99, -5, -1, -1e-9, 0, 0.3, 1, 3, 7]
    spans = [(-1, 1), (-100, 0), (0, 100), (-0.005, 0.004), (-3, -2.999), (50, 50.001), (-50, -49),
             (20, 21), (-1e-7, 1e-7), (2, 2.5), (-60.25, -60), (-8, 9), (-0.004, 0.02), (-99, -98.9),
             (9, 9.05)]  # fmt: skip
    cuts = [(q, low, high) for q in (0.0, 1e-9, 0.1, 0.5, 0.9, 1 - 2**-53)
            for low, high in ((-1, 1), (-0.01, 3), (-100, 0.5), (0, 1), (-9, 9), (-2, 0))]
    return {
        "shares": [[x, float(mpmath.log(share(x)))] for x in points],
        "masses": [[a, b, float(mpmath.log(mass(a, b)))] for a, b in spans],
        "quantiles": [[q, a, b, quantile(q, a, b, share)] for q, a, b in cuts],
    }


def quantile(q, low, high, share):
    """By halving: certain, and nobody waits for it."""
    import mpmath

    wanted = share(low) + mpmath.mpf(q) * (share(high) - share(low))
    below, above = mpmath.mpf(low), mpmath.mpf(high)
    for _ in range(170):
        middle = (below + above) / 2
        if share(middle) < wanted:
            below = middle
        else:
            above = middle
    return float(below)


def recency(count):
    from optuna.samplers._tpe.sampler import default_weights

    return [count, [float(weight) for weight in default_weights(count)]]


def split(seed, count):
    """Scores, and the numbers of the trials that count as good."""
    import optuna
    from optuna.samplers._tpe import sampler

    source = random.Random(seed)
    scores = [round(source.gauss(0, 1), 1) for _ in range(count)]
    study = optuna.create_study(direction="maximize")
    study.add_trials([optuna.trial.create_trial(value=score) for score in scores])
    below, _ = sampler._split_trials(study, study.trials, sampler.default_gamma(count))
    return {"scores": scores, "below": [trial.number for trial in below]}


def distributions():
    """Each kind of dimension as a scenario writes it, with Optuna's distribution."""
    from optuna import distributions as kinds

    return {
        "x=-5.0..10.0": kinds.FloatDistribution(-5, 10),
        "rate=log:0.00001..1.0": kinds.FloatDistribution(1e-5, 1, log=True),
        "part=0.0..1.0:0.05": kinds.FloatDistribution(0, 1, step=0.05),
        "fast=2..20": kinds.IntDistribution(2, 20),
        "slow=20..200:10": kinds.IntDistribution(20, 200, step=10),
        "span=log:1..1000": kinds.IntDistribution(1, 1000, log=True),
        "rule=book|quote|candle|trade": kinds.CategoricalDistribution(("book", "quote", "candle", "trade")),
    }


def estimators():
    """Dimensions, how many good and other trials, and the seed they are made from."""
    texts = list(distributions())
    yield from (([text], 1, 9, number) for number, text in enumerate(texts))
    yield from (([text], 4, 31, 50 + number) for number, text in enumerate(texts))
    yield texts, 3, 24, 100
    yield texts, 10, 80, 101
    yield texts, 25, 140, 102


def observe(text, kind, source):
    """A value that the dimension takes, near a few places so that some come again."""
    name = type(kind).__name__
    if name == "CategoricalDistribution":
        return float(source.randrange(len(kind.choices)))
    if kind.step is None:
        if kind.log:
            return math.exp(source.uniform(math.log(kind.low), math.log(kind.high)))
        return source.uniform(kind.low, kind.high)
    steps = round((kind.high - kind.low) / kind.step)
    # As the decimals are meant, not as sums of steps round.
    return round(kind.low + min(steps, int(source.expovariate(4 / (steps + 1)))) * kind.step, 12)


class Draws:
    """A generator that remembers its uniform numbers in the order they are used."""

    def __init__(self, seed):
        import numpy as np

        self.source, self.all = np.random.RandomState(seed), []

    def uniform(self, low=0, high=1, size=None):
        drawn = self.source.random_sample(size)
        self.all += [float(value) for value in drawn.ravel()]
        return drawn

    def rand(self, size):
        return self.uniform(size=size)

    def choice(self, count, p, size):
        sums = p.cumsum()
        sums /= sums[-1]
        return sums.searchsorted(self.uniform(size=size), side="right")


def estimator(texts, below_count, above_count, seed):
    """Both densities of a case, what is drawn from the good one, and what is chosen."""
    source = random.Random(seed)
    kinds = distributions()
    space = {text.split("=")[0]: kinds[text] for text in texts}
    trials = [[observe(text, kinds[text], source) for text in texts]
              for _ in range(below_count + above_count)]  # fmt: skip
    below, above = density(space, trials[:below_count]), density(space, trials[below_count:])
    draws = Draws(seed)
    drawn = below.sample(draws, 24)
    good, other = below.log_pdf(drawn), above.log_pdf(drawn)
    return {
        "dimensions": texts,
        "below": trials[:below_count],
        "above": trials[below_count:],
        "belowShape": shape(below),
        "aboveShape": shape(above),
        "uniforms": draws.all,
        "candidates": [[float(drawn[name][place]) for name in space] for place in range(24)],
        "belowLogs": [float(value) for value in good],
        "aboveLogs": [float(value) for value in other],
        "chosen": int((good - other).argmax()),
    }


def density(space, trials):
    import numpy as np
    from optuna.samplers._tpe import parzen_estimator, sampler

    parameters = parzen_estimator._ParzenEstimatorParameters(
        1.0, True, False, sampler.default_weights, True)
    observed = {name: np.array([trial[place] for trial in trials])
                for place, name in enumerate(space)}  # fmt: skip
    return parzen_estimator._ParzenEstimator(observed, space, parameters)


def shape(estimator):
    """Its weights, and for each dimension means and deviations or the table of words."""
    mixture = estimator._mixture_distribution
    axes = []
    for axis in mixture.distributions:
        if hasattr(axis, "weights"):
            axes.append({"words": [[float(share) for share in row] for row in axis.weights]})
        else:
            axes.append({"means": [float(value) for value in axis.mu],
                         "deviations": [float(value) for value in axis.sigma]})  # fmt: skip
    return {"weights": [float(weight) for weight in mixture.weights], "axes": axes}


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    curve = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return -(curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10)


def rosenbrock(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", -5, 10)
    return -(100 * (y - x * x) ** 2 + (1 - x) ** 2)


def mixed(trial):
    span = trial.suggest_int("span", 1, 1000, log=True)
    part = trial.suggest_float("part", 0, 1, step=0.05)
    rule = trial.suggest_categorical("rule", ["book", "quote", "candle", "trade"])
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    words = {"book": 0.5, "quote": 0.0, "candle": 1.0, "trade": 0.25}[rule]
    return -((math.log10(span) - 2) ** 2 + 4 * (part - 0.35) ** 2 + words
             + 0.5 * (math.log10(rate) + 3) ** 2)  # fmt: skip


FUNCTIONS = {"branin": branin, "rosenbrock": rosenbrock, "mixed": mixed}


def study(name, seeds):
    """The best score of each of many searches, by seed."""
    import optuna

    best = []
    for seed in range(seeds):
        made = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
        made.optimize(FUNCTIONS[name], n_trials=TRIALS)
        best.append(made.best_value)
    return best


def main():
    text = json.dumps(references(), separators=(",", ":"))
    with open(PATH, "w", encoding="ascii") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
