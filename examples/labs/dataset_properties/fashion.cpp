// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "fashion.hpp"

#include <algorithm>
#include <string>

#include <telltale/core/error.hpp>
#include <telltale/io/idx.hpp>

namespace lab {
namespace {

constexpr std::size_t network_records_per_class = 2000;

telltale::io::idx_array read(const std::filesystem::path& folder, const std::string& name, std::size_t axes) {
  const std::filesystem::path plain = folder / name, zipped = folder / (name + ".gz");
  telltale::io::idx_array array = telltale::io::read_idx(std::filesystem::exists(plain) ? plain : zipped);
  if (array.shape().size() != axes || array.dtype().kind != 'u')
    throw telltale::file_error(array.path().string(), axes == 3 ? "holds no unsigned bytes (images, height, width)"
                                                                : "holds no unsigned bytes (labels)");
  return array;
}

}  // namespace

data_set read_fashion(const std::filesystem::path& folder, std::uint64_t seed) {
  if (!std::filesystem::is_directory(folder))
    throw telltale::file_error(folder.string(),
                               "is not there; install it with `apt-get install dataset-fashion-mnist`, or name the "
                               "folder of its four files with --data");
  data_set all;
  all.name = "Fashion-MNIST";
  for (const std::string part : {"train", "t10k"}) {
    const telltale::io::idx_array images = read(folder, part + "-images-idx3-ubyte", 3);
    const telltale::io::idx_array labels = read(folder, part + "-labels-idx1-ubyte", 1);
    const std::size_t dimensions = images.shape()[1] * images.shape()[2];
    if (images.shape()[0] != labels.size())
      throw telltale::file_error(labels.path().string(), "has " + std::to_string(labels.size()) + " labels for " +
                                                             std::to_string(images.shape()[0]) + " images");
    if (all.dimensions != 0 && all.dimensions != dimensions)
      throw telltale::file_error(images.path().string(), "has images of another size than the other file");
    all.dimensions = dimensions;
    all.values.insert(all.values.end(), images.bytes().begin(), images.bytes().end());
    all.labels.insert(all.labels.end(), labels.bytes().begin(), labels.bytes().end());
  }
  all.classes =
      all.labels.empty() ? 0 : static_cast<std::size_t>(*std::max_element(all.labels.begin(), all.labels.end())) + 1;
  if (all.classes < 2) throw telltale::file_error(folder.string(), "has records of one class only");
  all.split(network_records_per_class, seed);
  return all;
}

}  // namespace lab
