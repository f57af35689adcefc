// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ft2build.h>
#include <hb-ot.h>
#include <hb.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/images/cutout.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/images/image.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Where Debian's package fonts-noto-color-emoji puts the pictures.
inline constexpr std::string_view emoji_font_file = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";

/// A colour font whose glyphs are bitmaps, as Noto Color Emoji: HarfBuzz finds the glyph of a sequence of code points,
/// FreeType decodes it.
///
/// Not safe to use from two threads at once. Throws file_error for a missing file (named with its package) and a file
/// that is no font or has no colour bitmaps: some systems ship the same pictures as outlines (COLR), which are not
/// read.
class emoji_font {
 public:
  /// Maps the file and opens it with FreeType and HarfBuzz.
  explicit emoji_font(const std::filesystem::path& path = emoji_font_file)
      : file_(detail::file_of_package(path, "fonts-noto-color-emoji")) {
    FT_Library library = nullptr;
    if (::FT_Init_FreeType(&library) != 0) throw error("emoji_font: FreeType could not begin");
    library_.reset(library);
    FT_Face face = nullptr;
    const auto* const start = reinterpret_cast<const FT_Byte*>(file_.bytes().data());
    const auto size = file_.bytes().size();
    if (::FT_New_Memory_Face(library, start, static_cast<FT_Long>(size), 0, &face) != 0)
      io::detail::refuse_file(path, "is no font that FreeType can read");
    face_.reset(face);
    if (face->num_fixed_sizes == 0 || !FT_HAS_COLOR(face))
      io::detail::refuse_file(path, "is a font without colour bitmaps; wanted Noto Color Emoji as Debian ships it");
    FT_Int largest = 0;
    for (FT_Int i = 1; i < face->num_fixed_sizes; ++i)
      if (face->available_sizes[i].y_ppem > face->available_sizes[largest].y_ppem) largest = i;
    if (::FT_Select_Size(face, largest) != 0) io::detail::refuse_file(path, "has bitmaps that FreeType cannot read");
    blob_.reset(::hb_blob_create(reinterpret_cast<const char*>(start), static_cast<unsigned>(size),
                                 HB_MEMORY_MODE_READONLY, nullptr, nullptr));
    const std::unique_ptr<hb_face_t, freed> shapes(::hb_face_create(blob_.get(), 0));
    font_.reset(::hb_font_create(shapes.get()));
  }

  /// The side of the square that `draw` and `cut_out` fill: Noto's bitmaps are 136 x 128.
  static constexpr std::size_t box = 136;

  /// The picture of the sequence, centred and cut out of its background in a square of side `box`; nothing when the
  /// font has no single glyph for it. Throws file_error for a glyph that cannot be decoded or is larger than the box.
  [[nodiscard]] std::optional<cutout> cut_out(std::span<const std::uint32_t> code_points, std::string name = {}) {
    const FT_Bitmap* const bitmap = bitmap_of(code_points);
    if (bitmap == nullptr) return std::nullopt;
    rgb_image colours(box, box, colour{});
    std::vector<std::uint8_t> alpha(box * box);
    for_each_pixel(*bitmap, [&](std::size_t at, const std::uint8_t* from) {
      for (std::size_t channel = 0; channel < 3; ++channel) colours.bytes()[at * 3 + channel] = from[2 - channel];
      alpha[at] = from[3];
    });
    return cutout(std::move(colours), std::move(alpha), std::move(name));
  }

  /// The same on a background.
  [[nodiscard]] std::optional<rgb_image> draw(std::span<const std::uint32_t> code_points, colour background = white) {
    const FT_Bitmap* const bitmap = bitmap_of(code_points);
    if (bitmap == nullptr) return std::nullopt;
    rgb_image picture(box, box, background);
    for_each_pixel(*bitmap, [&](std::size_t at, const std::uint8_t* from) {
      std::uint8_t* const to = picture.bytes().data() + at * 3;
      for (std::size_t channel = 0; channel < 3; ++channel)
        to[channel] = detail::laid_over(from[2 - channel], from[3], to[channel]);
    });
    return picture;
  }

  /// Where the font lies.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return file_.path(); }

 private:
  struct freed {
    void operator()(FT_Library library) const { ::FT_Done_FreeType(library); }
    void operator()(FT_Face face) const { ::FT_Done_Face(face); }
    void operator()(hb_blob_t* blob) const { ::hb_blob_destroy(blob); }
    void operator()(hb_face_t* face) const { ::hb_face_destroy(face); }
    void operator()(hb_font_t* font) const { ::hb_font_destroy(font); }
    void operator()(hb_buffer_t* buffer) const { ::hb_buffer_destroy(buffer); }
  };
  template <class Handle>
  using owned = std::unique_ptr<std::remove_pointer_t<Handle>, freed>;

  /// The glyph's pixels, valid until the next one is loaded; null when the font has no single glyph.
  [[nodiscard]] const FT_Bitmap* bitmap_of(std::span<const std::uint32_t> code_points) {
    const std::optional<hb_codepoint_t> glyph = glyph_of(code_points);
    if (!glyph) return nullptr;
    if (::FT_Load_Glyph(face_.get(), *glyph, FT_LOAD_COLOR) != 0) refuse("cannot be decoded", *glyph);
    const FT_Bitmap& bitmap = face_->glyph->bitmap;
    if (bitmap.pixel_mode != FT_PIXEL_MODE_BGRA || bitmap.pitch < 0) refuse("is not in colour", *glyph);
    if (bitmap.rows == 0 || bitmap.width == 0 || bitmap.rows > box || bitmap.width > box)
      refuse("is empty or larger than " + std::to_string(box) + " pixels", *glyph);
    return &bitmap;
  }

  /// Calls use(place in the box, pixel) for every pixel: blue, green, red, each already multiplied by the alpha behind.
  template <class Use>
  static void for_each_pixel(const FT_Bitmap& bitmap, const Use& use) {
    const std::size_t top = (box - bitmap.rows) / 2, left = (box - bitmap.width) / 2;
    for (std::size_t y = 0; y < bitmap.rows; ++y) {
      const std::uint8_t* from = bitmap.buffer + y * static_cast<std::size_t>(bitmap.pitch);
      for (std::size_t x = 0; x < bitmap.width; ++x, from += 4) use((top + y) * box + left + x, from);
    }
  }

  [[noreturn]] void refuse(const std::string& what, hb_codepoint_t glyph) const {
    io::detail::refuse_file(path(), "its glyph " + std::to_string(glyph) + " " + what);
  }

  [[nodiscard]] std::optional<hb_codepoint_t> glyph_of(std::span<const std::uint32_t> code_points) const {
    const std::unique_ptr<hb_buffer_t, freed> buffer(::hb_buffer_create());
    const auto count = static_cast<int>(code_points.size());
    ::hb_buffer_add_utf32(buffer.get(), code_points.data(), count, 0, count);
    ::hb_buffer_guess_segment_properties(buffer.get());
    ::hb_buffer_set_flags(buffer.get(), HB_BUFFER_FLAG_REMOVE_DEFAULT_IGNORABLES);
    ::hb_shape(font_.get(), buffer.get(), nullptr, 0);
    unsigned glyphs = 0;
    const hb_glyph_info_t* const info = ::hb_buffer_get_glyph_infos(buffer.get(), &glyphs);
    if (glyphs != 1 || info[0].codepoint == 0) return std::nullopt;
    return info[0].codepoint;
  }

  io::mapped_file file_;
  owned<FT_Library> library_;
  owned<FT_Face> face_;
  owned<hb_blob_t*> blob_;
  owned<hb_font_t*> font_;
};

}  // namespace telltale::images
