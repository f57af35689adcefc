// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "rda.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <telltale/core/error.hpp>

#include "decompress.hpp"

namespace lab {
namespace {

// The numbers of R's types in a file (SEXPTYPE, and those above 230 that only files have).
enum r_type : unsigned {
  symbol = 1,
  pairlist = 2,
  character = 9,
  logical = 10,
  integer = 13,
  real = 14,
  strings = 16,
  list = 19,
  compact = 238,
  nil = 254,
  reference = 255
};

// Bits of the flags that every object begins with; its type is the low byte.
constexpr std::uint32_t has_attributes = 0x200, has_tag = 0x400;

// An R object: which member is filled depends on its type.
struct r_object {
  unsigned type = nil;
  std::string tag;                 // of a member of a pairlist
  std::string text;                // a symbol or a string
  std::vector<double> numbers;     // logical, integer, real
  std::vector<r_object> elements;  // pairlist, list, strings
  std::vector<r_object> attributes;

  [[nodiscard]] const r_object* attribute(std::string_view name) const {
    for (const r_object& one : attributes)
      if (one.tag == name) return &one;
    return nullptr;
  }
  [[nodiscard]] bool is_a(std::string_view of) const {
    if (const r_object* const names = attribute("class"))
      for (const r_object& name : names->elements)
        if (name.text == of) return true;
    return false;
  }
};

class r_reader {
 public:
  r_reader(std::span<const std::byte> bytes, const std::filesystem::path& path) : left_(bytes), path_(&path) {}

  r_object read_file() {
    const std::string magic = take_text(std::min<std::size_t>(7, left_.size()));
    if (magic != "RDX2\nX\n" && magic != "RDX3\nX\n")
      refuse("is no file of R's save(): it does not begin with RDX2 or RDX3 and X");
    const std::int32_t version = take_integer();
    if (version != (magic[3] == '2' ? 2 : 3)) refuse("has version " + std::to_string(version) + " in its header");
    take_integer();  // the R that wrote it
    take_integer();  // the oldest R that reads it
    if (version == 3) take_text(take_size(1));
    r_object all = take_object(0);
    if (!left_.empty()) refuse("has " + std::to_string(left_.size()) + " bytes after its last object");
    return all;
  }

  [[noreturn]] void refuse(const std::string& reason) const { throw telltale::file_error(path_->string(), reason); }

 private:
  std::span<const std::byte> take(std::size_t count) {
    if (count > left_.size()) refuse("is truncated");
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }

  template <class Word>
  Word take_word() {
    Word word = 0;
    for (const std::byte byte : take(sizeof(Word))) word = static_cast<Word>(word << 8U | std::to_integer<Word>(byte));
    return word;
  }
  std::int32_t take_integer() { return static_cast<std::int32_t>(take_word<std::uint32_t>()); }

  // A number of things that take at least `each` bytes: more than the file can hold are not believed.
  std::size_t take_size(std::size_t each) {
    const std::int32_t count = take_integer();
    if (count < 0) refuse("has a vector of " + std::to_string(count) + " elements, which is not read");
    if (static_cast<std::size_t>(count) > left_.size() / each) refuse("is truncated");
    return static_cast<std::size_t>(count);
  }

