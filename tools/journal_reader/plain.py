"""Events one by one as dictionaries that JSON can hold."""

import numpy as np

from .kinds import ENUMERATIONS, KINDS, TIMES, column_of, distinct
from .rows import NONE
from .selection import select


def dictionaries(journal, selection):
    """Every event asked for as a dictionary: plain integers, enumerations by name, bytes as hex."""
    for found in select(journal, selection):
        events = []
        for sequences, batch in found:
            names, values = plain_columns(batch)
            times = batch.receive.tolist(), [None if t == NONE else t for t in batch.venue.tolist()]
            label = KINDS[batch.kind].name
            for sequence, received, at_venue, *fields in zip(sequences.tolist(), *times, *values):
                events.append({"sequence": sequence, "receive_time": received, "venue_time": at_venue,
                               "kind": label, **dict(zip(names, fields))})  # fmt: skip
        events.sort(key=lambda event: event["sequence"])
        yield from events


def plain_columns(batch):
    """The columns of a batch and their values as JSON can hold them."""
    kind = KINDS[batch.kind]
    names, values = [], []
    for (name, type_name), column_values in zip(distinct(kind.fields), batch.fields, strict=True):
        plain = column_values.tolist() if isinstance(column_values, np.ndarray) else column_values
        if type_name in ENUMERATIONS:
            plain = [ENUMERATIONS[type_name][value] for value in plain]
        elif type_name == "flag":
            plain = [bool(value) for value in plain]
        elif name == "bytes":
            plain = [value.hex() for value in plain]
        elif name in TIMES:
            plain = [None if value == NONE else value for value in plain]
        names.append(column_of(kind, name))
        values.append(plain)
    return names, values
