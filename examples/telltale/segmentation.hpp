// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/label_maps.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/report/audit.hpp>

#include "common.hpp"
#include "errors.hpp"
#include "evidence_report.hpp"
#include "signals_measure.hpp"

// `telltale segmentation`: one image at a time from the mapped file to a number, a loss map or a picture.
namespace tool {

/// What the command is told. A path that is empty was not given.
struct segmentation_options {
  std::string outputs, masks, members, signal, out, maps, ignore, classes, release, floor, seed = "1";
  bool probabilities = false;
  report_options report;
};

/// Names of the signals, of those that order images in a way of their own, and of those that predicted labels suffice
/// for.
[[nodiscard]] std::vector<std::string> segmentation_signals();
[[nodiscard]] std::vector<std::string> segmentation_orders();
[[nodiscard]] std::vector<std::string> segmentation_signals_of_labels();

/// Access, knowledge and scorer of a signal in words.
[[nodiscard]] telltale::report::anatomy_text anatomy_of_signal(const std::string& signal);

/// The answers of one image with its mask: scores of the one type or the other, or predicted labels.
struct image_answers {
  std::span<const float> floats{};
  std::span<const double> doubles{};
  std::span<const int> labels{};
  telltale::map_format format{};
  telltale::label_maps mask{};
  std::size_t image = 0;  ///< its place in the file
};

/// What is wanted of an image beside its signal, where a span is not empty.
struct image_pictures {
  std::span<float> losses{};        ///< -log p_y of every pixel, 0 where it is ignored
  std::span<std::uint8_t> wrong{};  ///< 255 (1 - p_y) of every pixel: of predicted labels 255 where they are wrong
};

struct image_values {
  double value = 0;
  bool raised_by_floor = false;
};

/// The signal of one image, NaN where `request.signal` is empty. Throws usage_error where the release or the file does
/// not reveal what the signal needs, argument_error as the scorers and policies do, naming image 0.
///
/// Defined in a translation unit for each type of number.
template <class Scalar>
[[nodiscard]] image_values measure_image(const signal_request& request, const image_answers& answers,
                                         const image_pictures& pictures);
extern template image_values measure_image<float>(const signal_request&, const image_answers&, const image_pictures&);
extern template image_values measure_image<double>(const signal_request&, const image_answers&, const image_pictures&);
[[nodiscard]] image_values measure_labels(const signal_request& request, const image_answers& answers,
                                          const image_pictures& pictures);

/// The outputs and masks as they lie in their files, read image by image.
class segmentation_files {
 public:
  /// Throws usage_error or file_error for types and shapes that cannot be meant, naming the file.
  explicit segmentation_files(const segmentation_options& options);

  [[nodiscard]] std::size_t images() const noexcept { return images_; }
  [[nodiscard]] const telltale::map_format& format() const noexcept { return format_; }
  [[nodiscard]] bool holds_labels() const noexcept { return labels_; }
  /// Whether the pixels of the first image sum to 1 without a negative number: logits do not.
  [[nodiscard]] bool looks_like_probabilities() const;

  /// The answers of one image after another: what must be made (the background's channel, labels as int) lives in here,
  /// so that a thread has one of its own and needs no more memory than one image takes.
  class reader {
   public:
    explicit reader(const segmentation_files& files) : files_(&files) {}
    [[nodiscard]] image_answers of(std::size_t image);

   private:
    template <class Scalar>
    [[nodiscard]] std::span<const Scalar> scores(std::span<const Scalar> values, std::vector<Scalar>& made,
                                                 std::size_t image) const;

    const segmentation_files* files_;
    std::vector<float> floats_;
    std::vector<double> doubles_;
    std::vector<int> labels_;
  };

 private:
  void open_scores(const telltale::io::npy_array& outputs);
  void open_labels(const telltale::io::npy_array& outputs, const std::string& classes);
  void open_masks(const std::string& path);

  std::string path_;
  std::size_t images_ = 0;
  telltale::map_format format_;
  bool one_channel_ = false, probabilities_ = false, labels_ = false;
  std::optional<telltale::io::npy_values<float>> floats_;
  std::optional<telltale::io::npy_values<double>> doubles_;
  std::optional<int> ignored_;
  std::function<telltale::label_maps(std::size_t)> mask_of_, predicted_of_;
};

/// Every image's number, in order, and what was asked for beside it.
struct segmentation_measured {
  std::vector<double> values;
  std::size_t raised_by_floor = 0;
};

/// Measures all images on `threads` threads; `losses`, if given, takes their maps in order as they are made.
[[nodiscard]] segmentation_measured measure_all(const segmentation_files& files, const signal_request& request,
                                                const std::function<void(std::span<const float>)>& losses,
                                                const origins& places, const shared_options& shared);

/// Draws what is wrong with one image, see `image_pictures`.
image_values measure_picture(const segmentation_files& files, const signal_request& request, std::size_t image,
                             std::span<std::uint8_t> wrong, const origins& places);

/// Reads --release, --floor and --seed; the signal is checked against `segmentation_signals` or "all".
[[nodiscard]] signal_request segmentation_request(const segmentation_options& options);

/// Where what the library refuses came from.
[[nodiscard]] origins segmentation_origins(const segmentation_options& options);

}  // namespace tool
