"""What a reader says when bytes are not what the format document asks for, and where."""

from contextlib import contextmanager


class Damage(Exception):
    """Bytes that no writer of the format leaves behind; the message names segment and block."""


class NoJournal(Exception):
    """A path without a journal."""


def need(condition, message):
    """Refuses what the format does not allow."""
    if not condition:
        raise Damage(message)


@contextmanager
def located(place):
    """Puts a place in front of the damage found inside."""
    try:
        yield
    except Damage as damage:
        raise Damage(f"{place}: {damage}") from None
