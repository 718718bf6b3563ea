"""Linear assignment: the largest sum is SciPy's; of whole numbers, where many pairings are equally good, exactly."""
import numpy as np

from matching import best
from table import worst


def short(scores, found):
    """How far the sum of a pairing lies from the largest."""
    if sorted(found) != list(range(len(scores))):
        raise ValueError("the pairing is no permutation")
    return abs(float(scores[np.arange(len(found)), found].sum() - best(scores)[1]))


def compare(add, given):
    ours, matrices = given.arrays("assigned.safetensors"), given.arrays("assign.safetensors")
    for kind, allowed in (("ties", 0), ("constant", 0), ("uniform", 1e-10), ("product", 1e-10)):
        names = [name for name in matrices if name.startswith(kind)]
        add(f"{kind}: largest sums of {len(names)} matrices", worst(short(matrices[name], ours[name]) for name in names), allowed)
