"""Permuted weights and masks are the arrays with their units elsewhere, bit for bit, and the same function."""
import numpy as np
import torch

import networks
from given import MODELS, logits, relative
from pruning import differing
from symmetry import moved, places_of


def bits_differing(a, b):
    if set(a) != set(b):
        raise ValueError(f"arrays that only one side has: {sorted(set(a) ^ set(b))[:3]}")
    return sum(int((a[name].view("u4") != b[name].view("u4")).sum()) for name in a)


def function_off(model, arrays, other, x):
    """Logits of two networks in float64, relative."""
    before, after = (logits(networks.load(model, net).double(), x.double()) for net in (arrays, other))
    return relative(after, before)


def compare(add, given):
    x = given.images["test"][:16]
    for model in MODELS:
        places, permutation = places_of(model), given.arrays(f"{model}/pi-Correlation.safetensors")
        weights, ours = given.arrays(f"{model}/A/weights.safetensors"), given.arrays(f"{model}/permuted.safetensors")
        add(f"{model}: groups that only one side has", len(set(places) ^ set(permutation)), 0)
        add(f"{model}: weights whose bits differ", bits_differing(ours, moved(weights, permutation, places)), 0)
        mask = given.arrays(f"{model}/prune/sparsity-0.6/mask.safetensors")
        moved_mask = given.arrays(f"{model}/moved/mask.safetensors")
        add(f"{model}: weights masked differently", differing(moved_mask, moved(mask, permutation, places)), 0)
        start = given.arrays(f"{model}/B/epoch-0001.safetensors")
        masked = {name: np.where(moved_mask.get(name, True), array, np.float32(0)) for name, array in start.items()}
        moved_start = given.arrays(f"{model}/moved/start.safetensors")
        add(f"{model}: weights of B's masked start whose bits differ", bits_differing(moved_start, masked), 0)
        add(f"{model}: logits of the permuted network, float64, relative", function_off(model, weights, ours, x), 1e-12)
    model = "resnet20:shortcut=zero-pad"
    loaded = torch.load(f"{given.folder}/zero-pad.pth")
    state = {key: value.numpy() for key, value in loaded.items() if not key.endswith("num_batches_tracked")}
    ours, permutation = given.arrays("zero-pad-permuted.safetensors"), given.arrays("zero-pad-pi.safetensors")
    elsewhere = sum(int((found != np.arange(len(found))).sum()) for found in permutation.values())
    add(f"{model}: units moved, short of 200", max(0, 200 - elsewhere), 0)
    add(f"{model}: logits of the permuted network, float64, relative", function_off(model, state, ours, x), 1e-12)
