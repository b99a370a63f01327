"""What of a journal cannot be trusted, by a reader of its exported lines that shares nothing with ours.

A span of a stream begins at its last event before a gap, a lost connection or an update that does not fit,
and ends at its next event; a book's ends with the last level of the snapshot that brings it into step."""

import collections
import json
import subprocess

from harness import RELEASE

MARKET = {"trade": "trade", "quote": "quote", "depth": "depth", "bookSnapshot": "depth", "candle": "candle"}
REASONS = ["sequence", "skippedLines", "overflow", "disconnected", "lostRecord", "checksum", "noSnapshot"]


class Book:
    """Where a book stands by the ids of its messages: Binance's rule, level by level."""

    def __init__(self):
        self.status, self.id, self.waiting, self.skips, self.jumps = "waiting", 0, [], False, 0

    def lose(self):
        if self.status != "waiting":
            self.status, self.waiting = "waiting", []

    def snapshot(self, event):
        if event["isFirst"]:
            if self.status == "valid" and event["updateID"] < self.id:
                return
            self.status = "loading"
        if self.status != "loading":
            return
        self.id = event["updateID"]
        if event["isLast"]:
            self.status, self.skips = "valid", True
            late, self.waiting = self.waiting, []
            for level in late:
                self.update(*level)

    def update(self, first, last, is_first, is_last):
        if self.status == "valid" and is_first:
            self.skips = last <= self.id
            if not self.skips and first > self.id + 1:
                self.jumps += 1
                self.lose()
        if self.status != "valid":
            if len(self.waiting) == 65_536:
                self.waiting, self.jumps = [], self.jumps + 1
            self.waiting.append((first, last, is_first, is_last))
        elif not self.skips and is_last:
            self.id = last


class Stream:
    def __init__(self, instrument, kind):
        self.instrument, self.kind, self.last, self.open = instrument, kind, None, None
        self.spans, self.events, self.lags, self.book = [], 0, [], Book()

    def begin(self, reasons, start, place):
        if not self.open:
            self.open = {
                "instrument": self.instrument, "stream": self.kind, "reasons": set(), "fromSequence": start[0],
                "fromNanoseconds": start[1], "noticedSequence": place[0], "noticedNanoseconds": place[1],
                "gaps": 0, "jumps": 0, "lost": 0, "uncounted": 0}  # fmt: skip
        self.open["reasons"] |= reasons

    def end(self, place):
        span, self.open = self.open, None
        span["toSequence"], span["toNanoseconds"] = place[0] or None, place[1]
        span["durationNanoseconds"] = place[1] - span["fromNanoseconds"]
        span["reasons"] = sorted(span["reasons"], key=REASONS.index)
        self.spans.append(span)
        return span


