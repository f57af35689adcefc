// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "tool.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <sstream>
#include <utility>

#include <telltale/io/npy.hpp>

#include <doctest/doctest.h>

namespace tool_test {
namespace {

namespace io = telltale::io;

template <class Scalar>
void write(const std::filesystem::path& path, const std::vector<Scalar>& values, std::vector<std::size_t> shape) {
  if (shape.empty()) shape = {values.size()};
  io::write_npy(path, values, shape);
}

// Only calls that are safe between fork and exec.
[[noreturn]] void become_the_tool(const char* folder, const char* out, const char* err, char* const* words) {
  const int to_out = ::open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  const int to_err = ::open(err, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (to_out >= 0 && to_err >= 0 && ::dup2(to_out, STDOUT_FILENO) >= 0 && ::dup2(to_err, STDERR_FILENO) >= 0 &&
      ::chdir(folder) == 0)
    ::execv(TELLTALE_TOOL, words);
  ::_exit(127);
}

}  // namespace

void bench::floats(const std::string& name, const std::vector<double>& values, std::vector<std::size_t> shape) const {
  write(path(name), values, std::move(shape));
}
void bench::floats32(const std::string& name, const std::vector<float>& values, std::vector<std::size_t> shape) const {
  write(path(name), values, std::move(shape));
}
void bench::classes(const std::string& name, const std::vector<std::int64_t>& values) const {
  write(path(name), values, {});
}
void bench::flags(const std::string& name, const std::vector<std::uint8_t>& values,
                  std::vector<std::size_t> shape) const {
  write(path(name), values, std::move(shape));
}

outcome bench::run(const std::string& words) const {
  std::istringstream stream(words);
  std::vector<std::string> split;
  for (std::string word; stream >> word;) split.push_back(word);
  return run(split);
}

outcome bench::run(const std::vector<std::string>& words) const {
  const oracle::temporary_folder streams;
  const std::string out = (streams / "out").string(), err = (streams / "err").string();
  const std::string folder = folder_->path().string();
  std::vector<std::string> owned{"telltale"};
  owned.insert(owned.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (std::string& word : owned) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const ::pid_t child = ::fork();
  if (child == 0) become_the_tool(folder.c_str(), out.c_str(), err.c_str(), pointers.data());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, oracle::bytes_of(out), oracle::bytes_of(err)};
}

std::vector<double> bench::made(const std::string& words, const std::string& name) const {
  const outcome got = run(words);
  INFO(words);
  INFO(got.err);
  REQUIRE(got.code == 0);
  CHECK(got.err.empty());
  return values(name);
}

std::vector<double> bench::values(const std::string& name) const {
  const io::npy_array array = io::read_npy(path(name));
  CHECK(array.holds<double>());
  return array.to_vector<double>();
}

std::string npy_bytes(const std::vector<double>& values, const std::vector<std::size_t>& shape, std::size_t item_size,
                      bool big_endian, bool fortran) {
  std::string header = std::string("{'descr': '") + (big_endian ? '>' : '<') + 'f' + std::to_string(item_size) +
                       "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (";
  for (const std::size_t extent : shape) header += std::to_string(extent) + ",";
  header += "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() % 256);
  bytes += static_cast<char>(header.size() / 256);
  bytes += header;
  for (std::size_t k = 0; k < values.size(); ++k) {
    // Position of the k-th stored element: the first axis runs fastest in Fortran order.
    std::size_t rest = k, at = 0, step = 1;
    if (fortran) {
      std::vector<std::size_t> position(shape.size());
      for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        position[axis] = rest % shape[axis];
        rest /= shape[axis];
      }
      for (std::size_t axis = shape.size(); axis-- > 0; step *= shape[axis]) at += position[axis] * step;
    } else {
      at = k;
    }
    char raw[8]{};
    if (item_size == 4) {
      const float value = static_cast<float>(values[at]);
      std::memcpy(raw, &value, 4);
    } else {
      std::memcpy(raw, &values[at], 8);
    }
    if (big_endian != (std::endian::native == std::endian::big)) std::reverse(raw, raw + item_size);
    bytes.append(raw, item_size);
  }
  return bytes;
}

}  // namespace tool_test
