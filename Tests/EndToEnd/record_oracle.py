"""What a recording should hold, read by nobody who wrote it: the exchange's own counts and digests, the raw
bytes by Python's JSON, and the journal by `journal cat`; three sources that must tell the same.

Raises AssertionError with the stream and the place where two of them part."""

import collections
import glob
import json
import os
import re
import subprocess

import reader_packages
from harness import RELEASE

Update = collections.namedtuple("Update", "first last content")


def plain(number):
    """A decimal's text without the zeros that say nothing."""
    return number.rstrip("0").rstrip(".") if "." in number else number


class RawMessages:
    """The frames of one link that a stream brought, in order, and what the exchange says of such."""

    def __init__(self, path):
        self.path = path
        self.link = int(re.match(r"link-\d+-(\d+)\.", os.path.basename(path)).group(1))

    def __iter__(self):
        """Yields stream, and the message's bytes without the wrapper that names the stream."""
        reader_packages.load()
        import lz4.frame

        with lz4.frame.open(self.path) as lines:
            for line in lines:
                frame = line[line.index(b" ") + 1:-1]
                if frame.startswith(b'{"stream":"'):
                    end = frame.index(b'"', 11)
                    yield frame[11:end].decode(), frame[end + 9:-1]


def raw_links(journal):
    """The links of a recording with raw bytes, oldest first; those of one link are one."""
    files = [RawMessages(path) for path in glob.glob(os.path.join(journal, "raw", "link-*.lz4"))]
    files.sort(key=lambda file: (file.link, file.path))
    links = collections.OrderedDict()
    for file in files:
        links.setdefault(file.link, []).append(file)
    return list(links.values())


def content(data):
    """What a message says, in the words that `journal_streams` uses as well."""
    kind = data.get("e", "bookTicker")
    if kind == "trade":
        return (data["t"], plain(data["p"]), plain(data["q"]), "sell" if data["m"] else "buy", data["T"])
    if kind == "bookTicker":
        return (data["u"], *(plain(data[name]) for name in "bBaA"))
    assert kind == "depthUpdate", kind
    levels = [(side, plain(price), plain(quantity)) for side, name in (("buy", "b"), ("sell", "a"))
              for price, quantity in data[name]]  # fmt: skip
    return Update(data["U"], data["u"], hash((data["E"], tuple(levels))))


def events(journal, *kinds):
    """The events of a journal, of some kinds or all."""
    command = [RELEASE, "journal", "cat", journal, "--json"]
    for kind in kinds:
        command += ["--kind", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            yield json.loads(line)
    assert process.returncode == 0, process.returncode


class Journal:
    """The market events of a journal by stream, in order: contents, and for books also what lies between."""

    def __init__(self, folder):
        self.streams = collections.defaultdict(list)
        self.gaps = collections.Counter()
        self.missing = collections.Counter()
        self.kinds = collections.Counter()
        self.levels = []
        for event in events(folder):
            self.take(event)

    def take(self, event):
        kind = event["kind"]
        self.kinds[kind] += 1
        if kind in ("trade", "quote", "depth", "bookSnapshot"):
            symbol = event["instrument"].lower()
            getattr(self, kind)(symbol, event)
        elif kind == "gap":
            key = (event["instrument"], event["stream"], event["reason"])
            self.gaps[key] += 1
            self.missing[key] += event["count"]

    def trade(self, symbol, event):
        self.streams[symbol + "@trade"].append(
            (event["id"], plain(event["price"]), plain(event["quantity"]), event["side"],
             event["venueTime"] // 1_000_000))  # fmt: skip

    def quote(self, symbol, event):
        names = ("bidPrice", "bidQuantity", "askPrice", "askQuantity")
        self.streams[symbol + "@bookTicker"].append(
            (event["updateID"], *(plain(event[name]) for name in names)))

    def depth(self, symbol, event):
        if event["isFirst"]:
            self.levels = []
        if not event["isEmpty"]:
            self.levels.append((event["side"], plain(event["price"]), plain(event["quantity"])))
        if event["isLast"]:
            said = hash((event["venueTime"] // 1_000_000, tuple(self.levels)))
            self.streams[symbol + "@depth@100ms"].append(
                Update(event["firstUpdateID"], event["updateID"], said))

    def bookSnapshot(self, symbol, event):
        if event["isLast"]:
            self.streams[symbol + "@depth@100ms"].append(event["updateID"])


def compare_with_sent(journal, sent, only_last=False):
    """Every byte that the exchange says it sent, and none else, is in the raw files: by connection, or on
    the last one only, and stream, count and chained digest. Returns the number of messages."""
    reader_packages.load()
    import xxhash

    rows = collections.defaultdict(dict)
    for row in sent["streams"]:
        rows[row["connection"]][row["stream"]] = row
    links = raw_links(journal)
    assert len(rows) == len(links), f"{len(rows)} connections sent, {len(links)} links recorded"
    total = 0
    for connection, files in list(zip(sorted(rows), links))[-1 if only_last else 0:]:
        counts, digests = collections.Counter(), collections.Counter()
        for file in files:
            for stream, message in file:
                counts[stream] += 1
                digests[stream] = xxhash.xxh64_intdigest(message, digests[stream])
        for stream, row in rows[connection].items():
            found = (counts[stream], f"{digests[stream]:016x}")
            expected = (row["count"], row["digest"])
            assert found == expected, f"connection {connection}, {stream}: {found}, sent: {expected}"
        total += sum(counts.values())
    return total


def expected_streams(journal):
    """By stream, the contents of all raw messages, each id once."""
    streams, last = collections.defaultdict(list), collections.Counter()
    for files in raw_links(journal):
        for file in files:
            for stream, message in file:
                said = content(json.loads(message))
                number = said.last if isinstance(said, Update) else said[0]
                if number > last[stream]:
                    last[stream] = number
                    streams[stream].append(said)
    return streams


def compare_with_raw(journal, recorded):
    """The journal says what the raw messages say, all of it, in order, once. Updates of a book that its
    snapshot held already may be left out. Returns how many those were."""
    left_out = 0
    expected = expected_streams(journal)
    assert set(recorded.streams) == set(expected), (set(recorded.streams), set(expected))
    for stream, messages in expected.items():
        if "@depth" in stream:
            left_out += compare_books(stream, messages, recorded.streams[stream])
            continue
        found = recorded.streams[stream]
        for place, (one, other) in enumerate(zip(messages, found)):
            assert one == other, f"{stream}, message {place}: {one} sent, {other} recorded"
        assert len(messages) == len(found), f"{stream}: {len(messages)} sent, {len(found)} recorded"
    return left_out


def compare_books(stream, messages, found):
    left_out, snapshot, waiting = 0, 0, iter(messages)

    def skip_to(update):
        nonlocal left_out
        for message in waiting:
            if message == update:
                return
            assert message.last <= snapshot, f"{stream}: {message} sent, {update} recorded"
            left_out += 1
        assert update is None, f"{stream}: {update} recorded and not sent"

    for entry in found:
        if isinstance(entry, Update):
            skip_to(entry)
        else:
            snapshot = max(snapshot, entry)
    skip_to(None)
    return left_out