  std::string take_text(std::size_t length) {
    const auto bytes = take(length);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  r_object take_object(unsigned depth) {
    const std::uint32_t flags = take_word<std::uint32_t>();
    r_object object;
    object.type = flags & 0xffU;
    // A data.frame is five deep.
    if (depth > 32) refuse("has objects inside objects more than 32 deep");
    switch (object.type) {
      case nil:
        return object;
      case symbol:
        object.text = take_object(depth + 1).text;
        symbols_.push_back(object.text);
        return object;
      case reference: {
        const std::size_t which = flags >> 8U;
        if (which == 0 || which > symbols_.size()) refuse("refers to a symbol that is not there");
        object.type = symbol;
        object.text = symbols_[which - 1];
        return object;
      }
      case character: {
        const std::int32_t length = take_integer();
        if (length >= 0) object.text = take_text(static_cast<std::size_t>(length));  // -1: NA
        break;
      }
      case logical:
      case integer:
        object.numbers.resize(take_size(4));
        for (double& number : object.numbers) {
          const std::int32_t stored = take_integer();
          const bool missing = stored == std::numeric_limits<std::int32_t>::min();
          number = missing ? std::numeric_limits<double>::quiet_NaN() : stored;
        }
        break;
      case real:
        object.numbers.resize(take_size(8));
        for (double& number : object.numbers) number = std::bit_cast<double>(take_word<std::uint64_t>());
        break;
      case strings:
      case list: {
        const std::size_t count = take_size(4);
        for (std::size_t i = 0; i < count; ++i) object.elements.push_back(take_object(depth + 1));
        break;
      }
      case pairlist:
        take_members(object, flags, depth);
        return object;
      case compact:
        refuse("holds a vector in R's compact form, which is not read; save it with version = 2");
      default:
        refuse("holds an R object of type " + std::to_string(object.type) + "; wanted a data.frame");
    }
    if ((flags & has_attributes) != 0) object.attributes = take_object(depth + 1).elements;
    return object;
  }

  // A pairlist is a chain of cells, each with its own flags: walked, so that a long one takes no stack.
  void take_members(r_object& all, std::uint32_t flags, unsigned depth) {
    while (true) {
      if ((flags & has_attributes) != 0) take_object(depth + 1);
      std::string tag;
      if ((flags & has_tag) != 0) tag = take_object(depth + 1).text;
      all.elements.push_back(take_object(depth + 1));
      all.elements.back().tag = std::move(tag);
      flags = take_word<std::uint32_t>();
      if ((flags & 0xffU) == nil) return;
      if ((flags & 0xffU) != pairlist) refuse("has a pairlist that does not end");
    }
  }

  std::span<const std::byte> left_;
  const std::filesystem::path* path_;
  std::vector<std::string> symbols_;
};

r_column column_of(const r_reader& file, std::string name, r_object&& stored) {
  if (stored.type != logical && stored.type != integer && stored.type != real)
    file.refuse("column '" + name + "' is neither a factor nor numbers");
  r_column column{std::move(name), std::move(stored.numbers), {}};
  if (!stored.is_a("factor")) return column;
  if (const r_object* const levels = stored.attribute("levels"))
    for (const r_object& level : levels->elements) column.levels.push_back(level.text);
  for (const double value : column.values)
    if (!(value >= 1 && value <= static_cast<double>(column.levels.size())))
      file.refuse("column '" + column.name + "' has a value that is missing or none of its " +
                  std::to_string(column.levels.size()) + " levels");
  return column;
}

}  // namespace

r_data_frame read_rda(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_decompressed(path);
  r_reader file(bytes, path);
  r_object all = file.read_file();
  if (all.elements.size() != 1 || !all.elements.front().is_a("data.frame"))
    file.refuse((all.elements.size() == 1 ? "holds no data.frame"
                                          : "holds " + std::to_string(all.elements.size()) + " objects") +
                std::string("; wanted one data.frame and nothing else"));
  r_object& frame = all.elements.front();
  const r_object* const names = frame.attribute("names");
  if (frame.type != list || names == nullptr || names->elements.size() != frame.elements.size())
    file.refuse("has a data.frame without a name for each column");
  r_data_frame result{frame.tag, {}};
  for (std::size_t c = 0; c < frame.elements.size(); ++c) {
    result.columns.push_back(column_of(file, names->elements[c].text, std::move(frame.elements[c])));
    if (result.columns.back().values.size() != result.rows())
      file.refuse("has a data.frame with columns of different lengths");
  }
  return result;
}

}  // namespace lab
