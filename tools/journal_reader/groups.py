"""Page "Payload", decoding groups: trades, quotes, book levels and candles out of their columns."""

from typing import NamedTuple

import numpy as np

from . import kinds as events
from .damage import need
from .payload import CANDLE, DEPTH, MORE_DEPTH, QUOTE, SNAPSHOT, TRADE, Payload
from .running import Running

NOTHING = np.zeros(0, np.int64)


class Batch(NamedTuple):
    """Events of one kind from one block: their places in it, both times, and their fields."""

    kind: int
    places: np.ndarray
    receive: np.ndarray
    venue: np.ndarray
    fields: list


def decode(data, count, versions, wanted=None):
    """The batches of a payload's events; of the wanted kinds (ids) only, where some are given.

    `versions` is the schema table of the segment.
    """
    payload = Payload(data, count)
    found = {events.TRADE: trades, events.QUOTE: quotes, events.CANDLE: candles}
    headers = payload.headers()
    batches = []
    for kind, decoder in found.items():
        if wanted is None or kind in wanted:
            batches.append(decoder(payload, headers))
    if wanted is None or events.DEPTH in wanted or events.SNAPSHOT in wanted:
        batches += levels(payload, headers)
    batches += rows(payload, versions)
    return [b for b in batches if len(b.places) and (wanted is None or b.kind in wanted)]


def group(payload, headers, kind):
    """(places, tags, instrument, receive, venue) of the groups of a kind of tag."""
    chosen = payload.kinds == kind
    of_headers = chosen[payload.has_header]
    return payload.offsets[chosen], payload.tags[chosen], *(part[of_headers] for part in headers)


def trades(payload, headers):
    places, tags, instrument, receive, venue = group(payload, headers, TRADE)
    running = Running(instrument)
    price = running.sums(payload.differences(3))
    identity = running.ids(payload.differences(5))
    sold = payload.values(4)
    first, count, aggregate = identity, np.ones(len(places), np.int64), np.zeros(len(places), bool)
    stated = tags & 0x80 > 0
    if stated.any():
        counts = payload.signed(7)
        count[stated], aggregate[stated] = counts >> 1, counts & 1
        steps = np.zeros(len(places), np.int64)
        steps[stated] = payload.differences(6) + count[stated]
        sums = running.sums(steps)
        following = running.latest(~stated, identity + 1 - sums) + sums
        first = np.where(stated, following - count, identity)
    quantity, side = (sold >> np.uint64(1)).view(np.int64), (sold & np.uint64(1)).view(np.int64)
    fields = [instrument, price, quantity, identity, first, count, side, aggregate]
    return Batch(events.TRADE, places, receive, venue, fields)


def quotes(payload, headers):
    places, tags, instrument, receive, venue = group(payload, headers, QUOTE)
    running = Running(instrument)
    changed = (tags & 0x40 > 0, tags & 0x80 > 0)
    at = np.cumsum(changed[0] * 1 + changed[1]) - changed[0] - changed[1]
    steps, quantities = payload.differences(9), payload.signed(10)
    fields = [instrument]
    for side, offsets in zip(changed, (at, at + changed[0])):
        step = np.zeros(len(places), np.int64)
        quantity = np.zeros(len(places), np.int64)
        step[side], quantity[side] = steps[offsets[side]], quantities[offsets[side]]
        fields += [running.sums(step), running.latest(side, quantity)]
    fields.append(running.sums(payload.differences(8)))
    return Batch(events.QUOTE, places, receive, venue, fields)


def candles(payload, headers):
    places, _, instrument, receive, venue = group(payload, headers, CANDLE)
    body = payload.differences(20)
    close = Running(instrument).sums(payload.differences(17) + body)
    opening = close - body
    high = np.maximum(opening, close) + payload.differences(18)
    low = np.minimum(opening, close) + payload.differences(19)
    fields = [instrument, payload.signed(16), opening, high, low, close, payload.signed(21)]
    return Batch(events.CANDLE, places, receive, venue, fields)


