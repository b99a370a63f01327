"""What other programs say of the same candles: for each of our indicators at its defaults who is asked,
what differs, from how many bars after our warm-up on both must agree, and the answers.

TA-Lib is asked wherever it has the indicator. Where it has none, its parts are put together by the
definition that `indicators show` gives, or another package is asked, or numpy takes the definition over
whole arrays. To be imported after `packages.module`.
"""

import numpy as np
import pandas as pd
import ta
import talib
from numpy.lib.stride_tricks import sliding_window_view

# Bars after which 1 − 1 ÷ length of a difference, left each bar, is below 10⁻¹²: Wilder's averages.
FORGOTTEN = 28


class Bars:
    def __init__(self, path, benchmark):
        rows = np.loadtxt(path, delimiter=",", skiprows=1)
        self.open, self.high, self.low, self.close, self.volume = (
            np.ascontiguousarray(rows[:, column]) for column in range(1, 6))
        self.typical = (self.high + self.low + self.close) / 3
        if benchmark:
            other = np.loadtxt(benchmark, delimiter=",", skiprows=1)
            assert (rows[:, 0] == other[:, 0]).all(), "the benchmark has other times"
            self.benchmark = np.ascontiguousarray(other[:, 4])

    @property
    def ranges(self):
        """The true range; that of the first bar is its own."""
        values = talib.TRANGE(self.high, self.low, self.close)
        values[0] = self.high[0] - self.low[0]
        return values


def windows(values, length):
    return sliding_window_view(values, length)


def padded(values, count):
    """Answers, the last of them at the last bar."""
    return np.concatenate([np.full(count - len(values), np.nan), values])


def by_windows(length, function, *columns):
    parts = [windows(column, length) for column in columns]
    return padded(np.array([function(*row) for row in zip(*parts)]), len(columns[0]))


def wilder(values, length):
    """pandas' exponential average from the mean of the first values on."""
    start = np.concatenate([[values[:length].mean()], values[length:]])
    return padded(pd.Series(start).ewm(alpha=1 / length, adjust=False).mean().to_numpy(), len(values))


def true_strength(bars):
    change = np.diff(bars.close, prepend=np.nan)

    def smooth(values):
        return talib.EMA(talib.EMA(values, 25), 13)

    return 100 * smooth(change) / smooth(np.abs(change))


def ichimoku(bars):
    lines = ta.trend.IchimokuIndicator(pd.Series(bars.high), pd.Series(bars.low), 9, 26, 52)

    def later(line):
        return line.shift(26).to_numpy()

    return {"conversion": lines.ichimoku_conversion_line().to_numpy(),
            "base": lines.ichimoku_base_line().to_numpy(), "leading": later(lines.ichimoku_a()),
            "trailing": later(lines.ichimoku_b())}


def supertrend(bars, length=10, width=3):
    """TradingView's published `ta.supertrend`, line by line."""
    ranges = wilder(bars.ranges, length)
    middle = (bars.high + bars.low) / 2
    lines, directions = np.full(len(middle), np.nan), np.full(len(middle), np.nan)
    lower = upper = None
    direction = -1
    for i in range(length - 1, len(middle)):
        below, above = middle[i] - width * ranges[i], middle[i] + width * ranges[i]
        before = bars.close[i - 1]
        lower = below if lower is None or below > lower or before < lower else lower
        upper = above if upper is None or above < upper or before > upper else upper
        if direction < 0 and bars.close[i] > upper:
            direction = 1
        elif direction > 0 and bars.close[i] < lower:
            direction = -1
        lines[i], directions[i] = (lower if direction > 0 else upper), direction
    return {"line": lines, "direction": directions}


def yang_zhang(bars, length=20):
    overnight = np.log(bars.open[1:] / bars.close[:-1])
    inside = np.log(bars.close / bars.open)[1:]
    up, down = np.log(bars.high / bars.close), np.log(bars.low / bars.close)
    satchell = (up * np.log(bars.high / bars.open) + down * np.log(bars.low / bars.open))[1:]
    share = 0.34 / (1.34 + (length + 1) / (length - 1))
    variance = (windows(overnight, length).var(axis=1, ddof=1)
                + share * windows(inside, length).var(axis=1, ddof=1)
                + (1 - share) * windows(satchell, length).mean(axis=1))
    return padded(np.sqrt(variance), len(bars.close))


