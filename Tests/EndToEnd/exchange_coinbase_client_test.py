"""Coinbase's own Python client at `cryptobot exchange`: its orders, questions and reports are understood, and what it
is told fits its models."""

import json
import time
import unittest
from decimal import Decimal

import packages
from coinbase_tokens import PACKAGES
from exchange_server import ExchangeTest

PRODUCT = "BTC-USDT"


def client(module):
    return packages.module(module, "coinbase-venv", PACKAGES)


class ClientTest(ExchangeTest):
    options = ["--history", "1m"]

    def setUp(self):
        self.rest = client("coinbase.rest")
        super().setUp()
        self.client = self.connect(self.place["coinbaseSecret"])

    def connect(self, secret):
        """The client knows no other host and no plain HTTP, so both are put under it."""
        adapters, tokens = client("requests.adapters"), client("coinbase.jwt_generator")
        host = self.place["rest"].removeprefix("http://")

        class Plain(adapters.HTTPAdapter):
            def send(self, request, **options):
                request.url = request.url.replace("https://", "http://", 1)
                return super().send(request, **options)

        tokens.BASE_URL = host
        made = self.rest.RESTClient(
            api_key=self.place["coinbaseApiKey"], api_secret=secret, base_url=host, timeout=10)
        made.session.mount("https://", Plain())
        self.addCleanup(made.session.close)
        return made

    def place_limit(self, name, size="0.01", price="30000"):
        return self.client.limit_order_gtc_buy(
            client_order_id=name, product_id=PRODUCT, base_size=size, limit_price=price).to_dict()

    def balances(self):
        return {row["currency"]: (Decimal(row["available_balance"]["value"]), Decimal(row["hold"]["value"]))
                for row in self.client.get_accounts().to_dict()["accounts"]}  # fmt: skip

    def test_an_order_rests_shrinks_and_is_canceled(self):
        before = self.balances()
        placed = self.place_limit("one")
        self.assertTrue(placed["success"])
        number = placed["success_response"]["order_id"]
        self.assertEqual(self.place_limit("one")["success_response"]["order_id"], number)
        self.assertEqual(self.balances()["USDT"], (before["USDT"][0] - 300, Decimal(300)))
        edited = self.client.edit_order(order_id=number, size="0.005", price="30000").to_dict()
        self.assertTrue(edited["success"], edited)
        order = self.client.get_order(number).to_dict()["order"]
        configuration = order["order_configuration"]["limit_limit_gtc"]
        self.assertEqual((order["status"], order["client_order_id"]), ("OPEN", "one"))
        self.assertEqual(Decimal(configuration["base_size"]), Decimal("0.005"))
        listed = self.client.list_orders(product_ids=[PRODUCT, "ETH-USDT"], order_status=["OPEN"]).to_dict()
        self.assertEqual([row["order_id"] for row in listed["orders"]], [number])
        for success in (True, False):
            answer = self.client.cancel_orders([number]).to_dict()["results"][0]
            self.assertEqual((answer["success"], answer["order_id"]), (success, number))
        self.assertEqual(self.client.get_order(number).to_dict()["order"]["status"], "CANCELLED")
        self.assertEqual(self.balances(), before)

    def test_fills_and_balances_add_up(self):
        before = self.balances()
        bought = self.client.market_order_buy(
            client_order_id="buy", product_id=PRODUCT, quote_size="1000").to_dict()
        sold = self.client.market_order_sell(
            client_order_id="sell", product_id=PRODUCT, base_size="0.01").to_dict()
        moved = {"BTC": Decimal(0), "USDT": Decimal(0)}
        for answer, sign in ((bought, 1), (sold, -1)):
            number = answer["success_response"]["order_id"]
            order = self.client.get_order(number).to_dict()["order"]
            fills = self.client.get_fills(order_ids=[number]).to_dict()["fills"]
            size = sum(Decimal(fill["size"]) for fill in fills)
            fee = sum(Decimal(fill["commission"]) for fill in fills)
            value = sum(Decimal(fill["size"]) * Decimal(fill["price"]) for fill in fills)
            self.assertEqual(order["status"], "FILLED")
            self.assertEqual((Decimal(order["filled_size"]), Decimal(order["total_fees"])), (size, fee))
            self.assertGreater(fee, 0)
            moved["BTC"] += sign * size
            moved["USDT"] -= sign * value + fee
        after = self.balances()
        for asset, change in moved.items():
            self.assertAlmostEqual(after[asset][0] - before[asset][0], change, places=7, msg=asset)

    def test_lists_come_in_pages(self):
        numbers = [self.place_limit(f"page-{number}")["success_response"]["order_id"] for number in range(5)]
        found, cursor = [], None
        while True:
            page = self.client.list_orders(limit=2, cursor=cursor).to_dict()
            found += [row["order_id"] for row in page["orders"]]
            if not page["has_next"]:
                break
            cursor = page["cursor"]
        self.assertEqual(found, numbers[::-1])

    def test_what_is_not_taken_is_said_in_words(self):
        poor = self.place_limit("poor", size="100", price="30000")
        self.assertEqual((poor["success"], poor["error_response"]["error"]), (False, "INSUFFICIENT_FUND"))
        preview = self.client.preview_limit_order_gtc_buy(
            product_id=PRODUCT, base_size="100", limit_price="30000").to_dict()
        self.assertEqual(preview["errs"], ["PREVIEW_INSUFFICIENT_FUND"])
        fine = self.client.preview_limit_order_gtc_buy(
            product_id=PRODUCT, base_size="0.01", limit_price="30000").to_dict()
        self.assertEqual(fine["errs"], [])
        with self.assertRaisesRegex(Exception, "404"):
            self.client.get_order("11111111-0000-4000-8000-000000000001")
        stranger = self.connect("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        with self.assertRaisesRegex(Exception, "401"):
            stranger.get_accounts()

    def test_its_user_channel_hears_of_every_step(self):
        self.place_limit("before")
        said = []
        user = client("coinbase.websocket").WSUserClient(
            api_key=self.place["coinbaseApiKey"], api_secret=self.place["coinbaseSecret"],
            base_url=self.place["coinbase"], on_message=lambda text: said.append(json.loads(text)))
        user.open()
        user.user(product_ids=[PRODUCT])
        number = self.place_limit("after")["success_response"]["order_id"]
        self.client.cancel_orders([number])
        deadline = time.monotonic() + 20

        def told():
            return [(event["type"], order["client_order_id"], order["status"])
                    for message in said if message["channel"] == "user"
                    for event in message["events"] for order in event["orders"]]  # fmt: skip

        while len(told()) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        user.close()
        self.assertEqual(told(), [("snapshot", "before", "OPEN"), ("update", "after", "OPEN"),
                                  ("update", "after", "CANCELLED")])  # fmt: skip
        self.assertEqual([message["sequence_num"] for message in said], list(range(len(said))))


if __name__ == "__main__":
    unittest.main()
