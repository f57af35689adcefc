// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <telltale/io/idx.hpp>
#include <telltale/telltale.hpp>

/// What every lesson starts from: Fashion-MNIST images, and networks that were trained on some of them.
namespace lesson {

using namespace telltale;

inline constexpr std::size_t pixels = 784, classes = 10, half = 500, records = 2 * half;

/// `records` images of which the target is trained on the first half, and as many that nobody is trained on.
struct images {
  std::vector<float> features, other_features;
  std::vector<int> truth, other_truth;

  images() {
    const std::string folder = "/usr/share/datasets/fashion-mnist/train-";
    const io::idx_array all = io::read_idx(folder + "images-idx3-ubyte.gz");
    const std::vector<int> labels = io::read_idx(folder + "labels-idx1-ubyte.gz").to_vector<int>();
    const auto part = [&](std::size_t first) {
      const auto bytes = all.bytes().subspan(first * pixels, records * pixels);
      return std::vector<float>(bytes.begin(), bytes.end());
    };
    const std::vector<float> raw = part(0), other = part(records);
    const train::standardiser<float> standardise(train::features_view<float>(raw, records, pixels));
    features = standardise({raw, records, pixels});
    other_features = standardise({other, records, pixels});
    truth.assign(labels.begin(), labels.begin() + records);
    other_truth.assign(labels.begin() + records, labels.begin() + 2 * records);
  }
};

/// Images as a network sees them that was trained on none of them: its last hidden layer, standardised.
struct seen_images {
  static constexpr std::size_t width = 64;
  std::vector<float> features;  ///< images x width
  std::vector<int> truth;

  /// The `count` images that follow the 2,000 which train the network.
  explicit seen_images(std::size_t count) {
    constexpr std::size_t first = 2000;
    const std::string folder = "/usr/share/datasets/fashion-mnist/train-";
    const io::idx_array images = io::read_idx(folder + "images-idx3-ubyte.gz");
    const auto bytes = images.bytes().first((first + count) * pixels);
    const std::vector<float> raw(bytes.begin(), bytes.end());
    const train::features_view<float> all(raw, first + count, pixels);
    const std::vector<float> inputs = train::standardiser<float>(all)(all);
    const train::features_view<float> in(inputs, first + count, pixels);
    truth = io::read_idx(folder + "labels-idx1-ubyte.gz").to_vector<int>();
    const std::vector<std::uint8_t> mask(first, 1);
    const std::span<const std::uint8_t> one(mask);
    const auto network =
        train::train_many<float>({in.rows(0, first), std::span(truth).first(first), classes}, std::span(&one, 1),
                                 train::multilayer_perceptron(pixels, {width}, classes), {});
    std::vector<float> hidden(count * width), logits(count * classes);
    network[0].model.logits_and_hidden(in.rows(first, count), logits, hidden);
    features = train::standardiser<float>({hidden, count, width})({hidden, count, width});
    truth = std::vector<int>(truth.begin() + first, truth.begin() + std::ptrdiff_t(first + count));
  }
};

/// Trains one network for each mask on the records that it keeps, until it knows 99 % of them.
inline std::vector<train::network> train_on(const images& data, const std::vector<std::vector<std::uint8_t>>& masks) {
  train::recipe recipe;
  recipe.stop = train::stopping{};
  const std::vector<std::span<const std::uint8_t>> keep(masks.begin(), masks.end());
  std::vector<train::network> networks;
  for (auto& result : train::train_many<float>({{data.features, records, pixels}, data.truth, classes}, keep,
                                               train::multilayer_perceptron(pixels, {64}, classes), recipe))
    networks.push_back(std::move(result.model));
  return networks;
}

/// The mask of the target: the first half of the records.
inline std::vector<std::uint8_t> first_half() {
  std::vector<std::uint8_t> mask(records);
  std::fill_n(mask.begin(), half, std::uint8_t{1});
  return mask;
}

/// The same as membership, to evaluate against.
inline std::vector<membership> members_first() {
  std::vector<membership> member(records, membership::out);
  std::fill_n(member.begin(), half, membership::in);
  return member;
}

/// The logits that a network gives to images.
inline std::vector<float> ask(const train::network& network, std::span<const float> features) {
  std::vector<float> logits(features.size() / pixels * classes);
  network.logits({features, features.size() / pixels, pixels}, logits);
  return logits;
}

}  // namespace lesson
