// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "cache.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <utility>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/npy.hpp>

namespace lab {
namespace {

using namespace telltale;

std::string exact(double value) {
  std::string text(32, ' ');
  text.resize(static_cast<std::size_t>(std::to_chars(text.data(), text.data() + text.size(), value).ptr - text.data()));
  return text;
}

}  // namespace

std::optional<kept_numbers> read_kept(const std::filesystem::path& stem, const std::string& made_from) {
  std::ifstream file(stem.string() + ".txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.substr(0, made_from.size()) != made_from) return std::nullopt;
  std::istringstream rest(text.substr(made_from.size()));
  std::string word, hash;
  kept_numbers kept;
  if (!(rest >> word >> kept.accuracy >> word >> hash)) return std::nullopt;
  try {
    const io::npy_array stored = io::read_npy(stem.string() + ".npy");
    kept.values = stored.to_vector<float>();
    if (stored.shape().size() != 2 || hash_text(hash_of(kept.values)) != hash) return std::nullopt;
    kept.columns = stored.shape()[1];
    return kept;
  } catch (const file_error&) {
    return std::nullopt;
  }
}

void keep(const std::filesystem::path& stem, const std::string& made_from, const kept_numbers& numbers) {
  std::error_code failure;
  std::filesystem::create_directories(stem.parent_path(), failure);
  if (failure) throw file_error(stem.parent_path().string(), "cannot be made: " + failure.message());
  // The text last: what it describes is there when it is.
  io::write_npy(stem.string() + ".npy", numbers.values, {numbers.values.size() / numbers.columns, numbers.columns});
  io::write_atomically(stem.string() + ".txt", [&](std::ostream& out) {
    out << made_from << "accuracy " << exact(numbers.accuracy) << "\nvalues " << hash_text(hash_of(numbers.values))
        << "\n";
  });
}

}  // namespace lab
