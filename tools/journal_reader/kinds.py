"""Page "Events": every kind of event with its fields as stored, every enumeration, the columns.

A test compares these tables with the page, so the two cannot part.
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of event: its id, its name, its version, and (field, type) in stored order."""

    id: int
    name: str
    version: int
    fields: tuple


REPORT = "order:u64 venueOrderID:i64 instrument:u16 reason:RejectReason"
PLACED = "price:i64 quantity:i64 instrument:u16 side:Side type:OrderType timeInForce:TimeInForce"
TERMS = f"{PLACED} flags:u8 trigger:i64 expirySeconds:u32 trailing:u16 parts:u8 list:u8 book:u8"
WORKED = ("quantity:i64 limit:i64 durationSeconds:u32 slices:u16 participation:u16 instrument:u16"
          " side:Side algorithm:ExecutionAlgorithm book:u8")  # fmt: skip
REFUSED = "cause:u64 value:i64 limit:i64 quantity:i64 instrument:u16 side:Side reason:RefusalReason"
FEE = "instrument:u16 maker:i64 taker:i64 asset:u16 currency:FeeCurrency"
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
30 triggered {REPORT}
40 timer id:u32
41 clockStep step:i64
48 place {TERMS}
49 amend order:u64 price:i64 quantity:i64 cause:u64
50 cancel order:u64 cause:u64
51 flatten instrument:u16
52 halt reason:u8
53 resume reason:u8
54 configure value:i64 index:u16 instrument:u16 setting:Setting
55 limit value:i64 kind:LimitKind instrument:u16 book:u8
56 key fingerprint:bits id:u32 action:KeyAction
57 execute {WORKED}
64 instrument instrument:u16 tickMantissa:i64 tickScale:u8 lotMantissa:i64 lotScale:u8 \
minQuantity:i64 minNotional:i64 base:u16 quote:u16 kind:InstrumentKind origin:DefinitionOrigin
65 asset asset:u16 commissionDecimals:u8
66 fee {FEE} basis:FeeBasis fromVolume:i64 discount:i64
67 text subject:TextSubject id:u16 flags:u8 count:byte≤40 words:byte≤5 bytes:bits
68 model id:u16 digest:bits digest:bits digest:bits digest:bits
69 build version:u32
70 logicVersion version:u32
71 notice count:u64 instrument:u16 code:NoticeCode
72 filter instrument:u16 kind:FilterKind low:i64 high:i64 step:i64 other:i64 averageMinutes:u16
73 latency time:i64 feed:i64 entry:i64 response:i64 spread:i64 action:LatencyAction
80 signal cause:u64 instrument:u16 kind:SignalKind side:Side weightMillionths:i32 bid:i64 ask:i64 \
quantity:i64
81 order cause:u64 {TERMS}
82 amendRequest order:u64 price:i64 quantity:i64 cause:u64
83 cancelRequest order:u64 cause:u64
84 refused {REFUSED} suggested:i64
85 alert cause:u64 value:i64 code:AlertCode
86 stateHash state:bits strategy:bits
87 request cause:u64 {TERMS}
88 parent cause:u64 {WORKED}
89 parentEnded parent:u64 filled:i64 arrivalHalfTicks:i64 shortfall:i64 instrument:u16 \
outcome:ParentOutcome
"""

# Earlier versions of kinds, oldest first: id, version, fields.
EARLIER = f"""
48 1 {PLACED} reduceOnly:flag
55 1 value:i64 kind:LimitKind
66 1 {FEE}
81 1 cause:u64 {PLACED} reduceOnly:flag
84 1 {REFUSED}
"""
# What an earlier version does not say is 0, but for these; and what it said under another name.
UNSAID = {("limit", "instrument"): 65_535, ("limit", "book"): 255}
RENAMED = {"reduceOnly": "flags"}

ENUMERATIONS = {
    "Side": "buy sell",
    "RejectReason": "other insufficientBalance noLiquidity wouldMatch unknownOrder filter"
    " marketClosed rateLimit wouldTrigger selfTrade expiredByDate listEnded priceFilter percentPrice"
    " lotSize marketLotSize notional icebergParts maxOrders maxAlgoOrders maxIcebergOrders"
    " maxPosition trailingDelta maxAmends reduceOnly malformed",
    "Liquidity": "maker taker",
    "StreamKind": "any trade quote depth candle account",
    "GapReason": "sequence skippedLines overflow disconnected lostRecord checksum",
    "OrderType": "market limit stop stopLimit takeProfit takeProfitLimit",
    "TimeInForce": "goodTillCanceled immediateOrCancel fillOrKill goodTillDate",
    "Setting": "strategyParameter barInterval sampleInterval account reportingAsset sizing latency"
    " fillRule strategy seed tradedInstrument impact volumeCap queue execution volumeProfile selfTrade"
    " warmUpEnd reportingTwin",
    "LimitKind": "maxPosition maxOrder maxDrawdown maxDailyDrawdown maxOpenOrders riskPerTrade"
    " grossExposure netExposure orderRate priceCollar correlatedExposure correlationThreshold"
    " volatilityTarget kellyFraction flattenOnHalt assumedStop",
    "KeyAction": "added activated graced expired revoked emergencyRevoked refused undone resealed",
    "ExecutionAlgorithm": "timeWeighted volumeWeighted iceberg participation route",
    "InstrumentKind": "spot perpetual",
    "DefinitionOrigin": "given inferred generated",
    "FeeCurrency": "quote received asset",
    "FeeBasis": "value quantity fill",
    "TextSubject": "instrument asset venue strategy scenario source build note recipe",
    "NoticeCode": "digitsRounded timeWentBack crossed zeroQuantity staleDepth ignoredMessages"
    " unclosedCandles",
    "FilterKind": "price lot marketLot notional percentPrice percentPriceBySide icebergParts maxOrders"
    " maxAlgoOrders maxIcebergOrders maxPosition trailingDelta maxAmends",
    "LatencyAction": "any place amend cancel",
    "SignalKind": "target quote limit cancel",
    "RefusalReason": "halted maxPosition maxOrder maxOpenOrders insufficientHolding"
    " insufficientFunds belowMinimum noPrice unknownOrder unknownInstrument malformed"
    " riskPerTrade grossExposure netExposure orderRate priceCollar correlatedExposure filter"
    " listRefused",
    "ParentOutcome": "filled expired canceled halted failed",
    "AlertCode": "drawdownHalt dailyDrawdownHalt decisionsDropped overflowHalt insolvencyHalt"
    " flattened",
}
ENUMERATIONS = {name: tuple(values.split()) for name, values in ENUMERATIONS.items()}


def typed(fields):
    """(field, type) of each of the words."""
    return tuple(tuple(field.split(":")) for field in fields)


def earlier(line):
    """((id, version), fields) of an earlier version."""
    number, version, *fields = line.split()
    return (int(number), int(version)), typed(fields)


EARLIER = dict(map(earlier, EARLIER.strip().splitlines()))


def parsed(line):
    number, name, *fields = line.split()
    version = 1 + sum(int(number) == kind for kind, _ in EARLIER)
    return Kind(int(number), name, version, typed(fields))


KINDS = {kind.id: kind for kind in map(parsed, TABLE.strip().splitlines())}
IDS = {kind.name: kind.id for kind in KINDS.values()}
TRADE, QUOTE, DEPTH, SNAPSHOT, CANDLE = 1, 2, 3, 4, 5
INSTRUMENT, TEXT, MODEL = 64, 67, 68
NO_ID = 65_535
# Fields of type i64 that are times.
TIMES = {"nextTime", "time"}
# Kinds whose instrument a block's bitmap does not have.
UNMAPPED = {"limit"}

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
    ("place", "flags"): "orderFlags",
    ("order", "flags"): "orderFlags",
    ("request", "flags"): "orderFlags",
    ("execute", "limit"): "price",
    ("parent", "limit"): "price",
    ("filter", "kind"): "filterKind",
    ("filter", "low"): "filterLow",
    ("filter", "high"): "filterHigh",
    ("filter", "step"): "filterStep",
    ("filter", "other"): "filterOther",
    ("latency", "action"): "latencyAction",
}


def column_of(kind, field):
    """The frame's column of a kind's field."""
    return OWN_COLUMNS.get((kind.name, field), field)


def distinct(fields):
    """The fields, where one that is stored in several parts is one."""
    return list(dict(fields).items())
