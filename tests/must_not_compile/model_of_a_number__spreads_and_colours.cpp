// expects: spreads_and_colours
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/study/simplified_model.hpp>

const telltale::study::simplified_model<double> model(2, 0.01);
