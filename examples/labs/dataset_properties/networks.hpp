// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "cell.hpp"
#include "data_set.hpp"

namespace lab {

/// Which layers of the pre-trained network each model trains, beside a head of its own.
enum class tuned {
  all,  ///< two convolutions and the fully connected layer
  last  ///< the fully connected layer; the convolutions stay as they are
};

/// "all layers" or "last layer".
[[nodiscard]] inline const char* name_of(tuned layers) { return layers == tuned::all ? "all layers" : "last layer"; }

/// The recipe that cells of networks are meant for.
[[nodiscard]] inline telltale::train::recipe network_recipe() {
  telltale::train::recipe recipe;
  recipe.optimiser = telltale::train::adam{2e-3};
  recipe.weight_decay = 1e-3;
  recipe.batch_size = 64;
  recipe.epochs = 20;
  return recipe;
}

/// The arm of the study in which the models are small networks that are fine-tuned, instead of heads on features that
/// do not move.
///
/// The network: 3 x 3 convolutions of 16 and 32 maps, each with ReLU and halved by the largest of four, a fully
/// connected layer of 64, a linear head; pre-trained on the records for the network, 2 epochs of Adam.
class network_arm {
 public:
  virtual ~network_arm() = default;

  /// Share of the study's images that the pre-trained network gets right.
  [[nodiscard]] virtual double accuracy() const = 0;
  /// Of the pre-trained network and the images: what was measured with another one is not this measurement.
  [[nodiscard]] virtual std::string fingerprint() const = 0;
  /// As measure_cell() of a table.
  [[nodiscard]] virtual cell_outcome measure(const cell_settings& settings, tuned layers) const = 0;
};

/// Whether the lab was built with LibTorch.
[[nodiscard]] bool with_networks();

/// Throws telltale::error for a device that is not there: "cpu", or with LibTorch one like "cuda:0".
void check_device(const std::string& device);

/// Pre-trains a network, or takes the one that is kept in `cache` (see make_features()).
///
/// Null without LibTorch. Throws telltale::error where the records are no square images of at least 4 x 4, or as
/// check_device() does, telltale::file_error where the cache cannot be written.
[[nodiscard]] std::unique_ptr<network_arm> make_network_arm(const data_set& images, std::uint64_t seed,
                                                            const std::filesystem::path& cache,
                                                            const std::string& device);

}  // namespace lab
