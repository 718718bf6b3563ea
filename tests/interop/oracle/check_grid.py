"""A grid's baselines (docs/baselines.md): the masks they begin with, the masks they end with, and the trained weights."""
import itertools

import numpy as np
import torch

import images
import networks
import updates
from check_training import batches
from densities import drawn, erdos_renyi_kernel, uniform
from pruning import differing, kept_of, largest_kept, prunable
from scores import snip, synflow_mask
from sgd import Sgd, factor
from store import Store
from streams import Stream
from table import largest_of, worst

SEEDS, COUNT, BATCH, EPOCHS, RATE = (0, 1, 2), 256, 64, 3, 0.02


class Embedded:
    """The first images of the embedded set, as batches() wants them."""

    def __init__(self, folder):
        self.pixels = {"train": images.read_idx(f"{folder}/train-images-idx3-ubyte.gz")[:COUNT]}
        self.labels = {"train": torch.from_numpy(images.read_idx(f"{folder}/train-labels-idx1-ubyte.gz")[:COUNT].astype("i8"))}


def begun(method, start, kept, seed, images_):
    """The mask that a method begins with."""
    names = prunable(start)
    shapes, weights = [start[name].shape for name in names], {name: start[name] for name in names}
    dense = {name: np.ones(start[name].shape, bool) for name in names}
    if method == "uniform-random":
        return drawn(weights, uniform(shapes, kept), Stream(seed, "control.uniform"))
    if method in ("erk-random", "set", "rigl"):
        return drawn(weights, erdos_renyi_kernel(shapes, kept), Stream(seed, "control.erk"))
    if method == "snip":
        chosen = Stream(seed, "snip.images").order(COUNT)[:BATCH]
        x = images.normalised(images_.pixels["train"][chosen]).reshape(BATCH, -1).astype("f8")
        return largest_kept(snip(start, x, images_.labels["train"].numpy()[chosen]), dense, kept)
    return synflow_mask(start, dense, kept, 20) if method == "syn-flow" else dense


def ended(method, start, mask, kept, seed, images_):
    """Mask and weights after training."""
    network = networks.fill(networks.Mlp(784, 1, 32), start)
    made = itertools.chain.from_iterable(batches(images_, "sparse.data", COUNT, BATCH, epoch, seed=seed) for epoch in range(EPOCHS))
    steps = COUNT // BATCH * EPOCHS
    rates = [RATE * factor("CosineBySteps", step, COUNT // BATCH, EPOCHS) for step in range(steps)]
    rule = method if method in ("set", "rigl", "gmp") else None
    streams = lambda step: Stream(seed, "sparse.data.mask", step)
    mask = updates.train(Sgd(network), mask, made, rates, kept, rule, streams)
    return mask, networks.arrays_of(network)


def compare(add, given):
    store, images_ = Store(f"{given.folder}/store"), Embedded(given.embedded)
    for method in ("uniform-random", "erk-random", "snip", "syn-flow", "set", "rigl", "gmp"):
        counts, wrong, off = 0, 0, []
        for seed in SEEDS:
            title = f"{method} 60% k=1 seed {seed}"
            start, ours = store.arrays(f"B seed {seed}", "epoch-0001"), store.arrays(title, "mask")
            kept = kept_of(store.arrays(f"A sparsity-0.6 seed {seed}", "mask"))
            mask, weights = ended(method, start, begun(method, start, kept, seed, images_), kept, seed, images_)
            counts += sum(abs(int(ours[name].sum()) - int(mask[name].sum())) for name in mask)
            wrong += differing(ours, mask)
            off.append(largest_of(store.arrays(title, "weights"), weights))
        add(f"{method}: weights kept of each layer", counts, 0)
        add(f"{method}: weights masked differently, {len(SEEDS)} seeds", wrong, 0)
        add(f"{method}: weights after training", worst(off), 1e-5)
