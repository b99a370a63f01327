"""ccxt's ordinary client against `cryptobot exchange`: nothing changed but its URLs."""

import unittest

from exchange_server import ExchangeTest, client


def moved(urls, place):
    """A client's own table of URLs with the exchange's hosts in it; paths stay as they are."""
    if isinstance(urls, dict):
        return {key: moved(value, place) for key, value in urls.items()}
    if not isinstance(urls, str) or "binance" not in urls:
        return urls
    scheme, rest = urls.split("://", 1)
    path = "/" + rest.split("/", 1)[1] if "/" in rest else ""
    return (place["ws"] if scheme == "wss" else place["rest"]) + path


def settings(place):
    return {"apiKey": place["apiKey"], "secret": place["secret"], "enableRateLimit": False}


class CcxtTest(ExchangeTest):
    def setUp(self):
        ccxt = client("ccxt")
        super().setUp()
        self.ccxt = ccxt
        self.client = ccxt.binance(settings(self.place))
        self.client.urls["api"] = moved(self.client.urls["api"], self.place)

    def test_market_data(self):
        client = self.client
        market = client.load_markets()["BTC/USDT"]
        self.assertTrue(market["spot"] and market["active"])
        self.assertEqual(market["precision"]["price"], 0.01)
        self.assertEqual(market["precision"]["amount"], 1e-5)
        book = client.fetch_order_book("BTC/USDT", limit=10)
        self.assertEqual(len(book["bids"]), 10)
        self.assertLess(book["bids"][0][0], book["asks"][0][0])
        self.assertLess(abs(client.fetch_time() - client.milliseconds()), 1000)
        trades = client.fetch_trades("BTC/USDT", limit=5)
        self.assertEqual(len(trades), 5)
        self.assertEqual([int(t["id"]) for t in trades], sorted(int(t["id"]) for t in trades))
        candles = client.fetch_ohlcv("BTC/USDT", "1m", limit=30)
        self.assertEqual(len(candles), 30)
        self.assertTrue(all(b[0] - a[0] == 60_000 for a, b in zip(candles, candles[1:])))
        oldest = client.fetch_ohlcv("BTC/USDT", "1m", since=0, limit=2)
        self.assertGreater(candles[0][0] - oldest[0][0], 20 * 60_000)
        ticker = client.fetch_ticker("BTC/USDT")
        self.assertGreaterEqual(ticker["high"], ticker["low"])
        self.assertIn("BTC/USDT", client.fetch_tickers(["BTC/USDT"]))
        self.assertIn("BTC/USDT", client.fetch_bids_asks(["BTC/USDT"]))

    def test_an_order_rests_and_is_canceled(self):
        client = self.client
        client.load_markets()
        order = client.create_order("BTC/USDT", "limit", "buy", 0.01, 50_000)
        self.assertEqual(order["status"], "open")
        self.assertEqual(client.fetch_balance()["USDT"]["used"], 500.0)
        self.assertEqual([o["id"] for o in client.fetch_open_orders("BTC/USDT")], [order["id"]])
        canceled = client.cancel_order(order["id"], "BTC/USDT")
        self.assertEqual(canceled["status"], "canceled")
        self.assertEqual(client.fetch_order(order["id"], "BTC/USDT")["status"], "canceled")
        self.assertEqual(client.fetch_balance()["USDT"]["used"], 0.0)
        with self.assertRaises(self.ccxt.OrderNotFound):
            client.cancel_order(order["id"], "BTC/USDT")

    def test_a_market_order_trades(self):
        client = self.client
        client.load_markets()
        order = client.create_order("BTC/USDT", "market", "buy", 0.02)
        self.assertEqual((order["status"], order["filled"]), ("closed", 0.02))
        self.assertEqual(order["fees"][0]["currency"], "BTC")
        trades = client.fetch_my_trades("BTC/USDT")
        self.assertAlmostEqual(sum(t["amount"] for t in trades), 0.02)
        self.assertAlmostEqual(client.fetch_balance()["BTC"]["total"], 5.02 - 0.00002)
        spent = client.create_order(
            "BTC/USDT", "market", "buy", None, params={"quoteOrderQty": 600})
        self.assertEqual(spent["status"], "closed")
        self.assertEqual(len(client.fetch_orders("BTC/USDT")), 2)
        self.assertIn("taker", client.fetch_trading_fee("BTC/USDT"))

    def test_rejections_become_the_clients_own_errors(self):
        client = self.client
        client.load_markets()
        with self.assertRaises(self.ccxt.InsufficientFunds):
            client.create_order("BTC/USDT", "limit", "buy", 5, 50_000)
        with self.assertRaises(self.ccxt.InvalidOrder):
            client.create_order("BTC/USDT", "limit", "buy", 0.0001, 2_000_000)
        with self.assertRaises(self.ccxt.OrderImmediatelyFillable):
            client.create_order("BTC/USDT", "limit", "buy", 0.01, 70_000, {"postOnly": True})
        other = self.ccxt.binance({**settings(self.place), "secret": "wrong"})
        other.urls["api"] = client.urls["api"]
        with self.assertRaises(self.ccxt.AuthenticationError):
            other.fetch_balance()

    def test_stops_replacements_and_amendments(self):
        client = self.client
        client.load_markets()
        stop = client.create_order(
            "BTC/USDT", "limit", "sell", 0.01, 40_000, {"stopLossPrice": 41_000})
        self.assertEqual(client.fetch_order(stop["id"], "BTC/USDT")["triggerPrice"], 41_000)
        order = client.create_order("BTC/USDT", "limit", "buy", 0.02, 50_000)
        edited = client.edit_order(order["id"], "BTC/USDT", "limit", "buy", 0.02, 49_000)
        self.assertEqual(edited["price"], 49_000)
        self.assertEqual(len(client.fetch_open_orders("BTC/USDT")), 2)
        client.cancel_all_orders("BTC/USDT")
        self.assertEqual(client.fetch_open_orders("BTC/USDT"), [])


if __name__ == "__main__":
    unittest.main()
