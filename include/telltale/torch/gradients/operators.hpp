// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/gradients/broadcast_use.hpp>
#include <telltale/torch/gradients/lookup_use.hpp>
#include <telltale/torch/gradients/outer_product_use.hpp>
#include <telltale/torch/gradients/parameter_set.hpp>

namespace telltale::detail {

using use_rule = std::variant<outer_product_use, broadcast_use, lookup_use>;

/// One parameter of one call of an operator, and how its per-example gradient follows from that of the output.
struct parameter_use {
  std::size_t parameter;
  use_rule rule;
};

/// What an operator makes of its parameters: its uses, or why there is no rule for them.
struct recognised {
  std::vector<parameter_use> uses{};
  std::string why_not{};
};

using call_arguments = c10::ArrayRef<const c10::IValue>;

/// The operators whose per-example gradients are known without forming them. Each takes the arguments of one call.
class operator_rules {
 public:
  explicit operator_rules(const parameter_set& parameters) : parameters_(parameters) {}

  /// Whether there is a rule for an operator of this name.
  [[nodiscard]] static bool knows(std::string_view name) {
    for (const entry& each : table)
      if (each.name == name) return true;
    return false;
  }

  [[nodiscard]] recognised operator()(std::string_view name, call_arguments in) const {
    for (const entry& each : table)
      if (each.name == name) return (this->*each.rule)(in);
    return {{}, "there is no rule for it"};
  }

 private:
  struct entry {
    std::string_view name;
    recognised (operator_rules::*rule)(call_arguments) const;
  };
  static const std::array<entry, 16> table;

  [[nodiscard]] static at::Tensor tensor(const c10::IValue& value) {
    return value.isTensor() ? value.toTensor() : at::Tensor();
  }

  [[nodiscard]] std::optional<std::size_t> parameter(const c10::IValue& value) const {
    return parameters_.holding(tensor(value));
  }

  // The shape of a parameter against the extents of the output behind the first, as broadcasting aligns it.
  [[nodiscard]] static std::vector<std::int64_t> aligned(at::IntArrayRef shape, std::int64_t dimensions) {
    std::vector<std::int64_t> result(static_cast<std::size_t>(dimensions), 1);
    for (std::size_t i = 0; i < shape.size() && i < result.size(); ++i)
      result[result.size() - 1 - i] = shape[shape.size() - 1 - i];
    result.erase(result.begin());
    return result;
  }

  // A channel's parameter: extent 1 of the output.
  [[nodiscard]] static std::vector<std::int64_t> of_channels(std::int64_t channels, std::int64_t dimensions) {
    std::vector<std::int64_t> result(static_cast<std::size_t>(dimensions) - 1, 1);
    result[0] = channels;
    return result;
  }

  // Adds the use of a bias or of a gain, if it is among the parameters.
  void add_broadcast(recognised& found, const c10::IValue& value, std::vector<std::int64_t> shape,
                     std::function<at::Tensor()> factor = nullptr) const {
    const auto p = parameter(value);
    if (!p) return;
    if (!parameters_.is_whole(tensor(value), *p)) {
      found.why_not = "it takes a part of a parameter";
      return;
    }
    found.uses.push_back({*p, broadcast_use(std::move(shape), std::move(factor))});
  }

  [[nodiscard]] recognised linear(const at::Tensor& input, const at::Tensor& weight, bool transposed,
                                  const c10::IValue& bias) const {
    recognised found;
    if (const auto p = parameters_.holding(weight)) {
      const bool whole = transposed ? parameters_.is_transpose(weight, *p) : parameters_.is_whole(weight, *p);
      if (!whole || weight.dim() != 2 || input.dim() < 2) return {{}, "it takes a part of a parameter"};
      found.uses.push_back({*p, outer_product_use(input.detach(), parameters_[*p].detach())});
    }
    if (parameters_.holding(input)) return {{}, "it multiplies from a parameter, not by one"};
    add_broadcast(found, bias, aligned(tensor(bias).defined() ? tensor(bias).sizes() : at::IntArrayRef(), input.dim()));
    return found;
  }

