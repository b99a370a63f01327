"""Kraken's Python client at `cryptobot exchange`, over HTTP alone: it places, checks and cancels orders without a
connection, and is refused what Kraken refuses."""

import base64
import time
import unittest

import packages
from exchange_server import ExchangeTest

SECRET = base64.b64encode(b"the secret of a client over HTTP").decode()


class ClientTest(ExchangeTest):
    options = ["--history", "1m"]

    def setUp(self):
        spot = packages.module("kraken.spot", "kraken-venv", ["python-kraken-sdk"])
        self.errors = packages.module("kraken.exceptions", "kraken-venv", ["python-kraken-sdk"])
        super().setUp()
        self.trade, self.user = (
            self.client(kind, f"client-{number}") for number, kind in enumerate((spot.Trade, spot.User)))

    def client(self, kind, name):
        """A client with a key of its own, for the numbers of each key rise."""
        self.http("POST", "/control/keys", {
            "apiKey": name, "secret": SECRET, "account": self.place["apiKey"]})
        return kind(key=name, secret=SECRET, url=self.place["rest"])

    def open_orders(self):
        return self.user.get_open_orders()["open"]

    def buy(self, **changes):
        return self.trade.create_order(**{
            "ordertype": "limit", "side": "buy", "pair": "XBTUSDT", "volume": "0.01", "price": "30000",
            "oflags": ["post"], **changes})

    def test_orders_are_checked_placed_and_canceled(self):
        checked = self.buy(validate=True)
        self.assertNotIn("txid", checked)
        self.assertIn("buy 0.01 XBTUSDT", checked["descr"]["order"])
        self.assertEqual(self.open_orders(), {})
        number = self.buy(cl_ord_id="mine")["txid"][0]
        order = self.open_orders()[number]
        self.assertEqual((order["cl_ord_id"], order["vol"]), ("mine", "0.01000"))
        self.assertEqual(self.trade.cancel_order(cl_ord_id="mine"), {"count": 1})
        other = self.buy(pair="BTC/USDT", oflags=None, timeinforce="GTD", expiretm=str(int(time.time()) + 60))
        self.assertEqual(self.trade.cancel_order(txid=other["txid"][0]), {"count": 1})
        for _ in range(3):
            self.buy()
        self.assertEqual(self.trade.cancel_all_orders(), {"count": 3})
        self.assertEqual(self.open_orders(), {})

    def test_several_orders_are_canceled_with_one_request(self):
        ours = [self.buy()["txid"][0] for _ in range(3)]
        names = [self.buy(cl_ord_id=name) and name for name in ("one", "two")]
        self.assertEqual(self.trade.cancel_order_batch(orders=ours[:2]), {"count": 2})
        self.assertEqual(
            self.trade.cancel_order_batch(orders=ours, extra_params={"cl_ord_ids": names}), {"count": 3})
        self.assertEqual(self.open_orders(), {})
        self.assertEqual(self.trade.cancel_order_batch(orders=ours), {"count": 0})
        for orders in [[], [f"O{number}" for number in range(51)]]:
            with self.assertRaises(self.errors.KrakenInvalidArgumentsError):
                self.trade.cancel_order_batch(orders=orders)

    def test_every_kind_is_listed_as_it_was_placed(self):
        for changes, price, second in [
            ({"ordertype": "iceberg", "displayvol": "0.005"}, "30000", "0"),
            ({"ordertype": "stop-loss", "side": "sell", "oflags": None}, "30000", "0"),
            ({"ordertype": "stop-loss-limit", "side": "sell", "oflags": None, "price2": "29000"}, "30000", "29000"),
        ]:
            number = self.buy(**changes)["txid"][0]
            said = self.user.get_orders_info(txid=number)[number]["descr"]
            self.assertEqual(said["ordertype"], changes["ordertype"])
            self.assertEqual([float(said["price"]), float(said["price2"])], [float(price), float(second)])

    def test_what_cannot_be_done_is_refused(self):
        for error, changes in [
            (self.errors.KrakenUnknownAssetError, {"pair": "DOGEUSD"}),
            (self.errors.KrakenInsufficientFundsError, {"volume": "1000"}),
            (self.errors.KrakenInvalidArgumentsError, {"leverage": "2"}),
        ]:
            with self.assertRaises(error):
                self.buy(**changes)
        with self.assertRaises(self.errors.KrakenUnknownOrderError):
            self.trade.cancel_order(cl_ord_id="nobody's")

    def test_the_switch_strikes(self):
        self.buy()
        self.trade.cancel_all_orders_after_x(timeout=1)
        deadline = time.monotonic() + 5
        while self.open_orders() and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.open_orders(), {})


if __name__ == "__main__":
    unittest.main()
