"""Files of tensors: safetensors, read and written here, and what else the program reads, by way of it."""
import json
import math
import os
import struct
import tempfile

import numpy as np

from .program import run

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?"}
BFLOAT16 = "BF16"  # NumPy has no such type.


def load(path, numpy=False, model=None):
    """Name -> tensor, of safetensors or of any checkpoint that the program reads. Pairs of torch.nn.utils.prune come as they lie there.

    numpy: arrays instead of tensors; model: a description or a name, for files that do not say of which network they are.
    """
    path = os.fspath(path)
    if not is_safetensors(path):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "converted.safetensors")
            run("convert", path, model=model, out=out)
            return load(out, numpy)
    with open(path, "rb") as file:
        text = file.read(struct.unpack("<Q", file.read(8))[0])
        data = file.read()
    try:
        header = json.loads(text)
    except ValueError:
        raise ValueError(f"'{path}' is no safetensors file: its header is no JSON") from None
    header.pop("__metadata__", None)
    arrays = {name: array_of(path, name, entry, data) for name, entry in header.items()}
    if numpy:
        return {name: widened(array) if header[name]["dtype"] == BFLOAT16 else array for name, array in arrays.items()}
    return tensors(arrays, header)


def array_of(path, name, entry, data):
    """Its numbers; those of bfloat16 as their 16 bits."""
    try:
        kind, shape, (first, last) = entry["dtype"], [int(size) for size in entry["shape"]], map(int, entry["data_offsets"])
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"'{path}' is damaged: what its header says of '{name}' is not type, shape and place") from None
    if kind not in TYPES and kind != BFLOAT16:
        raise ValueError(f"'{path}' holds '{name}' as {kind}; expected one of {', '.join([*TYPES, BFLOAT16])}")
    if not 0 <= first <= last <= len(data):
        raise ValueError(f"'{path}' is cut off: '{name}' lies at bytes {first} to {last} of its data, which has {len(data)}")
    stored = np.dtype(TYPES.get(kind, "<u2"))
    if min(shape, default=0) < 0 or last - first != math.prod(shape) * stored.itemsize:
        raise ValueError(f"'{path}' is damaged: '{name}' has {last - first} bytes, which are not {kind} {shape}")
    return np.frombuffer(data[first:last], stored).reshape(shape).copy()


def widened(bits):
    """bfloat16 as NumPy can have it: the same numbers in float32, of which it is the upper half."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def save(path, arrays):
    """Name -> tensor or array, as safetensors. Tensors of bfloat16 stay that."""
    header, data = {}, []
    at = 0
    for name, array in arrays.items():
        narrow = str(getattr(array, "dtype", "")) == "torch.bfloat16"
        if narrow:
            import torch

            array = array.detach().cpu().contiguous().view(torch.int16)
        array = np.asarray(array.detach().cpu() if hasattr(array, "detach") else array)
        kind = BFLOAT16 if narrow else next((k for k, t in TYPES.items() if np.dtype(t) == array.dtype), None)
        if kind is None:
            raise ValueError(f"'{name}' is of {array.dtype}; expected one of {', '.join([*TYPES, BFLOAT16])}")
        data.append(np.ascontiguousarray(array, np.dtype(TYPES.get(kind, "<i2"))).tobytes())
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + len(data[-1])]}
        at += len(data[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.writelines([struct.pack("<Q", len(text)), text, *data])


def is_safetensors(path):
    with open(path, "rb") as file:
        start = file.read(9)
    return len(start) == 9 and start[8:] == b"{" and struct.unpack("<Q", start[:8])[0] <= os.path.getsize(path) - 8


def tensors(arrays, header):
    import torch  # Only who wants tensors needs it.

    def tensor(name, array):
        if header[name]["dtype"] == BFLOAT16:
            return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(array)

    return {name: tensor(name, array) for name, array in arrays.items()}


class Permutation:
    """π: which unit of network A moves to which place.

    groups: name of a group -> index array, entry j the unit that moves to j. axes: the same for each axis of each array of the network
    that moves, as (name, axis) -> index array; of a grouped convolution's inputs it has a row for each output.
    """

    def __init__(self, groups, axes, path=None, scores=None):
        self.groups, self.axes, self.path, self.scores = groups, axes, path, scores

    def apply(self, state):
        """A state dict (or a mask, by the same names) with its units moved. Arrays that nothing moves, and other names, stay."""
        moved = dict(state)
        for (name, axis), index in self.axes.items():
            for key in (name, f"{name}_orig", f"{name}_mask"):
                if key in moved:
                    moved[key] = taken(moved[key], index, axis)
        return moved


def taken(array, index, axis):
    if hasattr(array, "index_select"):
        import torch

        index = torch.as_tensor(index, device=array.device)
        return array.index_select(axis, index) if index.dim() == 1 else torch.take_along_dim(
            array, index.reshape(*index.shape, *[1] * (array.dim() - 2)), axis)
    index = np.asarray(index)
    return array.take(index, axis) if index.ndim == 1 else np.take_along_axis(
        array, index.reshape(*index.shape, *[1] * (array.ndim - 2)), axis)
