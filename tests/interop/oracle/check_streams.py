"""Initializations: Kaiming normal from the stream of their name, in the order of the layers, convolutions as out, height, width, in."""
import math

import numpy as np

from given import MODELS
from streams import Stream
from table import largest_of


def drawn(arrays):
    """Weights N(0, 2 / fan-in), biases of layers uniform within 1 / sqrt(fan-in) of 0, norms 1 and 0."""
    random, made, fan_in = Stream(0, "A.init"), {}, 0
    for name, array in arrays.items():
        if name.split(".")[-1] in ("running_mean", "running_var") or "bn" in name or "shortcut.1" in name:
            made[name] = np.full(array.shape, float(name.endswith(("bn1.weight", "bn2.weight", "shortcut.1.weight", "running_var"))))
        elif name.endswith(".weight"):
            fan_in = array[0].size
            stored = array.transpose(0, 2, 3, 1).shape if array.ndim == 4 else array.shape
            values = np.array([math.sqrt(2 / fan_in) * random.normal() for _ in range(array.size)]).reshape(stored)
            made[name] = values.transpose(0, 3, 1, 2) if array.ndim == 4 else values
        else:
            made[name] = np.array([(2 * random.uniform() - 1) / math.sqrt(fan_in) for _ in range(array.size)])
    return made


def compare(add, given):
    for model in MODELS:
        arrays = given.arrays(f"{model}/A/epoch-0000.safetensors")
        add(f"{model}: initialization", largest_of(arrays, drawn(arrays)), 1e-7)
