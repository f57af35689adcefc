// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <telltale/torch/segmentation/observed.hpp>
#include <telltale/torch/segmentation/unet.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../common/figures.hpp"
#include "../common/speaker.hpp"
#include "pool.hpp"
#include "settings.hpp"

namespace segmentation_lab {

/// What a network answered at some epochs of its training, and what is to be said of it.
struct answers {
  at::Tensor maps;  ///< epochs x questions x classes x height x width, logits
  std::vector<std::size_t> epochs;
  std::map<std::string, double> facts;  ///< "seconds" of one processor that training took; "epsilon", ...

  /// At one of the epochs; `first` and `count` are of the questions.
  [[nodiscard]] telltale::observed_segmentation at(std::size_t epoch, const telltale::images_with_masks& about,
                                                   std::int64_t first) const;
  [[nodiscard]] std::size_t last() const { return epochs.back(); }
};

/// Which questions of a world are meant.
enum class part { asked, other, test };
[[nodiscard]] telltale::observed_segmentation seen(const answers& of, std::size_t epoch, const world& in, part which);

/// A network that can be made, and what it is called.
struct network_job {
  std::string name;
  std::function<answers(const lab::talker& say)> make;
};

/// The networks of a seed. Those of the second list may need what the first has left behind.
[[nodiscard]] std::vector<network_job> undefended_networks(const settings& chosen, const world& in);
[[nodiscard]] std::vector<network_job> other_networks(const settings& chosen, const world& in);

/// Defences that change the training, in the order of the page.
[[nodiscard]] std::vector<std::string> training_defences(const settings& chosen);

/// Where networks of a seed are kept.
[[nodiscard]] std::filesystem::path networks_of(const settings& chosen, const world& in);

/// The name of the k-th network without a defence on a side.
[[nodiscard]] std::string undefended(part side, std::size_t k);

/// The same of a defence, of which there is one network on each side.
[[nodiscard]] std::string defended(const std::string& defence, part side);

/// Reads the answers of a network that was made by this recipe.
[[nodiscard]] std::optional<answers> read_answers(const std::filesystem::path& folder, const std::string& name,
                                                  const std::string& recipe);
void write_answers(const std::filesystem::path& folder, const std::string& name, const std::string& recipe,
                   const answers& one);

}  // namespace segmentation_lab
