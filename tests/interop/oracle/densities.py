"""How many weights a random mask keeps of each layer, and where."""
import math

import numpy as np


def whole(exact, sizes, total):
    """Rounded by largest remainders, so that they add up."""
    counts = [math.floor(value) for value in exact]
    for i in sorted(range(len(counts)), key=lambda i: (counts[i] - exact[i], i)):
        if sum(counts) < total and counts[i] < sizes[i]:
            counts[i] += 1
    if sum(counts) != total:
        raise ValueError(f"{counts} do not add up to {total}")
    return counts


def uniform(shapes, total):
    sizes = [math.prod(shape) for shape in shapes]
    return whole([total * size / sum(sizes) for size in sizes], sizes, total)


def erdos_renyi_kernel(shapes, total):
    """Density proportional to (sum of a layer's dimensions) / (their product); what would be more than full is full (Evci et al. 2020)."""
    sizes, wanted, full = [math.prod(shape) for shape in shapes], [float(sum(shape)) for shape in shapes], set()
    while True:
        share = (total - sum(sizes[i] for i in full)) / sum(wanted[i] for i in range(len(sizes)) if i not in full)
        over = {i for i in range(len(sizes)) if i not in full and share * wanted[i] > sizes[i]}
        if not over:
            return whole([sizes[i] if i in full else share * wanted[i] for i in range(len(sizes))], sizes, total)
        full |= over


def drawn(arrays, counts, stream):
    """In each layer the first places of a random order; the layers of an MLP lie in memory as they are read."""
    mask = {}
    for (name, array), kept in zip(arrays.items(), counts):
        chosen = np.zeros(array.size, bool)
        chosen[stream.order(array.size)[:kept]] = True
        mask[name] = chosen.reshape(array.shape)
    return mask
