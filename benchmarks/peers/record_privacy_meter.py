# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records Privacy Meter's RMIA from a checkout of privacytrustlab/ml_privacy_meter (the wheel 1.0.1 has none):

    python3 benchmarks/peers/record_privacy_meter.py ml_privacy_meter/modules/mia/attacks/rmia.py \
        > tests/oracle/privacy_meter.hpp

Recorded from copies, transcribed by hand, of rmia.py as of commit 0b8cb7a; only the functions that score are run.
"""
import sys

import numpy as np

import recording

peer = recording.functions_of(sys.argv[1], ("get_out_ref_signals", "run_rmia"), {"np": np})
arrays = {}
for models in (2, 3, 9):
    scores, keep = recording.shadows(9, 12, 1)
    scores, keep = scores[:models], keep[:models]
    of_x, by_target = recording.probabilities(scores)[:, :, 0], recording.probabilities(recording.targets(12, 1))
    z_scores = recording.probabilities(recording.shadows(9, 60, 1)[0])[:models, 20:, 0]
    z_target = recording.probabilities(recording.targets(60, 1))[20:, 0]
    for a in (0.3, 0.0, 0.8):
        arrays[f"privacy_meter_{models}_a{round(10 * a)}"] = peer["run_rmia"](
            by_target[:, 0], of_x.T, keep.T, z_target, z_scores.T, a)
recording.print_header("record_privacy_meter.py",
                       "privacytrustlab/ml_privacy_meter, modules/mia/attacks/rmia.py at 0b8cb7a, functions transcribed by hand", arrays)
