"""ccxt.pro on the streams of `cryptobot exchange`, and counts that agree with it."""

import asyncio
import json
import unittest

from exchange_server import ExchangeTest, client
from exchange_server_test import moved, settings


class CcxtProTest(ExchangeTest):
    def run_client(self, story):
        """Runs a story with a client of its own."""
        pro = client("ccxt.pro")

        async def run():
            exchange = pro.binance(settings(self.place))
            exchange.urls["api"] = moved(exchange.urls["api"], self.place)
            try:
                await asyncio.wait_for(story(exchange), 60)
            finally:
                await exchange.close()

        asyncio.run(run())

    def test_market_streams(self):
        async def story(exchange):
            book = await exchange.watch_order_book("BTC/USDT")
            for _ in range(5):
                book = await exchange.watch_order_book("BTC/USDT")
                self.assertLess(book["bids"][0][0], book["asks"][0][0])
            trades = await exchange.watch_trades("BTC/USDT")
            self.assertGreater(trades[0]["amount"], 0)
            ticker = await exchange.watch_ticker("BTC/USDT")
            self.assertGreater(ticker["last"], 0)
            candles = await exchange.watch_ohlcv("BTC/USDT", "1m")
            self.assertEqual(candles[-1][0] % 60_000, 0)

        self.run_client(story)

    def test_user_data(self):
        async def story(exchange):
            await exchange.load_markets()
            watched = asyncio.create_task(exchange.watch_orders("BTC/USDT"))
            balance = asyncio.create_task(exchange.watch_balance())
            await asyncio.sleep(1)
            order = await exchange.create_order("BTC/USDT", "limit", "buy", 0.01, 50_000)
            self.assertEqual((await watched)[0]["id"], order["id"])
            self.assertEqual((await balance)["USDT"]["used"], 500.0)
            fills = asyncio.create_task(exchange.watch_my_trades("BTC/USDT"))
            await asyncio.sleep(0.2)
            await exchange.create_order("BTC/USDT", "market", "buy", 0.02)
            self.assertEqual((await fills)[0]["side"], "buy")

        self.run_client(story)

    def test_orders_over_the_websocket(self):
        async def story(exchange):
            await exchange.load_markets()
            order = await exchange.create_order_ws("BTC/USDT", "limit", "buy", 0.01, 50_000)
            self.assertEqual(order["status"], "open")
            self.assertEqual(len(await exchange.fetch_open_orders_ws("BTC/USDT")), 1)
            canceled = await exchange.cancel_order_ws(order["id"], "BTC/USDT")
            self.assertEqual(canceled["status"], "canceled")
            balances = (await exchange.fetch_balance_ws())["info"]["balances"]
            self.assertEqual({row["locked"] for row in balances}, {"0.00000000"})

        self.run_client(story)


class CountTest(ExchangeTest):
    """Everything that was sent arrives, and is counted with the digest that it has."""

    rate = 2000
    options = ["--hold", "--fault", "gap,every=100,stream=btcusdt@trade"]

    def test_counts_and_digests(self):
        websockets = client("websockets")
        xxhash = client("xxhash")
        streams = ["btcusdt@trade", "btcusdt@bookTicker", "btcusdt@depth@100ms"]
        counts = {name: [0, 0] for name in streams}
        ids = []

        async def record():
            url = self.place["ws"] + "/stream?streams=" + "/".join(streams)
            async with websockets.connect(url, max_queue=None) as socket:
                await asyncio.to_thread(self.http, "POST", "/control/start")
                end = asyncio.get_running_loop().time() + 5
                while asyncio.get_running_loop().time() < end:
                    text = await asyncio.wait_for(socket.recv(), 5)
                    name = json.loads(text)["stream"]
                    payload = text.encode()[len(name) + 20:-1]
                    count = counts[name]
                    count[0] += 1
                    count[1] = xxhash.xxh64_intdigest(payload, seed=count[1])
                    if name == "btcusdt@trade":
                        ids.append(json.loads(payload)["t"])
                await socket.send(json.dumps({"method": "UNSUBSCRIBE", "params": streams, "id": 9}))
                async for text in socket:
                    message = json.loads(text)
                    if "result" in message:
                        break
                    name = message["stream"]
                    payload = text.encode()[len(name) + 20:-1]
                    counts[name][0] += 1
                    counts[name][1] = xxhash.xxh64_intdigest(payload, seed=counts[name][1])
                    if name == "btcusdt@trade":
                        ids.append(message["data"]["t"])

        asyncio.run(record())
        sent = {row["stream"]: row for row in self.http("GET", "/control/sent")["streams"]}
        for name in streams:
            self.assertEqual(sent[name]["count"], counts[name][0], name)
            self.assertEqual(sent[name]["digest"], f"{counts[name][1]:016x}", name)
        jumps = sum(b - a - 1 for a, b in zip(ids, ids[1:]))
        self.assertGreater(jumps, 0)
        self.assertLessEqual(abs(sent["btcusdt@trade"]["omitted"] - jumps), 1)
        self.assertGreater(sum(count[0] for count in counts.values()), 1000)


if __name__ == "__main__":
    unittest.main()
