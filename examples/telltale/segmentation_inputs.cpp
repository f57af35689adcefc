// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <utility>

#include "files.hpp"
#include "segmentation.hpp"

namespace tool {
namespace {

namespace io = telltale::io;

using telltale::label_maps;

/// Image i of a file of integer labels, in place where they lie there as some type of this machine's, else converted.
std::function<label_maps(std::size_t)> images_of(const io::npy_array& array, std::optional<int> ignored) {
  const std::size_t height = array.shape()[1], width = array.shape()[2], pixels = height * width;
  std::function<label_maps(std::size_t)> found;
  const auto in_place = [&]<class Stored>(Stored) {
    if (found || !array.holds<Stored>()) return;
    found = [=](std::size_t image) {
      return label_maps(array.view<Stored>().subspan(image * pixels, pixels), 1, height, width, ignored);
    };
  };
  in_place(std::uint8_t{});
  in_place(std::int8_t{});
  in_place(std::uint16_t{});
  in_place(std::int16_t{});
  in_place(std::uint32_t{});
  in_place(std::int32_t{});
  in_place(std::uint64_t{});
  in_place(std::int64_t{});
  if (found) return found;
  const auto converted = std::make_shared<const std::vector<std::int64_t>>(array.to_vector<std::int64_t>());
  return [=](std::size_t image) {
    return label_maps(std::span<const std::int64_t>(*converted).subspan(image * pixels, pixels), 1, height, width,
                      ignored);
  };
}

/// One more than the largest label that the file has beside `ignored`, negative ones aside.
std::size_t classes_in(const std::function<label_maps(std::size_t)>& images, std::size_t count,
                       std::optional<int> ignored) {
  constexpr std::size_t most = 65536;
  std::size_t classes = 2;
  std::vector<int> labels;
  for (std::size_t i = 0; i < count; ++i) {
    const label_maps map = images(i);
    labels.resize(map.pixels());
    map.read(0, most, labels);
    for (const int label : labels)
      if (label >= 0 && label != ignored) classes = std::max(classes, static_cast<std::size_t>(label) + 1);
  }
  return classes;
}

constexpr const char* wanted_outputs =
    "; wanted scores (n, classes, height, width), of a single map of the foreground (n, 1, height, width), or integer "
    "labels (n, height, width)";

}  // namespace

segmentation_files::segmentation_files(const segmentation_options& options)
    : path_(options.outputs), probabilities_(options.probabilities) {
  const io::npy_array outputs = io::read_npy(options.outputs);
  const io::shape_type& shape = outputs.shape();
  labels_ = outputs.dtype().kind != 'f';
  if (shape.size() != (labels_ ? 3U : 4U) || outputs.size() == 0)
    throw usage_error(options.outputs,
                      "holds " + outputs.dtype().name() + " of shape " + shape_text(outputs) + wanted_outputs);
  images_ = shape.front();
  format_ = {2, shape[shape.size() - 2], shape.back()};
  if (!options.ignore.empty()) {
    const double label = number("--ignore", options.ignore);
    if (label != std::trunc(label) || std::abs(label) > 1e9)
      throw usage_error("--ignore", "'" + options.ignore + "' is no label; wanted an integer");
    ignored_ = static_cast<int>(label);
  }
  if (!options.masks.empty()) open_masks(options.masks);
  if (labels_)
    open_labels(outputs, options.classes);
  else
    open_scores(outputs);
}

void segmentation_files::open_scores(const io::npy_array& outputs) {
  one_channel_ = outputs.shape()[1] == 1;
  format_.classes = one_channel_ ? 2 : outputs.shape()[1];
  if (outputs.dtype().item_size <= 4)
    floats_.emplace(outputs);
  else
    doubles_.emplace(outputs);
}

void segmentation_files::open_labels(const io::npy_array& outputs, const std::string& classes) {
  predicted_of_ = images_of(outputs, std::nullopt);
  if (!classes.empty()) {
    format_.classes = whole_number("--classes", classes, 2);
    return;
  }
  origins().from("masks", path_).name_in([&] { format_.classes = classes_in(predicted_of_, images_, std::nullopt); });
  if (mask_of_) format_.classes = std::max(format_.classes, classes_in(mask_of_, images_, ignored_));
}

void segmentation_files::open_masks(const std::string& path) {
  const io::npy_array masks = io::read_npy(path);
  if (masks.dtype().kind == 'f')
    throw usage_error(path, "holds " + masks.dtype().name() + "; wanted integers, the true class of every pixel");
  const io::shape_type wanted{images_, format_.height, format_.width};
  if (masks.shape() != wanted)
    throw usage_error(path, "has shape " + shape_text(masks) + "; " + path_ + " has " + counted(images_, "image") +
                                " of " + std::to_string(format_.height) + " x " + std::to_string(format_.width) +
                                " pixels, so wanted (" + std::to_string(images_) + ", " +
                                std::to_string(format_.height) + ", " + std::to_string(format_.width) + ")");
  mask_of_ = images_of(masks, ignored_);
}

bool segmentation_files::looks_like_probabilities() const {
  if (labels_ || one_channel_) return false;
  const std::size_t pixels = format_.pixels(), some = std::min<std::size_t>(pixels, 256);
  const auto sums_to_one = [&](auto values) {
    for (std::size_t p = 0; p < some; ++p) {
      double sum = 0;
      for (std::size_t c = 0; c < format_.classes; ++c) {
        if (!(values[c * pixels + p] >= 0)) return false;
        sum += static_cast<double>(values[c * pixels + p]);
      }
      if (!(std::abs(sum - 1) <= 1e-4)) return false;
    }
    return true;
  };
  return floats_ ? sums_to_one(floats_->span()) : doubles_ && sums_to_one(doubles_->span());
}

template <class Scalar>
std::span<const Scalar> segmentation_files::reader::scores(std::span<const Scalar> values, std::vector<Scalar>& made,
                                                           std::size_t image) const {
  const std::size_t pixels = files_->format_.pixels();
  if (!files_->one_channel_)
    return values.subspan(image * files_->format_.classes * pixels, files_->format_.classes * pixels);
  made.resize(2 * pixels);
  const std::span<const Scalar> foreground = values.subspan(image * pixels, pixels);
  for (std::size_t p = 0; p < pixels; ++p) {
    made[p] = files_->probabilities_ ? 1 - foreground[p] : Scalar{0};
    made[pixels + p] = foreground[p];
  }
  return made;
}

image_answers segmentation_files::reader::of(std::size_t image) {
  image_answers answers;
  answers.format = files_->format_;
  answers.image = image;
  if (files_->mask_of_) answers.mask = files_->mask_of_(image);
  if (files_->labels_) {
    labels_.resize(files_->format_.pixels());
    origins().from("masks", files_->path_).name_in([&] {
      try {
        files_->predicted_of_(image).read(0, files_->format_.classes, labels_);
      } catch (const telltale::argument_error& refusal) {  // the library takes the labels for a mask
        std::string reason = refusal.reason();
        reason.replace(0, std::string("image 0").size(), "image " + std::to_string(image));
        throw usage_error(files_->path_, reason.substr(0, reason.find(", or the label that")));
      }
    });
    answers.labels = labels_;
  } else if (files_->floats_) {
    answers.floats = scores(files_->floats_->span(), floats_, image);
  } else if (files_->doubles_) {
    answers.doubles = scores(files_->doubles_->span(), doubles_, image);
  }
  return answers;
}

}  // namespace tool
