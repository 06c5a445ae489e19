"""Reads and writes Parquet files with pyarrow for PyarrowOracleTest, which compares every value.

A table goes from one side to the other as text: a line a row, values separated by tabs, null as ~,
integers (dates as days, times and timestamps as counts of their unit, decimals unscaled) in decimal,
floats and doubles as the hexadecimal digits of their bits, bytes and texts as x and theirs.

  pyarrow_oracle.py read LIST    of every line "file key-or-dash": writes file.rows, or file.error
  pyarrow_oracle.py records LIST the same of nested rows
  pyarrow_oracle.py write FOLDER FIRST COUNT KEY    random tables: SEED.parquet, .rows and .avsc
"""

import decimal
import json
import random
import struct
import sys
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

decimal.getcontext().prec = 100


def text(kind, value):
    if value is None:
        return "~"
    if pa.types.is_boolean(kind):
        return "1" if value else "0"
    if isinstance(value, uuid.UUID):
        return "x" + value.bytes.hex()
    if pa.types.is_float32(kind):
        return struct.pack(">f", value).hex()
    if pa.types.is_floating(kind):
        return struct.pack(">d", value).hex()
    if pa.types.is_string(kind):
        return "x" + value.encode("utf-8").hex()
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "x" + value.hex()
    if pa.types.is_decimal(kind):
        return str(int(value.scaleb(kind.scale)))
    return str(value)


def values(column):
    """Values as Python objects; days and times as integers, which Python's own cannot hold."""
    kind = column.type
    if pa.types.is_date32(kind) or pa.types.is_time32(kind):
        return column.cast(pa.int32()).to_pylist()
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        return column.cast(pa.int64()).to_pylist()
    return column.to_pylist()


def dump(table, path):
    columns = [
        [text(column.type, value) for value in values(column)] for column in table.columns
    ]
    with open(path, "w", encoding="ascii") as out:
        for row in zip(*columns):
            out.write("\t".join(row) + "\n")


def read(listing, write_rows):
    with open(listing, encoding="utf-8") as lines:
        for line in lines:
            path, key = line.split()
            try:
                properties = None
                if key != "-":
                    properties = pe.create_decryption_properties(footer_key=bytes.fromhex(key))
                with pq.ParquetFile(
                    path, decryption_properties=properties, page_checksum_verification=True
                ) as file:
                    table = file.read()
                table.validate(full=True)
                write_rows(table, path + ".rows")
            except Exception as refused:  # the test reports it with the file
                with open(path + ".error", "w", encoding="utf-8") as out:
                    out.write(repr(refused))


def dump_records(table, path):
    """Nested rows as Python prints them: the test compares two files of the same records."""
    with open(path, "w", encoding="utf-8") as out:
        for row in table.to_pylist():
            out.write(repr(row) + "\n")


def logical(name, kind, **more):
    return {"type": kind, "logicalType": name, **more}


KINDS = [
    ("boolean", pa.bool_(), lambda n: n % 2 == 0),
    ("int", pa.int32(), lambda n: n % 2**32 - 2**31),
    ("long", pa.int64(), lambda n: n),
    ("double", pa.float64(), lambda n: n / 8.0),
    ("string", pa.string(), lambda n: ["EUR", "Überweisung", "送金", "\U0001f4b6", ""][n % 5] + str(n)),
    (logical("date", "int"), pa.date32(), lambda n: n % 100_000),
    (
        logical("timestamp-micros", "long"),
        pa.timestamp("us", "UTC"),
        lambda n: n % 4_000_000_000_000_000,
    ),
    (
        logical("decimal", "bytes", precision=18, scale=4),
        pa.decimal128(18, 4),
        lambda n: decimal.Decimal(n % 10**17).scaleb(-4),
    ),
    (
        logical("decimal", "bytes", precision=38, scale=9),
        pa.decimal128(38, 9),
        lambda n: decimal.Decimal(n).scaleb(-9),
    ),
    ("float", pa.float32(), lambda n: n / 8.0),
    ("bytes", pa.binary(), lambda n: n.to_bytes(9, "big", signed=True)),
    (logical("time-millis", "int"), pa.time32("ms"), lambda n: n % 86_400_000),
    (logical("time-micros", "long"), pa.time64("us"), lambda n: n % 86_400_000_000),
    (logical("timestamp-millis", "long"), pa.timestamp("ms", "UTC"), lambda n: n % 4 * 10**12),
    (logical("local-timestamp-micros", "long"), pa.timestamp("us"), lambda n: n % 4 * 10**15),
    (logical("timestamp-nanos", "long"), pa.timestamp("ns", "UTC"), lambda n: n % 4 * 10**18),
]


