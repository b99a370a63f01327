"""`cryptobot venues`: what the registry has is what people and programs read, and what `record` takes; and a market
as `venues market` shows it, against what the same exchange tells others."""

import json
import unittest
from decimal import Decimal

import packages
from coinbase_tokens import PACKAGES as COINBASE
from exchange_server import ExchangeTest
from harness import CommandTest

KRAKEN = ["python-kraken-sdk"]
SYMBOLS = {"binance": "BTCUSDT", "kraken": "BTC/USDT", "coinbase": "BTC-USDT"}


class VenuesTest(CommandTest):
    def venues(self):
        return json.loads(self.run_command("venues", "list", "--json").stdout)

    def test_the_list_has_a_line_for_each_venue_with_its_columns_below_each_other(self):
        lines = self.run_command("venues").stdout.decode().splitlines()
        column = lines[0].index("exchange")
        for line, venue in zip(lines[1:], self.venues()):
            self.assertTrue(line.startswith(venue["name"] + " "), line)
            self.assertTrue(line[column:].startswith(venue["title"]), line)
            self.assertIn(venue["exampleSymbol"], line)

    def test_one_venue_is_shown_whole_and_its_json_is_that_of_the_list(self):
        for venue in self.venues():
            with self.subTest(venue["name"]):
                text = self.run_command("venues", "show", venue["name"]).stdout.decode()
                said_too = venue["history"]["intervals"] + list(venue["hosts"].values())
                for said in venue["streams"] + said_too + venue["notes"]:
                    self.assertIn(said, text)
                shown = self.run_command("venues", "show", venue["name"], "--json").stdout
                self.assertEqual(json.loads(shown), venue)
                self.assertTrue(all(address.split("://")[0] in ("https", "wss")
                                    for address in venue["hosts"].values()))

    def test_a_name_that_no_venue_has_is_refused_with_those_there_are(self):
        for arguments in (["venues", "show", "nowhere"],
                          ["record", "nowhere", "BTC", "-o", self.path("j")]):
            said = self.run_command(*arguments, status=64).stderr.decode()
            self.assertIn("there is no venue `nowhere`", said)
            for venue in self.venues():
                self.assertIn(venue["name"], said)


