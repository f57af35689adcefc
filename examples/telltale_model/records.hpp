// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <telltale/torch/model/script_model.hpp>

namespace tool {

/// A file of records and a file of their classes.
struct record_paths {
  std::string inputs, labels;
};

/// Records as the model takes them, with their classes.
struct model_records {
  record_paths paths;
  at::Tensor inputs;
  std::vector<int> labels;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
};

/// Reads both files, which must hold as many records; `scale` as telltale::load_inputs takes it.
[[nodiscard]] model_records load_records(const record_paths& paths, std::optional<double> scale);

/// A device by its name: "cpu", "cuda:0". Refused as `--device` where there is none of that name.
[[nodiscard]] at::Device device_of(const std::string& name);

/// The model's answers to records, with their file named where the model refuses them or a class is none of its own.
[[nodiscard]] at::Tensor answers_to(telltale::script_model& model, const std::string& model_path,
                                    const model_records& records, const telltale::asking& how);

}  // namespace tool
