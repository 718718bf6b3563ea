"""Means, deviations and intervals over seeds in summary.json, from its cells."""
import numpy as np
from scipy import stats

from table import worst


def interval(values):
    """Of the mean, 95 %: Student's t with n - 1 degrees of freedom."""
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return values.mean() - half, values.mean() + half


def compare(add, given):
    summary = given.json("run/summary.json")
    accuracy = {}
    for cell in summary["cells"]:
        if cell["sparsity"] > 0:
            accuracy.setdefault(cell["method"], {})[cell["seed"]] = cell["test_accuracy_percent"]
    accuracy = {method: np.array([by_seed[seed] for seed in sorted(by_seed)]) for method, by_seed in accuracy.items()}
    row, = summary["comparisons"]
    found = {method: row["methods"][method] for method in accuracy}
    add("methods compared, at least 10", max(0, 10 - len(found)), 0)
    add("means", worst(abs(found[m]["mean"] - accuracy[m].mean()) for m in found), 1e-10)
    add("standard deviations", worst(abs(found[m]["std"] - accuracy[m].std(ddof=1)) for m in found), 1e-10)
    differences = row["permuted_minus"]
    means = {m: (accuracy["permuted"] - accuracy[m]).mean() for m in differences}
    add("mean differences to permuted", worst(abs(d["mean"] - means[m]) for m, d in differences.items()), 1e-10)
    off = {m: abs(np.array([d["low"], d["high"]]) - interval(accuracy["permuted"] - accuracy[m])).max() for m, d in differences.items()}
    add("intervals of the differences", worst(off.values()), 1e-8)
