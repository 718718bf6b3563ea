"""Times scipy's linear_sum_assignment and prints one line of JSON."""
import argparse
import json
import statistics
import time

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--n", type=int, default=1024, help="rows and columns")
parser.add_argument("--kind", choices=["uniform", "product", "ties", "constant"], default="uniform",
                    help="uniform in [0, 1); -A B^T of normal n x n factors; integers 0 to 9; one value everywhere")
parser.add_argument("--repeats", type=int, default=5)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--save", help="also write the costs here (n*n float64, little endian, row by row), for another solver")
options = parser.parse_args()

rng, n = np.random.default_rng(options.seed), options.n
costs = {
    "uniform": lambda: rng.random((n, n)),
    "product": lambda: -(rng.standard_normal((n, n)) @ rng.standard_normal((n, n)).T),
    "ties": lambda: rng.integers(0, 10, (n, n)).astype(float),
    "constant": lambda: np.full((n, n), 3.25),
}[options.kind]()
if options.save:
    costs.astype("<f8").tofile(options.save)

times = []
for _ in range(options.repeats):
    start = time.perf_counter()
    pairs = linear_sum_assignment(costs)
    times.append(1e3 * (time.perf_counter() - start))
print(json.dumps({"kind": options.kind, "n": n, "scipy": scipy.__version__, "repeats": options.repeats,
                  "median_ms": statistics.median(times), "min_ms": min(times), "objective": float(costs[pairs].sum())}))
