// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/nn/module.h>
#include <torch/script.h>

#include <cctype>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>
#include <telltale/torch/model/evaluation_mode.hpp>
#include <telltale/torch/model/script_model.hpp>

namespace telltale {
namespace detail {

// "torch::nn::LayerNormImpl" becomes "LayerNorm", so that a reader of the file can tell layers apart as in a file that
// Python wrote.
[[nodiscard]] inline std::string script_type_name(std::string name) {
  if (const std::size_t arguments = name.find('<'); arguments != std::string::npos) name.resize(arguments);
  if (const std::size_t scope = name.rfind("::"); scope != std::string::npos) name.erase(0, scope + 2);
  constexpr std::string_view suffix = "Impl";
  if (name.size() > suffix.size() && std::string_view(name).ends_with(suffix)) name.resize(name.size() - suffix.size());
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name.empty() ? "Module" : name;
}

[[nodiscard]] inline ::torch::jit::Module script_twin(const ::torch::nn::Module& module,
                                                      const std::shared_ptr<::torch::jit::CompilationUnit>& unit) {
  ::torch::jit::Module twin(c10::QualifiedName("__torch__." + script_type_name(module.name())), unit, true);
  for (const auto& parameter : module.named_parameters(false))
    twin.register_parameter(parameter.key(), parameter.value(), false);
  for (const auto& buffer : module.named_buffers(false)) twin.register_buffer(buffer.key(), buffer.value());
  for (const auto& child : module.named_children())
    twin.register_module(child.key(), script_twin(*child.value(), unit));
  return twin;
}

}  // namespace detail

/// A C++ module as a TorchScript module of the same parameters, parts and names: what `torch.jit.trace` is in Python.
///
///     traced(net, images).module().save("net.pt");
///
/// It runs the module once on `example`, in evaluation mode, and records the operators. What the module decides in C++
/// (a branch, a number of rows put into a shape) is fixed as it was for the example, so the result is tried on another
/// number of records before it is returned. The parameters are shared with the module until the file is read again.
/// Cost: two forward passes. Throws argument_error for an example of fewer than two records and for a module that
/// answers another number of records otherwise than its trace does.
template <class Holder>
[[nodiscard]] script_model traced(Holder& module, const at::Tensor& example) {
  constexpr std::string_view function = "traced";
  if (example.dim() == 0 || example.size(0) < 2)
    detail::refuse(function, "example",
                   "has the shape " + detail::shape_text(example) + "; wanted two records or more");
  const at::NoGradGuard without_gradients;
  const evaluation_mode evaluating(module);
  ::torch::jit::Module twin = detail::script_twin(*module, std::make_shared<::torch::jit::CompilationUnit>());
  const auto forward = [&](const ::torch::jit::Stack& inputs) -> ::torch::jit::Stack {
    return {module->forward(inputs.front().toTensor())};
  };
  const auto unnamed = [](const ::torch::autograd::Variable&) { return std::string(); };
  const auto state = ::torch::jit::tracer::trace({example}, forward, unnamed, true, false, &twin).first;
  twin.type()->addMethod(twin._ivalue()->compilation_unit()->create_function(
      c10::QualifiedName(*twin.type()->name(), "forward"), state->graph));
  twin.eval();
  script_model result(std::move(twin));
  const at::Tensor fewer = example.narrow(0, 0, example.size(0) - 1);
  if (!at::allclose(result(fewer), module->forward(fewer), 1e-4, 1e-5, true))
    detail::refuse(function, "module",
                   "answers fewer records otherwise than its trace does; wanted a forward without sizes taken as "
                   "numbers and without branches on values");
  return result;
}

}  // namespace telltale
