// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery.hpp"

#include <telltale/io/npy.hpp>
#include <telltale/published/segmentation.hpp>
#include <telltale/report/format.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <span>
#include <vector>

namespace segmentation_lab {

using namespace telltale;

namespace {

void write_floats(const std::filesystem::path& file, const at::Tensor& tensor) {
  const at::Tensor host = tensor.to(at::kCPU, at::kFloat).contiguous();
  std::vector<std::size_t> shape;
  for (const std::int64_t extent : host.sizes()) shape.push_back(static_cast<std::size_t>(extent));
  io::write_npy(file, std::span<const float>(host.data_ptr<float>(), static_cast<std::size_t>(host.numel())), shape);
}

at::Tensor read_floats(const std::filesystem::path& file) {
  const io::npy_array stored = io::read_npy(file);
  std::vector<std::int64_t> shape;
  for (const std::size_t extent : stored.shape()) shape.push_back(static_cast<std::int64_t>(extent));
  return at::tensor(stored.to_vector<float>()).view(shape);
}

void write_side(const std::filesystem::path& folder, const observed_segmentation& answers,
                const std::vector<std::uint8_t>& keep, const at::Tensor& images) {
  std::filesystem::create_directories(folder);
  write_floats(folder / "outputs.npy", answers.maps);
  write_floats(folder / "images.npy", images);
  const at::Tensor masks = answers.masks.to(at::kInt).contiguous();
  std::vector<std::size_t> shape;
  for (const std::int64_t extent : masks.sizes()) shape.push_back(static_cast<std::size_t>(extent));
  io::write_npy(folder / "masks.npy",
                std::span<const std::int32_t>(masks.data_ptr<std::int32_t>(), static_cast<std::size_t>(masks.numel())),
                shape);
  io::write_npy_mask(folder / "members.npy", keep, {keep.size()});
}

std::filesystem::path arrays_of(const settings& chosen) { return chosen.out / "arrays"; }

}  // namespace

void write_arrays(const settings& chosen, const world& in, const network_reader& read) {
  const auto at_end = [&](part side) { return seen(read(undefended(side, 0)), chosen.epochs, in, side); };
  write_side(arrays_of(chosen) / "victim", at_end(part::asked), in.asked.keep[0], in.asked.images.images);
  write_side(arrays_of(chosen) / "shadow", at_end(part::other), in.other.keep[0], in.other.images.images);

  const std::size_t images = in.asked.keep[0].size();
  std::vector<double> sum[2]{std::vector<double>(images), std::vector<double>(images)};
  std::vector<std::size_t> count[2]{std::vector<std::size_t>(images), std::vector<std::size_t>(images)};
  std::vector<at::Tensor> shown[2]{std::vector<at::Tensor>(images), std::vector<at::Tensor>(images)};
  for (std::size_t k = 0; k < in.asked.keep.size(); ++k) {
    const observed_segmentation answers = seen(read(undefended(part::asked, k)), chosen.epochs, in, part::asked);
    const auto batch = answers.view();
    std::vector<double> scores(images);
    published::lira_on_pixel_loss::scorer{}(batch, std::span<double>(scores));
    for (std::size_t i = 0; i < images; ++i) {
      const std::uint8_t trained = in.asked.keep[k][i];
      sum[trained][i] += scores[i];
      if (count[trained][i]++ == 0) shown[trained][i] = answers.maps[static_cast<std::int64_t>(i)];
    }
  }
  // Images that all networks saw, or none, tell nothing.
  std::vector<double> exposure(images);
  for (std::size_t i = 0; i < images; ++i)
    for (const std::size_t trained : {0U, 1U}) {
      if (count[trained][i] > 0)
        exposure[i] += (trained ? 1 : -1) * sum[trained][i] / static_cast<double>(count[trained][i]);
      else
        shown[trained][i] = shown[1 - trained][i];
    }
  for (std::size_t i = 0; i < images; ++i)
    if (count[0][i] == 0 || count[1][i] == 0) exposure[i] = 0;
  const std::filesystem::path folder = arrays_of(chosen) / "gallery";
  std::filesystem::create_directories(folder);
  io::write_npy(folder / "exposure.npy", std::span<const double>(exposure), {images});
  write_floats(folder / "untrained.npy", at::stack(shown[0]));
  write_floats(folder / "trained.npy", at::stack(shown[1]));
}

namespace {

using pixel = std::array<std::uint8_t, 3>;

/// Pictures of one size below each other, a line between them.
class column {
 public:
  explicit column(std::int64_t side) : side_(side) { made_.width = static_cast<std::size_t>(side); }

