// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/torch/model/answers.hpp>

namespace telltale {

/// A TorchScript module whose `forward` takes one tensor and returns one: what `torch.jit.script(model).save(path)`
/// writes, or `torch.jit.trace`, in any language.
///
/// A traced module has dropout and batch normalisation frozen in the mode of its tracing: trace in evaluation mode.
/// Copies share the parameters. The interpreter runs the operators as they are written: what it has specialised or
/// fused is one node to `per_example_gradients`, which follows single operators.
class script_model {
 public:
  /// Takes a module that is in memory already.
  explicit script_model(::torch::jit::Module module) : module_(std::move(module)) {}

  /// Reads a .pt file and puts its parameters on a device.
  ///
  /// Throws file_error where the file is missing, is no TorchScript module (weights alone are none), or cannot be put
  /// on that device.
  [[nodiscard]] static script_model load(const std::filesystem::path& path, at::Device device = at::kCPU) {
    static_cast<void>(io::mapped_file(path));  // what is wrong with the file as a file is said in our words
    const auto attempt = [&](const std::string& otherwise, const auto& work) {
      try {
        return work();
      } catch (const std::exception& failure) {
        throw file_error(path.string(), otherwise + ": " + detail::first_cause(failure.what()));
      }
    };
    // Where it was saved from is no device of this machine, perhaps: first to the host.
    script_model model(attempt("is no TorchScript module, as torch.jit.script(model).save(path) writes",
                               [&] { return ::torch::jit::load(path.string(), at::Device(at::kCPU)); }));
    if (!model.module_.find_method("forward"))
      throw file_error(path.string(), "is a TorchScript module without forward");
    if (device != at::Device(at::kCPU)) attempt("cannot be put on " + device.str(), [&] { model.module_.to(device); });
    return model;
  }

  /// Throws argument_error where `forward` returns anything but one tensor, and what the interpreter throws.
  [[nodiscard]] at::Tensor operator()(at::Tensor inputs) {
    const ::torch::jit::GraphOptimizerEnabledGuard as_written(false);
    const ::torch::jit::IValue answer = module_.forward({std::move(inputs)});
    if (!answer.isTensor())
      detail::refuse("script_model", "forward",
                     "returns " + answer.tagKind() + "; wanted one tensor: script a module that returns the logits");
    return answer.toTensor();
  }

  /// What was registered as a parameter, of all submodules.
  [[nodiscard]] std::vector<at::Tensor> parameters() const {
    std::vector<at::Tensor> all;
    for (const at::Tensor& parameter : module_.parameters()) all.push_back(parameter);
    return all;
  }

  /// Puts the module and all that is in it into training mode, or out of it.
  void train(bool on = true) { module_.train(on); }
  /// Puts the module and all that is in it into evaluation mode.
  void eval() { module_.eval(); }
  /// Whether the module itself is in training mode.
  [[nodiscard]] bool is_training() const { return module_.is_training(); }
  /// The module and all that is in it.
  [[nodiscard]] ::torch::jit::module_list modules() const { return module_.modules(); }

  /// The module, for what this class does not offer.
  [[nodiscard]] ::torch::jit::Module& module() noexcept { return module_; }

 private:
  ::torch::jit::Module module_;
};

}  // namespace telltale
