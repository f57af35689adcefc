# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records the LiRA scores of SACRO-ML 2.0.1 (`pip install sacroml==2.0.1`); logits are handed to it as they are:

    python3 benchmarks/peers/record_sacro_ml.py > tests/oracle/sacro_ml.hpp
"""
import tempfile
import warnings

import numpy as np
from sacroml.attacks import likelihood_attack
from sacroml.version import __version__

import recording

warnings.simplefilter("ignore")
likelihood_attack.utils.logit = lambda value: value
records = 12
scores, keep = recording.shadows(9, records, 1)
keep[:, 3] = False  # record 3 has no IN model, 5 no OUT model
keep[:, 5] = True
target = recording.targets(records, 1)
target[1] = 60  # Phi(z) is 1
in_scores = {i: list(scores[keep[:, i], i, 0]) for i in range(records)}
out_scores = {i: list(scores[~keep[:, i], i, 0]) for i in range(records)}
arrays = {}
for mode in ("offline", "offline-carlini", "online-carlini"):
    for fixed in (False, True):
        attack = likelihood_attack.LIRAAttack(output_dir=tempfile.mkdtemp(), write_report=False, mode=mode,
                                              fix_variance=fixed)
        found, _ = attack._compute_scores(np.zeros(records, dtype=int), target, out_scores, in_scores)
        # Its metrics read the second column as the score of a member.
        arrays[f"sacro_{mode.replace('-', '_')}_{'fixed' if fixed else 'own'}"] = [pair[1] for pair in found]
arrays["sacro_sum_of_inputs"] = [scores.sum() + target.sum() + keep.sum()]
recording.print_header("record_sacro_ml.py", f"LIRAAttack of the sacroml {__version__} wheel", arrays)
