// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "segmentation_measure.hpp"

namespace tool {

template image_values measure_image<double>(const signal_request&, const image_answers&, const image_pictures&);

}  // namespace tool
