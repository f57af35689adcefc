// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>

#include <telltale/torch/gradients/operators.hpp>

namespace telltale::detail {

// The arguments of an observed call. RecordFunction::inputs() asserts a flag that exists only in builds of LibTorch
// with assertions: in a program that is built with assertions on a release of LibTorch it reads a byte that nobody
// wrote. An explicit instantiation may name a private member, and this one gives the same reference without the flag.
call_arguments arguments_of(const at::RecordFunction& call);
template <auto Member>
struct recorded_arguments {
  friend call_arguments arguments_of(const at::RecordFunction& call) { return call.*Member; }
};
template struct recorded_arguments<&at::RecordFunction::inputs_>;

// What belongs to the call itself. An operator that TorchScript calls is shown with the interpreter's whole stack, on
// top of which its arguments lie, and its results after it.
[[nodiscard]] inline call_arguments top(call_arguments shown, std::size_t count) {
  return shown.size() > count ? shown.slice(shown.size() - count) : shown;
}

/// Watches the operators that a thread runs, and writes down how each uses the parameters.
///
/// LibTorch's C++ modules have no hooks, but its dispatcher tells an observer of every call with its arguments and
/// results. So the model is any ordinary one, functional code and TorchScript included: a parameter is known by its
/// memory, an operator by its name, and what has no rule is noticed instead of missed.
class tape {
 public:
  /// A call: its uses, and where the gradient of its output arrives.
  struct call {
    std::vector<parameter_use> uses;
    ::torch::autograd::Edge output;
  };

  tape(const parameter_set& parameters, std::int64_t examples)
      : parameters_(parameters), rules_(parameters), examples_(examples), outer_(std::exchange(active(), this)) {
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&tape::started, &tape::ended)
                                             .needsInputs(true)
                                             .needsOutputs(true)
                                             .scopes({at::RecordScope::FUNCTION}));
  }
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;
  ~tape() { stop(); }

  /// Ends the watch. Throws what a rule threw.
  void finish() {
    stop();
    if (failure_) std::rethrow_exception(failure_);
  }

  [[nodiscard]] const std::vector<call>& calls() const noexcept { return calls_; }

  /// Why the rules do not cover this model, in the words of a message; empty if they do.
  [[nodiscard]] const std::string& why_not() const noexcept { return why_not_; }

 private:
  struct context : at::ObserverContext {
    recognised found;
    bool opaque = false;  // what happens inside belongs to this call
    bool views = false;   // it is fine if all that it returns are views of parameters
    std::string name;
  };

  static tape*& active() {
    thread_local tape* current = nullptr;
    return current;
  }

  void stop() {
    if (handle_ == 0) return;
    at::removeCallback(std::exchange(handle_, 0));
    active() = outer_;
  }

  static std::unique_ptr<at::ObserverContext> started(const at::RecordFunction& function) {
    tape* const self = active();
    if (self == nullptr || self->failure_) return nullptr;
    try {
      return self->begin(function);
    } catch (...) {
      self->failure_ = std::current_exception();  // an exception that leaves an observer is only logged
      return nullptr;
    }
  }

  static void ended(const at::RecordFunction& function, at::ObserverContext* observed) {
    tape* const self = active();
    if (self == nullptr || observed == nullptr) return;
    try {
      self->end(function, *static_cast<context*>(observed));
    } catch (...) {
      self->failure_ = std::current_exception();
    }
  }

  [[nodiscard]] bool touches_a_parameter(const c10::IValue& value) const {
    if (value.isTensor()) return parameters_.holding(value.toTensor()).has_value();
    if (!value.isTensorList()) return false;
    for (const at::Tensor& each : value.toTensorVector())
      if (parameters_.holding(each)) return true;
    return false;
  }

  std::unique_ptr<context> begin(const at::RecordFunction& function) {
    if (inside_ > 0 || !at::GradMode::is_enabled()) return nullptr;
    const call_arguments in = top(arguments_of(function), function.num_inputs());
    bool touches = false;
    for (const c10::IValue& value : in) touches = touches || touches_a_parameter(value);
    const std::string_view name = function.name();
    if (!touches && name != "aten::batch_norm") return nullptr;  // which mixes examples even without parameters
    auto noted = std::make_unique<context>();
    noted->name = name;
    if (operator_rules::knows(name))
      noted->found = rules_(name, in);
    else
      noted->views = true;
    noted->opaque = true;
    ++inside_;
    return noted;
  }

  void end(const at::RecordFunction& function, context& noted) {
    --inside_;
    const std::vector<c10::IValue>& shown = function.outputs();
    const call_arguments out = top(call_arguments(shown.data(), shown.size()), function.num_outputs());
    if (noted.views) {
      for (const c10::IValue& value : out)
        if (value.isTensor() && value.toTensor().requires_grad() && !parameters_.holding(value.toTensor()))
          return complain(noted.name, "there is no rule for it");
      return;
    }
    if (!noted.found.why_not.empty()) return complain(noted.name, noted.found.why_not);
    if (noted.found.uses.empty()) return;
    const at::Tensor result = out.at(0).toTensor();
    if (!result.requires_grad()) return complain(noted.name, "its output has no gradient");
    if (result.dim() == 0 || result.size(0) != examples_)
      return complain(noted.name, "its output has not the examples as its first extent");
    calls_.push_back({std::move(noted.found.uses), ::torch::autograd::impl::gradient_edge(result)});
  }

  void complain(const std::string& name, const std::string& why) {
    if (why_not_.empty()) why_not_ = name + ": " + why;
  }

  const parameter_set& parameters_;
  operator_rules rules_;
  std::int64_t examples_;
  tape* outer_;
  at::CallbackHandle handle_ = 0;
  int inside_ = 0;
  std::vector<call> calls_;
  std::string why_not_;
  std::exception_ptr failure_;
};

}  // namespace telltale::detail
