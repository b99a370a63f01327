"""Every feature once more, in Python, from the lines of `journal export` and the definitions alone.

A `Market` writes down all that was told since the last loss, in whole units of the last decimal of prices
and quantities; `columns(now)` computes every number from these lists anew.
"""

import heapq
import math
from bisect import bisect_right

LEVELS = 10


class Market:
    def __init__(self, tick, lot):
        self.price = 10.0 ** -decimals(tick)
        self.quantity = 10.0 ** -decimals(lot)
        self.lot = whole(lot)
        self.bids, self.asks, self.step, self.book_id, self.waiting = {}, {}, False, 0, []
        self.run, self.top_id = [], None
        self.trades, self.costs, self.tellings, self.course, self.books = [], [], [], [], []
        self.book = None

    def quotes(self):
        return self.tellings[-1][1] if self.tellings else None

    # What happens

    def trade(self, now, line):
        sign = 1 if line["side"] == "buy" else -1
        told = (now, whole(line["price"]), whole(line["quantity"]), sign, self.quotes())
        self.trades.append(told)
        self.costs.append(told)

    def quote(self, now, line):
        self.top_id = line["updateID"]
        self.tell(now, *(whole(line[name]) for name in ("bidPrice", "bidQuantity", "askPrice", "askQuantity")))

    def tell(self, now, bid, bid_lots, ask, ask_lots):
        sound = 0 < bid < ask and bid_lots > 0 and ask_lots > 0
        told = (now, (bid, bid_lots, ask, ask_lots) if sound else None)
        self.tellings.append(told)
        self.course.append(told)

    def level(self, now, line):
        """A message is complete with its last level."""
        self.run.append(line)
        if not line["isLast"]:
            return
        run, self.run = self.run, []
        if run[0]["kind"] == "bookSnapshot":
            self.load(run)
        elif not self.step:
            self.waiting.append(run)
        elif not self.update(run):
            self.waiting.append(run)
            self.lose("depth")
        if self.step:
            self.end_message(now)

    def load(self, run):
        self.bids, self.asks, self.book_id, self.step = {}, {}, run[0]["updateID"], True
        self.put(run)
        waiting, self.waiting = self.waiting, []
        for late in waiting:
            assert self.update(late), "a jump behind a snapshot: not in these captures"

    def update(self, run):
        """Whether a message follows on what the book has; a stale one is passed over."""
        if run[0]["updateID"] <= self.book_id:
            return True
        if run[0]["firstUpdateID"] > self.book_id + 1:
            self.step = False
            return False
        self.put(run)
        self.book_id = run[0]["updateID"]
        return True

    def put(self, run):
        for line in run:
            if line["isEmpty"]:
                continue
            side = self.bids if line["side"] == "buy" else self.asks
            side.pop(whole(line["price"]), None)
            if whole(line["quantity"]):
                side[whole(line["price"])] = whole(line["quantity"])

    def end_message(self, now):
        bids = [(price, self.bids[price]) for price in heapq.nlargest(LEVELS, self.bids)]
        asks = [(price, self.asks[price]) for price in heapq.nsmallest(LEVELS, self.asks)]
        sound = bids and asks and bids[0][0] < asks[0][0]
        self.book = (bids, asks) if sound else None
        self.books.append((now, self.book))
        if self.top_id is None or self.book_id > self.top_id:
            self.top_id = self.book_id
            self.tell(now, *(bids[0] if bids else (0, 0)), *(asks[0] if asks else (0, 0)))
        elif self.book_id == self.top_id:
            self.tell(now, *self.quotes() or (0, 0, 0, 0))

    def lose(self, stream):
        if stream in ("depth", "any"):
            self.step, self.book = False, None
        trades, quotes = stream in ("trade", "any"), stream in ("quote", "depth", "any")
        if trades:
            self.trades = []
        if quotes:
            self.tellings, self.books = [], []
        if trades or quotes:
            self.costs, self.course = [], self.tellings[-1:]

    # What is answered

    def columns(self, now):
        found = {}
        found.update(self.quoted())
        found.update(self.ages(now))
        found.update(self.booked())
        found["ofi"] = self.flow([(time, q and (q[:2], q[2:])) for time, q in self.tellings], now, 10)
        for level in range(5):
            deep = [(time, b and len(b[0]) > 4 and len(b[1]) > 4 and (b[0][level], b[1][level]))
                    for time, b in self.last(self.books, now, 60)]  # fmt: skip
            found[f"level_ofi_{level + 1}"] = self.flow(deep, now, 10)
        found.update(self.flows(now))
        found.update(self.spreads(now))
        found.update(self.impact(now))
        found["vpin"] = self.vpin(1.0, 50)
        return found

    def quoted(self):
        told = self.quotes()
        if not told:
            return dict.fromkeys(["spread", "spread_bp", "mid", "microprice", "microprice_bp", "queue_imbalance"])
        bid, bid_lots, ask, ask_lots = told
        middle = (bid + ask) / 2
        micro = (bid * ask_lots + ask * bid_lots) / (bid_lots + ask_lots)
        exact = (ask - bid) * (bid_lots - ask_lots) / (bid_lots + ask_lots) / 2
        return {
            "spread": (ask - bid) * self.price, "spread_bp": (ask - bid) / middle * 1e4,
            "mid": middle * self.price, "microprice": micro * self.price,
            "microprice_bp": exact / middle * 1e4,
            "queue_imbalance": (bid_lots - ask_lots) / (bid_lots + ask_lots),
        }  # fmt: skip

    def ages(self, now):
        lists = {"age_trade": self.trades, "age_quotes": self.tellings, "age_book": self.books}
        return {name: (now - told[-1][0]) / 1e9 if told else None for name, told in lists.items()}

    def booked(self):
        found = {}
        sides = self.book or ([], [])
        middle = (sides[0][0][0] + sides[1][0][0]) / 2 if self.book else 0
        deep = self.book and len(sides[0]) == LEVELS == len(sides[1])
        for name, side, levels in (("bid", sides[0], self.bids), ("ask", sides[1], self.asks)):
            near = [lots for price, lots in levels.items() if abs(price - middle) * 1e4 <= 10 * middle]
            found[f"band_depth_{name}"] = sum(near) * self.quantity if self.book else None
            found[f"depth_{name}"] = sum(lots for _, lots in side) * self.quantity if deep else None
            away = [abs(price - middle) / middle * 1e4 for price, _ in side]
            sums = [sum(lots for _, lots in side[: n + 1]) * self.quantity for n in range(len(side))]
            slope = deep and sum(map(math.prod, zip(away, sums))) / sum(x * x for x in away)
            found[f"book_slope_{name}"] = slope or None
        for n in range(1, 6):
            both = [sum(lots for _, lots in side[:n]) for side in sides]
            there = self.book and min(map(len, sides)) >= 5
            found[f"book_imbalance_{n}"] = (both[0] - both[1]) / sum(both) if there else None
        return found

    @staticmethod
    def last(told, now, seconds):
        """What was told in the last seconds, and what stood before."""
        first = bisect_right(told, now - seconds * 10**9, key=lambda one: one[0])
        return told[max(0, first - 1) :]

    def flow(self, moments, now, seconds):
        """Cont, Kukanov and Stoikov's sum over the window, if every moment of it has both sides."""
        breaks = [place for place, moment in enumerate(moments) if not moment[1]]
        moments = moments[breaks[-1] + 1 if breaks else 0 :]
        if not moments or moments[0][0] + seconds * 10**9 > now:
            return None
        total = 0
        for (_, (bid, ask)), (time, (new_bid, new_ask)) in zip(moments, moments[1:]):
            if time <= now - seconds * 10**9:
                continue
            total += (new_bid[0] >= bid[0]) * new_bid[1] - (new_bid[0] <= bid[0]) * bid[1]
            total -= (new_ask[0] <= ask[0]) * new_ask[1] - (new_ask[0] >= ask[0]) * ask[1]
        return total * self.quantity

    def flows(self, now):
        names = ["intensity", "intensity_buy", "intensity_sell", "trade_imbalance", "decaying_intensity"]
        found = dict.fromkeys([*names, "trade_sign", "trade_sign_guess"])
        if not self.trades:
            return found
        found["trade_sign"], found["trade_sign_guess"] = self.trades[-1][3], self.guess()
        window = 10 * 10**9
        if self.trades[0][0] + window <= now:
            recent = [one for one in self.trades[-20_000:] if one[0] > now - window]
            for name, sign in (("intensity", 0), ("intensity_buy", 1), ("intensity_sell", -1)):
                found[name] = sum(sign in (0, one[3]) for one in recent) / 10
            volume = sum(one[2] for one in recent)
            found["trade_imbalance"] = sum(one[2] * one[3] for one in recent) / volume if volume else None
        if self.trades[0][0] + 5 * window <= now:
            rate = math.log(2) / 10
            found["decaying_intensity"] = math.fsum(
                rate * math.exp(-rate * (now - one[0]) / 1e9) for one in self.trades)
        return found

    def guess(self):
        _, price, _, _, quotes = self.trades[-1]
        away = 2 * price - quotes[0] - quotes[2] if quotes else 0
        if not away:
            away = next((price - one[1] for one in reversed(self.trades) if one[1] != price), 0)
        return (away > 0) - (away < 0) or None

    def spreads(self, now):
        found = dict.fromkeys(["effective_spread", "effective_spread_bp", "realised_spread",
                               "realised_spread_impact", "roll_spread", "roll_spread_bp"])  # fmt: skip
        known = [one for one in self.costs if one[4]]
        paid = [sign * (2 * price - told[0] - told[2]) for _, price, _, sign, told in known[-100:]]
        if len(paid) == 100:
            middles = [(one[4][0] + one[4][2]) / 2 for one in known[-100:]]
            found["effective_spread"] = sum(paid) / 100 * self.price
            found["effective_spread_bp"] = math.fsum(p / m * 1e4 for p, m in zip(paid, middles)) / 100
        parts = self.realised(known, now)
        if len(parts) == 100:
            found["realised_spread"] = math.fsum(part[0] for part in parts) / 100
            found["realised_spread_impact"] = math.fsum(part[1] for part in parts) / 100
        prices = [one[1] for one in self.trades[-102:]]
        changes = [after - before for before, after in zip(prices, prices[1:])]
        pairs = list(zip(changes, changes[1:]))
        if len(pairs) == 100:
            products = sum(x * y for x, y in pairs) * 100 - sum(x for x, _ in pairs) * sum(y for _, y in pairs)
            if products <= 0:
                spread = 2 * math.sqrt(-products / 9_900)
                found["roll_spread"] = spread * self.price
                found["roll_spread_bp"] = spread / prices[-1] * 1e4
        return found

    def realised(self, known, now):
        horizon, parts = 5 * 10**9, []
        for time, price, _, sign, told in reversed(known):
            if time + horizon >= now:
                continue
            place = bisect_right(self.course, time + horizon, key=lambda one: one[0])
            later = self.course[place - 1][1] if place else None
            if later:
                middle, end = (told[0] + told[2]) / 2, (later[0] + later[2]) / 2
                scale = 2 * sign / middle * 1e4
                parts.append((scale * (price - end), scale * (end - middle)))
            if len(parts) == 100:
                break
        return parts

    def impact(self, now):
        found = dict.fromkeys(["kyle_lambda", "kyle_lambda_determination", "amihud"])
        seconds = []
        for time, price, lots, sign, _ in self.trades[-20_000:]:
            second = time // 10**9
            if (second + 1) * 10**9 > now:
                continue
            if not seconds or seconds[-1][0] != second:
                seconds.append([second, 0, 0, 0])
            last = seconds[-1]
            last[1:] = price, last[2] + sign * lots, last[3] + price * lots
        changes = list(zip(seconds, seconds[1:]))[-60:]
        if len(changes) < 60:
            return found
        x, y = [after[2] for _, after in changes], [after[1] - before[1] for before, after in changes]
        xx, xy, yy = (60 * sum(map(math.prod, zip(a, b))) - sum(a) * sum(b) for a, b in ((x, x), (x, y), (y, y)))
        found["kyle_lambda"] = xy / xx * self.price / self.quantity
        found["kyle_lambda_determination"] = xy * xy / (xx * yy) if yy else 0
        unit = self.price * self.quantity
        ratios = [abs(b[1] / a[1] - 1) / (b[3] * unit) for a, b in changes]
        found["amihud"] = math.fsum(ratios) / 60 * 1e6
        return found

    def vpin(self, volume, count):
        """Trades laid end to end, cut at whole multiples of the volume."""
        size = max(1, round(volume / (self.lot * self.quantity))) * self.lot
        end = sum(one[2] for one in self.trades)
        full, imbalances, high = end // size, {}, end
        if full < count:
            return None
        for _, _, lots, sign, _ in reversed(self.trades):
            low = high - lots
            for bucket in range(max(low // size, full - count), min((high - 1) // size, full - 1) + 1):
                part = min(high, (bucket + 1) * size) - max(low, bucket * size)
                imbalances[bucket] = imbalances.get(bucket, 0) + sign * part
            high = low
            if high <= (full - count) * size:
                break
        return sum(map(abs, imbalances.values())) / (count * size)


def whole(text):
    return int(text.replace(".", ""))


def decimals(text):
    return len(text.partition(".")[2])
