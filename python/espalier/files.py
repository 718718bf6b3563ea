"""Files of tensors: safetensors, read and written here, and what else the program reads, by way of it."""
import json
import os
import struct
import tempfile

import numpy as np

from .program import run

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?"}


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
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        if entry["dtype"] not in TYPES:
            raise ValueError(f"'{path}' holds '{name}' as {entry['dtype']}; expected one of {', '.join(TYPES)}")
        arrays[name] = np.frombuffer(data[first:last], TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
    return arrays if numpy else tensors(arrays)


def save(path, arrays):
    """Name -> tensor or array, as safetensors."""
    header, data = {}, []
    at = 0
    for name, array in arrays.items():
        array = np.asarray(array.detach().cpu() if hasattr(array, "detach") else array)
        kind = next((k for k, t in TYPES.items() if np.dtype(t) == array.dtype), None)
        if kind is None:
            raise ValueError(f"'{name}' is of {array.dtype}, which cannot be written")
        data.append(np.ascontiguousarray(array, np.dtype(TYPES[kind])).tobytes())
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


def tensors(arrays):
    import torch  # Only who wants tensors needs it.

    return {name: torch.from_numpy(array) for name, array in arrays.items()}


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
