// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include <torch/cuda.h>

#include <telltale/torch/model/input_file.hpp>

#include "errors.hpp"
#include "files.hpp"

namespace tool {

model_records load_records(const record_paths& paths, std::optional<double> scale) {
  model_records records{paths, {}, load_classes(paths.labels)};
  records.inputs = telltale::load_inputs(paths.inputs, scale);
  const auto inputs = static_cast<std::size_t>(records.inputs.size(0));
  if (inputs != records.size())
    throw usage_error(paths.labels, "has " + counted(records.size(), "record") + "; " + paths.inputs + " has " +
                                        std::to_string(inputs));
  return records;
}

at::Device device_of(const std::string& name) {
  std::optional<at::Device> device;
  try {
    device.emplace(name);
  } catch (const c10::Error&) {
    throw usage_error("--device", "'" + name + "' is no device; wanted cpu, or one like cuda:0");
  }
  if (device->is_cuda() && device->index() >= static_cast<int>(torch::cuda::device_count()))
    throw usage_error("--device", "'" + name + "' is not there: LibTorch finds " +
                                      counted(static_cast<std::size_t>(torch::cuda::device_count()), "CUDA device"));
  if (device->is_cuda() && !torch::cuda::is_available())
    throw usage_error("--device", "'" + name + "' is not there: LibTorch finds no CUDA device");
  return *device;
}

at::Tensor answers_to(telltale::script_model& model, const std::string& model_path, const model_records& records,
                      const telltale::asking& how) {
  const at::Tensor answers =
      origins().from("inputs", records.paths.inputs).from("model", model_path).from("forward", model_path).name_in([&] {
        return telltale::answers_of(model, records.inputs, how);
      });
  for (std::size_t i = 0; i < records.size(); ++i)
    if (const int label = records.labels[i]; label < 0 || label >= answers.size(1))
      throw usage_error(records.paths.labels, "record " + std::to_string(i) + " has class " + std::to_string(label) +
                                                  "; " + model_path + " answers with " +
                                                  std::to_string(answers.size(1)) + " classes, 0 to " +
                                                  std::to_string(answers.size(1) - 1));
  return answers;
}

}  // namespace tool
