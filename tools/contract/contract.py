#!/usr/bin/env python3
"""Writes the data of the performance contract: the same bytes on every machine, from integers only.

  contract.py trades OUT.csv [COUNT]    Binance trade dump: id,price,qty,quoteQty,time,isBuyerMaker,isBest
  contract.py candles OUT.csv [COUNT]   1-minute candles: time,open,high,low,close,volume

Prices walk on a grid of 0.01, quantities on 0.00001, as BTCUSDT does. The walk is an xorshift
generator with a slow swing under it, so that averages of any length cross now and then.
"""

import sys

MASK = (1 << 64) - 1
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
TRADES, MINUTES = 2_000_000, 525_600
START_TICKS, FLOOR_TICKS = 4_200_000, 100_000


def xorshift(state):
    """The next state of xorshift64 (Marsaglia 2003, shifts 13 7 17)."""
    state ^= (state << 13) & MASK
    state ^= state >> 7
    state ^= (state << 17) & MASK
    return state


def step(bits, swing):
    """A move in ticks: the difference of two draws of 0…255, and a push that turns with the swing."""
    return (bits & 255) - (bits >> 8 & 255) + swing


def trades(count):
    """(id, ticks, lots, milliseconds, buyer is maker) of each trade."""
    state, ticks, time = 0x9E3779B97F4A7C15, START_TICKS, START_MS
    for index in range(count):
        state = xorshift(state)
        swing = 3 if (index // 40_000) % 2 == 0 else -3
        ticks = max(FLOOR_TICKS, ticks + step(state, swing))
        time += state >> 16 & 31
        yield index + 1, ticks, 1 + (state >> 24 & 0xFFFFF), time, state >> 60 & 1


def candles(count):
    """(milliseconds of the open, open, high, low, close in ticks, lots) of each minute."""
    state, close = 0xD1B54A32D192ED03, START_TICKS
    for index in range(count):
        state = xorshift(state)
        opened = close
        swing = 8 if (index // 7_200) % 2 == 0 else -8
        close = max(FLOOR_TICKS, opened + 4 * step(state, swing))
        high = max(opened, close) + (state >> 20 & 511)
        low = min(opened, close) - (state >> 30 & 511)
        yield START_MS + 60_000 * index, opened, high, low, close, 1 + (state >> 40 & 0xFFFFFF)


def price(ticks):
    return f"{ticks // 100}.{ticks % 100:02}"


def quantity(lots):
    return f"{lots // 100_000}.{lots % 100_000:05}"


def notional(ticks, lots):
    units = ticks * lots
    return f"{units // 10**7}.{units % 10**7:07}"


def trade_lines(count):
    for number, ticks, lots, time, maker in trades(count):
        side = "True" if maker else "False"
        yield f"{number},{price(ticks)},{quantity(lots)},{notional(ticks, lots)},{time},{side},True\n"


def candle_lines(count):
    yield "time,open,high,low,close,volume\n"
    for time, opened, high, low, close, lots in candles(count):
        fields = (price(opened), price(high), price(low), price(close), quantity(lots))
        yield f"{time},{','.join(fields)}\n"


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in ("trades", "candles"):
        sys.exit(__doc__)
    default, lines = (TRADES, trade_lines) if sys.argv[1] == "trades" else (MINUTES, candle_lines)
    count = int(sys.argv[3]) if len(sys.argv) == 4 else default
    with open(sys.argv[2], "w", encoding="ascii", newline="\n") as out:
        out.writelines(lines(count))


if __name__ == "__main__":
    main()
