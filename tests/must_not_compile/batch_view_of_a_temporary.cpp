// expects: deleted
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Core>

#include <telltale/backend/batch_view.hpp>

const telltale::batch_view<float> dangling(Eigen::MatrixXf::Zero(2, 3).eval());
