"""Page "Events": every kind of event with its fields as stored, every enumeration, the columns.

A test compares these tables with the page, so the two cannot part.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of event: its id, its name, and (field, type) in stored order."""

    id: int
    name: str
    fields: tuple


REPORT = "order:u64 venueOrderID:i64 instrument:u16 reason:RejectReason"
PLACED = "price:i64 quantity:i64 instrument:u16 side:Side type:OrderType timeInForce:TimeInForce"
LEVEL = "instrument:u16 side:Side price:i64 quantity:i64"

TABLE = f"""
1 trade instrument:u16 price:i64 quantity:i64 id:i64 firstID:i64 count:u32 aggressor:Side \
isAggregate:flag
2 quote instrument:u16 bidPrice:i64 bidQuantity:i64 askPrice:i64 askQuantity:i64 updateID:i64
3 depth {LEVEL} lastUpdateID:i64 updateSpan:u32 flags:u8
4 bookSnapshot {LEVEL} updateID:i64 flags:u8
5 candle instrument:u16 intervalSeconds:u32 open:i64 high:i64 low:i64 close:i64 volume:i64
6 funding instrument:u16 rate:i64 nextTime:i64
7 reading instrument:u16 feature:u16 value:f64
16 accepted {REPORT}
17 rejected {REPORT}
18 sent {REPORT}
19 sendFailed {REPORT}
20 amended order:u64 price:i64 quantity:i64 instrument:u16
21 fill order:u64 price:i64 quantity:i64 fee:i64 tradeID:i64 feeAsset:u16 instrument:u16 side:Side \
liquidity:Liquidity
22 canceled {REPORT}
23 expired {REPORT}
24 unknown {REPORT}
25 balance amount:i128 asset:u16 reason:u8
26 adjustment amount:i128 asset:u16 reason:u8
27 connected venue:u16 stream:StreamKind
28 disconnected venue:u16 stream:StreamKind
29 gap count:u64 instrument:u16 stream:StreamKind reason:GapReason
40 timer id:u32
41 clockStep step:i64
48 place {PLACED} reduceOnly:flag
49 amend order:u64 price:i64 quantity:i64 cause:u64
50 cancel order:u64 cause:u64
51 flatten instrument:u16
52 halt reason:u8
53 resume reason:u8
54 configure value:i64 index:u16 instrument:u16 setting:Setting
55 limit value:i64 kind:LimitKind
56 key fingerprint:bits id:u32 action:u8
64 instrument instrument:u16 tickMantissa:i64 tickScale:u8 lotMantissa:i64 lotScale:u8 \
minQuantity:i64 minNotional:i64 base:u16 quote:u16 kind:InstrumentKind origin:DefinitionOrigin
65 asset asset:u16 commissionDecimals:u8
66 fee instrument:u16 maker:i64 taker:i64 asset:u16 currency:FeeCurrency
67 text subject:TextSubject id:u16 flags:u8 count:byte≤40 words:byte≤5 bytes:bits
68 model id:u16 digest:bits digest:bits digest:bits digest:bits
69 build version:u32
70 logicVersion version:u32
71 notice count:u64 instrument:u16 code:NoticeCode
80 signal cause:u64 instrument:u16 kind:SignalKind side:Side weightMillionths:i32 bid:i64 ask:i64 \
quantity:i64
81 order cause:u64 {PLACED} reduceOnly:flag
82 amendRequest order:u64 price:i64 quantity:i64 cause:u64
83 cancelRequest order:u64 cause:u64
84 refused cause:u64 value:i64 limit:i64 quantity:i64 instrument:u16 side:Side reason:RefusalReason
85 alert cause:u64 value:i64 code:AlertCode
86 stateHash state:bits strategy:bits
"""

ENUMERATIONS = {
    "Side": "buy sell",
    "RejectReason": "other insufficientBalance noLiquidity wouldMatch unknownOrder filter"
    " marketClosed rateLimit",
    "Liquidity": "maker taker",
    "StreamKind": "any trade quote depth candle account",
    "GapReason": "sequence skippedLines overflow disconnected lostRecord",
    "OrderType": "market limit",
    "TimeInForce": "goodTillCanceled immediateOrCancel fillOrKill",
    "Setting": "strategyParameter barInterval sampleInterval account reportingAsset sizing latency"
    " fillRule strategy seed tradedInstrument",
    "LimitKind": "maxPosition maxOrder maxDrawdown maxDailyDrawdown maxOpenOrders",
    "InstrumentKind": "spot perpetual",
    "DefinitionOrigin": "given inferred generated",
    "FeeCurrency": "quote received asset",
    "TextSubject": "instrument asset venue strategy scenario source build note",
    "NoticeCode": "digitsRounded timeWentBack crossed zeroQuantity staleDepth ignoredMessages"
    " unclosedCandles",
    "SignalKind": "target quote limit cancel",
    "RefusalReason": "halted maxPosition maxOrder maxOpenOrders insufficientHolding"
    " insufficientFunds belowMinimum noPrice unknownOrder unknownInstrument malformed",
    "AlertCode": "drawdownHalt dailyDrawdownHalt decisionsDropped overflowHalt insolvencyHalt",
}
ENUMERATIONS = {name: tuple(values.split()) for name, values in ENUMERATIONS.items()}


def parsed(line):
    number, name, *fields = line.split()
    return Kind(int(number), name, tuple(tuple(field.split(":")) for field in fields))


KINDS = {kind.id: kind for kind in map(parsed, TABLE.strip().splitlines())}
IDS = {kind.name: kind.id for kind in KINDS.values()}
TRADE, QUOTE, DEPTH, SNAPSHOT, CANDLE = 1, 2, 3, 4, 5
INSTRUMENT, TEXT, MODEL = 64, 67, 68
NO_ID = 65_535
# Fields of type i64 that are times.
TIMES = {"nextTime"}

# A frame has one column for a name. Where a kind means by a name what no other does, its column is
# called after both.
OWN_COLUMNS = {
    ("limit", "kind"): "limitKind",
    ("instrument", "kind"): "instrumentKind",
    ("signal", "kind"): "signalKind",
    ("reading", "value"): "readingValue",
    ("balance", "reason"): "reasonCode",
    ("adjustment", "reason"): "reasonCode",
    ("halt", "reason"): "reasonCode",
    ("resume", "reason"): "reasonCode",
}


def column_of(kind, field):
    """The frame's column of a kind's field."""
    return OWN_COLUMNS.get((kind.name, field), field)


def distinct(fields):
    """The fields, where one that is stored in several parts is one."""
    return list(dict(fields).items())
