// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

/// Who is asked, in the order of the index.
namespace generator {

inline constexpr std::string_view of_classifier = "a classifier";
inline constexpr std::string_view of_gradients = "a model and its training";
inline constexpr std::string_view of_image_text = "an image-text model";
inline constexpr std::string_view of_generator = "a text-to-image generator";
inline constexpr std::string_view of_segmentation = "a segmentation network";

inline constexpr std::array order_of_targets{of_classifier, of_gradients, of_image_text, of_generator, of_segmentation};

}  // namespace generator
