"""Equation 1: which unit of A lies where a unit of B is, from activations of all images at once, in float64."""
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment


def taps(model, network, choice):
    """Group -> the modules whose outputs, rectified, show its units: of a stream its last block, or all places, or of the final stream
    (as in the released code) the last block but one."""
    if model == "mlp":
        return {f"fc{layer}": [getattr(network, f"fc{layer}")] for layer in range(1, network.depth + 1)}
    found = {}
    for stage in (1, 2, 3):
        blocks = list(getattr(network, f"layer{stage}"))
        for index, block in enumerate(blocks):
            found[f"layer{stage}.{index}.conv1"] = [block.bn1]
        places = ([network.bn1] if stage == 1 else []) + blocks
        early = choice == "FinalStreamOneBlockEarly" and stage == 3
        found["conv1" if stage == 1 else f"layer{stage}.0.conv2"] = places if choice == "Sum" else [blocks[-2 if early else -1]]
    return found


def activations(model, network, x, choice="Last"):
    """Group -> for each of its places [units, samples], float64; a sample is an image, or a position of one."""
    seen, hooks, places = {}, [], taps(model, network, choice)
    for module in {id(module): module for modules in places.values() for module in modules}.values():
        hooks.append(module.register_forward_hook(lambda module, _, out: seen.__setitem__(module, out.detach().relu().double())))
    with torch.no_grad():
        network(x)
    for hook in hooks:
        hook.remove()
    return {group: [samples(seen[module]) for module in modules] for group, modules in places.items()}


def samples(z):
    return (z if z.dim() == 2 else z.permute(0, 2, 3, 1).reshape(-1, z.shape[1])).T.numpy()


def scores(a, b, score, epsilon=1e-4):
    """[units of B, units of A]."""
    count = a.shape[1]
    if score == "InnerProduct":
        return b @ a.T / count
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    covariance = b @ a.T / count
    if score == "Covariance":
        return covariance
    deviations = np.outer(np.sqrt((b * b).mean(1)), np.sqrt((a * a).mean(1)))
    return np.where(deviations == 0, 0, covariance / (deviations + epsilon))


def best(scores_):
    """Position j -> the unit of A, and the sum of scores."""
    units = linear_sum_assignment(scores_, maximize=True)[1]
    return units, scores_[np.arange(len(units)), units].sum()
