// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/io/convert.hpp>
#include <telltale/io/element_type.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/npy_header.hpp>
#include <telltale/io/refusal.hpp>
#include <telltale/io/shape.hpp>

namespace telltale::io {

/// An array in a .npy file, left where it is: memory-mapped, and read when it is asked for.
///
/// Copies share the mapping, which lives until the last of them goes. Made by `read_npy` or `parse_npy`.
class npy_array {
 public:
  /// The extents of the axes.
  [[nodiscard]] const shape_type& shape() const noexcept { return header_.shape; }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return header_.size; }
  /// The type of the stored elements, with its byte order.
  [[nodiscard]] const element_type& dtype() const noexcept { return header_.type; }
  /// Whether the first axis varies fastest in the file.
  [[nodiscard]] bool fortran_order() const noexcept { return header_.fortran_order; }
  /// Where it was read from, or what stood for that.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// Whether the stored bytes are, as they lie there, a row-major array of `Scalar`: same type, this machine's byte
  /// order, and an address that is aligned for it (a header of an unusual length can prevent that).
  ///
  /// Booleans count as `std::uint8_t`; whether each is 0 or 1 is left to whoever reads the mask.
  template <ArrayScalar Scalar>
  [[nodiscard]] bool holds() const noexcept {
    const bool mask = header_.type.kind == 'b' && std::is_same_v<Scalar, std::uint8_t>;
    const bool same_type = header_.type == element_type_of<Scalar>() &&
                           (!std::is_same_v<Scalar, long double> || detail::has_extended_float);
    return (mask || same_type) && row_major() && std::bit_cast<std::uintptr_t>(data_.data()) % alignof(Scalar) == 0;
  }

  /// The stored values without a copy, row-major; valid as long as this array or a copy of it lives.
  ///
  /// Throws `file_error` unless `holds<Scalar>()`; `load_values` takes either way.
  template <ArrayScalar Scalar>
  [[nodiscard]] std::span<const Scalar> view() const {
    if (!holds<Scalar>())
      detail::refuse_file(path_, "holds " + std::string(row_major() ? "" : "column-major ") + header_.type.name() +
                                     ", which cannot be viewed as " + element_type_of<Scalar>().name() +
                                     " without a copy");
    return {reinterpret_cast<const Scalar*>(data_.data()), header_.size};
  }

  /// A row-major copy of the values, whatever their stored type, byte order and axis order.
  ///
  /// To a float: the nearest value, exact wherever `Scalar` can hold it. To an integer: every value must be an integer
  /// within its range. Cost: one pass, O(size). Throws `file_error` naming the first element that cannot be converted,
  /// a stored boolean other than 0 and 1, or a finite value that would become infinite.
  template <ArrayScalar Scalar>
  [[nodiscard]] std::vector<Scalar> to_vector() const {
    if (holds<Scalar>() && header_.type.kind != 'b') {
      const std::span<const Scalar> stored = view<Scalar>();
      return {stored.begin(), stored.end()};
    }
    return detail::to_scalars<Scalar>(data_, header_.type, header_.shape, !row_major(), path_);
  }

 private:
  friend npy_array read_npy(const std::filesystem::path& path);
  friend npy_array parse_npy(std::span<const std::byte> file, const std::filesystem::path& name);

  npy_array(std::span<const std::byte> file, std::filesystem::path path, std::shared_ptr<const mapped_file> mapping)
      : path_(std::move(path)),
        header_(parse_npy_header(file, path_)),
        data_(file.subspan(header_.data_offset)),
        mapping_(std::move(mapping)) {}

  // With at most one axis longer than 1, or none at all, both orders are the same bytes.
  [[nodiscard]] bool row_major() const noexcept {
    return !header_.fortran_order || header_.size < 2 ||
           std::count_if(header_.shape.begin(), header_.shape.end(), [](std::size_t extent) { return extent > 1; }) < 2;
  }

  std::filesystem::path path_;
  npy_header header_;
  std::span<const std::byte> data_;
  std::shared_ptr<const mapped_file> mapping_;
};

/// Maps a .npy file and checks its header; no value is read yet.
///
/// Cost: O(1) in the size of the array. Throws `file_error` as `mapped_file` and `parse_npy_header` do.
[[nodiscard]] inline npy_array read_npy(const std::filesystem::path& path) {
  auto mapping = std::make_shared<const mapped_file>(path);
  const std::span<const std::byte> file = mapping->bytes();
  return npy_array(file, path, std::move(mapping));
}

/// The same for a .npy file that is in memory already; `file` must outlive the array, `name` stands for it in messages.
[[nodiscard]] inline npy_array parse_npy(std::span<const std::byte> file, const std::filesystem::path& name) {
  return npy_array(file, name, nullptr);
}

/// The values of a .npy file as row-major `Scalar`s, mapped where the file holds just that and converted where not.
///
/// Keep it alive as long as its `span()`; moving and copying keep the span of the moved-to object valid.
template <ArrayScalar Scalar>
class npy_values {
 public:
  /// Converts at once where the file does not hold just that. Throws as `npy_array::to_vector` does.
  explicit npy_values(npy_array array)
      : array_(std::move(array)), mapped_(array_.template holds<Scalar>() && array_.dtype().kind != 'b') {
    if (!mapped_) converted_ = array_.template to_vector<Scalar>();
  }

  /// All values, row-major; valid as long as this lives.
  [[nodiscard]] std::span<const Scalar> span() const {
    return mapped_ ? array_.template view<Scalar>() : std::span<const Scalar>(converted_);
  }
  /// The extents of the axes.
  [[nodiscard]] const shape_type& shape() const noexcept { return array_.shape(); }
  /// Number of elements.
  [[nodiscard]] std::size_t size() const noexcept { return array_.size(); }
  /// Where it was read from.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return array_.path(); }
  /// Whether the values are read from the file in place.
  [[nodiscard]] bool is_mapped() const noexcept { return mapped_; }

 private:
  npy_array array_;
  bool mapped_;
  std::vector<Scalar> converted_;
};

/// Reads a .npy file as `Scalar`s, without a copy if possible. Throws as `read_npy` and `npy_array::to_vector` do.
template <ArrayScalar Scalar>
[[nodiscard]] npy_values<Scalar> load_values(const std::filesystem::path& path) {
  return npy_values<Scalar>(read_npy(path));
}

}  // namespace telltale::io
