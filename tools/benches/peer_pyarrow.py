"""Writes a CSV export as Parquet with all that pyarrow offers for size, and prints its bytes.

  peer_pyarrow.py EVENTS.csv OUT.parquet

Integers (times, ids, prices and quantities on the grid of their column) are delta-encoded, the rest is
in dictionaries; zstd at level 9 over both.
"""

import json
import math
import os
import sys

import pyarrow
import pyarrow.compute as compute
import pyarrow.csv
import pyarrow.parquet

DECIMALS = 8


def whole(column):
    """A column of decimals as integers of the coarsest grid that holds them; anything else as it is."""
    if not pyarrow.types.is_decimal(column.type):
        return column
    factor = pyarrow.scalar(10 ** DECIMALS, pyarrow.decimal128(DECIMALS + 1, 0))
    units = compute.cast(compute.multiply(column, factor), pyarrow.int64())
    grid = math.gcd(*(value for value in compute.unique(units).to_pylist() if value is not None))
    return compute.divide(units, grid or 1)


def read(path):
    """The CSV with numbers read exactly, without the row's number and columns that hold nothing."""
    text = pyarrow.csv.read_csv(
        path, convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    decimals = {name: pyarrow.decimal128(18, DECIMALS) for name, column in
                zip(text.column_names, text.columns) if pyarrow.types.is_floating(column.type)}
    exact = pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(
        strings_can_be_null=True, column_types=decimals))
    used = {name: whole(column) for name, column in zip(exact.column_names, exact.columns)
            if column.null_count < len(column) and name != "sequence"}
    return pyarrow.table(used)


def main():
    source, target = sys.argv[1:]
    rows = read(source)
    integers = [name for name in rows.column_names if pyarrow.types.is_integer(rows[name].type)]
    others = [name for name in rows.column_names if name not in integers]
    pyarrow.parquet.write_table(
        rows, target, compression="zstd", compression_level=9, use_dictionary=others or False,
        column_encoding={name: "DELTA_BINARY_PACKED" for name in integers},
        write_statistics=False, row_group_size=1 << 20)
    print(json.dumps({"bytes": os.path.getsize(target), "rows": len(rows),
                      "version": pyarrow.__version__}))


if __name__ == "__main__":
    main()