def hurst(bars, length=256, spans=5):
    lags = 2 ** np.arange(spans)
    logs = np.log(bars.close)
    means = [padded(windows((logs[lag:] - logs[:-lag]) ** 2, length).mean(axis=1), len(logs))
             for lag in lags]
    rows = np.log(np.array(means)).T
    slopes = np.full(len(logs), np.nan)
    for place, row in enumerate(rows):
        if np.isfinite(row).all():
            slopes[place] = np.polyfit(np.log(lags), row, 1)[0]
    return slopes / 2


def volume_weighted(bars, length=50):
    price = (bars.open + bars.high + bars.low + bars.close) / 4
    return padded(windows(price * bars.volume, length).sum(axis=1)
                  / windows(bars.volume, length).sum(axis=1), len(price))


def root_mean(values, length, count):
    return padded(np.sqrt(windows(values, length).mean(axis=1)), count)


def named(names, columns):
    return dict(zip(names.split(), columns))


def bands(middle, half):
    return {"lower": middle - half, "middle": middle, "upper": middle + half}


TALIB = "TA-Lib"
PARTS = "TA-Lib's parts by the definition"
NUMPY = "numpy by the definition"
# Our name: who is asked, what differs, bars until it no longer shows, and the question.
REFERENCES = {
    "sma": (TALIB, "", 0, lambda b: talib.SMA(b.close, 20)),
    "ema": (TALIB, "", 0, lambda b: talib.EMA(b.close, 20)),
    "wilder": ("pandas' ewm from the mean of the first closes on", "TA-Lib has none", 0,
               lambda b: wilder(b.close, 14)),
    "wma": (TALIB, "", 0, lambda b: talib.WMA(b.close, 20)),
    "dema": (TALIB, "", 0, lambda b: talib.DEMA(b.close, 20)),
    "tema": (TALIB, "", 0, lambda b: talib.TEMA(b.close, 20)),
    "kama": (TALIB, "", 0, lambda b: talib.KAMA(b.close, 10)),
    "hma": (PARTS, "TA-Lib has none", 0,
            lambda b: talib.WMA(2 * talib.WMA(b.close, 8) - talib.WMA(b.close, 16), 4)),
    "momentum": (TALIB, "", 0, lambda b: talib.MOM(b.close, 10)),
    "roc": (TALIB, "", 0, lambda b: talib.ROC(b.close, 10)),
    "macd": (TALIB, "", 0,
             lambda b: named("line signal histogram", talib.MACD(b.close, 12, 26, 9))),
    "tsi": (PARTS, "TA-Lib has none", 0, true_strength),
    "rsi": (TALIB, "", 0, lambda b: talib.RSI(b.close, 14)),
    "stochastic": (TALIB, "a range of 0 counts 50, there 0: these candles have none", 0,
                   lambda b: named("k d", talib.STOCH(b.high, b.low, b.close, 14, 3, 0, 3, 0))),
    "stochrsi": (PARTS, "TA-Lib's own has no slowing: STOCH of its RSI", 0,
                 lambda b: named("k d", talib.STOCH(*[talib.RSI(b.close, 14)] * 3, 14, 3, 0, 3, 0))),
    "williams": (TALIB, "a range of 0 gives -50, there 0: these candles have none", 0,
                 lambda b: talib.WILLR(b.high, b.low, b.close, 14)),
    "cci": (TALIB, "", 0, lambda b: talib.CCI(b.high, b.low, b.close, 20)),
    "adx": (TALIB, "its sums begin a change earlier", 2 * 14 * FORGOTTEN, lambda b: {
        "plus": talib.PLUS_DI(b.high, b.low, b.close, 14),
        "minus": talib.MINUS_DI(b.high, b.low, b.close, 14),
        "average": talib.ADX(b.high, b.low, b.close, 14)}),
    "aroon": (TALIB, "", 0, lambda b: {
        **named("down up", talib.AROON(b.high, b.low, 25)),
        "oscillator": talib.AROONOSC(b.high, b.low, 25)}),
    "ichimoku": ("ta", "TA-Lib has none; ta does not displace the leading lines", 0, ichimoku),
    "psar": (TALIB, "", 0, lambda b: talib.SAR(b.high, b.low, 0.02, 0.2)),
    "supertrend": ("TradingView's published code", "TA-Lib has none", 0, supertrend),
    "truerange": (TALIB, "it has none for the first bar", 1,
                  lambda b: talib.TRANGE(b.high, b.low, b.close)),
    "atr": (TALIB, "it leaves the first bar out", 14 * FORGOTTEN,
            lambda b: talib.ATR(b.high, b.low, b.close, 14)),
    "bollinger": (TALIB, "", 0,
                  lambda b: named("upper middle lower", talib.BBANDS(b.close, 20, 2, 2, 0))),
    "keltner": (PARTS, "TA-Lib has none, and its ATR leaves the first bar out", 10 * FORGOTTEN,
                lambda b: bands(talib.EMA(b.close, 20), 2 * talib.ATR(b.high, b.low, b.close, 10))),
    "keltnersimple": (PARTS, "TA-Lib has none", 0,
                      lambda b: bands(talib.SMA(b.typical, 20), 1.5 * talib.SMA(b.ranges, 20))),
    "donchian": (TALIB, "", 0,
                 lambda b: {"lower": talib.MIN(b.low, 20), "upper": talib.MAX(b.high, 20)}),
    "closevol": ("pandas' rolling deviation of log returns", "TA-Lib has none", 0,
                 lambda b: pd.Series(np.log(b.close)).diff().rolling(20).std().to_numpy()),
    "parkinson": (NUMPY, "TA-Lib has none", 0, lambda b: root_mean(
        np.log(b.high / b.low) ** 2 / (4 * np.log(2)), 20, len(b.close))),
    "garmanklass": (NUMPY, "TA-Lib has none", 0, lambda b: root_mean(
        0.5 * np.log(b.high / b.low) ** 2 - (2 * np.log(2) - 1) * np.log(b.close / b.open) ** 2,
        20, len(b.close))),
    "yangzhang": (NUMPY, "TA-Lib has none", 0, yang_zhang),
    "obv": (TALIB, "", 0, lambda b: talib.OBV(b.close, b.volume)),
    "ad": (TALIB, "", 0, lambda b: talib.AD(b.high, b.low, b.close, b.volume)),
    "cmf": ("ta", "TA-Lib has none", 0, lambda b: ta.volume.ChaikinMoneyFlowIndicator(
        *map(pd.Series, (b.high, b.low, b.close, b.volume)), 20).chaikin_money_flow().to_numpy()),
    "mfi": (TALIB, "a sum below 1 gives 0 there: these candles have none", 0,
            lambda b: talib.MFI(b.high, b.low, b.close, b.volume, 14)),
    "vwap": (NUMPY, "TA-Lib has none", 0, volume_weighted),
    "deviation": (TALIB, "", 0, lambda b: {
        "mean": talib.SMA(b.close, 20), "deviation": talib.STDDEV(b.close, 20, 1)}),
    "zscore": (NUMPY, "TA-Lib has none", 0, lambda b: by_windows(
        20, lambda row: (row[-1] - row.mean()) / row.std(), b.close)),
    "correlation": (TALIB, "", 0, lambda b: talib.CORREL(b.close, b.benchmark, 20)),
    "beta": (TALIB, "the benchmark is its first input", 0,
             lambda b: talib.BETA(b.benchmark, b.close, 20)),
    "regression": (TALIB, "it has no determination: numpy's squared correlation with time", 0, lambda b: {
        "value": talib.LINEARREG(b.close, 20), "slope": talib.LINEARREG_SLOPE(b.close, 20),
        "intercept": talib.LINEARREG_INTERCEPT(b.close, 20),
        "determination": by_windows(
            20, lambda row: np.corrcoef(row, np.arange(20.0))[0, 1] ** 2, b.close)}),
    "hurst": (NUMPY, "TA-Lib has none", 0, hurst),
}  # fmt: skip


def answer(bars, ask):
    columns = ask(bars)
    columns = columns if isinstance(columns, dict) else {"value": columns}
    return {name: [float(x) if np.isfinite(x) else None for x in column]
            for name, column in columns.items()}


def answers(names, path, benchmark=None):
    """What the references say of these candles about our indicators of these names.

    Files have a header line and the columns time, open, high, low, close, volume."""
    bars = Bars(path, benchmark)
    said = {}
    for name in names:
        who, differs, settles, ask = REFERENCES[name]
        said[name] = {"who": who, "differs": differs, "settles": settles, "answers": answer(bars, ask)}
    return said
