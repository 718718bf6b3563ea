"""Where the units of each group lie in the arrays, written down by hand from the networks' definitions."""
import numpy as np


def mlp_places(depth=2):
    """Group -> list of (array, dimension)."""
    return {f"fc{layer}": [(f"fc{layer}.weight", 0), (f"fc{layer}.bias", 0), (f"fc{layer + 1}.weight", 1)] for layer in range(1, depth + 1)}


def normed(conv, norm):
    """Outputs of a convolution and all of its batch-norm."""
    return [(f"{conv}.weight", 0)] + [(f"{norm}.{array}", 0) for array in ("weight", "bias", "running_mean", "running_var")]


def resnet20_places(blocks=3):
    """A stage's stream is written by the convolution before it and by every block; the inside of a block is a group of its own.
    A stage whose width changes has a stream of its own, which its shortcut's convolution writes to as well."""
    places = {"conv1": normed("conv1", "bn1")}
    stream = "conv1"
    for stage in (1, 2, 3):
        for block in range(blocks):
            name, before = f"layer{stage}.{block}", stream
            places[f"{name}.conv1"] = normed(f"{name}.conv1", f"{name}.bn1") + [(f"{name}.conv2.weight", 1)]
            places[before].append((f"{name}.conv1.weight", 1))
            if stage > 1 and block == 0:
                stream = f"{name}.conv2"
                places[stream] = normed(f"{name}.shortcut.0", f"{name}.shortcut.1")
                places[before].append((f"{name}.shortcut.0.weight", 1))
            places[stream] += normed(f"{name}.conv2", f"{name}.bn2")
    places[stream].append(("linear.weight", 1))
    return places


def places_of(name):
    return mlp_places() if name == "mlp" else resnet20_places()


def axes_of(places):
    """Array -> {dimension: group}."""
    axes = {}
    for group, found in places.items():
        for array, dimension in found:
            axes.setdefault(array, {})[dimension] = group
    return axes


def moved(arrays, permutation, places, but=None):
    """Position j gets unit permutation[group][j]; of one (array, dimension) nothing moves."""
    axes, result = axes_of(places), {}
    for name, array in arrays.items():
        for dimension, group in axes.get(name, {}).items():
            if (name, dimension) != but:
                array = np.take(array, permutation[group], dimension)
        result[name] = array
    return result
