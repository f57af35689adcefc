// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/metric/interval/estimate.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace segmentation_lab {

/// A defence in the plane of utility and privacy.
struct scattered {
  std::string name;
  std::size_t kind = 0;  ///< its colour
  telltale::metric::estimate x, y;
};

/// A picture of what defences cost and bring: numbered points with the intervals of both figures, and a legend. The
/// dashed line is guessing. `id` must be unique in the page.
[[nodiscard]] std::string scatter_chart(const std::vector<scattered>& points, std::string_view x_axis,
                                        std::string_view y_axis, std::string_view id, std::string_view title);

}  // namespace segmentation_lab
