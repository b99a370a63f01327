"""The metrics of a report, by empyrical and quantstats, over real candles.

Equity is added up here from the run's exported candles and fills, in exact decimals: the packages see
every mark, and the last one of each UTC day. They must say what `report.json` says, within 1e-9, or what
follows from their definition where it is another: `METRICS` names the difference.
"""

import csv
import json
import warnings
from decimal import Decimal

import packages
from harness import CommandTest

PACKAGES = ["empyrical-reloaded", "quantstats"]
TOLERANCE = 1e-9
DAY = 86_400 * 10**9
RUNS = {
    "daily breakouts, four years": (
        ["lean-klines/coinbase_btcusd_daily_trade.csv.gz", "--columns",
         "time,open,high,low,close,volume", "--time-format", "%Y%m%d %H:%M", "--interval", "1d",
         "--symbol", "BTC/USD"],
        "strategy: {name: breakout}\ncapital: {USD: 100000}\naccount: spot\n"),
    "crossings of five minutes, twenty days": (
        ["freqtrade-klines/ETH_BTC-5m.csv.gz", "--interval", "5m", "--symbol", "ETH/BTC"],
        "strategy: {name: ema-cross}\ncapital: {BTC: 1000}\naccount: margin\nfees: {taker: 0.05%}\n"),
    "reversals of a minute, a month": (
        ["btc-perp-1m-202201/btc-perp-20211231-20220201_1m.csv.gz", "--interval", "1m",
         "--volume", "quote", "--symbol", "BTC/USDT"],
        "strategy: {name: mean-reversion, parameters: {window: 240}}\ncapital: {USDT: 100000}\n"
        "account: margin\nfees: {taker: 0.02%}\n"),
}  # fmt: skip