def column(source, rows, kind, nullable):
    distinct = source.choice([1, 3, 500, 9_000, 2**62])
    nulls = source.choice([0, 2, 50, 100]) if nullable else 0
    ascending = source.random() < 0.3
    number, made = source.randrange(1000), []
    for _ in range(rows):
        number = number + source.randrange(50) if ascending else source.randrange(distinct) - 1
        made.append(None if source.randrange(100) < nulls else kind[2](number))
    if pa.types.is_date32(kind[1]) or pa.types.is_time32(kind[1]):
        return pa.array(made, pa.int32()).cast(kind[1])
    if pa.types.is_timestamp(kind[1]) or pa.types.is_time64(kind[1]):
        return pa.array(made, pa.int64()).cast(kind[1])
    return pa.array(made, kind[1])


def write(folder, first, count, key):
    for seed in range(first, first + count):
        source = random.Random(seed)
        rows = source.choice([0, 1, 700, 3_000])
        fields, arrays, avro = [], [], []
        for index in range(source.randrange(1, 10)):
            kind, nullable = source.choice(KINDS), source.random() < 0.5
            name = f"c{index}"
            fields.append(pa.field(name, kind[1], nullable))
            arrays.append(column(source, rows, kind, nullable))
            avro.append({"name": name, "type": ["null", kind[0]] if nullable else kind[0]})
        table = pa.table(arrays, schema=pa.schema(fields))
        sealed = source.random() < 0.5
        # INT96 has one unit for all.
        micros = all(
            field.type == pa.timestamp("us", "UTC")
            for field in fields
            if pa.types.is_timestamp(field.type)
        )
        properties = None
        if sealed:
            properties = pe.create_encryption_properties(footer_key=bytes.fromhex(key))
        pq.write_table(
            table,
            f"{folder}/{seed}.parquet",
            compression=source.choice(["NONE", "SNAPPY", "ZSTD", "GZIP"]),
            use_dictionary=source.random() < 0.5,
            # pyarrow does not read pages of version 2 that are encrypted, so it writes none here.
            data_page_version="1.0" if sealed else source.choice(["1.0", "2.0"]),
            data_page_size=source.choice([1_000, 20_000, 1_000_000]),
            row_group_size=source.choice([300, 2_000, 100_000]),
            write_page_index=source.random() < 0.5,
            write_page_checksum=source.random() < 0.5,
            store_decimal_as_integer=source.random() < 0.5,
            use_deprecated_int96_timestamps=micros and source.random() < 0.2,
            encryption_properties=properties,
        )
        dump(table, f"{folder}/{seed}.rows")
        with open(f"{folder}/{seed}.avsc", "w", encoding="utf-8") as out:
            json.dump({"type": "record", "name": "t", "fields": avro}, out)
        with open(f"{folder}/{seed}.key", "w", encoding="ascii") as out:
            out.write(key if sealed else "-")


if __name__ == "__main__":
    if sys.argv[1] == "read":
        read(sys.argv[2], dump)
    elif sys.argv[1] == "records":
        read(sys.argv[2], dump_records)
    else:
        write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
