"""Tick to order: a live engine at our own exchange on loopback, from the frame that brings a fact to the
frame of the order decided on it, beside what the machine takes for the same road with nothing done on it.

The program measures itself, at the socket: a peer that plays the venue would measure its own side too.
The disk's part is told apart, for it is the disk's: `commit-feed` has it beside a bare sync. Exchange and
engine share the machine's cores, so that what the engine waits for is at times the exchange.
"""

import json
import os
import subprocess

from . import process
from .figures import Beside, Row
from .inputs import remove

HERE = os.path.dirname(os.path.realpath(__file__))
SECONDS_FOR_TRADES = 30 / 2_000_000  # a full run trades for half a minute in each round
RATE = 200  # events a second
EXCHANGE = """
name: a market to trade in
source: {{generator: {{seed: 5, symbol: BTC/USDT, price: 60000, duration: 12h, eventsPerSecond: {rate}}}}}
strategy: {{name: observer}}
account: spot
capital: {{USDT: 100000, BTC: 5}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""
TRADE = """
source: {{venue: {{name: binance, rest: "{rest}/api", stream: "{ws}", account: "{wsApi}"}}}}
instruments: [BTCUSDT]
strategy: {{name: market-making, parameters: {{spread: 0.2, size: 5, limit: 50, requote: 0.05}}}}
account: spot
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: received}}
"""
PARTS = ("whole", "apartFromJournal", "ofWhichJournal", "toDecision", "toSocket")


class Trading:
    """One row."""

    def __init__(self, inputs, rounds, trades):
        self.inputs = inputs
        self.rounds = rounds
        self.seconds = max(5, round(trades * SECONDS_FOR_TRADES))

    def rows(self):
        yield self.tick_to_order

    def tick_to_order(self):
        wakeups = self.inputs.compiled(os.path.join(HERE, "wakeups.c"))

        def bare():
            rounds = self.seconds * RATE // 2
            return process.run([wakeups, rounds, 1_000_000 // RATE], alone=False).json
        found = process.interleaved(self.rounds, {"ours": self.trade, "bare": bare})
        ours, least = found["ours"], found["bare"]
        beside = [
            Beside("two threads woken and a frame written, nothing else", least["p50"] / 1e3,
                   f"99 % within {least['p99'] / 1e3:,.0f} µs")]
        remarks = [
            f"99 % within {ours['apartFromJournal.p99'] / 1e3:,.0f} µs; {ours['orders']:,.0f} requests, "
            f"{RATE} market events a second",
            f"to the decision {spread(ours, 'toDecision')}; from the journal to the socket "
            f"{spread(ours, 'toSocket')}",
            f"with the disk {spread(ours, 'whole')}, of which the disk {spread(ours, 'ofWhichJournal')}"]
        return Row("tick-to-order", "frame to order, live, without the disk, median", "µs",
                   ours["apartFromJournal.p50"] / 1e3, figures=ours, beside=beside, remarks=remarks)

    def trade(self):
        """Trades for a while; what the program says of it."""
        folder = self.inputs.path("trading")
        remove(folder)
        os.makedirs(folder)
        scenario, config = (os.path.join(folder, name) for name in ("exchange.yaml", "trade.yaml"))
        write(scenario, EXCHANGE.format(rate=RATE))
        with subprocess.Popen(
            [self.inputs.binary, "exchange", scenario, "--history", "1m", "--order-limit", "1000000",
             "--weight-limit", "1000000"],
            stdout=subprocess.PIPE, text=True) as exchange:  # fmt: skip
            try:
                place = json.loads(exchange.stdout.readline())
                write(config, TRADE.format(**place))
                found = self.ask(config, os.path.join(folder, "live"), place)
            finally:
                exchange.terminate()
        remove(folder)
        figures = {f"{part}.{name}": float(value) for part in PARTS
                   for name, value in found[part].items()}  # fmt: skip
        return {"orders": found["orders"], **figures}

    def ask(self, config, journal, place):
        done = subprocess.run(
            [self.inputs.binary, "trade", config, "--live", "-o", journal, "--for", f"{self.seconds}s", "--json"],
            capture_output=True, text=True,
            env={**os.environ, "CRYPTOBOT_API_KEY": place["apiKey"],
                 "CRYPTOBOT_API_SECRET": place["secret"]})  # fmt: skip
        if done.returncode:
            raise SystemExit(f"bench: trade ended {done.returncode}\n{done.stderr[-800:]}")
        found = json.loads(done.stdout)["tickToOrder"]
        if not found["orders"]:
            raise SystemExit(f"bench: no order left in {self.seconds} s")
        return found


def write(path, text):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def spread(found, part):
    return f"{found[f'{part}.p50'] / 1e3:,.0f} µs (99 % within {found[f'{part}.p99'] / 1e3:,.0f})"
