// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/torch/model/answers.hpp>

namespace telltale {

/// Reads the inputs of a model from a .npy file: records first, and beyond them the shape that the model wants. Images
/// are mostly (n, channels, height, width), features (n, d).
///
/// Floats become float32, whole numbers of more than one byte int64 (tokens, categories). Bytes are refused unless
/// `scale` says what a pixel is to the model: each value is divided by it, 255 for a model that was trained on [0, 1],
/// 1 for one that takes bytes as they are. `scale` divides floats just as well.
/// Cost: one pass and one copy. Throws file_error naming the file, and argument_error for a scale that is not positive.
[[nodiscard]] inline at::Tensor load_inputs(const std::filesystem::path& path, std::optional<double> scale = {}) {
  if (scale && !(*scale > 0 && std::isfinite(*scale)))
    detail::refuse("load_inputs", "scale", "is " + std::to_string(*scale) + "; wanted a positive number");
  const io::npy_array array = io::read_npy(path);
  if (array.shape().size() < 2 || array.size() == 0)
    throw file_error(path.string(), "has shape " + io::detail::tuple_text(array.shape()) +
                                        "; wanted (records, what the model wants of each), none of them 0");
  const char kind = array.dtype().kind;
  if (kind == 'b') throw file_error(path.string(), "holds booleans; wanted numbers");
  if (kind != 'f' && array.dtype().item_size == 1 && !scale)
    throw file_error(path.string(),
                     "holds " + array.dtype().name() +
                         "; wanted a scale to divide bytes by: 255 where the model was trained on [0, 1]");
  const std::vector<std::int64_t> shape(array.shape().begin(), array.shape().end());
  const auto as_tensor = [&]<class Scalar>(Scalar, at::ScalarType type) {
    const io::npy_values<Scalar> values{array};
    at::Tensor tensor = at::empty(shape, type);
    std::copy(values.span().begin(), values.span().end(), tensor.template data_ptr<Scalar>());
    return tensor;
  };
  if (kind != 'f' && !scale) return as_tensor(std::int64_t{}, at::kLong);
  at::Tensor inputs = as_tensor(float{}, at::kFloat);
  if (!at::isfinite(inputs).all().item<bool>()) throw file_error(path.string(), "holds a number that is not finite");
  return scale && *scale != 1 ? inputs.div_(*scale) : inputs;
}

}  // namespace telltale
