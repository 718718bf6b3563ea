"""Compares everything in a folder that make-inputs filled.   usage: compare.py FOLDER EMBEDDED [--brief] [-v]"""
import os
import sys

import torch

import check_assignment
import check_between
import check_diversity
import check_files
import check_grid
import check_intervals
import check_logits
import check_matching
import check_optimizers
import check_pruning
import check_streams
import check_symmetry
import check_training
import check_weight_matching
from given import Given
from table import Table

CHECKS = (check_logits, check_streams, check_training, check_optimizers, check_pruning, check_matching, check_symmetry, check_between,
          check_weight_matching, check_grid, check_files, check_diversity, check_intervals, check_assignment)

torch.set_num_threads(1)
table, given = Table(), Given(os.path.abspath(sys.argv[1]), sys.argv[2])
for check in CHECKS:
    table.run(check.__name__[len("check_"):].replace("_", " "), check.compare, given)
sys.exit(1 if table.show(brief="--brief" in sys.argv) else 0)
