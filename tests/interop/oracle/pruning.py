"""Global magnitude pruning in float64 (appendix A.3), and what may be pruned."""
import math

import numpy as np


def rounded(value):
    return math.floor(value + 0.5)


def prunable(arrays, also_shortcuts=False):
    """Convolution and linear weights; of shortcuts none."""
    return [name for name, array in arrays.items() if array.ndim > 1 and (also_shortcuts or "shortcut" not in name)]


def rounds(count, share, targets):
    """(folder, weights kept, whether later rounds build on it): every round leaves 1 - share of the last one's, and a target is reached
    from the round before the first that would go beyond it."""
    targets, planned, number = sorted(targets), [], 0
    while targets:
        number += 1
        shared = rounded((1 - share) ** number * count)
        while targets and rounded((1 - targets[0]) * count) >= shared:
            planned.append((f"sparsity-{targets[0]}", rounded((1 - targets.pop(0)) * count), False))
        if targets:
            planned.append((f"round-{number:02}", shared, True))
    return planned


def in_memory(array):
    """As Espalier lays an array out: convolutions as out, height, width, in. It decides who is first among equals."""
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array


def largest_kept(scores, mask, kept):
    """The mask that keeps the largest scores of what another keeps, and among equals the first."""
    flat = np.concatenate([in_memory(np.where(mask[name], np.abs(scores[name]).astype("f8"), -1)).ravel() for name in mask])
    chosen = np.zeros(flat.size, bool)
    chosen[np.argsort(-flat, kind="stable")[:kept]] = True
    result, at = {}, 0
    for name, before in mask.items():
        part = chosen[at:at + before.size].reshape(in_memory(before).shape)
        result[name], at = part.transpose(0, 3, 1, 2) if part.ndim == 4 else part, at + before.size
    return result


def differing(a, b):
    """Weights that only one of two masks keeps."""
    if set(a) != set(b):
        raise ValueError(f"arrays that only one side masks: {sorted(set(a) ^ set(b))[:3]}")
    return sum(int((a[name] != b[name]).sum()) for name in a)


def kept_of(mask):
    return sum(int(kept.sum()) for kept in mask.values())
