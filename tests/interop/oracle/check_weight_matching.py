"""Weight matching (Ainsworth et al. 2023, algorithm 1) over all that is trained: every group is where SciPy would put it given the others,
and NumPy's ascent in the same order of the groups, from the same start, ends in the same permutation."""
import numpy as np

from given import MODELS
from matching import best
from streams import Stream
from symmetry import moved, places_of
from table import worst


def trained(arrays):
    return {name: array.astype("f8") for name, array in arrays.items() if "running" not in name}


def scores(a, b, group, permutation, places):
    """[units of B, units of A]: what each unit adds at each place, all other groups being where they are."""
    total = 0
    for name, dimension in places[group]:
        if name in a:
            still = moved({name: a[name]}, permutation, places, but=(name, dimension))[name]
            total = total + np.tensordot(b[name], still, (others(b[name], dimension),) * 2)
    return total


def others(array, dimension):
    return [axis for axis in range(array.ndim) if axis != dimension]


def objective(a, b, permutation, places):
    there = moved(a, permutation, places)
    return sum(float((there[name] * b[name]).sum()) for name in a)


def ascent(a, b, start, places, order, seed):
    """Sweeps in the order of the stream of their number, until none moves."""
    permutation, sweep, least = dict(start), 0, 1e-11 * sum(float(np.linalg.norm(a[n]) * np.linalg.norm(b[n])) for n in a)
    while True:
        improved = False
        for index in Stream(seed, "weight-matching.0", sweep).order(len(order)):
            value = scores(a, b, order[index], permutation, places)
            found, gain = best(value)
            gain -= value[np.arange(len(found)), permutation[order[index]]].sum()
            if gain > least:
                permutation, improved = {**permutation, order[index]: found}, True
        sweep += 1
        if not improved:
            return permutation


def compare(add, given):
    for model in MODELS:
        a, b = (trained(given.arrays(f"{model}/{net}/weights.safetensors")) for net in "AB")
        places = places_of(model)
        for how in ("by-weights", "by-weights-from-activations"):
            ours = given.arrays(f"{model}/{how}.safetensors")
            identity = {group: np.arange(len(units)) for group, units in ours.items()}
            start = given.arrays(f"{model}/pi-Correlation.safetensors") if "from" in how else identity
            order = [g["group"] for g in given.json(f"{model}/{how}.json")["groups"]]
            theirs = ascent(a, b, start, places, order, seed=3)
            reached = objective(a, b, ours, places)
            values = {g: scores(a, b, g, ours, places) for g in ours}
            gain = worst(best(value)[1] - value[identity[g], ours[g]].sum() for g, value in values.items())
            title = f"{model}, {how.replace('-', ' ')}"
            add(f"{title}: what one group could still gain, relative", gain / reached, 1e-10)
            add(f"{title}: units placed differently", sum(int((ours[g] != theirs[g]).sum()) for g in ours), 0)
            add(f"{title}: objective, relative", abs(reached - objective(a, b, theirs, places)) / reached, 1e-10)