def levels(payload, headers):
    """A batch of depth and one of snapshots: groups of one side, each of a message's many."""
    is_new = (payload.kinds == DEPTH) | (payload.kinds == SNAPSHOT)
    message, fresh = messages(payload, is_new)
    if not len(message):
        return []
    ids, span = update_ids(payload, headers, is_new)
    instrument, receive, venue = (part[is_new[payload.has_header]][message] for part in headers)
    tags = payload.tags[payload.is_group]
    side = (tags >> 6 & 1).astype(np.int64)
    sizes = payload.sizes[payload.is_group]
    ends = np.cumsum(sizes)
    starts = ends - sizes
    price = prices(payload, instrument * 2 + side, starts, sizes)
    flags = np.zeros(len(price), np.int64)
    flags[starts[fresh]] |= 1
    flags[ends[tags & 0x80 > 0] - 1] |= 2
    owner = np.repeat(np.arange(len(sizes)), sizes)
    places = payload.offsets[payload.is_group][owner] + np.arange(len(price)) - starts[owner]
    parts = (instrument, receive, venue, side, ids[message], span[message])
    return split(payload, owner, places, flags, price, *(part[owner] for part in parts))


def messages(payload, is_new):
    """Each group's message, and whether the group begins it. Refuses groups without a message."""
    message = (np.cumsum(is_new) - 1)[payload.is_group]
    kinds, tags, fresh = (part[payload.is_group] for part in (payload.kinds, payload.tags, is_new))
    need((message >= 0).all(), "levels of a message that never began")
    begun = kinds[fresh]
    need((kinds - ~fresh == begun[message]).all(), "levels that go on in a message of another kind")
    ended = np.cumsum(tags & 0x80 > 0)
    before = ended - (tags & 0x80 > 0)
    need((before == before[fresh][message]).all(), "levels of a message that has ended")
    first_is_begun = fresh & ~((message == 0) & payload.continues)
    return message, first_is_begun


def update_ids(payload, headers, is_new):
    """The last update id and the span of every message."""
    chosen = is_new[payload.has_header]
    span = np.zeros(chosen.sum(), np.int64)
    span[payload.kinds[is_new] == DEPTH] = payload.signed(12)
    return Running(headers[0][chosen]).ids(payload.differences(11) + span), span


def prices(payload, keys, starts, sizes):
    """The price of every level: a group's first goes on from the key's last group's first."""
    steps = payload.differences(14)
    first = Running(keys).sums(steps[starts])
    sums = np.cumsum(steps)
    return sums + np.repeat(first - sums[starts], sizes)


def split(payload, owner, places, flags, price, instrument, receive, venue, side, ids, span):
    """The levels of depth messages and those of snapshots, apart."""
    is_depth = np.isin(payload.kinds[payload.is_group], (DEPTH, MORE_DEPTH))[owner]
    quantity = payload.signed(15)
    batches = []
    for kind, chosen in ((events.DEPTH, is_depth), (events.SNAPSHOT, ~is_depth)):
        fields = [instrument, side, price, quantity, ids, *([span] if kind == events.DEPTH else []),
                  flags]  # fmt: skip
        batches.append(Batch(kind, places[chosen], receive[chosen], venue[chosen],
                             [part[chosen] for part in fields]))  # fmt: skip
    return batches


def rows(payload, versions):
    """A batch for each kind among the rows; its fields are lists."""
    places, decoded = payload.rows(versions)
    by_kind = {}
    for place, row in zip(places.tolist(), decoded):
        by_kind.setdefault(row[0], []).append((place, *row[1:]))
    batches = []
    for kind, found in by_kind.items():
        at, receive, venue, fields = zip(*found)
        times = (np.array(part, np.int64) for part in (at, receive, venue))
        batches.append(Batch(kind, *times, [list(column) for column in zip(*fields)]))
    return batches
