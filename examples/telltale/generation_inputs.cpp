// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "files.hpp"
#include "generation.hpp"

namespace tool {
namespace {

namespace io = telltale::io;
using telltale::membership;
using view = generation_backend::view;

std::string shape_of(const float_array& array) { return io::detail::tuple_text(array.shape()); }

/// Embeddings: floats of as many axes as `wanted` says.
float_array embeddings(const std::string& path, std::size_t axes, const std::string& wanted) {
  return path.empty() ? float_array() : float_array(open_floats(path, axes, wanted));
}

float_array one_row_each(const std::string& path, const std::string& wanted) {
  float_array array = embeddings(path, 2, wanted);
  if (array.given() && array.shape().size() != 2)
    throw telltale::file_error(path, "has shape " + shape_of(array) + "; wanted " + wanted);
  return array;
}

/// Pixels: floats or integers of four axes, or also five, channels before height and width.
float_array pixels(const std::string& path, bool several, bool& integers) {
  if (path.empty()) return {};
  const io::npy_array array = io::read_npy(path);
  const auto& shape = array.shape();
  const std::string wanted =
      several ? "(n, r, channels, height, width) or (n, channels, height, width)" : "(n, channels, height, width)";
  if (array.dtype().kind == 'b' || array.dtype().kind == 'c')
    throw telltale::file_error(path, "holds " + array.dtype().name() + "; wanted pixels, integers or of a float type");
  integers = integers && array.dtype().kind != 'f';
  if ((shape.size() != 4 && !(several && shape.size() == 5)) || array.size() == 0)
    throw telltale::file_error(path, "has shape " + shape_text(array) + "; wanted " + wanted + ", none of them 0");
  const std::size_t channels = shape[shape.size() - 3];
  if (channels > 4 && shape.back() <= 4)
    throw telltale::file_error(path, "has shape " + shape_text(array) + ", channels last; wanted " + wanted +
                                         ", as numpy.moveaxis(x, -1, -3) makes it");
  return float_array(array);
}

/// Subjects x rows x columns: an array whose second axis is the r pictures of a query if it has `axes` axes.
view view_of(const float_array& array, std::size_t axes) {
  if (!array.given()) return {};
  const auto& shape = array.shape();
  const std::size_t subjects = shape[0], rows = shape.size() == axes ? shape[1] : 1;
  return {array.values(), subjects, rows, array.values().size() / (subjects * rows)};
}

/// Refuses arrays of which one has more of something than the first that has it at all.
void check_agree(const std::vector<std::pair<const float_array*, std::size_t>>& counts, const std::string& noun) {
  const float_array* first = nullptr;
  std::size_t wanted = 0;
  for (const auto& [array, count] : counts) {
    if (!array->given()) continue;
    if (first == nullptr) {
      first = array;
      wanted = count;
    } else if (count != wanted) {
      throw telltale::file_error(
          array->place(), "has " + counted(count, noun) + "; " + first->place() + " has " + std::to_string(wanted));
    }
  }
}

/// An encoder that gives the same to everything tells nothing apart, members from others least of all.
void refuse_constant(const float_array& embeddings) {
  if (!embeddings.given() || embeddings.shape()[0] < 2) return;
  const std::span<const float> values = embeddings.values();
  const std::size_t d = embeddings.shape().back();
  for (std::size_t first = d; first < values.size(); first += d)
    if (!std::equal(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(d),
                    values.begin() + static_cast<std::ptrdiff_t>(first)))
      return;
  throw telltale::file_error(embeddings.place(),
                             "holds one and the same embedding in every row; wanted those of an encoder that tells "
                             "pictures apart");
}

}  // namespace

double pixel_range_of(const std::string& text, const float_array& queries, const float_array& generated,
                      bool integers) {
  if (!queries.given() && !generated.given()) {
    if (!text.empty()) throw usage_error("--pixel-range", "is of no use without --queries and --generated");
    return 0;
  }
  if (!text.empty()) {
    const double range = number("--pixel-range", text);
    if (!(range > 0)) throw usage_error("--pixel-range", "is " + text + "; wanted a number above 0");
    return range;
  }
  if (integers) return 255;
  float least = 0, most = 0;
  for (const float_array* array : {&queries, &generated})
    for (const float value : array->values()) {
      least = std::min(least, value);  // passes over NaN, which the observation refuses
      most = std::max(most, value);
    }
  if (most <= 1 && least >= 0) return 1;
  if (most <= 1 && least >= -1) return 2;
  throw usage_error("--pixel-range",
                    "is missing: pixels from " + text_of(static_cast<double>(least)) + " to " +
                        text_of(static_cast<double>(most)) +
                        " lie neither in [0, 1] nor in [-1, 1]; wanted the largest possible pixel less the smallest");
}

generation_inputs read_generation(const generation_options& options) {
  generation_inputs read;
  bool integers = true;
  read.queries = pixels(options.queries, false, integers);
  read.generated = pixels(options.generated, true, integers);
  read.pixel_range = pixel_range_of(options.pixel_range, read.queries, read.generated, integers);
  read.query_embeddings = one_row_each(options.query_embeddings, "(n, d)");
  read.generated_embeddings = embeddings(options.generated_embeddings, 2, "(n, r, d) or (n, d)");
  read.caption_embeddings = one_row_each(options.caption_embeddings, "(n, d)");
  read.caption_bank_embeddings = one_row_each(options.caption_bank_embeddings, "(captions, d)");
  read.generated_caption_embeddings = embeddings(options.generated_caption_embeddings, 2, "(n, r, d) or (n, d)");
  read.reference_embeddings = one_row_each(options.reference_embeddings, "(pictures, d)");
  return read;
}

generation_records::generation_records(generation_inputs inputs, const generation_options& options,
                                       const shared_options& shared)
    : inputs_(std::move(inputs)), threads_(shared.threads) {
  required("--members", options.members, "which query pictures the generator was trained on, 1 or 0 each");
  if (!inputs_.generated.given() && !inputs_.generated_embeddings.given())
    throw usage_error("--generated", "is missing, and --generated-embeddings too; wanted what the generator answered");
  places_.from("queries", inputs_.queries.place())
      .from("generated", inputs_.generated.given() ? inputs_.generated.place() : "--generated")
      .from("query_embeddings", inputs_.query_embeddings.place())
      .from("generated_embeddings", inputs_.generated_embeddings.place())
      .from("caption_embeddings", inputs_.caption_embeddings.place())
      .from("retrieved_caption_embeddings", inputs_.generated_caption_embeddings.place())
      .from("reference_embeddings", inputs_.reference_embeddings.place())
      .from("pictures", inputs_.generated_embeddings.place())
      .from("bank", inputs_.caption_bank_embeddings.place())
      .from("labelled records", "--auxiliary");
  check_counts();
  places_.name_in([&] { observe(); });
  for (const float_array* each :
       {&inputs_.query_embeddings, &inputs_.generated_embeddings, &inputs_.caption_embeddings,
        &inputs_.caption_bank_embeddings, &inputs_.generated_caption_embeddings, &inputs_.reference_embeddings})
    refuse_constant(*each);
  member_ = load_members(options.members, observed_->subjects(), "query picture");
  divided_ = divide(member_, options.members, options.auxiliary, options.seed);
}

void generation_records::check_counts() const {
  const auto& in = inputs_;
  const auto extent = [](const float_array& array, std::size_t axis) {
    return std::pair(&array, array.given() ? array.shape()[axis] : 0);
  };
  const auto last = [](const float_array& array) {
    return std::pair(&array, array.given() ? array.shape().back() : 0);
  };
  const auto pictures = [](const float_array& array, std::size_t axes) {
    return std::pair(&array, array.given() && array.shape().size() == axes ? array.shape()[1] : 1);
  };
  check_agree({extent(in.queries, 0), extent(in.query_embeddings, 0), extent(in.generated, 0),
               extent(in.generated_embeddings, 0), extent(in.caption_embeddings, 0),
               extent(in.generated_caption_embeddings, 0)},
              "query picture");
  check_agree(
      {pictures(in.generated, 5), pictures(in.generated_embeddings, 3), pictures(in.generated_caption_embeddings, 3)},
      "generated picture");
  check_agree({last(in.query_embeddings), last(in.generated_embeddings), last(in.caption_embeddings),
               last(in.generated_caption_embeddings), last(in.caption_bank_embeddings), last(in.reference_embeddings)},
              "dimension");
}

void generation_records::observe() {
  telltale::generation_arrays<generation_backend> arrays;
  arrays.queries = view_of(inputs_.queries, 5);
  arrays.generated = view_of(inputs_.generated, 5);
  const float_array& picture = inputs_.generated.given() ? inputs_.generated : inputs_.queries;
  if (picture.given()) {
    const auto& shape = picture.shape();
    arrays.format = {shape[shape.size() - 3], shape[shape.size() - 2], shape.back(), inputs_.pixel_range};
    for (const float_array* other : {&inputs_.queries, &inputs_.generated})
      if (other->given() && !std::equal(shape.end() - 3, shape.end(), other->shape().end() - 3))
        throw telltale::file_error(other->place(), "has shape " + shape_of(*other) + "; " + picture.place() + " has " +
                                                       shape_of(picture) + ": pictures must be of one size");
  }
  arrays.query_embeddings = view_of(inputs_.query_embeddings, 3);
  arrays.generated_embeddings = view_of(inputs_.generated_embeddings, 3);
  arrays.caption_embeddings = view_of(inputs_.caption_embeddings, 3);
  arrays.retrieved_caption_embeddings = view_of(inputs_.generated_caption_embeddings, 3);
  arrays.reference_embeddings = view_of(inputs_.reference_embeddings, 3);
  if (inputs_.caption_bank_embeddings.given()) {
    if (inputs_.generated_caption_embeddings.given())
      throw usage_error("--caption-bank-embeddings",
                        "is given beside --generated-caption-embeddings; wanted one captioner");
    if (!inputs_.generated_embeddings.given())
      throw usage_error("--caption-bank-embeddings", "needs --generated-embeddings, for which captions are looked up");
    retrieved_.emplace(arrays.generated_embeddings, view_of(inputs_.caption_bank_embeddings, 3), threads_);
    arrays.retrieved_caption_embeddings = retrieved_->embeddings();
  }
  observed_.emplace(arrays);
}

bool generation_records::has(generation_part part) const {
  const auto& arrays = observed_->arrays();
  const auto given = [&]() -> const view& {
    switch (part) {
      case generation_part::queries:
        return arrays.queries;
      case generation_part::generated:
        return arrays.generated;
      case generation_part::query_embeddings:
        return arrays.query_embeddings;
      case generation_part::generated_embeddings:
        return arrays.generated_embeddings;
      case generation_part::caption_embeddings:
        return arrays.caption_embeddings;
      case generation_part::generated_captions:
        return arrays.retrieved_caption_embeddings;
      case generation_part::reference_embeddings:
        return arrays.reference_embeddings;
    }
    return arrays.generated;
  };
  return given().subjects() > 0;
}

}  // namespace tool
