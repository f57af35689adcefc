// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/campaign/named_signal.hpp>

namespace telltale::mpi {

/// Writes values one after another as bytes, for another process of the same program on the same kind of machine: the
/// bytes are those of memory, so that every number arrives as it was.
class packer {
 public:
  template <class Number>
    requires(std::is_arithmetic_v<Number> || std::is_enum_v<Number>)
  void operator()(const Number& number) {
    append(std::as_bytes(std::span(&number, 1)));
  }
  void operator()(const std::string& text) {
    (*this)(std::uint64_t(text.size()));
    append(std::as_bytes(std::span(text)));
  }
  template <class Element>
    requires(!std::same_as<Element, bool>)
  void operator()(const std::vector<Element>& elements) {
    (*this)(std::uint64_t(elements.size()));
    if constexpr (std::is_arithmetic_v<Element>)
      append(std::as_bytes(std::span(elements)));
    else
      for (const Element& element : elements) (*this)(element);
  }
  void operator()(const std::vector<std::byte>& bytes) {
    (*this)(std::uint64_t(bytes.size()));
    append(bytes);
  }
  void operator()(const named_signal& signal) {
    (*this)(signal.name);
    (*this)(std::uint64_t(signal.width));
    (*this)(std::uint64_t(signal.values.index()));
    std::visit([this](const auto& values) { (*this)(values); }, signal.values);
  }

  /// What was written; the packer is then empty.
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

 private:
  void append(std::span<const std::byte> more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }

  std::vector<std::byte> bytes_;
};

/// Reads back what a `packer` wrote, in the same order. Only for bytes of a packer: it does not expect damage.
class unpacker {
 public:
  /// Reads from the first of these bytes, which must live as long as it reads.
  explicit unpacker(std::span<const std::byte> bytes) noexcept : left_(bytes) {}

  template <class Number>
    requires(std::is_arithmetic_v<Number> || std::is_enum_v<Number>)
  void operator()(Number& number) {
    copy(std::as_writable_bytes(std::span(&number, 1)));
  }
  void operator()(std::string& text) {
    text.resize(count());
    copy(std::as_writable_bytes(std::span(text)));
  }
  template <class Element>
    requires(!std::same_as<Element, bool>)
  void operator()(std::vector<Element>& elements) {
    elements.resize(count());
    if constexpr (std::is_arithmetic_v<Element>)
      copy(std::as_writable_bytes(std::span(elements)));
    else
      for (Element& element : elements) (*this)(element);
  }
  void operator()(std::vector<std::byte>& bytes) {
    bytes.resize(count());
    copy(bytes);
  }
  void operator()(named_signal& signal) {
    (*this)(signal.name);
    signal.width = count();
    if (count() == 0)
      (*this)(signal.values.emplace<std::vector<float>>());
    else
      (*this)(signal.values.emplace<std::vector<double>>());
  }

 private:
  [[nodiscard]] std::size_t count() {
    std::uint64_t number = 0;
    (*this)(number);
    return number;
  }
  void copy(std::span<std::byte> to) {
    if (!to.empty()) std::memcpy(to.data(), left_.data(), to.size());
    left_ = left_.subspan(to.size());
  }

  std::span<const std::byte> left_;
};

namespace req {
template <class Value>
concept travels_between_ranks =
    std::default_initializable<Value> && requires(packer pack, unpacker unpack, Value& value, const Value& same) {
      pack(same);
      unpack(value);
    };
}  // namespace req

/// What a rank can send to another: numbers, text, signals, and vectors of them.
template <class Value>
concept Packable = req::travels_between_ranks<Value>;

}  // namespace telltale::mpi
