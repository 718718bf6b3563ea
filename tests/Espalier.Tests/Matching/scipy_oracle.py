"""Prints the objectives that LinearAssignmentScipySpecs expects: scipy's minimum for matrices that C# makes again from the same generator.

The generator is x <- 6364136223846793005 x + 1442695040888963407 mod 2^64 from x = n; cell values, row by row, are its top 53 bits over 2^53.
Run with Debian's python3-scipy 1.10.1: python3 scipy_oracle.py
"""
import numpy as np
from scipy.optimize import linear_sum_assignment

MULTIPLIER, INCREMENT, MASK = 6364136223846793005, 1442695040888963407, (1 << 64) - 1


def uniform(n):
    x, cells = n, np.empty(n * n)
    for cell in range(n * n):
        x = (x * MULTIPLIER + INCREMENT) & MASK
        cells[cell] = (x >> 11) / 2.0**53
    return cells.reshape(n, n)


for n in (64, 256, 512, 1024, 2048):
    costs = uniform(n)
    ties = np.floor(costs * 1000)
    objectives = [repr(float(m[linear_sum_assignment(m)].sum())) for m in (costs, ties)]
    print(f"[InlineData({n}, {objectives[0]}, {objectives[1]})]")
