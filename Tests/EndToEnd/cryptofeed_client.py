"""cryptofeed for six seconds on an exchange whose URLs are the arguments; prints what it saw as JSON.

A process of its own, because trust in a certificate is taken from the environment when it begins.
"""

import asyncio
import json
import sys

from cryptofeed import FeedHandler
from cryptofeed.connection import RestEndpoint, WebsocketEndpoint
from cryptofeed.defines import L2_BOOK, TICKER, TRADES
from cryptofeed.exchanges import Binance

REST, STREAMS = sys.argv[1:]
CHANNELS = [L2_BOOK, TRADES, TICKER]
seen = {channel: [] for channel in CHANNELS}
numbers = []


class Moved(Binance):
    websocket_endpoints = [WebsocketEndpoint(STREAMS)]
    rest_endpoints = [RestEndpoint(REST, routes=Binance.rest_endpoints[0].routes)]


def note(channel):
    async def callback(data, receipt):
        seen[channel].append(data)
        if channel == L2_BOOK:
            numbers.append(data.sequence_number)

    return callback


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
handler = FeedHandler(config={"log": {"disabled": True}, "uvloop": False})
handler.add_feed(Moved(
    symbols=["BTC-USDT"], channels=CHANNELS,
    callbacks={channel: note(channel) for channel in CHANNELS}))  # fmt: skip
handler.run(start_loop=False, install_signal_handlers=False)
loop.run_until_complete(asyncio.sleep(6))
handler.stop(loop=loop)

book = seen[L2_BOOK][-1].book if seen[L2_BOOK] else None
print(json.dumps({
    "counts": {channel: len(data) for channel, data in seen.items()},
    "bid": float(book.bids.index(0)[0]) if book else None,
    "ask": float(book.asks.index(0)[0]) if book else None,
    "numbers": numbers,
    "trades": [int(trade.id) for trade in seen[TRADES]],
}))  # fmt: skip
