// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "demo_data.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/io/idx.hpp>
#include <telltale/train/standardise.hpp>

namespace tool {
namespace {

constexpr std::uint64_t choice_of_records = 0x64617461;  // "data": a stream of its own

struct images_and_labels {
  telltale::io::idx_array images, labels;
};

// Both spellings of a file's name; the one that exists.
std::filesystem::path existing(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path plain = folder / name, zipped = folder / (name + ".gz");
  return std::filesystem::exists(plain) ? plain : zipped;
}

std::vector<images_and_labels> read_folder(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder))
    throw telltale::file_error(
        folder.string(),
        folder == fashion_mnist
            ? "is not there; install it with `apt-get install dataset-fashion-mnist`, or name your own with --data"
            : "is no folder");
  static const std::string images = "-images-idx3-ubyte";
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const std::size_t at = file.find(images);
    if (at != std::string::npos && (file.size() == at + images.size() || file.substr(at + images.size()) == ".gz"))
      names.insert(file.substr(0, at));
  }
  if (names.empty())
    throw telltale::file_error(folder.string(),
                               "holds no NAME-images-idx3-ubyte[.gz]; wanted IDX files of images, with "
                               "NAME-labels-idx1-ubyte[.gz] beside them");
  std::vector<images_and_labels> found;
  for (const std::string& name : names) {
    images_and_labels pair{telltale::io::read_idx(existing(folder, name + images)),
                           telltale::io::read_idx(existing(folder, name + "-labels-idx1-ubyte"))};
    const auto refuse = [](const telltale::io::idx_array& array, const std::string& reason) {
      throw telltale::file_error(array.path().string(), reason);
    };
    if (pair.images.shape().size() != 3 || pair.images.dtype().kind != 'u')
      refuse(pair.images, "holds no unsigned bytes (images, height, width)");
    if (pair.labels.shape().size() != 1 || pair.labels.dtype().kind != 'u')
      refuse(pair.labels, "holds no unsigned bytes (labels)");
    if (pair.images.shape()[0] != pair.labels.shape()[0])
      refuse(pair.labels, "has " + std::to_string(pair.labels.shape()[0]) + " labels for " +
                              std::to_string(pair.images.shape()[0]) + " images");
    const auto& first = found.empty() ? pair.images.shape() : found.front().images.shape();
    if (pair.images.shape()[1] != first[1] || pair.images.shape()[2] != first[2])
      refuse(pair.images, "has images of another size than the other files");
    found.push_back(std::move(pair));
  }
  return found;
}

}  // namespace

demo_data load_demo_data(const std::filesystem::path& folder, std::size_t size, std::uint64_t seed) {
  const std::vector<images_and_labels> files = read_folder(folder);
  demo_data data;
  data.height = files.front().images.shape()[1];
  data.width = files.front().images.shape()[2];
  for (const images_and_labels& file : files) data.total += file.labels.size();
  if (2 * size > data.total)
    throw telltale::file_error(folder.string(), "holds " + std::to_string(data.total) + " records; a pool of " +
                                                    std::to_string(size) + " and as many others need " +
                                                    std::to_string(2 * size));

  const auto chosen = telltale::random_stream(seed, choice_of_records).choose(2 * size, data.total);
  const auto take = [&](records& into, std::size_t i) {
    std::size_t at = i, file = 0;
    for (; at >= files[file].labels.size(); ++file) at -= files[file].labels.size();
    const auto pixels = files[file].images.bytes().subspan(at * data.dimensions(), data.dimensions());
    into.pixels.insert(into.pixels.end(), pixels.begin(), pixels.end());
    into.labels.push_back(files[file].labels.bytes()[at]);
    into.index.push_back(i);
  };
  for (std::size_t i = 0; i < size; ++i) take(data.pool, chosen[i]);
  for (std::size_t i = size; i < 2 * size; ++i) take(data.population, chosen[i]);

  const auto largest = [](const records& of) { return *std::max_element(of.labels.begin(), of.labels.end()); };
  data.classes = static_cast<std::size_t>(std::max(largest(data.pool), largest(data.population))) + 1;
  if (data.classes < 2) throw telltale::file_error(folder.string(), "has records of one class only");
  if (folder == fashion_mnist)
    data.class_names = {"T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"};
  for (std::size_t c = data.class_names.size(); c < data.classes; ++c)
    data.class_names.push_back("class " + std::to_string(c));
  data.hash =
      telltale::hash_of(data.population.labels,
                        telltale::hash_of(data.population.pixels,
                                          telltale::hash_of(data.pool.labels, telltale::hash_of(data.pool.pixels))));

  const std::vector<float> raw(data.pool.pixels.begin(), data.pool.pixels.end());
  const std::vector<float> others(data.population.pixels.begin(), data.population.pixels.end());
  const telltale::train::features_view<float> pool(raw, size, data.dimensions());
  const telltale::train::standardiser<float> standardise(pool);
  data.pool.features = standardise(pool);
  data.population.features = standardise({others, size, data.dimensions()});
  return data;
}

}  // namespace tool