  [[nodiscard]] recognised of_linear(call_arguments in) const {
    return linear(in[0].toTensor(), in[1].toTensor(), false, in[2]);
  }
  [[nodiscard]] recognised of_addmm(call_arguments in) const {
    if (in[3].toScalar().toDouble() != 1 || in[4].toScalar().toDouble() != 1) return {{}, "it scales its sum"};
    return linear(in[1].toTensor(), in[2].toTensor(), true, in[0]);
  }
  [[nodiscard]] recognised of_matmul(call_arguments in) const {
    return linear(in[0].toTensor(), in[1].toTensor(), true, c10::IValue());
  }

  [[nodiscard]] recognised of_add(call_arguments in) const {
    if (in.size() > 2 && in[2].toScalar().toDouble() != 1) return {{}, "it scales its sum"};
    return elementwise(in, false);
  }
  [[nodiscard]] recognised of_mul(call_arguments in) const { return elementwise(in, true); }

  [[nodiscard]] recognised elementwise(call_arguments in, bool product) const {
    const std::size_t of = parameter(in[0]) ? 0 : 1;
    if (parameter(in[1 - of])) return {{}, "it combines two parameters"};
    const at::Tensor mine = tensor(in[of]), other = tensor(in[1 - of]);
    if (!other.defined() || other.dim() == 0) return {{}, "it changes a parameter before it is used"};
    if (mine.dim() > other.dim() || (mine.dim() == other.dim() && mine.size(0) != 1))
      return {{}, "its parameter has an extent for every example"};
    recognised found;
    std::function<at::Tensor()> factor;
    if (product) factor = [kept = other.detach()] { return kept; };
    add_broadcast(found, in[of], aligned(mine.sizes(), other.dim()), std::move(factor));
    return found;
  }

  [[nodiscard]] recognised of_convolution(call_arguments in) const {
    const bool general = in[6].isBool();  // aten::convolution(..., transposed, output_padding, groups)
    if (general && in[6].toBool()) return {{}, "it is transposed"};
    return convolution(in, in[general ? 8 : 6].toInt());
  }

  [[nodiscard]] recognised convolution(call_arguments in, std::int64_t groups) const {
    const at::Tensor input = in[0].toTensor(), weight = in[1].toTensor();
    if (parameters_.holding(input)) return {{}, "its input is a parameter"};
    if (input.dim() != weight.dim() || input.dim() > 4) return {{}, "it has three dimensions, or no batch"};
    const auto dimensions = static_cast<std::size_t>(input.dim() - 2);
    const auto pair = [&](const std::vector<std::int64_t>& given, std::int64_t neutral) {
      const auto at_ = [&](std::size_t axis) { return given.size() == 1 ? given[0] : given[axis]; };
      return dimensions == 1 ? std::array<std::int64_t, 2>{neutral, at_(0)}
                             : std::array<std::int64_t, 2>{at_(0), at_(1)};
    };
    convolution_geometry how{pair(weight.sizes().slice(2).vec(), 1),
                             pair(in[3].toIntVector(), 1),
                             {},
                             {},
                             pair(in[5].toIntVector(), 1),
                             groups};
    if (!in[4].isString()) {
      how.before = how.after = pair(in[4].toIntVector(), 0);
    } else if (in[4].toStringRef() == "same") {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t total = how.dilation[axis] * (how.kernel[axis] - 1);
        how.before[axis] = total / 2;
        how.after[axis] = total - total / 2;
      }
    }
    recognised found;
    if (const auto p = parameter(in[1])) {
      if (!parameters_.is_whole(weight, *p)) return {{}, "it takes a part of a parameter"};
      found.uses.push_back({*p, outer_product_use(input.detach(), parameters_[*p].detach(), how)});
    }
    add_broadcast(found, in[2], of_channels(weight.size(0), input.dim()));
    return found;
  }

