// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>

namespace telltale {

namespace detail {

// torch::nn::Sequential, whose forward is a template, can be asked by no other way.
template <class Model>
concept Forwards = requires(Model& model, at::Tensor inputs) {
  { model->forward(inputs) } -> std::convertible_to<at::Tensor>;
};

}  // namespace detail

namespace req {
template <class Model>
concept maps_a_batch_of_inputs_to_a_batch_of_answers =
    detail::Forwards<Model> || requires(Model& model, at::Tensor inputs) {
      { model(inputs) } -> std::convertible_to<at::Tensor>;
    };
}  // namespace req

/// A model: whatever maps a batch of inputs to a batch of answers, the first extent of both being the record. A holder
/// of a C++ module, a `script_model` and a lambda do.
template <class Candidate>
concept TensorModel = req::maps_a_batch_of_inputs_to_a_batch_of_answers<Candidate>;

/// The model's own answer to a batch.
template <TensorModel Model>
[[nodiscard]] at::Tensor ask(Model& model, const at::Tensor& inputs) {
  if constexpr (detail::Forwards<Model>)
    return model->forward(inputs);
  else
    return model(inputs);
}

/// How a model is asked.
struct asking {
  std::size_t batch_size = 256;                       ///< records at a time; answers change by rounding at most
  std::optional<at::Device> device = std::nullopt;    ///< where the model is; nothing: where the inputs are
  std::optional<std::size_t> classes = std::nullopt;  ///< wanted in every answer; nothing: as in the first batch
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< records, after every batch
};

namespace detail {

inline std::string type_text(at::ScalarType type) {
  std::string name = at::toString(type);
  std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return name;
}

/// What is wrong, on one line, of a message of LibTorch: the interpreter puts it last, behind a trace of the script,
/// everything else puts it first, before a trace of the program.
inline std::string first_cause(const std::string& message) {
  static constexpr std::string_view mark = "RuntimeError: ";
  const std::size_t last = message.rfind(mark);
  const std::size_t begin = last == std::string::npos ? 0 : last + mark.size();
  std::string cause = message.substr(begin, message.find('\n', begin) - begin);
  while (!cause.empty() && (cause.back() == '.' || cause.back() == ' ')) cause.pop_back();
  return cause;
}

/// The model's answers to one batch, two-dimensional; whatever the model throws becomes one sentence.
template <class Model>
at::Tensor answer_batch(Model& model, const at::Tensor& batch, const std::optional<std::int64_t>& classes) {
  at::Tensor answers;
  const auto of_batch = [&] {
    return "a batch of shape " + shape_text(batch) + " of " + type_text(batch.scalar_type());
  };
  try {
    answers = ask(model, batch);
  } catch (const error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    refuse("answers_of", "inputs", of_batch() + " is refused by the model: " + first_cause(failure.what()));
  }
  if (!answers.defined()) refuse("answers_of", "model", "gives no answer to " + of_batch());
  if (answers.dim() != 2 || answers.size(0) != batch.size(0) || answers.size(1) < 2)
    refuse("answers_of", "model",
           "answers with shape " + shape_text(answers) + " to " + of_batch() + "; wanted (" +
               std::to_string(batch.size(0)) + ", classes), at least 2 classes");
  if (classes && answers.size(1) != *classes)
    refuse("answers_of", "model",
           "answers with " + std::to_string(answers.size(1)) + " classes; wanted " + std::to_string(*classes));
  if (!answers.is_floating_point())
    refuse("answers_of", "model", "answers with " + type_text(answers.scalar_type()) + " numbers; wanted floats");
  const bool narrow = answers.scalar_type() != at::kFloat && answers.scalar_type() != at::kDouble;
  return narrow ? answers.to(at::kFloat) : answers;
}

inline void check_answers_finite(const at::Tensor& answers) {
  const at::Tensor finite = at::isfinite(answers).all(1);
  if (finite.all().item<bool>()) return;
  const auto record = finite.logical_not().nonzero()[0][0].item<std::int64_t>();
  const at::Tensor row = answers[record];
  const auto value = row.index({at::isfinite(row).logical_not()})[0].item<double>();
  const std::string shown = std::isnan(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
  refuse("answers_of", "model",
         "answers record " + std::to_string(record) + " with " + shown + "; wanted finite numbers");
}

}  // namespace detail

/// What a model answers to every input: records x classes, float (or double where the model answers so), where the
/// model is.
///
/// In evaluation mode and without gradients: a model that has a mode gets it back afterwards. Inputs have the record as
/// first extent, and beyond it the shape that the model wants; each batch goes to the model's device by itself, so that
/// the whole may lie elsewhere. The model and `asking::device` must be on one device: nothing moves a model.
/// Cost: the model's own, and one pass over the answers.
/// Throws argument_error for a batch that the model refuses (naming its shape and the model's reason), for answers of
/// another shape than (records, classes), of another number of classes, or that are not finite, naming the record.
template <TensorModel Model>
[[nodiscard]] at::Tensor answers_of(Model&& model, const at::Tensor& inputs, const asking& how = {}) {
  if (how.batch_size == 0) detail::refuse("answers_of", "batch_size", "is 0; wanted at least 1");
  if (!inputs.defined() || inputs.dim() == 0 || inputs.size(0) == 0)
    detail::refuse("answers_of", "inputs", "hold no record");
  const at::NoGradGuard without_gradients;
  const evaluation_mode evaluating(model);
  const std::int64_t records = inputs.size(0),
                     most = static_cast<std::int64_t>(std::min(how.batch_size, static_cast<std::size_t>(records)));
  const at::Device device = how.device.value_or(inputs.device());
  std::optional<std::int64_t> classes;
  if (how.classes) classes = static_cast<std::int64_t>(*how.classes);
  std::vector<at::Tensor> batches;
  for (std::int64_t first = 0; first < records; first += most) {
    const std::int64_t count = std::min(most, records - first);
    batches.push_back(detail::answer_batch(model, inputs.narrow(0, first, count).to(device), classes));
    classes = batches.back().size(1);
    if (how.progress) how.progress(static_cast<std::size_t>(first + count), static_cast<std::size_t>(records));
  }
  const at::Tensor all = batches.size() == 1 ? batches.front() : at::cat(batches);
  detail::check_answers_finite(all);
  return all;
}

}  // namespace telltale
