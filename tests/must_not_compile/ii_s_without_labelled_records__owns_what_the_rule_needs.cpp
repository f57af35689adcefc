// expects: owns_what_the_rule_needs
// expects: lacking<[^>]*knowledge::labelled_records
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/backend/eigen.hpp>
#include <telltale/observation/generation.hpp>
#include <telltale/published/text_to_image.hpp>

using namespace telltale;

evidence of_pictures_alone(const generation<eigen<float>>& target) { return published::ii_s{}(target, owning()); }
