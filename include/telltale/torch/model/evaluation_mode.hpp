// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

namespace telltale::detail {

// A C++ module is held by a pointer (torch::nn::ModuleHolder), a TorchScript module is a value. `modules()` of either
// lists all parts, a part before what lies below it.
template <class Model>
concept HoldsModules = requires(Model& model) {
  model->modules();
  model->is_training();
};

template <class Model>
concept HasModules = !HoldsModules<Model> && requires(Model& model) {
  model.modules();
  model.is_training();
};

template <class Model>
auto parts_of(Model& model) {
  if constexpr (HoldsModules<Model>)
    return model->modules();
  else if constexpr (HasModules<Model>)
    return model.modules();
  else
    return std::vector<int>();  // a plain callable has neither parts nor a mode
}

template <class Part>
auto& module_of(Part& part) {
  if constexpr (requires { part->is_training(); })
    return *part;
  else
    return part;
}

}  // namespace telltale::detail

namespace telltale {

/// Puts a model and all that it is made of into evaluation mode, and restores the mode of every part when it goes.
///
/// Every part's own mode, since a user may have frozen some (a batch normalisation, say) while the whole trains. It
/// touches nothing where the model has no mode: a plain callable. Cost: O(parts^2), which are few. Not for two threads
/// at a time on one model.
template <class Model>
class evaluation_mode {
 public:
  /// Notes the mode of every part, then puts all into evaluation mode.
  explicit evaluation_mode(Model& model) {
    if constexpr (has_mode) {
      for (auto part : detail::parts_of(model)) {
        const bool training = detail::module_of(part).is_training();
        parts_.emplace_back(std::move(part), training);
      }
      if (!parts_.empty()) detail::module_of(parts_.front().first).eval();
    }
  }

  /// Gives every part its mode back.
  // `train` reaches all that lies below a part, whose own mode comes after it.
  ~evaluation_mode() {
    if constexpr (has_mode)
      for (auto& [part, training] : parts_) detail::module_of(part).train(training);
  }

  evaluation_mode(const evaluation_mode&) = delete;
  evaluation_mode& operator=(const evaluation_mode&) = delete;

 private:
  static constexpr bool has_mode = detail::HoldsModules<Model> || detail::HasModules<Model>;
  using part_type = std::decay_t<decltype(*detail::parts_of(std::declval<Model&>()).begin())>;

  std::vector<std::pair<part_type, bool>> parts_;
};

}  // namespace telltale
