"""What was compared: a line a quantity, its largest difference, and how much is allowed."""
import math
import sys

import numpy as np


class Table:
    """Collects comparisons; a check's exception counts as a failure of that check."""

    def __init__(self):
        self.rows = []

    def add(self, check, quantity, difference, allowed):
        """difference: a number, or None where there was nothing to compare, which fails."""
        ok = difference is not None and math.isfinite(difference) and difference <= allowed
        self.rows.append((check, quantity, "-" if difference is None else f"{difference:.3g}", f"{allowed:.3g}", "ok" if ok else "FAILED"))

    def run(self, check, compare, *arguments):
        """compare(add, *arguments) calls add(quantity, difference, allowed)."""
        before = len(self.rows)
        try:
            compare(lambda quantity, difference, allowed: self.add(check, quantity, difference, allowed), *arguments)
        except Exception as fault:  # a check that cannot be made is no check that passed
            self.rows.append((check, f"{type(fault).__name__}: {fault}"[:100], "-", "-", "FAILED"))
            if "-v" in sys.argv:
                raise
        if len(self.rows) == before:
            self.rows.append((check, "nothing was compared", "-", "-", "FAILED"))

    def show(self, brief=False):
        """Prints the rows as Markdown, or only those that failed, and 'N passed, N failed'; the number that failed."""
        rows = [row for row in self.rows if not brief or row[-1] != "ok"]
        if rows:
            print("| check | quantity | largest difference | allowed | ok |\n|---|---|---|---|---|")
        for row in rows:
            print("| " + " | ".join(row) + " |")
        failed = sum(row[-1] != "ok" for row in self.rows)
        print(f"{len(self.rows) - failed} passed, {failed} failed")
        return failed


def worst(differences):
    """The largest; not a number where one is not."""
    return float(np.max(list(differences)))


def largest_of(a, b):
    """Largest |a - b| over all arrays of two dictionaries."""
    if set(a) != set(b) or any(a[name].shape != b[name].shape for name in a):
        raise ValueError(f"the arrays differ in their names or shapes: {sorted(set(a) ^ set(b))[:3]}")
    return worst(abs(a[name].astype("f8") - b[name]).max() for name in a)
