"""Page "Trust": signed notes, the checkpoints among them, and the keys that hand over."""

import base64
import binascii
import datetime
import re
from hashlib import sha256

from . import signatures
from .damage import need

SIGNATURE = re.compile(r"— (\S+) (\S+)")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


class Notes:
    """The notes of a journal in order: the key in force, and how much they have vouched for."""

    def __init__(self, journal_id):
        self.name = "cryptobot/" + journal_id.hex()
        self.key, self.number = None, -1
        self.checkpoints = self.breaks = 0
        self.signed = []

    def take(self, text, tree, sequence, chain, last_time):
        """Checks a note against what stands before it."""
        body, marked, tail = text.partition("\n\n")
        need(marked and tail.endswith("\n"), "a note without a signature")
        lines = body.split("\n")
        body = (body + "\n").encode()
        signed = [self.signature(line) for line in tail[:-1].split("\n")]
        if lines[0] == self.name + "/key":
            self.hand_over(lines, body, signed)
            return
        need(lines[0] == self.name and len(lines) == 6, "a note of another journal, or unknown")
        need(self.key and self.is_signed(self.key, body, signed), "a checkpoint with a false signature")
        root = base64.b64encode(tree.root()).decode()
        stated = [str(tree.size), root, f"sequence {sequence}", "chain " + chain.hex()]
        need(lines[1:5] == stated, "a checkpoint that speaks of other blocks")
        need(lines[5].removeprefix("time ") == "none" if last_time is None
             else nanoseconds(lines[5].removeprefix("time ")) == last_time,
             "a checkpoint of another time")  # fmt: skip
        self.checkpoints += 1
        self.signed.append(lines[1:3])

    def hand_over(self, lines, body, signed):
        """A key note: the key in force again, the next one, or the begin of a new line of keys."""
        need(len(lines) in (3, 5) and lines[1].isdecimal(), "a key note of another form")
        number, encoded = int(lines[1]), decoded(lines[2])
        need(len(encoded) == 33 and encoded[0] == 1, "a key of an unknown kind")
        key = encoded[1:]
        if (number, key) == (self.number, self.key):
            return
        if self.key and number == self.number + 1 and self.is_signed(self.key, body, signed):
            need(lines[3:] in self.signed if lines[3:] else self.signed,
                 "the checkpoints of a key that handed over were taken away")  # fmt: skip
        else:
            need(len(lines) == 3 and self.is_signed(key, body, signed), "a key note that nobody signed")
            self.breaks += self.key is not None
        self.number, self.key, self.signed = number, key, []

    def signature(self, line):
        match = SIGNATURE.fullmatch(line)
        need(match, "a line behind a note that is no signature")
        return match[1], decoded(match[2])

    def is_signed(self, key, body, signed):
        identity = sha256(self.name.encode() + b"\n\x01" + key).digest()[:4]
        return any(name == self.name and data[:4] == identity and signatures.holds(key, body, data[4:])
                   for name, data in signed)  # fmt: skip


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        need(False, "a note with broken base64")


def nanoseconds(text):
    """A moment in ISO 8601, in nanoseconds since 1970."""
    match = MOMENT.fullmatch(text)
    need(match, f"`{text}` is no time")
    seconds = datetime.datetime.fromisoformat(match[1] + "+00:00").timestamp()
    return int(seconds) * 10**9 + int((match[2] or "0").ljust(9, "0"))
