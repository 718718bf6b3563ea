"""Safetensors: 8 bytes of header length, a JSON header with type, shape and place of each tensor, the data."""
import json
import struct

import numpy as np

KINDS = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}


def header(path):
    with open(path, "rb") as file:
        return json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))


def read(path):
    """Name -> array."""
    with open(path, "rb") as file:
        entries = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    entries.pop("__metadata__", None)
    return {name: np.frombuffer(data[slice(*entry["data_offsets"])], KINDS[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in entries.items()}


def write(path, arrays):
    entries, data = {}, b""
    for name, array in arrays.items():
        little = array.astype(array.dtype.newbyteorder("<")) if array.dtype.itemsize > 1 else array
        kind = next(name for name, kind in KINDS.items() if np.dtype(kind) == little.dtype)
        entries[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += np.ascontiguousarray(little).tobytes()
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