class Trust:
    """Everything that `audit gaps --json` says, from the lines of `journal export`."""

    def __init__(self, journal):
        self.streams, self.spans, self.start, self.is_head_lost = {}, [], None, False
        self.time, self.sequence, self.back = -(2**63) + 1, 0, []
        self.counts, self.steps, self.notices = collections.Counter(), [], collections.Counter()
        command = [RELEASE, "journal", "export", journal, "--quiet"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            for line in process.stdout:
                self.take(json.loads(line))
        assert process.returncode == 0, process.returncode
        for stream in self.streams.values():
            if stream.open:
                self.spans.append(stream.end((0, self.time)))

    def stream(self, instrument, kind):
        key = (instrument, kind)
        if key not in self.streams:
            self.streams[key] = Stream(*key)
            if kind != "account" and self.start is None:
                self.start = self.place
        return self.streams[key]

    def take(self, event):
        if event["receiveTime"] < self.time:
            self.back.append(self.time - event["receiveTime"])
        self.time, self.sequence = max(self.time, event["receiveTime"]), event["sequence"]
        self.place = (self.sequence, self.time)
        kind = event["kind"]
        if kind in MARKET:
            self.came(event, kind)
        elif kind == "gap":
            self.gap(event)
        elif kind == "disconnected":
            self.counts[kind] += 1
            for stream in self.concerned(None, event["stream"]):
                self.lose(stream, {"disconnected"})
        elif kind == "connected":
            self.counts[kind] += 1
            if event["stream"] == "account":
                stream = self.stream(None, "account")
                stream.events, stream.last = stream.events + 1, self.place
                if stream.open:
                    self.spans.append(stream.end(self.place))
        elif kind == "clockStep":
            self.steps.append(event["step"])
        elif kind == "notice":
            self.notices[event["code"]] += event["count"]

    def came(self, event, kind):
        stream = self.stream(event["instrument"], MARKET[kind])
        stream.events += 1
        if event["venueTime"] is not None and event.get("isLast", True):
            at = event["venueTime"] + event.get("intervalSeconds", 0) * 10**9
            stream.lags.append(event["receiveTime"] - at)
        whole = True
        if MARKET[kind] == "depth":
            jumps = stream.book.jumps
            if kind == "bookSnapshot":
                stream.book.snapshot(event)
            else:
                ids = (event["firstUpdateID"], event["updateID"], event["isFirst"], event["isLast"])
                stream.book.update(*ids)
            for _ in range(stream.book.jumps - jumps):
                stream.begin({"sequence"}, stream.last or self.place, self.place)
                stream.open["jumps"] += 1
                stream.open["uncounted"] += 1
            whole = stream.book.status == "valid"
            if not whole and kind == "depth" and not stream.open:
                stream.begin({"noSnapshot"}, self.place, self.place)
        stream.last = self.place
        if whole and stream.open:
            self.spans.append(stream.end(self.place))

    def gap(self, event):
        self.counts["gap"] += 1
        self.counts["lost"] += event["count"]
        self.counts["uncounted"] += event["count"] == 0
        self.is_head_lost |= self.start is None and event["reason"] == "lostRecord"
        streams = self.concerned(event["instrument"], event["stream"])
        self.counts["early"] += not streams
        for stream in streams:
            self.lose(stream, {event["reason"]})
            stream.open["gaps"] += 1
            stream.open["lost"] += event["count"]
            stream.open["uncounted"] += event["count"] == 0

    def lose(self, stream, reasons):
        stream.book.lose()
        stream.begin(reasons, stream.last or self.start or self.place, self.place)

    def concerned(self, instrument, kind):
        if kind == "account":
            return [self.stream(None, kind)]
        if instrument is not None and kind != "any":
            return [self.stream(instrument, kind)]
        return [stream for stream in self.streams.values()
                if stream.kind != "account" and kind in ("any", stream.kind)
                and instrument in (None, stream.instrument)]  # fmt: skip

    def untrusted(self, instrument):
        """The time that the spans of an instrument cover together."""
        ends = sorted((span["fromNanoseconds"], span["toNanoseconds"]) for span in self.spans
                      if span["instrument"] == instrument)  # fmt: skip
        total, reached = 0, -(2**63)
        for start, end in ends:
            total += max(0, end - max(start, reached))
            reached = max(reached, end)
        return total


def compare(test, said, trust):
    """An answer of `audit gaps --json` is what the oracle found."""
    test.assertEqual(said["spans"], len(trust.spans))
    test.assertEqual(said["untrusted"], trust.spans[:1_000])
    test.assertEqual((said["gaps"], said["gapsBeforeAnything"]), (trust.counts["gap"], trust.counts["early"]))
    test.assertEqual((said["connected"], said["disconnected"]),
                     (trust.counts["connected"], trust.counts["disconnected"]))  # fmt: skip
    test.assertEqual(said["notices"], dict(trust.notices))
    steps = trust.steps or [0]
    clock = (len(trust.steps), min(steps), max(steps), len(trust.back), max(trust.back, default=0))
    test.assertEqual(tuple(said["clock"].values()), clock)
    period = trust.time - trust.start[1] if trust.start else 0
    for row in said["instruments"]:
        test.assertEqual(row["untrustedNanoseconds"], trust.untrusted(row["instrument"]), row)
        if trust.is_head_lost:
            test.assertIsNone(row["trustedShare"])
        elif period:
            test.assertAlmostEqual(row["trustedShare"], 1 - row["untrustedNanoseconds"] / period, 9)
    test.assertEqual(len(said["streams"]), len(trust.streams))
    for row in said["streams"]:
        compare_stream(test, row, trust.streams[row["instrument"], row["stream"]])
    uncounted = trust.counts["uncounted"] + sum(span["jumps"] for span in trust.spans)
    test.assertEqual((said["lost"], said["uncounted"]), (trust.counts["lost"], uncounted))
    test.assertEqual(said["isHeadLost"], trust.is_head_lost)
    open_books = sum(span["stream"] == "depth" and span["toSequence"] is None for span in trust.spans)
    books = sum(span["stream"] == "depth" for span in trust.spans)
    test.assertEqual(said["resyncs"], books - open_books)


def compare_stream(test, row, stream):
    test.assertEqual((row["events"], row["spans"]), (stream.events, len(stream.spans)), row)
    for name in ("gaps", "jumps", "lost", "uncounted"):
        test.assertEqual(row[name], sum(span[name] for span in stream.spans), (name, row))
    total = sum(span["durationNanoseconds"] for span in stream.spans)
    test.assertEqual(row["untrustedNanoseconds"], total, row)
    lags = sorted(stream.lags)
    if not lags:
        return test.assertIsNone(row["lag"])
    lag = row["lag"]
    ends = (lag["count"], lag["leastNanoseconds"], lag["mostNanoseconds"])
    test.assertEqual(ends, (len(lags), lags[0], lags[-1]))
    for share in (50, 90, 99):
        exact = lags[max(1, -(-len(lags) * share // 100)) - 1]
        if abs(exact) < 2**44:
            test.assertLessEqual(abs(lag[f"p{share}Nanoseconds"] - exact), max(64, abs(exact) / 16), row)