  // Layer, group and instance normalisation: a gain times the normalised input, plus a bias.
  [[nodiscard]] recognised normalisation(const c10::IValue& gain, const c10::IValue& bias,
                                         const std::vector<std::int64_t>& shape,
                                         std::function<at::Tensor()> normalised) const {
    recognised found;
    add_broadcast(found, gain, shape, std::move(normalised));
    add_broadcast(found, bias, shape);
    return found;
  }

  [[nodiscard]] recognised of_layer_norm(call_arguments in) const {
    const at::Tensor x = in[0].toTensor().detach();
    const std::vector<std::int64_t> over = in[1].toIntVector();
    return normalisation(in[2], in[3], aligned(over, x.dim()),
                         [x, over, epsilon = in[4].toDouble()] { return at::layer_norm(x, over, {}, {}, epsilon); });
  }
  [[nodiscard]] recognised of_group_norm(call_arguments in) const {
    const at::Tensor x = in[0].toTensor().detach();
    return normalisation(
        in[2], in[3], of_channels(x.size(1), x.dim()),
        [x, groups = in[1].toInt(), epsilon = in[4].toDouble()] { return at::group_norm(x, groups, {}, {}, epsilon); });
  }
  [[nodiscard]] recognised of_instance_norm(call_arguments in) const {
    if (!in[5].toBool()) return of_batch_norm(in);
    const at::Tensor x = in[0].toTensor().detach();
    return normalisation(in[1], in[2], of_channels(x.size(1), x.dim()), [x, epsilon = in[7].toDouble()] {
      return at::instance_norm(x, {}, {}, {}, {}, true, 0, epsilon, false);
    });
  }
  // With statistics that were kept from training the examples do not mix.
  [[nodiscard]] recognised of_batch_norm(call_arguments in) const {
    if (in[5].toBool())
      refuse(
          "per_example_gradients", "model",
          "normalises over the batch (BatchNorm in training mode), so that no example has a gradient of its own; use "
          "GroupNorm, LayerNorm or InstanceNorm, or put the model into evaluation mode");
    const at::Tensor x = in[0].toTensor().detach(), mean = in[3].toTensor(), variance = in[4].toTensor();
    return normalisation(in[1], in[2], of_channels(x.size(1), x.dim()),
                         [x, mean, variance, epsilon = in[7].toDouble()] {
                           return at::batch_norm(x, {}, {}, mean, variance, false, 0, epsilon, false);
                         });
  }

  [[nodiscard]] recognised of_embedding(call_arguments in) const {
    const at::Tensor rows = in[0].toTensor();
    const auto p = parameters_.holding(rows);
    if (!p || !parameters_.is_whole(rows, *p)) return {{}, "it takes a part of a parameter"};
    if (in[3].toBool()) return {{}, "it scales gradients by how often the batch has an index"};
    recognised found;
    found.uses.push_back({*p, lookup_use(in[1].toTensor(), parameters_[*p].detach(), in[2].toInt())});
    return found;
  }

  const parameter_set& parameters_;
};

inline const std::array<operator_rules::entry, 16> operator_rules::table{{
    {"aten::linear", &operator_rules::of_linear},
    {"aten::addmm", &operator_rules::of_addmm},
    {"aten::mm", &operator_rules::of_matmul},
    {"aten::matmul", &operator_rules::of_matmul},
    {"aten::add", &operator_rules::of_add},
    {"aten::add_", &operator_rules::of_add},
    {"aten::mul", &operator_rules::of_mul},
    {"aten::conv1d", &operator_rules::of_convolution},
    {"aten::conv2d", &operator_rules::of_convolution},
    {"aten::convolution", &operator_rules::of_convolution},
    {"aten::_convolution", &operator_rules::of_convolution},
    {"aten::layer_norm", &operator_rules::of_layer_norm},
    {"aten::group_norm", &operator_rules::of_group_norm},
    {"aten::instance_norm", &operator_rules::of_instance_norm},
    {"aten::batch_norm", &operator_rules::of_batch_norm},
    {"aten::embedding", &operator_rules::of_embedding},
}};

}  // namespace telltale::detail
