"""A run that trades in Kraken's language at a running `cryptobot exchange`, and the venue's own books as its REST
tells them, asked by nobody's client but the standard library."""

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.parse
import urllib.request
from decimal import Decimal

from trading import TradeTest, xxh64

SCENARIO = """
source:
  venue: {{name: kraken, rest: "{rest}", stream: "{ws}", account: "{ws}", window: 500ms, {venue}}}
instruments: [BTC/USDT]
strategy: {strategy}
account: spot
size: {{equity: 5%}}
reportIn: USDT
fees: {{maker: 0.1%, taker: 0.1%, in: quote}}
"""


class KrakenTradeTest(TradeTest):
    """A market in real time, a strategy that trades in it, and a second key of its account that looks on."""

    rate = 200
    witness = ("witness", base64.b64encode(b"the secret of who looks on").decode())

    def setUp(self):
        super().setUp()
        self.add_key(*self.witness)

    def add_key(self, name, secret):
        """Gives the account another key: each has numbers of its own."""
        self.http("POST", "/control/keys", {
            "apiKey": name, "secret": secret, "account": self.place["apiKey"]})

    def configure(self, venue="cancelOnExit: true", capital="", strategy=None):
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(SCENARIO.format(
                **self.place, venue=venue, strategy=strategy or self.strategy))

    def asked(self, endpoint, **parameters):
        """The result of a private question."""
        name, secret = self.witness
        nonce = str(time.time_ns())
        form = urllib.parse.urlencode({"nonce": nonce, **parameters})
        path = "/0/private/" + endpoint
        message = path.encode() + hashlib.sha256((nonce + form).encode()).digest()
        signature = hmac.new(base64.b64decode(secret), message, hashlib.sha512).digest()
        request = urllib.request.Request(
            self.place["rest"] + path, data=form.encode(),
            headers={"API-Key": name, "API-Sign": base64.b64encode(signature).decode()})
        with urllib.request.urlopen(request, timeout=10) as answer:
            said = json.loads(answer.read())
        self.assertEqual(said["error"], [])
        return said["result"]

    def paged(self, endpoint, member):
        """A list from its first page to its last."""
        found = {}
        while True:
            page = self.asked(endpoint, ofs=len(found))
            found.update(page[member])
            if len(found) == page["count"]:
                return found

    def open_orders(self):
        return self.asked("OpenOrders")["open"]

    def venue_orders(self):
        """Every order the venue ever took, by its own id."""
        return {**self.open_orders(), **self.paged("ClosedOrders", "closed")}

    def expect_agreement(self):
        """The journal's books are the venue's: orders by our names, fills by the venue's trades, balances."""
        events = self.journal_events()
        orders = {event["sequence"]: event for event in events if event["kind"] == "order"}
        names = {}
        for venue_id, order in self.venue_orders().items():
            number = int(order["cl_ord_id"][16:], 16)
            self.assertNotIn(number, names, "an order was placed twice")
            self.assertIn(number, orders, "an order without an intent in the journal")
            names[number] = venue_id
        known = {venue_id: number for number, venue_id in names.items()}
        there = sorted(
            (xxh64(trade) >> 1, known[row["ordertxid"]], Decimal(row["price"]),
             Decimal(row["vol"]), Decimal(row["fee"]))
            for trade, row in self.paged("TradesHistory", "trades").items())  # fmt: skip
        fills = sorted(
            (event["tradeID"], event["order"], Decimal(event["price"]), Decimal(event["quantity"]),
             Decimal(event["fee"]))
            for event in events if event["kind"] == "fill")  # fmt: skip
        self.assertEqual(fills, there)
        state = self.json("replay", self.path("live"))
        held = {row["asset"]: Decimal(row["amount"]) for row in state["balances"]}
        balances = self.asked("BalanceEx")
        for asset in held.keys() | balances.keys():
            total = Decimal(balances.get(asset, {"balance": 0})["balance"])
            self.assertEqual(held.get(asset, 0), total, asset)
        self.assertEqual([event for event in events if event["kind"] == "adjustment"], [])
        return events, names, fills
