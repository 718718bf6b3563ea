"""Twenty steps by PyTorch's own optimizers, schedules, smoothed labels, masks and moving averages."""
import math

import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import prune
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR
from torch.optim.swa_utils import AveragedModel

import networks
from check_training import batches
from given import MODELS
from table import largest_of

EPOCHS, STEPS, DECAY = 5, 4, 0.9
SGD = {"lr": 0.05, "momentum": 0.9, "weight_decay": 5e-4}
ADAMW = {"lr": 0.002, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.02}
KINDS = ("sgd", "nesterov", "adamw", "smoothed", "warm", "all", "sparse", "sparse-adamw")


def averaged(network):
    """Begins as the network is: the first update copies it."""
    average = AveragedModel(network, avg_fn=lambda kept, new, _: DECAY * kept + (1 - DECAY) * new, use_buffers=True)
    average.update_parameters(network)
    return average


def rates(optimizer, warm):
    whole = EPOCHS * STEPS
    if not warm:
        return CosineAnnealingLR(optimizer, T_max=whole)
    return LambdaLR(optimizer, lambda s: 0.5 * (1 + math.cos(math.pi * s / whole)) * min(1, (s + 1) / warm))


def train(given, kind):
    """The network, and its moving average."""
    network, stream = given.network("mlp", "mlp/A/weights.safetensors"), "O.data"
    if kind.startswith("sparse"):
        stream = "sparse.data"
        for name, kept in given.arrays("mlp/prune/sparsity-0.6/mask.safetensors").items():
            prune.custom_from_mask(getattr(network, name.split(".")[0]), "weight", torch.from_numpy(kept.copy()))
    network.train()
    optimizer = (torch.optim.AdamW(network.parameters(), **ADAMW) if kind.endswith("adamw")
                 else torch.optim.SGD(network.parameters(), nesterov=kind in ("nesterov", "all"), **SGD))
    schedule = rates(optimizer, {"warm": 7, "all": 6}.get(kind, 0))
    smoothing = 0.1 if kind in ("smoothed", "all") else 0
    average = averaged(network) if kind == "all" else None
    for epoch in range(EPOCHS):
        for x, labels in batches(given, stream, 256, 64, epoch):
            optimizer.zero_grad()
            cross_entropy(network(x), labels, label_smoothing=smoothing).backward()
            optimizer.step()
            schedule.step()
            if average is not None:
                average.update_parameters(network)
    if kind.startswith("sparse"):
        for layer in ("fc1", "fc2", "fc3"):
            prune.remove(getattr(network, layer), "weight")
    return network, average


def average_of_steps(given, model):
    """Of the weights that each of Espalier's three steps left, batch-norm statistics too."""
    paths = [f"{model}/steps/{name}.safetensors" for name in ("epoch-0000", "epoch-0001", "epoch-0002", "weights")]
    network = given.network(model, paths[0])
    average = averaged(network)
    for path in paths[1:]:
        networks.fill(network, given.arrays(path))
        average.update_parameters(network)
    return networks.arrays_of(average.module)


def compare(add, given):
    for kind in KINDS:
        network, average = train(given, kind)
        ours = given.arrays(f"optimizers/{kind}/weights.safetensors")
        add(f"mlp: arrays after 20 steps, {kind}", largest_of(ours, networks.arrays_of(network)), 1e-4 if kind.endswith("adamw") else 1e-5)
        if average is not None:
            ours = given.arrays(f"optimizers/{kind}/ema.safetensors")
            add(f"mlp: moving average of 20 steps, {kind}", largest_of(ours, networks.arrays_of(average.module)), 1e-5)
    for model in MODELS:
        ours = given.arrays(f"{model}/steps/ema.safetensors")
        add(f"{model}: moving average of 3 steps, statistics too", largest_of(ours, average_of_steps(given, model)), 1e-6)
