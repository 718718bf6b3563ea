"""Espalier reads what PyTorch writes, torch.nn.utils.prune's masks included, and its files have PyTorch's names."""
import numpy as np
import torch

import networks
import tensors
from given import MODELS, measured
from pruning import differing


def compare(add, given):
    for net in ("mlp", "pruned"):
        state = torch.load(f"{given.folder}/{net}.pth")
        masks = {key[:-len("_mask")]: value.numpy().astype(bool) for key, value in state.items() if key.endswith("_mask")}
        arrays = {key.replace("_orig", ""): value.numpy() for key, value in state.items() if not key.endswith("_mask")}
        effective = {key: np.where(masks[key], array, np.float32(0)) if key in masks else array for key, array in arrays.items()}
        network = networks.load("mlp", effective)
        loss, right = measured(network, given.images["test"], given.labels["test"])
        ours = given.json(f"{net}.json")
        add(f"{net}.pth: images classified rightly", abs(round(ours["accuracy_percent"] * ours["images"] / 100) - right), 0)
        add(f"{net}.pth: loss", abs(ours["loss"] - loss), 1e-5)
    add("pruned.pth: weights masked differently", differing(given.arrays("from-torch/mask.safetensors"), masks), 0)
    for model in MODELS:
        names = [key for key in networks.named(model).state_dict() if not key.endswith("num_batches_tracked")]
        written = tensors.header(f"{given.folder}/{model}/A/weights.safetensors")
        add(f"{model}: names that only one side has", len(set(names) ^ (set(written) - {"__metadata__"})), 0)
        add(f"{model}: arrays not in float32", sum(written[name]["dtype"] != "F32" for name in names), 0)