  template <class Colour>
  void add(const Colour& colour) {
    if (!made_.pixels.empty()) made_.pixels.insert(made_.pixels.end(), static_cast<std::size_t>(side_) * 3, 255);
    for (std::int64_t y = 0; y < side_; ++y)
      for (std::int64_t x = 0; x < side_; ++x) {
        const pixel one = colour(y, x);
        made_.pixels.insert(made_.pixels.end(), one.begin(), one.end());
      }
  }

  [[nodiscard]] report::image take() {
    made_.channels = 3;
    made_.height = made_.pixels.size() / 3 / made_.width;
    return std::move(made_);
  }

 private:
  std::int64_t side_;
  report::image made_;
};

// Black, white and colours that colour-blind readers can tell apart.
pixel class_colour(std::int64_t label) {
  constexpr pixel colours[] = {{0, 0, 0},     {255, 255, 255}, {0, 114, 178}, {230, 159, 0},
                               {0, 158, 115}, {204, 121, 167}, {213, 94, 0},  {86, 180, 233}};
  return colours[static_cast<std::size_t>(label) % 8];
}

// Black to orange to white, from no loss to 4 nats.
pixel heat(float loss) {
  const float t = std::clamp(loss / 4, 0.0F, 1.0F);
  const auto ramp = [&](float from, float to) {
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp((t - from) / (to - from), 0.0F, 1.0F)));
  };
  return {ramp(0, .4F), ramp(.1F, .8F), ramp(.6F, 1)};
}

report::image panels(const at::Tensor& image, const at::Tensor& mask, const at::Tensor& trained,
                     const at::Tensor& untrained) {
  const auto picture = image.contiguous();
  const auto pixels = picture.accessor<float, 3>();
  const auto truth = mask.accessor<std::int64_t, 2>();
  column made(image.size(1));
  made.add([&](std::int64_t y, std::int64_t x) {
    pixel one{};
    for (std::size_t c = 0; c < 3; ++c) {
      const float value = pixels[std::min<std::int64_t>(static_cast<std::int64_t>(c), image.size(0) - 1)][y][x];
      one[c] = static_cast<std::uint8_t>(std::lround((value + 1) * 127.5F));
    }
    return one;
  });
  made.add([&](std::int64_t y, std::int64_t x) { return class_colour(truth[y][x]); });
  for (const at::Tensor* const map : {&trained, &untrained}) {
    const at::Tensor probability = map->softmax(0), answer = probability.argmax(0);
    const at::Tensor loss = -map->log_softmax(0).gather(0, mask.unsqueeze(0)).squeeze(0).contiguous();
    const at::Tensor foreground = probability[1].contiguous();
    const auto labels = answer.accessor<std::int64_t, 2>();
    const auto shares = foreground.accessor<float, 2>(), losses = loss.accessor<float, 2>();
    made.add([&](std::int64_t y, std::int64_t x) -> pixel {
      if (map->size(0) > 2) return class_colour(labels[y][x]);
      const auto grey = static_cast<std::uint8_t>(std::lround(255 * shares[y][x]));
      return {grey, grey, grey};
    });
    made.add([&](std::int64_t y, std::int64_t x) { return heat(losses[y][x]); });
  }
  return made.take();
}

}  // namespace

void add_gallery(report::html::document& page, const settings& chosen, const pool& all, const world& in) {
  constexpr std::size_t of_each = 8;
  const std::filesystem::path folder = arrays_of(chosen) / "gallery";
  const std::vector<double> exposure = io::read_npy(folder / "exposure.npy").to_vector<double>();
  const at::Tensor trained = read_floats(folder / "trained.npy"), untrained = read_floats(folder / "untrained.npy");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < exposure.size(); ++i)
    if (exposure[i] != 0) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return exposure[a] > exposure[b]; });
  const auto strip = [&](bool most) {
    std::vector<report::captioned_picture> pictures;
    for (std::size_t k = 0; k < std::min(of_each, order.size()); ++k) {
      const std::size_t at = most ? order[k] : order[order.size() - 1 - k];
      const auto i = static_cast<std::int64_t>(at);
      pictures.push_back({panels(in.asked.images.images[i], in.asked.images.masks[i], trained[i], untrained[i]),
                          {all.names[static_cast<std::size_t>(in.asked.places[at])],
                           "loss of others / of its own: " + report::fixed(std::exp(exposure[at]), 1)}});
    }
    page.pictures(pictures);
  };
  page.heading("Whom the network remembers")
      .say(
          "From top to bottom: the image; its mask; what a network answers that was trained on it, and where that "
          "answer is wrong (the loss of every pixel, white from 4 nats); the same of a network that was trained on "
          "other images. Below, how many times smaller the mean loss is where the image was trained on (geometric "
          "means over " +
          std::to_string(in.asked.keep.size()) + " networks, seed 1, at the end).");
  page.subheading("Most exposed");
  strip(true);
  page.subheading("Least exposed");
  strip(false);
}

}  // namespace segmentation_lab
