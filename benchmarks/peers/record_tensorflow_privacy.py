# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records compute_score_lira and compute_score_offset of TensorFlow Privacy 0.8.12, the last wheel that has them, without
TensorFlow:

    pip download tensorflow_privacy==0.8.12 --no-deps
    python3 benchmarks/peers/record_tensorflow_privacy.py tensorflow_privacy-0.8.12-py3-none-any.whl \
        > tests/oracle/tensorflow_privacy.hpp
"""
import sys
import types
import warnings
import zipfile

import numpy as np

import recording

wheel = zipfile.ZipFile(sys.argv[1])
source = wheel.read("tensorflow_privacy/privacy/privacy_tests/membership_inference_attack/advanced_mia.py")
for name in ("tensorflow_privacy", "tensorflow_privacy.privacy", "tensorflow_privacy.privacy.privacy_tests",
             "tensorflow_privacy.privacy.privacy_tests.utils"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["tensorflow_privacy.privacy.privacy_tests.utils"].log_loss = None  # of another signal
peer = {}
exec(compile(source, "advanced_mia.py", "exec"), peer)

warnings.simplefilter("ignore")  # it takes means of empty slices and replaces them
arrays = {}
for queries in (1, 2):
    scores, keep = recording.shadows(9, 12, queries)
    keep[:, 3] = False  # record 3 has no IN model, 5 no OUT model, 7 a single IN model
    keep[:, 5] = True
    keep[:, 7] = False
    keep[4, 7] = True
    target = recording.targets(12, queries)
    side = lambda wanted: [scores[keep[:, i] == wanted, i, :] for i in range(12)]
    for option in ("both", "in", "out"):
        for fixed in (False, True):
            for centre in ("median", "mean"):
                found = peer["compute_score_lira"](target, side(True), side(False), option, fixed, centre)
                arrays[f"tfp_{option}_{'fixed' if fixed else 'own'}_{centre}_{queries}"] = found
        for centre in ("median", "mean"):
            found = peer["compute_score_offset"](target, side(True), side(False), option, centre)
            arrays[f"tfp_offset_{option}_{centre}_{queries}"] = found
    arrays[f"tfp_sum_of_inputs_{queries}"] = [scores.sum() + target.sum() + keep.sum()]
recording.print_header("record_tensorflow_privacy.py", "compute_score_lira and compute_score_offset of the tensorflow_privacy 0.8.12 wheel",
                       arrays)
