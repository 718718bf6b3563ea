"""Espalier from Python: calls the program, and gives what it leaves as PyTorch tensors or NumPy arrays.

The program is whatever the environment's ESPALIER says ("dotnet .../Espalier.Cli.dll" too), else `espalier` on the PATH.
"""
from .files import Permutation, load, save
from .program import EspalierError, run
from .steps import align, evaluate, mask, match, permutation, transplant

__all__ = ["EspalierError", "Permutation", "align", "evaluate", "load", "mask", "match", "permutation", "run", "save", "transplant"]