class Run:
    """What happened, from the run's journal: equity after every candle and fill."""

    def __init__(self, capital, events):
        self.capital, self.times, self.equity = Decimal(capital), [], []
        cash, held, mark = self.capital, Decimal(0), Decimal(0)
        for event in events:
            if event["kind"] == "fill":
                lots = Decimal(event["quantity"]) * (1 if event["side"] == "buy" else -1)
                held += lots
                cash -= lots * Decimal(event["price"]) + Decimal(event["fee"])
            else:
                mark = Decimal(event["close"])
            self.times.append(event["receiveTime"])
            self.equity.append(cash + held * mark)

    def returns(self, pandas):
        """The return of each mark, and of each UTC day; a day without one has return zero."""
        marks = [float(self.capital), *map(float, self.equity)]
        closes = {time // DAY: equity for time, equity in zip(self.times, self.equity)}
        first, last = min(closes), max(closes)
        days, value = [float(self.capital)], self.capital
        for day in range(first, last + 1):
            value = closes.get(day, value)
            days.append(float(value))
        return [
            pandas.Series(pandas.Series(values).pct_change().to_numpy()[1:], index=index)
            for values, index in (
                (marks, pandas.to_datetime(self.times)),
                (days, pandas.to_datetime(range(first, last + 1), unit="D")))]


class Asked:
    """A run as the packages see it: returns of marks and of days, profits of trips, days of run time."""

    def __init__(self, marks, days, profits, span):
        self.marks, self.days, self.profits, self.span = marks, days, profits, span

    def by_run_time(self, growth):
        """Their years are counted days ÷ 365; ours the time from the first event to the last."""
        return (1 + growth) ** (len(self.days) / self.span) - 1


# Our key: what empyrical says, what quantstats says, and where a definition of theirs differs.
METRICS = {
    "return": (lambda p, a: p.cum_returns_final(a.days), lambda q, a: q.comp(a.days), ""),
    "cagr": (lambda p, a: a.by_run_time(p.cagr(a.days, annualization=365)),
             lambda q, a: a.by_run_time(q.cagr(a.days, periods=365)),
             "a year of theirs is 365 counted days, the first and the last as whole ones"),
    "volatility": (lambda p, a: p.annual_volatility(a.days, annualization=365),
                   lambda q, a: q.volatility(a.days, periods=365), ""),
    "sharpe": (lambda p, a: p.sharpe_ratio(a.days, annualization=365),
               lambda q, a: q.sharpe(a.days, periods=365), ""),
    "sortino": (lambda p, a: p.sortino_ratio(a.days, annualization=365),
                lambda q, a: q.sortino(a.days, periods=365), ""),
    "maxDrawdown": (lambda p, a: -p.max_drawdown(a.marks),
                    lambda q, a: -q.max_drawdown((1 + a.marks).cumprod()),
                    "of every mark, as ours; of days it would be less"),
    "calmar": (lambda p, a: a.by_run_time(p.cagr(a.days, annualization=365))
               / -p.max_drawdown(a.marks), None,
               "by the growth and the drawdown above; theirs takes both of days"),
    "trades": (None, lambda q, a: len(a.profits), ""),
    "winRate": (None, lambda q, a: q.win_rate(a.profits, prepare_returns=False),
                "of round trips instead of days"),
    "profitFactor": (None, lambda q, a: q.profit_factor(a.profits, prepare_returns=False),
                     "of round trips instead of days"),
    "expectancy": (None, lambda q, a: a.profits.mean(), "pandas' mean of round trips' profits"),
    "bestTrade": (None, lambda q, a: q.best(a.profits, prepare_returns=False), ""),
    "worstTrade": (None, lambda q, a: q.worst(a.profits, prepare_returns=False), ""),
    "mostConsecutiveLosses": (
        None, lambda q, a: q.consecutive_losses(a.profits, prepare_returns=False), ""),
    "days": (None, lambda q, a: len(a.days), ""),
}  # fmt: skip
# Neither package knows fills, fees, positions or times of day; other tests hold these.
ELSEWHERE = {"netProfit", "maxDrawdownLength", "longestDrawdown", "meanHoldingTime", "fills", "fees",
             "turnover", "exposure"}  # fmt: skip


class MetricsTest(CommandTest):
    def test_every_metric_equals_the_packages(self):
        pandas, empyrical, quantstats = self.ready()
        for name, (source, scenario) in RUNS.items():
            with self.subTest(run=name):
                report, asked = self.run_of(source, scenario, pandas)
                self.assertEqual(set(report["metrics"]), set(METRICS) | ELSEWHERE)
                self.assertGreater(report["metrics"]["trades"], 10)
                for metric, (by_empyrical, by_quantstats, differs) in METRICS.items():
                    ours = report["metrics"][metric]
                    if by_empyrical:
                        self.expect(ours, by_empyrical(empyrical, asked), f"{metric}, empyrical")
                    if by_quantstats:
                        self.expect(ours, by_quantstats(quantstats, asked), f"{metric}, quantstats")

    def expect(self, ours, theirs, what):
        self.assertLessEqual(
            abs(ours - theirs), TOLERANCE * max(abs(ours), abs(theirs)),
            f"{what}: ours {ours}, theirs {theirs}")

    def ready(self):
        warnings.simplefilter("ignore")
        packages.module("quantstats", "metrics-venv", PACKAGES)
        import empyrical
        import pandas
        import quantstats.stats

        return pandas, empyrical, quantstats.stats

    def run_of(self, source, scenario, pandas):
        """The report of a run over a file of candles, and the run as exported."""
        path, *options = source
        self.run_command(
            "journal", "import", "ohlcv-csv", self.shared(*path.split("/")), *options, "-o",
            "candles", "--quiet", "--force")
        with open(self.path("scenario.yaml"), "w") as stream:
            stream.write(f"source: {{journal: candles}}\n{scenario}")
        self.run_command("replay", "scenario.yaml", "-o", "run", "--force", "--quiet")
        with open(self.path("run/report.json")) as stream:
            report = json.load(stream)
        with open(self.path("run/trades.csv")) as stream:
            profits = pandas.Series([float(row["profit"]) for row in csv.DictReader(stream)])
        run = Run(report["capital"], self.events())
        self.assertEqual(run.equity[-1], Decimal(report["finalEquity"]))
        span = (report["lastTimeNanoseconds"] - report["firstTimeNanoseconds"]) / DAY
        return report, Asked(*run.returns(pandas), profits, span)

    def events(self):
        done = self.run_command(
            "journal", "export", "run/journal", "--kind", "candle", "--kind", "fill")
        return [json.loads(line) for line in done.stdout.splitlines()]
