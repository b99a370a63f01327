"""Two strategies and the `quote` rule of the simulated exchange, as short as they can be told.

`see(time, kind, data)` takes what the recording says: a trade's (price, quantity), or a quote as what
an order of each side would meet: {"buy": (ask, its quantity), "sell": (bid, its quantity)}.
"""

import gzip
import json
import math
from decimal import Decimal

TICK = Decimal("0.01")


class Order:
    """`open` is what the exchange has of it, `known` what the strategy believes."""

    def __init__(self, side, price, quantity):
        self.side, self.price, self.open, self.known = side, price, quantity, quantity

    def take(self, lots):
        lots = min(self.open, lots)
        self.open -= lots
        return lots

    def beyond(self, price):
        """Whether a price goes through the order's."""
        return price < self.price if self.side == "buy" else price > self.price


class Naive:
    """What both share: the market, what was taken of it, and the fills."""

    def __init__(self, quantity):
        self.quantity, self.fills, self.held = quantity, [], Decimal(0)
        self.quote, self.taken, self.last = None, {"buy": Decimal(0), "sell": Decimal(0)}, None

    def look(self, kind, data):
        """Lots taken from a side of the quote are forgotten when its price or quantity changes."""
        if kind == "trade":
            self.last = data[0]
            return
        for side in data:
            if self.quote is None or data[side] != self.quote[side]:
                self.taken[side] = Decimal(0)
        self.quote = data

    def displayed(self, order):
        """What an order takes of the best quote that it meets, less what was taken of it before."""
        lots = order.take(self.quote[order.side][1] - self.taken[order.side])
        self.taken[order.side] += lots
        return lots

    def fill(self, time, side, price, lots, liquidity):
        if lots:
            self.held += lots if side == "buy" else -lots
            self.fills.append({"time_ns": time, "side": side, "price": price, "quantity": lots,
                               "liquidity": liquidity})  # fmt: skip


class Crossing(Naive):
    """`ema-cross`: long or short by which of two averages of every trade's price is above."""

    def __init__(self, quantity, fast, slow):
        super().__init__(quantity)
        self.averages = [[fast, 0, 0.0], [slow, 0, 0.0]]

    def see(self, time, kind, data):
        self.look(kind, data)
        if kind != "trade":
            return
        fast, slow = (self.average(one, float(data[0])) for one in self.averages)
        if slow is None or fast == slow:
            return
        wanted = (self.quantity if fast > slow else -self.quantity) - self.held
        if wanted:
            self.take(time, "buy" if wanted > 0 else "sell", abs(wanted))

    def take(self, time, side, wanted):
        """What is displayed, and the rest one tick worse."""
        order, price = Order(side, None, wanted), self.quote[side][0]
        self.fill(time, side, price, self.displayed(order), "taker")
        self.fill(time, side, price + (TICK if side == "buy" else -TICK), order.open, "taker")

    @staticmethod
    def average(one, price):
        """The exponential average, begun with the mean of its first values."""
        length, seen, value = one
        if seen < length:
            value += price
            if seen + 1 == length:
                value /= length
        else:
            value += 2 / (length + 1) * (price - value)
        one[1:] = seen + 1, value
        return value if seen + 1 >= length else None


class Maker(Naive):
    """`market-making` that does not lean: a bid and an ask around the middle of the best quotes, put anew
    when the middle moves or something was filled; an order that stands at the price stays."""

    def __init__(self, quantity, half_spread):
        super().__init__(quantity)
        self.half, self.middle, self.orders, self.reports = half_spread, None, {}, []

    def see(self, time, kind, data):
        """The exchange fills; the strategy sees the event first, then each report of a fill."""
        self.look(kind, data)
        for order in self.orders.values():
            met = data[0] if kind == "trade" else data[order.side][0]
            if order.open and order.beyond(met):
                lots = order.take(data[1]) if kind == "trade" else self.displayed(order)
                self.reports.append((order, order.price, lots, "maker"))
        middle = self.quote and sum(self.best()) / 2
        if middle != self.middle:
            self.middle = middle
            self.put()
        while self.reports:
            order, price, lots, liquidity = self.reports.pop(0)
            self.fill(time, order.side, price, lots, liquidity)
            order.known -= lots
            self.put()

    def put(self):
        """Orders at the wanted prices: never across the other side, and a tick apart at least."""
        (ask, bid), away = self.best(), self.middle * self.half
        lower = min(math.floor(self.middle - away), ask - 1)
        upper = max(math.ceil(self.middle + away), bid + 1, lower + 1)
        for side, ticks in (("buy", lower), ("sell", upper)):
            standing = self.orders.get(side)
            if not (standing and standing.known and standing.price == ticks * TICK):
                self.orders[side] = Order(side, ticks * TICK, self.quantity)

    def best(self):
        """Ask and bid in ticks."""
        return [int(self.quote[side][0] / TICK) for side in ("buy", "sell")]


def events(path):
    """Each line of the recording that is a trade or a best quote, with its time, kind and numbers."""
    with gzip.open(path, "rt", encoding="ascii") as stream:
        for line in stream:
            received, text = line.split(" ", 1)
            data = json.loads(text).get("data", {})
            if data.get("e") == "trade":
                yield line, int(received), "trade", (Decimal(data["p"]), Decimal(data["q"]))
            elif "A" in data:
                ask, bid = (tuple(Decimal(data[key]) for key in keys) for keys in ("aA", "bB"))
                yield line, int(received), "quote", {"buy": ask, "sell": bid}
