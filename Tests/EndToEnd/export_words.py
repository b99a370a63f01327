"""What `journal export` writes of an event, made from what the independent reader says of it.

The export shows names and decimals where the format has ids, ticks and lots. This is the other way
to those words: plain Python over the fields of the format document.
"""

from decimal import Context

EXACT = Context(prec=60)
NO_ID = 65_535
TICKS = {"price", "bidPrice", "askPrice", "open", "high", "low", "close", "bid", "ask", "trigger"}
LOTS = {"quantity", "bidQuantity", "askQuantity", "volume", "filled", "suggested"}
HUNDRED_MILLIONTHS = {"rate", "maker", "taker", "minNotional", "fromVolume", "discount", "shortfall"}
RENAMED = {
    "aggressor": "side", "limitKind": "limit", "instrumentKind": "contract", "signalKind": "signal",
    "filterKind": "filter", "trailing": "trailingBasisPoints",
    "participation": "participationBasisPoints", "readingValue": "value", "fingerprint": "keyFingerprint", "receive_time": "receiveTime",
    "venue_time": "venueTime"}  # fmt: skip
RENAMED_OF_KIND = {
    ("configure", "value"): "settingValue", ("limit", "value"): "limitValue",
    ("alert", "value"): "alertValue", ("refused", "value"): "judged", ("refused", "limit"): "limitValue",
    ("depth", "lastUpdateID"): "updateID"}  # fmt: skip
HASHES = {"state", "strategy", "fingerprint"}
AMENDING = {"amend", "amendRequest"}
# Fields that the export shows only where they are not at their default.
PLACING = ("place", "order", "request")
UNUSED = {
    **{(kind, name): 0 for kind in PLACING
       for name in ("trigger", "trailing", "expirySeconds", "parts", "list", "book")},
    ("limit", "instrument"): NO_ID, ("limit", "book"): 255, ("fee", "basis"): "value",
    ("fee", "fromVolume"): 0, ("fee", "discount"): 0, ("refused", "suggested"): 0}  # fmt: skip
SELF_TRADE = ("allow", "expireTaker", "expireMaker", "expireBoth")
ROLES = ("none", "alternative", "entry", "exit", "replacement")


def decimal(units, scale):
    return format(EXACT.scaleb(EXACT.create_decimal(units), -scale), f".{scale}f")


class ExportWords:
    """Goes through the events of a journal in order; what they define names what follows."""

    def __init__(self):
        self.grids, self.decimals, self.names, self.begun = {}, {}, {}, {}

    def row(self, event):
        """The export's row of an event, after taking what it defines."""
        kind = event["kind"]
        if kind == "text":
            self.take_text(event)
        elif kind == "instrument":
            self.grids[event["instrument"]] = event
        elif kind == "asset":
            self.decimals[event["asset"]] = event["commissionDecimals"]
        row = {}
        for name, value in event.items():
            row.update(self.shown(kind, name, value, event))
        return row

    def take_text(self, event):
        thing = event["subject"], event["id"]
        begun = b"" if event["flags"] & 1 else self.begun.get(thing, b"")
        self.begun[thing] = begun + bytes.fromhex(event["bytes"])
        if event["flags"] & 2:
            self.names[thing] = self.begun[thing].decode()

    def shown(self, kind, name, value, event):
        """The fields of the export that one field of the format becomes."""
        if value is not None and UNUSED.get((kind, name)) == value:
            return {}
        special = getattr(self, f"{kind}_{name}", None)
        if special:
            return special(value, event)
        name = RENAMED_OF_KIND.get((kind, name), RENAMED.get(name, name))
        if name in ("instrument", "asset", "feeAsset", "base", "quote"):
            return {name: self.name("instrument" if name == "instrument" else "asset", value)}
        if name == "flags":
            return self.run(value, kind)
        if name == "orderFlags":
            return self.order_flags(value)
        if name == "list":
            role = ROLES[value & 7] if value & 7 < len(ROLES) else None
            return {"listRole": role, "listOffset": value >> 3 & 3, "isLastOfList": bool(value & 32)}
        if name == "book":
            return {"book": "all" if value == 255 else value}
        if name == "quantity" and event.get("orderFlags", 0) & 4:
            return {"quantity": decimal(value, 8)}
        return {name: self.number(kind, name, value, event)}

    def number(self, kind, name, value, event):
        if kind not in AMENDING and name in TICKS:
            return self.grid(value, event, "tick", " ticks")
        if kind not in AMENDING and name in LOTS:
            return self.grid(value, event, "lot", " lots")
        if name in HUNDRED_MILLIONTHS:
            return decimal(value, 8)
        if name == "amount":
            return decimal(value, 18)
        if name in HASHES or name == "keyFingerprint":
            return f"{value:016x}"
        return value

    def name(self, subject, number):
        return None if number == NO_ID else self.names.get((subject, number), f"#{number}")

    def grid(self, value, event, unit, words):
        grid = self.grids.get(event["instrument"])
        if grid is None:
            return f"{value}{words}"
        return decimal(value * grid[unit + "Mantissa"], grid[unit + "Scale"])

    def run(self, flags, kind):
        first_and_last = {"isFirst": bool(flags & 1), "isLast": bool(flags & 2)}
        return first_and_last if kind == "text" else {**first_and_last, "isEmpty": bool(flags & 4)}

    def order_flags(self, flags):
        seldom = {"postOnly": bool(flags & 2), "inQuote": bool(flags & 4)}
        shown = {"reduceOnly": bool(flags & 1), **{name: True for name, set_ in seldom.items() if set_}}
        return shown if not flags >> 4 & 3 else {**shown, "selfTrade": SELF_TRADE[flags >> 4 & 3]}

    def depth_updateSpan(self, value, event):
        return {"firstUpdateID": (event["lastUpdateID"] - value + 2**63) % 2**64 - 2**63}

    def fill_fee(self, value, event):
        return {"fee": decimal(value, self.decimals.get(event["feeAsset"], 8))}

    def text_count(self, value, event):
        return {}

    def text_words(self, value, event):
        return {}

    def text_bytes(self, value, event):
        whole = self.names.get((event["subject"], event["id"])) if event["flags"] & 2 else None
        return {"bytes": value, "text": whole}

    def amend_price(self, value, event):
        return {"priceTicks": value}

    def amend_quantity(self, value, event):
        return {"quantityLots": value}

    amendRequest_price, amendRequest_quantity = amend_price, amend_quantity

    def instrument_instrument(self, value, event):
        return {"instrument": self.name("instrument", value), "instrumentID": value}

    def instrument_tickMantissa(self, value, event):
        return {"tick": decimal(value, event["tickScale"])}

    def instrument_lotMantissa(self, value, event):
        return {"lot": decimal(value, event["lotScale"])}

    def instrument_tickScale(self, value, event):
        return {}

    instrument_lotScale = instrument_tickScale

    def instrument_minQuantity(self, value, event):
        return {"minQuantity": decimal(value * event["lotMantissa"], event["lotScale"])}
