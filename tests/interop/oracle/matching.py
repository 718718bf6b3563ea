"""Equation 1: which unit of A lies where a unit of B is, from activations of all images at once, in float64."""
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment


def taps(model, network):
    """Group -> the module whose output, rectified, shows its units: of a stream that of its last block."""
    if model == "mlp":
        return {f"fc{layer}": getattr(network, f"fc{layer}") for layer in range(1, network.depth + 1)}
    found = {}
    for stage in (1, 2, 3):
        blocks = getattr(network, f"layer{stage}")
        for index, block in enumerate(blocks):
            found[f"layer{stage}.{index}.conv1"] = block.bn1
        found["conv1" if stage == 1 else f"layer{stage}.0.conv2"] = blocks[-1]
    return found


def activations(model, network, x):
    """Group -> [units, samples], float64; a sample is an image, or a position of one."""
    seen, hooks = {}, []
    for group, module in taps(model, network).items():
        hooks.append(module.register_forward_hook(lambda _, __, out, group=group: seen.__setitem__(group, out.detach().relu().double())))
    with torch.no_grad():
        network(x)
    for hook in hooks:
        hook.remove()
    return {group: (z if z.dim() == 2 else z.permute(0, 2, 3, 1).reshape(-1, z.shape[1])).T.numpy() for group, z in seen.items()}


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
