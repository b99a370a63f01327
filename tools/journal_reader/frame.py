"""Events as a pandas frame, one row each: integers stay integers, what an event lacks is missing."""

import numpy as np
import pandas as pd

from .definitions import Definitions
from .kinds import ENUMERATIONS, KINDS, TIMES, column_of, distinct
from .rows import NONE
from .selection import select

WIDTHS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64, "bits": 64, "byte≤40": 8, "byte≤5": 8}
OBJECTS = {"bytes", "digest", "amount"}


def types_of_columns():
    """Every column of a frame with the types that kinds store under its name."""
    types = {}
    for kind in KINDS.values():
        for name, type_name in kind.fields:
            types.setdefault(column_of(kind, name), {})[type_name] = None
    return {name: list(found) for name, found in types.items()}


COLUMNS = types_of_columns()


def frame(journal, selection, head=None):
    """The events asked for, at most `head` of them.

    A column of integers is a nullable one as wide as its kinds need, an enumeration is a category,
    a flag a nullable boolean, times are datetime64[ns]. `attrs` has the names and the grids.
    """
    definitions, parts, count = Definitions(), {}, 0
    for found in select(journal, selection, definitions):
        for sequences, batch in found:
            parts.setdefault(batch.kind, []).append((sequences, batch))
            count += len(sequences)
        if head is not None and count >= head:
            break
    result = assembled(parts)
    result = result if head is None else result.head(head)
    result.attrs["names"] = {
        subject: definitions.named(number) for number, subject in enumerate(ENUMERATIONS["TextSubject"])}
    result.attrs["grids"] = definitions.grids
    return result


def assembled(parts):
    """One frame of the batches of all kinds, by sequence."""
    parts = {kind: merged(parts[kind]) for kind in sorted(parts)}
    every = np.concatenate([np.zeros(0, np.uint64), *(part[0] for part in parts.values())])
    every.sort()
    rows = {kind: rows_of(every, part[0]) for kind, part in parts.items()}
    receive, venue = np.empty(len(every), np.int64), np.empty(len(every), np.int64)
    kinds = np.empty(len(every), np.int8)
    for code, (kind, part) in enumerate(parts.items()):
        receive[rows[kind]], venue[rows[kind]], kinds[rows[kind]] = part[1], part[2], code
    columns = {"sequence": every, "receive_time": receive.view("datetime64[ns]"),
               "venue_time": venue.view("datetime64[ns]"),
               "kind": pd.Categorical.from_codes(kinds, [KINDS[kind].name for kind in parts])}  # fmt: skip
    for name, types in COLUMNS.items():
        pieces = [(kind, rows[kind], part[3][name]) for kind, part in parts.items() if name in part[3]]
        if pieces:
            columns[name] = column(name, types, len(every), pieces)
    return pd.DataFrame(columns, copy=False)


def rows_of(every, sequences):
    """Where sequences stand among all."""
    if every[-1] - every[0] + np.uint64(1) == len(every):
        return (sequences - every[0]).view(np.int64)
    return np.searchsorted(every, sequences)


def merged(pairs):
    """(sequences, receive, venue, fields by column) of many batches of one kind."""
    kind = KINDS[pairs[0][1].kind]
    times = [np.concatenate(part) for part in zip(*((s, b.receive, b.venue) for s, b in pairs))]
    fields = {}
    for number, (name, type_name) in enumerate(distinct(kind.fields)):
        dtype = dtype_of(name, type_name)
        values = [np.asarray(batch.fields[number], dtype) if dtype is not object
                  else objects(batch.fields[number]) for _, batch in pairs]  # fmt: skip
        fields[column_of(kind, name)] = np.concatenate(values)
    return *times, fields


def dtype_of(name, type_name):
    if name in OBJECTS:
        return object
    if type_name == "f64":
        return np.float64
    return np.uint64 if type_name in ("u64", "bits") else np.int64


def objects(values):
    """An array of Python values, bytes and long integers among them."""
    array = np.empty(len(values), object)
    array[:] = values
    return array


def column(name, types, count, pieces):
    """A column of so many rows from the values of some kinds, the rest missing."""
    if name in OBJECTS:
        values = np.full(count, None, object)
    elif types == ["f64"]:
        values = np.full(count, np.nan)
    elif name in TIMES:
        values = np.full(count, NONE, np.int64)
    else:
        return masked(types, count, pieces)
    for _, rows, found in pieces:
        values[rows] = found
    return values.view("datetime64[ns]") if name in TIMES else values


def masked(types, count, pieces):
    """A column of integers, flags or names."""
    enumerations = [name for name in types if name in ENUMERATIONS]
    if enumerations:
        return category(enumerations, count, pieces)
    values = np.zeros(count, bool if types == ["flag"] else integer(types))
    missing = np.ones(count, bool)
    for _, rows, found in pieces:
        values[rows], missing[rows] = found, False
    if types == ["flag"]:
        return pd.arrays.BooleanArray(values, missing)
    return pd.arrays.IntegerArray(values, missing)


def integer(types):
    """The narrowest integer that holds every type."""
    bits = max(WIDTHS.get(name, 64) for name in types)
    signed = any(name.startswith("i") for name in types)
    return np.dtype(f"{'i' if signed else 'u'}{bits // 8}")


def category(enumerations, count, pieces):
    """The names of one enumeration, or of several that share a column."""
    names = list(dict.fromkeys(value for name in enumerations for value in ENUMERATIONS[name]))
    codes = np.full(count, -1, np.int8)
    for kind, rows, found in pieces:
        own = next(type_name for _, type_name in KINDS[kind].fields if type_name in enumerations)
        places = np.array([names.index(value) for value in ENUMERATIONS[own]], np.int8)
        codes[rows] = places[found]
    return pd.Categorical.from_codes(codes, names)
