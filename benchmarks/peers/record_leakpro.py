# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
"""Records LeakPro's LiRA and RMIA from a checkout of aidotse/LeakPro (the package of that name on PyPI is empty):

    python3 benchmarks/peers/record_leakpro.py LeakPro/leakpro/attacks/mia_attacks > tests/oracle/leakpro.hpp

Recorded from copies, transcribed by hand, of lira.py as of commit 044fb54 and rmia.py as of commit 0525dfb; only the
methods that score are run. The ratios of the population are what prepare_attack computes of them, in its three lines; the softmax is left out.
"""
import os
import sys
import types

import numpy as np
from scipy.stats import norm

import recording

folder = sys.argv[1]
result = types.SimpleNamespace(from_full_scores=lambda **given: given["signal_values"][:, 0])
lira = recording.functions_of(
    os.path.join(folder, "lira.py"),
    ("get_std", "_fixed_variance", "_carlini_variance", "_individual_carlini", "run_attack"),
    {"np": np, "norm": norm, "tqdm": lambda steps, **_: steps, "MIAResult": result})
# A matrix of true-class probabilities stands for the logits: its softmax is itself.
rmia = recording.functions_of(
    os.path.join(folder, "rmia.py"), ("_run_attack",),
    {"np": np, "softmax_logits": lambda p, _: p, "logger": types.SimpleNamespace(info=lambda _: None)})["_run_attack"]

arrays = {}
for models in (9, 70):
    scores, keep = recording.shadows(models, 12, 1)
    target = recording.targets(12, 1)
    for spread in ("carlini", "individual_carlini", "fixed"):
        for online in (True, False):
            attack = type("attack", (), dict(lira))()
            attack.online, attack.var_calculation, attack.num_shadow_models = online, spread, models
            attack.fix_var_threshold = 32
            attack.shadow_models_logits, attack.out_indices, attack.target_logits = scores[:, :, 0], ~keep, target[:, 0]
            attack.audit_dataset = {"in_members": np.arange(12), "out_members": np.arange(0)}
            attack.configs = types.SimpleNamespace(model_dump=lambda: None)
            arrays[f"leakpro_{'online' if online else 'offline'}_{spread}_{models}"] = attack.run_attack()
    arrays[f"leakpro_sum_of_inputs_{models}"] = [scores.sum() + target.sum() + keep.sum()]

scores, keep = recording.shadows(9, 12, 1)
of_x, by_target = recording.probabilities(scores)[:, :, 0], recording.probabilities(recording.targets(12, 1))
z_scores = recording.probabilities(recording.shadows(9, 60, 1)[0])[:, 20:, 0]
z_target = recording.probabilities(recording.targets(60, 1))[20:, 0]
for online in (True, False):
    for a, gamma in ((0.33, 2.0), (0.7, 1.0), (0.33, 0.6)):
        attack = types.SimpleNamespace(online=online, offline_a=a, gamma=gamma, temperature=1.0, epsilon=1e-6)
        p_z = z_scores.mean(axis=0)
        if not online:
            p_z = 0.5 * ((a + 1) * p_z + (1 - a))
        attack.ratio_z = z_target / (p_z + attack.epsilon)
        attack.ground_truth_indices = np.zeros(12, dtype=int)
        attack.logits_theta, attack.logits_shadow_models = by_target, [row[:, None] for row in of_x]
        attack.out_indices = ~keep
        attack.audit_dataset = {"in_members": np.arange(12), "out_members": np.arange(0)}
        rmia(attack)
        settings = f"a{round(100 * a)}_gamma{round(10 * gamma)}"
        arrays[f"leakpro_rmia_{'online' if online else 'offline'}_{settings}"] = attack.in_member_signals[:, 0]
recording.print_header("record_leakpro.py", "aidotse/LeakPro, lira.py at 044fb54 and rmia.py at 0525dfb; functions transcribed by hand", arrays)
