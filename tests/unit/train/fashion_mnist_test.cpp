// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
// Real images: an over-parameterised network learns its own 1,000 records of 2,000 and generalises.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <telltale/core/random.hpp>
#include <telltale/io/idx.hpp>
#include <telltale/train/standardise.hpp>
#include <telltale/train/train_many.hpp>

#include <doctest/doctest.h>

using namespace telltale;

TEST_CASE("networks of 64 to 128 hidden units reach 0.99 on 1000 images of Fashion-MNIST") {
  const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  const auto pixels = io::read_idx(folder / "train-images-idx3-ubyte.gz").to_vector<float>();
  const auto labels = io::read_idx(folder / "train-labels-idx1-ubyte.gz").to_vector<int>();
  const std::size_t pool = 2000, inputs = 784;
  const train::features_view<float> raw(pixels, pool, inputs);
  const auto images = train::standardiser<float>(raw)(raw);
  const train::dataset_view<float> data(train::features_view<float>(images, pool, inputs),
                                        std::span<const int>(labels).first(pool), 10);
  std::vector<std::vector<std::uint8_t>> masks(4, std::vector<std::uint8_t>(pool));
  std::vector<std::span<const std::uint8_t>> keep;
  for (std::size_t m = 0; m < masks.size(); ++m) {
    random_stream stream(1, m);
    for (const std::uint32_t i : stream.choose(1000, pool)) masks[m][i] = 1;
    keep.emplace_back(masks[m]);
  }
  for (const std::size_t hidden : {std::size_t{64}, std::size_t{128}}) {
    const auto shape = train::multilayer_perceptron(inputs, {hidden}, 10);
    const auto models = train::train_many(
        data, keep, shape,
        {.optimiser = train::momentum_sgd{.learning_rate = 0.01}, .epochs = 60, .stop = train::stopping{}});
    for (std::size_t m = 0; m < models.size(); ++m) {
      CHECK(models[m].reached);
      CHECK(models[m].accuracy >= 0.99);
      CHECK(models[m].epochs <= 30);
      std::vector<float> logits(pool * 10);
      models[m].model.logits(data.features(), logits);
      std::size_t right_in = 0, right_out = 0;
      for (std::size_t i = 0; i < pool; ++i) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < 10; ++c)
          if (logits[i * 10 + c] > logits[i * 10 + best]) best = c;
        (masks[m][i] ? right_in : right_out) += best == static_cast<std::size_t>(labels[i]);
      }
      CHECK(static_cast<double>(right_in) / 1000 == models[m].accuracy);
      CHECK(right_out >
            780);  // the same network elsewhere: 0.81 held out (one thousand records, pixel mean subtracted)
      CHECK(right_out < 900);
    }
  }
}
