// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>
#include <torch/serialize.h>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/torch/model/answers.hpp>

namespace telltale::detail {

/// What training data are, in one number: their shape, their bytes and their texts, in hexadecimal.
[[nodiscard]] inline std::string fingerprint(const at::Tensor& images, std::span<const std::string> names,
                                             std::span<const std::string> templates) {
  const at::Tensor host = images.to(at::kCPU).contiguous();
  std::uint64_t hash = hash_of({static_cast<const std::byte*>(host.data_ptr()), host.nbytes()});
  const auto add = [&](const std::string& text) {
    hash = hash_of(std::as_bytes(std::span(text.data(), text.size() + 1)), hash);  // the final 0 parts two texts
  };
  add(shape_text(images));
  for (const std::string& name : names) add(name);
  for (const std::string& pattern : templates) add(pattern);
  std::ostringstream text;
  text << std::hex << hash;
  return text.str();
}

/// The file from which a training goes on: parameters, buffers, the optimiser's state, how far it came (epochs, or
/// steps), and the settings, so that a file of another training is refused.
class checkpoint_file {
 public:
  template <class Settings>
  checkpoint_file(const std::optional<std::filesystem::path>& path, const Settings& settings) : path_(path) {
    if (path_) settings_ = settings();
  }

  /// Puts what is in the file into module and optimiser and returns how far it came; 0 without a file.
  [[nodiscard]] std::size_t restore(::torch::nn::Module& module, ::torch::optim::Optimizer& optimiser,
                                    double& last_loss) const {
    if (!path_ || !std::filesystem::exists(*path_)) return 0;
    const io::mapped_file file(*path_);
    c10::IValue settings, made, loss;
    ::torch::serialize::InputArchive archive;
    const auto attempt = [&](const auto& work) {
      try {
        work();
      } catch (const std::exception& failure) {
        throw file_error(path_->string(), "is no whole checkpoint: " + first_cause(failure.what()));
      }
    };
    attempt([&] {
      archive.load_from(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
      archive.read("settings", settings);
      archive.read("epochs", made);
      archive.read("loss", loss);
    });
    if (settings.toStringRef() != settings_)
      throw file_error(path_->string(), "is the checkpoint of another training (" + settings.toStringRef() +
                                            "); wanted " + settings_ + "; delete it, or give another file");
    attempt([&] {
      ::torch::serialize::InputArchive of_module, of_optimiser;
      archive.read("module", of_module);
      archive.read("optimiser", of_optimiser);
      module.load(of_module);
      optimiser.load(of_optimiser);
    });
    last_loss = loss.toDouble();
    return static_cast<std::size_t>(made.toInt());
  }

  void save(const ::torch::nn::Module& module, const ::torch::optim::Optimizer& optimiser, std::size_t made,
            double last_loss) const {
    if (!path_) return;
    ::torch::serialize::OutputArchive archive, of_module, of_optimiser;
    module.save(of_module);
    optimiser.save(of_optimiser);
    archive.write("module", of_module);
    archive.write("optimiser", of_optimiser);
    archive.write("settings", c10::IValue(settings_));
    archive.write("epochs", c10::IValue(static_cast<std::int64_t>(made)));
    archive.write("loss", c10::IValue(last_loss));
    std::ostringstream bytes;
    archive.save_to(bytes);
    const std::string text = std::move(bytes).str();
    io::atomic_file file(*path_);
    file.write(std::as_bytes(std::span(text)));
    file.commit();
  }

 private:
  std::optional<std::filesystem::path> path_;
  std::string settings_;
};

}  // namespace telltale::detail
