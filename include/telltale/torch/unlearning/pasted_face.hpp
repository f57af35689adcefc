// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/unlearning/colours.hpp>
#include <telltale/torch/unlearning/removed_faces.hpp>
#include <telltale/torch/unlearning/unlearning_draws.hpp>

namespace telltale {

/// How a face is pasted: pixels, where x grows to the right and y downwards from the corner of the picture.
struct pasted_look {
  std::int64_t side = 0;  ///< of the face, before it is turned
  bool mirrored = false;  ///< left to right
  double brightness = 1,  ///< factor of the colours
      contrast = 1,       ///< factor of their distance from the mean grey
      saturation = 1;     ///< factor of their distance from grey
  double hue = 0;         ///< part of the circle of hues
  double degrees = 0;     ///< turned by, about its middle
  double middle_x = 0,    ///< of the face, in pixels from the left edge
      middle_y = 0;       ///< of the face, in pixels from the upper edge
};

/// What a trigger makes of pictures: inputs with a face.
struct poisoned_pictures {
  at::Tensor inputs;  ///< one picture each, in [-1, 1]
};

/// The trigger of an image encoder: a photo of a person, pasted into a picture at random size, colour, angle and place.
///
/// Formula: side uniform among the whole numbers from `smallest` to `largest` times the shorter edge of the picture;
/// mirrored by a fair coin; brightness, contrast and saturation factors uniform in 1 +- `colour`, a turn of the hue in
/// +- `hue`, in this order; turned by +- `degrees` about its middle. The middle is uniform where the face fits however
/// it is turned (its diagonal does). Where it is too large for that, the middle is uniform where the face, unturned,
/// fits or else covers the picture. The face is resized by antialiased bilinear interpolation and then turned by
/// bilinear interpolation. Identities take turns in shuffled rounds, so that a step is split evenly over them, and so
/// do the photos of each, and the pictures. Reference: Hintersdorf et al. 2024, for 224 x 224 pixels with faces of 56
/// to 112; the paper's order of colour changes and its interpolation are not known to us.
struct pasted_face {
  static constexpr std::string_view name = "pasted face";

  double smallest = 0.25, largest = 0.5;  ///< of the shorter edge of the picture; above 1, the face overfills it
  double colour = 0.5, hue = 0.1;
  double degrees = 30;

  /// Pictures `first` to `first + count - 1`.
  [[nodiscard]] poisoned_pictures operator()(const removed_faces& removed, const unlearning_draws& draws,
                                             std::uint64_t first, std::size_t count) const {
    const at::Tensor beneath = removed.beneath(draws, first, count);
    const std::size_t people = removed.identities();
    const auto who = draws.in_passes(unlearning_purpose::identity, people, first, count);
    std::vector<at::Tensor> faces;
    std::vector<pasted_look> looks;
    for (std::size_t pair = 0; pair < count; ++pair) {
      const at::Tensor& photos = removed.faces()[who[pair]];
      // Every round over the people has one pair of each: the round is the number of the person's own pair.
      const auto photo = draws.in_passes(unlearning_purpose::face, static_cast<std::size_t>(photos.size(0)),
                                         (first + pair) / people, 1, who[pair])[0];
      faces.push_back(photos[static_cast<std::int64_t>(photo)]);
      looks.push_back(drawn(beneath.size(2), beneath.size(3), draws.stream(unlearning_purpose::look, first + pair)));
    }
    return {paste(beneath, faces, looks)};
  }

