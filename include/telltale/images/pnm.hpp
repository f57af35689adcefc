// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/images/image.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {
namespace detail {

/// The tokens of a PNM file: numbers apart by white space, with comments from '#' to the end of the line.
class pnm_text {
 public:
  pnm_text(std::string_view text, const std::filesystem::path& path) : text_(text), path_(&path) {}

  /// The next number; `what` names it in messages.
  std::size_t number(std::string_view what, std::size_t most) {
    skip_blanks();
    if (text_.empty()) refuse("is truncated: it ends before " + std::string(what));
    std::size_t value = 0, digits = 0;
    for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
      value = value * 10 + static_cast<std::size_t>(text_[digits] - '0');
      if (value > most) refuse("has " + std::string(what) + " above " + std::to_string(most));
    }
    if (digits == 0) refuse("has no number where " + std::string(what) + " should be");
    text_.remove_prefix(digits);
    return value;
  }

  /// What follows the single white space after the header.
  std::string_view raster() {
    if (text_.empty() || !is_blank(text_.front())) refuse("has no white space after its header");
    return text_.substr(1);
  }

  [[nodiscard]] std::size_t left() const noexcept { return text_.size(); }

  [[noreturn]] void refuse(const std::string& reason) const { io::detail::refuse_file(*path_, reason); }

 private:
  static bool is_blank(char letter) { return letter == ' ' || (letter >= '\t' && letter <= '\r'); }

  void skip_blanks() {
    while (!text_.empty() && (is_blank(text_.front()) || text_.front() == '#')) {
      if (text_.front() == '#')
        text_.remove_prefix(std::min(text_.find_first_of("\r\n"), text_.size()));
      else
        text_.remove_prefix(1);
    }
  }

  std::string_view text_;
  const std::filesystem::path* path_;
};

struct pnm_header {
  bool binary = false;
  std::size_t channels = 1, width = 0, height = 0, brightest = 0;
  [[nodiscard]] std::size_t samples() const { return channels * width * height; }
};

inline pnm_header read_pnm_header(char kind, pnm_text& text) {
  pnm_header header;
  header.binary = kind >= '5';
  header.channels = kind == '3' || kind == '6' ? 3 : 1;
  header.width = text.number("its width", most_pixels);
  header.height = text.number("its height", most_pixels);
  if (header.width == 0 || header.height == 0) text.refuse("is an image without pixels");
  if (header.width > most_pixels / header.height)
    text.refuse("is an image of more than " + std::to_string(most_pixels) + " pixels");
  header.brightest = text.number("its largest value", 65535);
  if (header.brightest == 0) text.refuse("says that its largest value is 0; wanted 1 to 65535");
  return header;
}

/// The samples of the raster, 0 to 255. No more memory is taken than the file can fill.
inline std::vector<std::uint8_t> read_pnm_samples(const pnm_header& header, pnm_text& text) {
  const std::size_t count = header.samples(), width = header.brightest > 255 ? 2 : 1;
  std::string_view raster;
  if (header.binary) raster = text.raster();
  const std::size_t wanted = header.binary ? count * width : 2 * count - 1;  // a digit a sample, and a blank between
  const std::size_t got = header.binary ? raster.size() : text.left();
  if (got < wanted)
    text.refuse("is truncated: its " + std::to_string(count) + " values need " + std::to_string(wanted) +
                " bytes, and there are " + std::to_string(got));
  std::vector<std::uint8_t> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t value = 0;
    if (!header.binary) value = text.number("a value", header.brightest);
    if (header.binary)
      for (std::size_t k = 0; k < width; ++k) value = value * 256 + static_cast<std::uint8_t>(raster[i * width + k]);
    if (value > header.brightest)
      text.refuse("has a value of " + std::to_string(value) + ", above its largest, " +
                  std::to_string(header.brightest));
    samples[i] = static_cast<std::uint8_t>((value * 255 + header.brightest / 2) / header.brightest);
  }
  return samples;
}

}  // namespace detail

/// Whether the bytes begin as a grey or colour image of the PNM family does: P2, P3, P5 or P6.
[[nodiscard]] inline bool is_pnm(std::span<const std::byte> file) {
  if (file.size() < 2 || file[0] != std::byte{'P'}) return false;
  const auto kind = static_cast<char>(file[1]);
  return kind == '2' || kind == '3' || kind == '5' || kind == '6';
}

/// Reads a PGM or PPM image that is in memory, as text (P2, P3) or binary (P5, P6); `name` stands for it in messages.
///
/// Values 0 to the largest that the file names (at most 65,535) become 0 to 255, rounded; grey becomes three equal
/// channels. What follows the first image is not looked at. Throws file_error for another magic number, a zero or too
/// large size, a value above the largest, and a file that ends too early.
/// Reference: the Netpbm project's pages on the formats PGM and PPM.
[[nodiscard]] inline rgb_image parse_pnm(std::span<const std::byte> file, const std::filesystem::path& name) {
  if (!is_pnm(file)) io::detail::refuse_file(name, "is no PGM or PPM image: wanted P2, P3, P5 or P6 at its beginning");
  detail::pnm_text text({reinterpret_cast<const char*>(file.data()) + 2, file.size() - 2}, name);
  const detail::pnm_header header = detail::read_pnm_header(static_cast<char>(file[1]), text);
  std::vector<std::uint8_t> samples = detail::read_pnm_samples(header, text);
  if (header.channels == 1) {
    std::vector<std::uint8_t> grey = std::exchange(samples, {});
    samples.reserve(grey.size() * 3);
    for (const std::uint8_t value : grey) samples.insert(samples.end(), 3, value);
  }
  return {header.height, header.width, std::move(samples)};
}

}  // namespace telltale::images
