// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/core/error.hpp>
#include <telltale/io/npy.hpp>

#include <optional>
#include <span>
#include <system_error>

#include "networks.hpp"

namespace segmentation_lab {

using namespace telltale;

// A copy, so that the answers of all other epochs can go.
observed_segmentation answers::at(std::size_t epoch, const images_with_masks& about, std::int64_t first) const {
  for (std::size_t k = 0; k < epochs.size(); ++k)
    if (epochs[k] == epoch)
      return {maps[static_cast<std::int64_t>(k)].narrow(0, first, about.size()).clone(), about.masks.contiguous(),
              stored_as::logits, about.ignored};
  throw error("the answers of epoch " + std::to_string(epoch) + " were not kept");
}

observed_segmentation seen(const answers& of, std::size_t epoch, const world& in, part which) {
  const std::int64_t asked = in.asked.images.size(), other = in.other.images.size();
  if (which == part::asked) return of.at(epoch, in.asked.images, 0);
  return which == part::other ? of.at(epoch, in.other.images, asked) : of.at(epoch, in.test, asked + other);
}

// The file of facts is written last: where it is, the answers are.
void write_answers(const std::filesystem::path& folder, const std::string& name, const std::string& recipe,
                   const answers& one) {
  std::filesystem::create_directories(folder);
  const at::Tensor host = one.maps.to(at::kCPU, at::kFloat).contiguous();
  std::vector<std::size_t> shape;
  for (const std::int64_t extent : host.sizes()) shape.push_back(static_cast<std::size_t>(extent));
  io::write_npy(folder / (name + ".npy"),
                std::span<const float>(host.data_ptr<float>(), static_cast<std::size_t>(host.numel())), shape);
  lab::figures facts;
  for (const auto& [fact, value] : one.facts) facts.found[{"fact", fact, "", ""}] = value;
  for (std::size_t k = 0; k < one.epochs.size(); ++k)
    facts.found[{"epoch", std::to_string(k), "", ""}] = static_cast<double>(one.epochs[k]);
  lab::write_figures(folder / (name + ".json"), recipe, facts);
}

std::optional<answers> read_answers(const std::filesystem::path& folder, const std::string& name,
                                    const std::string& recipe) {
  const std::optional<lab::figures> facts = lab::read_figures(folder / (name + ".json"), recipe);
  if (!facts) return std::nullopt;
  const io::npy_array stored = io::read_npy(folder / (name + ".npy"));
  std::vector<std::int64_t> shape;
  for (const std::size_t extent : stored.shape()) shape.push_back(static_cast<std::int64_t>(extent));
  answers one;
  one.maps = at::tensor(stored.to_vector<float>()).view(shape);
  one.epochs.resize(static_cast<std::size_t>(shape.at(0)));
  for (const auto& [what, value] : facts->found) {
    if (what.target == "fact")
      one.facts[what.setting] = value;
    else
      one.epochs.at(std::stoul(what.setting)) = static_cast<std::size_t>(value);
  }
  return one;
}

}  // namespace segmentation_lab
