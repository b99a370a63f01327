"""hftbacktest on the contract's trades, or on the rows of a recorded book.

  peer_hftbacktest.py contract COUNT FAST SLOW    EMA cross on every trade; three rows a trade
  peer_hftbacktest.py book ROWS.csv TIMES         clock moved on by 10 ms, no strategy
  peer_hftbacktest.py maker ROWS.csv TIMES        joins the best bid and ask, looking every 10 ms

Its book cannot be crossed by one price: bid and ask lie a tick apart, so profit is not ours and a
few fills differ. Speed only. ROWS.csv is `journal export --format csv` of the capture; trades and
depth go in, best quotes do not, for its books are made of depth.
"""

import csv
import importlib.metadata
import os
import sys
import time

import numpy
from hftbacktest import (
    BUY, BUY_EVENT, CANCELED, DEPTH_EVENT, DEPTH_SNAPSHOT_EVENT, EXCH_EVENT, GTC, GTX, LIMIT,
    LOCAL_EVENT, MARKET, SELL, SELL_EVENT, TRADE_EVENT, BacktestAsset, ROIVectorMarketDepthBacktest,
    event_dtype,
)
from numba import njit

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "contract"), HERE]
sys.dont_write_bytecode = True

from contract import trades  # noqa: E402
from peer import serve  # noqa: E402

TICK, LOT = 0.01, 0.00001
STEP = 10_000_000  # nanoseconds
BOTH = EXCH_EVENT | LOCAL_EVENT
SIDES = {"buy": BUY_EVENT, "sell": SELL_EVENT}


def contract_rows(count):
    """Bid and ask a tick apart, then the trade; the side that moves away goes first."""
    rows = numpy.zeros(3 * count, dtype=event_dtype)
    before = 0
    for number, ticks, lots, milliseconds, maker in trades(count):
        place, time = 3 * (number - 1), milliseconds * 1_000_000
        bid = (DEPTH_EVENT | EXCH_EVENT | BUY_EVENT, time, time, ticks / 100, 1000.0, 0, 0, 0.0)
        ask = (DEPTH_EVENT | EXCH_EVENT | SELL_EVENT, time, time, (ticks + 1) / 100, 1000.0, 0, 0, 0.0)
        rows[place], rows[place + 1] = (bid, ask) if ticks > before else (ask, bid)
        side = SELL_EVENT if maker else BUY_EVENT
        rows[place + 2] = (
            TRADE_EVENT | BOTH | side, time, time, ticks / 100, lots * LOT, 0, 0, 0.0)
        before = ticks
    return rows


def recorded_rows(path, times):
    """Depth and trades of the export, `times` in a row, both clocks at the moment of receipt."""
    found = []
    with open(path, encoding="ascii", newline="") as stream:
        for row in csv.DictReader(stream):
            kind = {"depth": DEPTH_EVENT, "bookSnapshot": DEPTH_SNAPSHOT_EVENT,
                    "trade": TRADE_EVENT}.get(row["kind"])
            if kind:
                time = int(row["receiveTime"])
                found.append((kind | BOTH | SIDES[row["side"]], time, time, float(row["price"]),
                              float(row["quantity"]), 0, 0, 0.0))
    once = numpy.array(found, dtype=event_dtype)
    span = once["local_ts"].max() - once["local_ts"].min() + STEP
    copies = [once.copy() for _ in range(times)]
    for number, copy in enumerate(copies):
        copy["exch_ts"] += number * span
        copy["local_ts"] += number * span
    return numpy.concatenate(copies)


def backtest(rows, capacity, latency):
    """The engine with its fast book, an array of prices within a tenth of the last trade."""
    last = float(rows["px"][rows["ev"] & 255 == TRADE_EVENT][-1])
    reach = 0.1 if capacity == 0 else 0.9
    asset = (
        BacktestAsset().data([rows]).linear_asset(1.0).constant_order_latency(latency, latency)
        .risk_adverse_queue_model().no_partial_fill_exchange()
        .trading_value_fee_model(0.001, 0.001).tick_size(TICK).lot_size(LOT)
        .roi_lb(float(numpy.floor(last * (1 - reach)))).roi_ub(float(numpy.ceil(last * (1 + reach))))
        .last_trades_capacity(capacity))
    return ROIVectorMarketDepthBacktest([asset])