class MarketTest(ExchangeTest):
    """A market that is over: whoever asks is told the same."""

    duration = "5m"
    options = ["--history", "5m"]

    def market(self, venue, *options):
        return self.json("venues", "market", venue, SYMBOLS[venue], "--url", self.place["rest"], *options)

    def told(self, venue):
        """The book as the venue's own endpoint tells it: price and quantity, the best first."""
        if venue == "binance":
            book = self.http("GET", "/api/v3/depth?symbol=BTCUSDT&limit=500")
        elif venue == "kraken":
            book = self.http("GET", "/0/public/Depth?pair=XBTUSDT&count=500")["result"]["BTCUSDT"]
        else:
            book = self.http("GET", "/api/v3/brokerage/market/product_book?product_id=BTC-USDT")["pricebook"]
        return {side: [tuple(map(Decimal, (row["price"], row["size"]) if venue == "coinbase" else row[:2]))
                       for row in book[side]] for side in ("bids", "asks")}  # fmt: skip

    def test_the_book_is_the_venues_with_exact_sums(self):
        for venue in SYMBOLS:
            with self.subTest(venue):
                told, found = self.told(venue), self.market(venue, "--levels", "7")
                for side in ("bids", "asks"):
                    rows = [{name: Decimal(text) for name, text in row.items()} for row in found["book"][side]]
                    self.assertEqual([(row["price"], row["quantity"]) for row in rows], told[side][:7])
                    quantity = value = Decimal(0)
                    for row in rows:
                        quantity += row["quantity"]
                        value += row["quantity"] * row["price"]
                        self.assertEqual((row["quantitySum"], row["valueSum"]), (quantity, value))

    def test_rules_best_prices_and_last_trade_agree_in_all_languages(self):
        trade = self.http("GET", "/api/v3/trades?symbol=BTCUSDT&limit=1")[0]
        for venue in SYMBOLS:
            with self.subTest(venue):
                told, found = self.told(venue), self.market(venue)
                rules = found["rules"]
                self.assertEqual((rules["base"], rules["quote"], rules["openFor"]), ("BTC", "USDT", "all"))
                (bid, bid_quantity), (ask, ask_quantity) = told["bids"][0], told["asks"][0]
                self.assertEqual((Decimal(found["bid"]["price"]), Decimal(found["ask"]["price"])), (bid, ask))
                if venue == "binance":
                    self.assertEqual((Decimal(found["bid"]["quantity"]), Decimal(found["ask"]["quantity"])),
                                     (bid_quantity, ask_quantity))  # fmt: skip
                else:
                    self.assertEqual((found["bid"]["quantity"], found["ask"]["quantity"]), (None, None))
                spread = found["spread"]
                self.assertEqual(Decimal(spread["price"]), ask - bid)
                self.assertEqual(spread["ticks"] * Decimal(rules["tick"]), ask - bid)
                self.assertAlmostEqual(spread["basisPoints"], float(20_000 * (ask - bid) / (ask + bid)), places=9)
                last = found["lastTrade"]
                self.assertEqual((Decimal(last["price"]), Decimal(last["quantity"])),
                                 (Decimal(trade["price"]), Decimal(trade["qty"])))  # fmt: skip
                taker = "sell" if trade["isBuyerMaker"] else "buy"
                self.assertEqual(last["taker"], taker if venue == "coinbase" else None)
                self.assertEqual(found["address"].startswith(self.place["rest"]), True)

    def test_people_read_the_asks_above_the_bids_in_columns(self):
        for venue, symbol in SYMBOLS.items():
            with self.subTest(venue):
                found = self.market(venue, "--levels", "3")
                text = self.run_command("venues", "market", venue, symbol.lower(), "--levels", "3",
                                        "--url", self.place["rest"]).stdout.decode()  # fmt: skip
                lines = text.splitlines()
                self.assertIn(symbol + " at ", lines[0])
                for said in ("all orders", f"tick         {found['rules']['tick']} USDT",
                             f"last trade   {found['lastTrade']['price']} × {found['lastTrade']['quantity']}"):
                    self.assertIn(said, text)
                book = found["book"]
                rows = [("ask", row) for row in reversed(book["asks"])] + [("bid", row) for row in book["bids"]]
                self.assertEqual([line.split() for line in lines[-6:]], [
                    [side, row["price"], row["quantity"], row["quantitySum"], row["valueSum"]]
                    for side, row in rows])
                # Every column ends where its heading does.
                self.assertEqual({len(line) for line in lines[-7:]}, {len(lines[-1])})

    def test_what_cannot_be_shown_is_named_with_what_to_do(self):
        def said(status, *arguments):
            return self.run_command("venues", "market", *arguments, status=status).stderr.decode()

        here = ("--url", self.place["rest"])
        for venue, stranger in (("binance", "NOCOIN"), ("kraken", "NO/COIN"), ("coinbase", "NO-COIN"),
                                ("coinbase", "../time")):  # fmt: skip
            with self.subTest(stranger):
                self.assertIn(stranger.upper(), said(66, venue, stranger, *here))
        self.assertIn("there is no venue `nowhere`", said(64, "nowhere", "BTC", *here))
        for levels in ("0", "501", "-1", "many"):
            self.assertIn("levels", said(64, "binance", "BTCUSDT", "--levels=" + levels, *here))
        self.assertIn("symbol is needed", said(64, "binance", "", *here))
        self.assertIn("no such file", said(66, "binance", "BTCUSDT", "--ca", self.path("none.pem"), *here))
        self.assertIn("leave out --url", said(64, "binance", "BTCUSDT", "--testnet", *here))
        self.assertIn("no address such as", said(64, "binance", "BTCUSDT", "--url", "127.0.0.1"))
        self.assertIn("127.0.0.1:9", said(74, "kraken", "BTC/USDT", "--url", "http://127.0.0.1:9"))

    def test_krakens_own_client_is_told_the_same(self):
        spot = packages.module("kraken.spot", "kraken-venv", KRAKEN)
        client, found = spot.Market(url=self.place["rest"]), self.market("kraken", "--levels", "500")
        ticker = client.get_ticker(pair="XBTUSDT")["BTCUSDT"]
        self.assertEqual([ticker["b"][0], ticker["a"][0]], [found["bid"]["price"], found["ask"]["price"]])
        self.assertEqual(Decimal(ticker["c"][0]), Decimal(found["lastTrade"]["price"]))
        book = client.get_order_book(pair="XBTUSDT", count=500)["BTCUSDT"]
        for side in ("bids", "asks"):
            self.assertEqual([(Decimal(row[0]), Decimal(row[1])) for row in book[side]],
                             [(Decimal(row["price"]), Decimal(row["quantity"])) for row in found["book"][side]])

    def test_coinbases_own_client_is_told_the_same(self):
        rest = packages.module("coinbase.rest", "coinbase-venv", COINBASE)
        adapters = packages.module("requests.adapters", "coinbase-venv", COINBASE)

        class Plain(adapters.HTTPAdapter):
            def send(self, request, **options):
                request.url = request.url.replace("https://", "http://", 1)
                return super().send(request, **options)

        client = rest.RESTClient(base_url=self.place["rest"].removeprefix("http://"), timeout=10)
        client.session.mount("https://", Plain())
        self.addCleanup(client.session.close)
        found = self.market("coinbase")
        product = client.get_public_product(SYMBOLS["coinbase"]).to_dict()
        self.assertEqual(Decimal(product["price_increment"]), Decimal(found["rules"]["tick"]))
        self.assertEqual(Decimal(product["base_min_size"]), Decimal(found["rules"]["minQuantity"]))
        ticker = client.get_public_market_trades(SYMBOLS["coinbase"], limit=5).to_dict()
        self.assertEqual([ticker["best_bid"], ticker["best_ask"]],
                         [found["bid"]["price"], found["ask"]["price"]])  # fmt: skip
        self.assertEqual(Decimal(ticker["trades"][0]["size"]), Decimal(found["lastTrade"]["quantity"]))


if __name__ == "__main__":
    unittest.main()
