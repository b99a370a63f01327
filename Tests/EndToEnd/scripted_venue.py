"""A venue that does what a test tells it: Binance's REST answers and streams from a script, with refusals,
bans and nonsense that the simulated exchange has no reason for."""

import base64
import hashlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def instrument(symbol):
    return {
        "symbol": symbol, "status": "TRADING", "baseAsset": symbol[:-4], "baseAssetPrecision": 8,
        "quoteAsset": symbol[-4:], "quotePrecision": 8, "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8, "quoteCommissionPrecision": 8, "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
        ]}  # fmt: skip


def trade(number, symbol="BTCUSDT", time=1_700_000_000_000):
    return {"stream": f"{symbol.lower()}@trade", "data": {
        "e": "trade", "E": time, "s": symbol, "t": number, "p": "100.01", "q": "0.5", "T": time,
        "m": False, "M": True}}  # fmt: skip


def depth(first, last, symbol="BTCUSDT", time=1_700_000_000_000):
    return {"stream": f"{symbol.lower()}@depth@100ms", "data": {
        "e": "depthUpdate", "E": time, "s": symbol, "U": first, "u": last, "b": [["100.00", "1.0"]],
        "a": []}}  # fmt: skip


class Link:
    """One WebSocket, as `ScriptedVenue.talk` gets it."""

    def __init__(self, number, reader, writer):
        self.number, self.reader, self.writer = number, reader, writer

    def send(self, message):
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        size = len(data)
        head = struct.pack("!BB", 0x81, size) if size < 126 else struct.pack("!BBH", 0x81, 126, size)
        self.writer.write(head + data)
        self.writer.flush()

    def receive(self):
        """The next text that came, or None at the end."""
        while True:
            head = self.reader.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 127
            if size == 126:
                (size,) = struct.unpack("!H", self.reader.read(2))
            mask, data = self.reader.read(4), self.reader.read(size)
            if head[0] & 15 == 8:
                return None
            if head[0] & 15 == 1:
                return bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    def accept(self, *before):
        """Takes one subscription, after some messages that its streams had ready; returns its streams."""
        asked = json.loads(self.receive())
        for message in before:
            self.send(message)
        self.send({"result": None, "id": asked["id"]})
        return asked["params"]

    def refuse(self):
        asked = json.loads(self.receive())
        self.send({"error": {"code": 2, "msg": "Invalid request: unknown stream"}, "id": asked["id"]})

    def until_closed(self):
        while self.receive() is not None:
            pass


class ScriptedVenue:
    """Serves until `close`. `talk(link)` is the script of a connection; `books` answers requests for a book,
    each a (status, headers, body), the last one over and over."""

    def __init__(self, talk, books=None, symbols=("BTCUSDT",), port=0):
        self.talk, self.links, self.asked = talk, 0, []
        self.books = books or [(200, {}, {"lastUpdateId": 0, "bids": [], "asks": []})]
        self.symbols = symbols
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", port), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]
        place = f"://127.0.0.1:{self.port}"
        self.place = {"rest": "http" + place, "ws": "ws" + place}
        self.open = set()

    def close(self):
        """Stops serving and cuts what is open."""
        self.server.shutdown()
        self.server.server_close()
        with self.lock:
            for connection in self.open:
                connection.shutdown(socket.SHUT_RDWR)
            self.open.clear()

    def answer(self, path):
        if path.startswith("/api/v3/exchangeInfo"):
            return 200, {}, {
                "timezone": "UTC", "serverTime": 1, "rateLimits": [], "exchangeFilters": [],
                "symbols": [instrument(symbol) for symbol in self.symbols]}  # fmt: skip
        with self.lock:
            self.asked.append(path)
            return self.books.pop(0) if len(self.books) > 1 else self.books[0]

    def handler(venue):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                key = self.headers.get("Sec-WebSocket-Key")
                if key is None:
                    return self.reply(*venue.answer(self.path))
                accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
                self.send_response(101)
                for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"),
                                    ("Sec-WebSocket-Accept", accept)):  # fmt: skip
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.flush()
                with venue.lock:
                    venue.links += 1
                    link = Link(venue.links, self.rfile, self.wfile)
                    venue.open.add(self.connection)
                self.close_connection = True
                try:
                    venue.talk(link)
                except (OSError, TypeError):
                    pass  # The client went away in the middle of the script.
                with venue.lock:
                    venue.open.discard(self.connection)

            def reply(self, status, headers, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        return Handler
