// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/backend/label_maps.hpp>
#include <telltale/observation/segmentation.hpp>
#include <telltale/scorer/correctness.hpp>
#include <telltale/scorer/dice.hpp>
#include <telltale/scorer/entropy.hpp>
#include <telltale/scorer/mean_over_pixels.hpp>
#include <telltale/scorer/pixel_map.hpp>

#include "unit/scorer/scored.hpp"

#include <doctest/doctest.h>

using namespace telltale;

namespace {

using maps_of = segmentation<eigen<float>>;
using predicted_of = segmentation<eigen<float>, access_to::label>;

template <class Work>
std::string refusal(const Work& work) {
  try {
    static_cast<void>(work());
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

bool mentions(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

template <class Label>
label_maps masks_of(const std::vector<Label>& values, std::size_t images, std::size_t height, std::size_t width) {
  return {std::span<const Label>(values), images, height, width};
}

}  // namespace

TEST_CASE("shapes of maps and masks that disagree are refused in one sentence") {
  const std::vector<float> values(2 * 3 * 6);
  const batch_view<float> view(values, 2, 3, 6);
  const std::vector<int> masks(18);
  CHECK(mentions(refusal([&] {
                   return maps_of(view, {3, 2, 4});
                 }),
                 "has 3 x 6 numbers an image; wanted 3 classes of 2 x 4 pixels"));
  CHECK(mentions(refusal([&] {
                   return maps_of(view, {3, 2, 3}, masks_of(masks, 3, 2, 3));
                 }),
                 "has 3 images; the maps have 2"));
  CHECK(mentions(refusal([&] {
                   return maps_of(view, {3, 2, 3}, masks_of(masks, 2, 3, 3));
                 }),
                 "are 3 x 3 pixels; the maps are 2 x 3"));
  CHECK(mentions(refusal([&] {
                   return maps_of({values, 6, 1, 6}, {1, 2, 3});
                 }),
                 "wanted at least 2 classes: a single channel is the foreground"));
  CHECK(mentions(refusal([&] { return maps_of({std::span<const float>(), 2, 3, 0}, {3, 0, 5}); }), "has no pixel"));
  CHECK_THROWS_AS(static_cast<void>(masks_of(masks, 2, 3, 4)), argument_error);
}

TEST_CASE("predicted labels are a segmentation of their own, and their shapes are checked too") {
  const std::vector<int> predicted{0, 1, 1, 0, 1, 1}, masks{0, 1, 0, 0, 0, 0};
  const predicted_of batch(predicted, {2, 1, 3}, masks_of(masks, 2, 1, 3));
  CHECK(batch.subjects() == 2);
  CHECK(scored::by(mean_over_pixels<correctness>{}, batch) == std::vector<double>{2 / 3.0, 1 / 3.0});
  CHECK(mentions(refusal([&] { return predicted_of(predicted, {2, 1, 4}); }), "predicted"));
  CHECK(mentions(refusal([&] { return predicted_of(predicted, {2, 0, 4}); }), "has no pixel"));
  CHECK(mentions(refusal([&] {
                   return predicted_of(predicted, {2, 1, 3}, masks_of(masks, 3, 1, 2));
                 }),
                 "has 3 images; the maps have 2"));
  const std::vector<int> beyond{0, 1, 1, 0, 2, 1};
  CHECK(mentions(refusal([&] {
                   return predicted_of(beyond, {2, 1, 3});
                 }),
                 "has label 2 at pixel 1 of image 1; wanted 0 to 1"));
}

TEST_CASE("who has no masks can be asked for what needs none, and is refused the rest") {
  const std::vector<float> values{1, 0, 0, 1};
  const maps_of batch({values, 1, 2, 2}, {2, 1, 2});
  CHECK_FALSE(batch.has_masks());
  CHECK(scored::by(mean_over_pixels<entropy>{}, batch)[0] < 0);
  CHECK(mentions(refusal([&] { return scored::by(pixel_map<>{}, batch); }),
                 "masks: were not given; the scorer needs them"));
}

TEST_CASE("labels are read in any type of integer, and named where no class has them") {
  std::vector<int> out(3);
  const auto read = [&](const auto& values, std::optional<int> ignored = std::nullopt) {
    using stored = typename std::remove_cvref_t<decltype(values)>::value_type;
    const label_maps maps(std::span<const stored>(values), 1, 1, 3, ignored);
    maps.read(0, 3, out);
    return out;
  };
  const std::vector<int> wanted{2, label_maps::no_label, 0};
  CHECK(read(std::vector<std::uint8_t>{2, 255, 0}, 255) == wanted);
  CHECK(read(std::vector<std::int64_t>{2, -1, 0}, -1) == wanted);
  CHECK(read(std::vector<std::uint16_t>{2, 65535, 0}, 65535) == wanted);
  CHECK(mentions(refusal([&] { read(std::vector<signed char>{7, 7, 7}, 7); }), "image 0 is ignored at every pixel"));
  CHECK(mentions(refusal([&] {
                   read(std::vector<std::int64_t>{0, 1, std::int64_t{1} << 40});
                 }),
                 "image 0 has label 1099511627776 at row 0, column 2; wanted 0 to 2, or the label that says ignore"));
  CHECK(mentions(refusal([&] { read(std::vector<int>{0, -1, 0}); }), "has label -1 at row 0, column 1"));
  // An ignored label wins over a class of the same number.
  CHECK(read(std::vector<int>{0, 1, 2}, 1) == std::vector<int>{0, label_maps::no_label, 2});
}