@njit
def ema_cross(bt, fast_length, slow_length, quantity):
    fast, slow, seen, held, order = 0.0, 0.0, 0, 0, 1
    while bt.wait_next_feed(False, 10**18) == 2:
        price = bt.last_trades(0)[-1].px
        bt.clear_last_trades(0)
        seen += 1
        if seen <= fast_length:
            fast += price
            if seen == fast_length:
                fast /= fast_length
        else:
            fast += 2.0 / (fast_length + 1) * (price - fast)
        if seen <= slow_length:
            slow += price
            if seen == slow_length:
                slow /= slow_length
        else:
            slow += 2.0 / (slow_length + 1) * (price - slow)
        if seen < slow_length or fast == slow:
            continue
        target = 1 if fast > slow else -1
        if target == held:
            continue
        amount = quantity * abs(target - held)
        if target > held:
            bt.submit_buy_order(0, order, price, amount, GTC, MARKET, False)
        else:
            bt.submit_sell_order(0, order, price, amount, GTC, MARKET, False)
        order += 1
        held = target
        bt.clear_inactive_orders(0)
    return seen


@njit
def watch(bt):
    steps = 0
    while bt.elapse(STEP) == 0:
        steps += 1
    return steps


@njit
def make_market(bt, quantity, half_spread, threshold):
    """Our `market-making` without its lean: wants a bid and an ask around the middle, and other ones
    when the middle has moved by more than a part of itself or something was filled."""
    quoted, holding, bid, ask, order = 0.0, 0.0, 0.0, 0.0, 1
    while bt.elapse(STEP) == 0:
        bt.clear_inactive_orders(0)
        depth = bt.depth(0)
        if not (depth.best_bid < depth.best_ask):
            continue
        middle, held = (depth.best_bid + depth.best_ask) / 2, bt.position(0)
        if quoted == 0 or abs(middle - quoted) > threshold * middle or held != holding:
            bid = min(numpy.floor(middle * (1 - half_spread) / TICK), depth.best_ask_tick - 1)
            ask = max(numpy.ceil(middle * (1 + half_spread) / TICK), depth.best_bid_tick + 1)
            quoted, holding = middle, held
        order = keep(bt, BUY, bid, quantity, order)
        order = keep(bt, SELL, ask, quantity, order)
    return order


@njit
def keep(bt, side, ticks, quantity, order):
    """One order at the price on a side; the others there are canceled, each as soon as it can be."""
    kept = False
    values = bt.orders(0).values()
    while values.has_next():
        standing = values.get()
        if standing.side != side or standing.req == CANCELED:
            continue
        if standing.price_tick == ticks and not kept:
            kept = True
        elif standing.cancellable:
            bt.cancel(0, standing.order_id, False)
    if kept:
        return order
    if side == BUY:
        bt.submit_buy_order(0, order, ticks * TICK, quantity, GTX, LIMIT, False)
    else:
        bt.submit_sell_order(0, order, ticks * TICK, quantity, GTX, LIMIT, False)
    return order + 1


def main():
    kind = sys.argv[1]
    if kind == "contract":
        count, fast, slow = map(int, sys.argv[2:5])
        rows, size, capacity, latency = contract_rows(count), count, 4, 0
    else:
        rows, capacity, latency = recorded_rows(sys.argv[2], int(sys.argv[3])), 0, 5_000_000
        size = len(rows)

    def measure():
        bt = backtest(rows, capacity, latency)
        started = time.perf_counter()
        if kind == "contract":
            ema_cross(bt, fast, slow, 0.01)
        elif kind == "book":
            watch(bt)
        else:
            make_market(bt, 0.01, 0.0, 0.0)
        seconds = time.perf_counter() - started
        fills, volume = int(bt.state_values(0).num_trades), float(bt.state_values(0).trading_volume)
        bt.close()
        return {"rows": size, "feedRows": len(rows), "fills": fills, "volume": volume,
                "seconds": seconds}

    serve(measure, name="hftbacktest", version=importlib.metadata.version("hftbacktest"))


if __name__ == "__main__":
    main()