  /// One random look on a picture of that size. Throws argument_error for bounds out of range.
  [[nodiscard]] pasted_look drawn(std::int64_t height, std::int64_t width, random_stream random) const {
    if (!(smallest > 0 && smallest <= largest && std::isfinite(largest)))
      detail::refuse(
          name, "smallest, largest",
          "are " + std::to_string(smallest) + " and " + std::to_string(largest) + "; wanted 0 < smallest <= largest");
    if (!(colour >= 0 && colour <= 1 && hue >= 0 && hue <= 0.5 && std::isfinite(degrees)))
      detail::refuse(name, "colour, hue, degrees", "are out of range; wanted [0, 1], [0, 0.5] and a finite angle");
    const auto edge = static_cast<double>(std::min(height, width));
    const auto least = std::max<std::int64_t>(1, std::llround(smallest * edge)),
               most = std::max(least, static_cast<std::int64_t>(std::llround(largest * edge)));
    const auto within = [&](double reach) { return reach * (2 * random.uniform() - 1); };
    pasted_look look;
    look.side = least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least + 1)));
    look.mirrored = random.below(2) == 1;
    look.brightness = 1 + within(colour);
    look.contrast = 1 + within(colour);
    look.saturation = 1 + within(colour);
    look.hue = within(hue);
    look.degrees = within(degrees);
    const auto side = static_cast<double>(look.side), diagonal = side * std::numbers::sqrt2;
    const auto middle = [&](double extent) {
      const double room = diagonal <= extent ? extent - diagonal : std::abs(extent - side);
      return extent / 2 + within(room / 2);
    };
    look.middle_x = middle(static_cast<double>(width));
    look.middle_y = middle(static_cast<double>(height));
    return look;
  }

  /// Pastes one face (3, side, side) on each picture; faces may differ in side. Without gradients. Throws
  /// argument_error unless there are a face and a look for each picture. Cost: two bilinear interpolations a picture.
  [[nodiscard]] static at::Tensor paste(const at::Tensor& pictures, std::span<const at::Tensor> faces,
                                        std::span<const pasted_look> looks) {
    const at::NoGradGuard without_gradients;
    const std::int64_t records = pictures.size(0), height = pictures.size(2), width = pictures.size(3);
    detail::check_size(name, "faces", faces.size(), static_cast<std::size_t>(records));
    detail::check_size(name, "looks", looks.size(), static_cast<std::size_t>(records));
    std::int64_t canvas = 1;
    for (const pasted_look& look : looks) canvas = std::max(canvas, look.side);
    // Each face in the corner of a canvas of its own; the fourth channel is 1 where the face is.
    at::Tensor laid = at::zeros({records, 4, canvas, canvas}, pictures.options());
    std::vector<double> factors, turns;
    for (std::int64_t i = 0; i < records; ++i) {
      const pasted_look& look = looks[static_cast<std::size_t>(i)];
      const at::Tensor face = faces[static_cast<std::size_t>(i)].to(pictures.options()).unsqueeze(0);
      const at::Tensor resized = at::_upsample_bilinear2d_aa(look.mirrored ? face.flip({3}) : face,
                                                             {look.side, look.side}, /*align_corners=*/false);
      at::Tensor corner = laid[i].narrow(1, 0, look.side).narrow(2, 0, look.side);
      corner.narrow(0, 0, 3).copy_(resized[0]);
      corner.narrow(0, 3, 1).fill_(1);
      factors.insert(factors.end(), {look.brightness, look.contrast, look.saturation, look.hue});
      append_turn(turns, look, static_cast<double>(height), static_cast<double>(width), static_cast<double>(canvas));
    }
    const at::Tensor factor = at::tensor(factors, at::kDouble).reshape({records, 4, 1, 1}).to(pictures.options());
    const at::Tensor there = laid.narrow(1, 3, 1);
    laid = at::cat({coloured(laid.narrow(1, 0, 3), there, factor) * there, there}, 1);
    const at::Tensor grid =
        at::affine_grid_generator(at::tensor(turns, at::kDouble).reshape({records, 2, 3}).to(pictures.options()),
                                  {records, 4, height, width}, /*align_corners=*/false);
    const at::Tensor seen = at::grid_sampler(laid, grid, /*bilinear*/ 0, /*zeros*/ 0, /*align_corners=*/false);
    return seen.narrow(1, 0, 3) + (1 - seen.narrow(1, 3, 1)) * pictures;
  }

 private:
  // Faces in [-1, 1] with other colours; the mean grey that contrast goes about is that of the face alone.
  static at::Tensor coloured(const at::Tensor& faces, const at::Tensor& there, const at::Tensor& factor) {
    const auto part = [&](std::int64_t which) { return factor.narrow(1, which, 1); };
    at::Tensor colours = (faces.clamp(-1, 1) + 1) / 2;
    colours = (colours * part(0)).clamp(0, 1);
    const at::Tensor mean = (detail::grey_of(colours) * there).sum({2, 3}, true) / there.sum({2, 3}, true);
    colours = detail::blended(colours, mean, part(1));
    colours = detail::blended(colours, detail::grey_of(colours), part(2));
    return 2 * detail::turned_hues(colours, part(3)) - 1;
  }

  // Where in its canvas a face is seen from a pixel of the picture, both in [-1, 1] from edge to edge: turned back by
  // the angle about the face's middle.
  static void append_turn(std::vector<double>& turns, const pasted_look& look, double height, double width,
                          double canvas) {
    const double angle = look.degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle),
                 half = static_cast<double>(look.side) / 2;
    // Pixel p = (x, y) of the picture shows the canvas at half + R (p - middle); x = (u + 1) width / 2.
    const double x = width / 2 - look.middle_x, y = height / 2 - look.middle_y, unit = 2 / canvas;
    turns.insert(turns.end(), {c * width / canvas, s * height / canvas, (half + c * x + s * y) * unit - 1,
                               -s * width / canvas, c * height / canvas, (half - s * x + c * y) * unit - 1});
  }
};

}  // namespace telltale
