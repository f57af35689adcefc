// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/masked_pictures.hpp>
#include <telltale/images/nearest.hpp>
#include <telltale/images/resample.hpp>
#include <telltale/io/nifti.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Which slices of a volume are taken, and how.
struct slicing {
  std::size_t axis = 1;   ///< along which slices follow each other: 0 sagittal, 1 coronal, 2 axial
  std::size_t side = 48;  ///< of the square pictures: each slice is cropped around its centre and resized
  double labelled = .01;  ///< the least share of pixels with a label other than 0; slices below are left out
  std::vector<std::uint8_t> merged{};  ///< what becomes of each label of the atlas; empty leaves them as they are
};

namespace detail {

/// A slice of a row-major volume as a picture: the later of the other two axes upwards, the earlier to the right.
template <class Value>
std::vector<Value> slice_of(std::span<const Value> volume, const io::shape_type& shape, std::size_t axis,
                            std::size_t at) {
  const std::size_t across = axis == 0 ? 1 : 0, up = axis == 2 ? 1 : 2;
  const std::vector<std::size_t> stride{shape[1] * shape[2], shape[2], 1};
  std::vector<Value> slice;
  slice.reserve(shape[across] * shape[up]);
  for (std::size_t row = shape[up]; row-- > 0;)
    for (std::size_t column = 0; column < shape[across]; ++column)
      slice.push_back(volume[at * stride[axis] + row * stride[up] + column * stride[across]]);
  return slice;
}

inline std::vector<std::uint8_t> merged_labels(const io::nifti_array& atlas, const std::vector<std::uint8_t>& merged) {
  std::vector<std::uint8_t> labels = atlas.to_vector<std::uint8_t>();
  if (merged.empty()) return labels;
  for (std::uint8_t& label : labels) {
    if (label >= merged.size())
      io::detail::refuse_file(atlas.path(), "has label " + std::to_string(label) + "; options.merged names only 0 to " +
                                                std::to_string(merged.size() - 1));
    label = merged[label];
  }
  return labels;
}

/// Grey, 0 at the least value of the volume and 255 at the largest.
inline std::vector<std::uint8_t> grey_of(const io::nifti_array& volume) {
  const std::vector<float> values = volume.to_vector<float>();
  for (const float value : values)
    if (!std::isfinite(value)) io::detail::refuse_file(volume.path(), "has a value that is not finite");
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double from = *least, scale = *most > *least ? 255 / (static_cast<double>(*most) - from) : 0;
  std::vector<std::uint8_t> grey;
  grey.reserve(values.size());
  for (const float value : values) grey.push_back(static_cast<std::uint8_t>(std::lround((value - from) * scale)));
  return grey;
}

}  // namespace detail

/// The slices of a volume as grey pictures (three equal channels), with the labels of an atlas on the same grid.
///
/// Neighbouring slices are nearly the same image: split them with `split_into_blocks`, never one by one. Pictures are
/// resized as `resized` does, labels by `nearest_square`. Throws file_error naming the file for a volume that does not
/// have three axes, an atlas of another shape, labels that are no integers from 0 to 255 or that `merged` does not
/// name, and when no slice has enough labels; argument_error for an axis above 2 and a side of 0.
[[nodiscard]] inline masked_pictures slices_of(const io::nifti_array& volume, const io::nifti_array& atlas,
                                               const slicing& options = {}) {
  if (options.axis > 2 || options.side == 0)
    telltale::detail::refuse("slices_of", "options.axis, options.side",
                             "are " + std::to_string(options.axis) + " and " + std::to_string(options.side) +
                                 "; wanted an axis from 0 to 2 and a side of at least 1");
  const io::shape_type& shape = volume.shape();
  if (shape.size() != 3)
    io::detail::refuse_file(volume.path(), "has shape " + io::detail::tuple_text(shape) + "; wanted three axes");
  if (atlas.shape() != shape)
    io::detail::refuse_file(atlas.path(), "has shape " + io::detail::tuple_text(atlas.shape()) + "; the volume has " +
                                              io::detail::tuple_text(shape));
  const std::vector<std::uint8_t> grey = detail::grey_of(volume), labels = detail::merged_labels(atlas, options.merged);
  const std::size_t width = shape[options.axis == 0 ? 1 : 0], height = shape[options.axis == 2 ? 1 : 2];
  masked_pictures made;
  for (std::size_t at = 0; at < shape[options.axis]; ++at) {
    const pixel_labels mask =
        nearest_square({height, width, detail::slice_of<std::uint8_t>(labels, shape, options.axis, at)}, options.side);
    const auto background = std::count(mask.labels.begin(), mask.labels.end(), std::uint8_t{0});
    const auto pixels = static_cast<double>(mask.labels.size());
    if (pixels - static_cast<double>(background) < options.labelled * pixels) continue;
    std::vector<std::uint8_t> bytes;
    for (const std::uint8_t value : detail::slice_of<std::uint8_t>(grey, shape, options.axis, at))
      bytes.insert(bytes.end(), 3, value);
    made.pictures.push_back(
        resized(centre_square(rgb_image(height, width, std::move(bytes))), options.side, options.side));
    made.masks.insert(made.masks.end(), mask.labels.begin(), mask.labels.end());
    made.names.push_back("slice " + std::to_string(at));
  }
  if (made.pictures.empty())
    io::detail::refuse_file(atlas.path(),
                            "labels no slice on at least " + std::to_string(options.labelled) + " of its pixels");
  return made;
}

}  // namespace telltale::images
