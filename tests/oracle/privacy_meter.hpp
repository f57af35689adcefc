// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// clang-format off
#include <vector>

// Output of benchmarks/peers/record_privacy_meter.py:
// privacytrustlab/ml_privacy_meter, modules/mia/attacks/rmia.py at 0b8cb7a, functions transcribed by hand.
namespace oracle {

inline const std::vector<double> privacy_meter_2_a3{1.0, 1.0, 0.875, 1.0, 0.6, 0.625, 1.0, 0.4, 0.0, 0.0, 0.625, 1.0};

inline const std::vector<double> privacy_meter_2_a0{
    1.0, 1.0, 0.825, 1.0, 0.375, 0.55, 0.625, 0.325, 1.0, 1.0, 0.55, 1.0};

inline const std::vector<double> privacy_meter_2_a8{
    1.0, 1.0, 0.925, 0.95, 0.125, 0.4, 0.35, 0.15, 0.775, 0.75, 0.35, 1.0};

inline const std::vector<double> privacy_meter_3_a3{1.0, 1.0, 0.8, 1.0, 0.8, 0.45, 0.55, 0.375, 0.0, 1.0, 0.775, 1.0};

inline const std::vector<double> privacy_meter_3_a0{1.0, 1.0, 0.8, 1.0, 0.55, 0.425, 0.35, 0.3, 0.9, 0.9, 0.6, 1.0};

inline const std::vector<double> privacy_meter_3_a8{
    0.975, 1.0, 0.85, 0.975, 0.2, 0.325, 0.25, 0.325, 0.45, 0.75, 0.325, 1.0};

inline const std::vector<double> privacy_meter_9_a3{
    0.925, 1.0, 0.85, 0.975, 0.325, 0.45, 0.175, 0.325, 0.25, 0.8, 0.55, 1.0};

inline const std::vector<double> privacy_meter_9_a0{
    0.925, 1.0, 0.825, 0.925, 0.275, 0.45, 0.175, 0.25, 0.25, 0.675, 0.5, 1.0};

inline const std::vector<double> privacy_meter_9_a8{
    0.925, 1.0, 0.85, 0.975, 0.475, 0.5, 0.2, 0.5, 0.25, 0.9, 0.7, 1.0};

}  // namespace oracle
