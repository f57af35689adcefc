// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <tuple>

#include <ATen/ATen.h>

#include <telltale/backend/direction.hpp>
#include <telltale/core/error.hpp>
#include <telltale/torch/backend/tensor_view.hpp>

namespace telltale::detail {

/// Primitives on embeddings, which are compared by their cosine: the same functions as on Eigen.
struct tensor_nearest {
  /// The first row without a direction, if there is one. One number comes to the host.
  [[nodiscard]] static std::optional<directionless> first_directionless(const tensor_view& rows) {
    const at::Tensor finite = at::isfinite(rows.rows()).all(1), bad = (rows.rows() == 0).all(1).logical_or(~finite);
    if (bad.numel() == 0 || !bad.any().item<bool>()) return std::nullopt;
    const auto row = bad.nonzero()[0][0].item<std::int64_t>();
    return directionless{static_cast<std::size_t>(row), finite[row].item<bool>()};
  }

  /// For each photo (rows of `photos`) and each prompt p the name n whose embedding names[p][n] has the largest cosine,
  /// the first of those whose computed cosines are equal: out[photo * prompts + p].
  ///
  /// One matrix product a block, on the device of the embeddings, which must be one; LibTorch uses its own threads.
  /// Memory: 8,192 photos and 2,048 names, normalised, and the cosines of 2,048 photos (8,192 on a device that is not
  /// the CPU) with those names. Cost: photos x prompts x names x d multiply-adds. Throws argument_error unless both are
  /// of one type and on one device.
  static void nearest(const tensor_view& photos, const tensor_view& names, std::size_t, std::span<int> out) {
    const at::Tensor& x = photos.rows();
    check_same(x, names.rows());
    const std::int64_t count = x.size(0), prompts = static_cast<std::int64_t>(names.subjects()),
                       each = static_cast<std::int64_t>(names.queries());
    const at::Tensor chosen = at::empty({count, prompts}, x.options().dtype(at::kInt));
    at::Tensor product = at::empty({0}, x.options());
    for (std::int64_t from = 0; from < count; from += many_photos) {
      const at::Tensor rows = normalised(x.narrow(0, from, std::min(many_photos, count - from)));
      for (std::int64_t prompt = 0; prompt < prompts; ++prompt) {
        const at::Tensor index = chosen.narrow(0, from, rows.size(0)).select(1, prompt);
        const at::Tensor best = at::full({rows.size(0)}, -std::numeric_limits<double>::infinity(), x.options());
        for (std::int64_t name = 0; name < each; name += many_names) {
          const at::Tensor some =
              normalised(names.rows().narrow(0, prompt * each + name, std::min(many_names, each - name)));
          judge(rows, some, name, product, best, index);
        }
      }
    }
    const at::Tensor host = chosen.to(at::kCPU).contiguous();
    std::copy_n(host.data_ptr<int>(), out.size(), out.begin());
  }

  /// The cosines of one photo with every name of one prompt.
  static void cosines(const tensor_view& photos, const tensor_view& names, std::size_t photo, std::size_t prompt,
                      std::span<double> out) {
    check_same(photos.rows(), names.rows());
    const auto count = static_cast<std::int64_t>(out.size());
    const at::Tensor x = normalised(photos.rows().narrow(0, static_cast<std::int64_t>(photo), 1).to(at::kDouble)),
                     t = names.rows().narrow(0, static_cast<std::int64_t>(prompt) * count, count).to(at::kDouble);
    const at::Tensor host = at::mv(normalised(t), x[0]).to(at::kCPU).contiguous();
    std::copy_n(host.data_ptr<double>(), out.size(), out.begin());
  }

  /// Rows (along the last extent) over their norms. The largest entry is divided out first, so that no square overflows
  /// or vanishes.
  [[nodiscard]] static at::Tensor normalised(const at::Tensor& rows) {
    at::Tensor unit = rows / rows.abs().amax(-1, true);
    return unit.div_(unit.norm(2, -1, true));
  }

 private:
  static constexpr std::int64_t many_photos = 8192, many_names = 2048;

  // Judges some names, the first of which has the number `first`, against the best so far of each photo.
  static void judge(const at::Tensor& photos, const at::Tensor& names, std::int64_t first, at::Tensor& product,
                    const at::Tensor& best, const at::Tensor& index) {
    const std::int64_t rows = photos.is_cpu() ? many_names : many_photos;
    for (std::int64_t from = 0; from < photos.size(0); from += rows) {
      const auto part = [&](const at::Tensor& whole) {
        return whole.narrow(0, from, std::min(rows, photos.size(0) - from));
      };
      const at::Tensor some = part(photos);
      product.resize_({some.size(0), names.size(0)});
      at::mm_out(product, some, names.t());
      const auto [top, where] = product.max(1);
      const at::Tensor better = top > part(best);
      part(index).copy_(at::where(better, (first_where(product, top, where) + first).to(at::kInt), part(index)));
      part(best).copy_(at::maximum(top, part(best)));
    }
  }

  static void check_same(const at::Tensor& photos, const at::Tensor& names) {
    if (photos.device() != names.device() || photos.scalar_type() != names.scalar_type())
      detail::refuse("zero-shot names", "names",
                     std::string("are ") + at::toString(names.scalar_type()) + " on " + names.device().str() +
                         "; the photos are " + at::toString(photos.scalar_type()) + " on " + photos.device().str());
  }

  // On the CPU the index that max returns is the first; elsewhere it is looked for.
  [[nodiscard]] static at::Tensor first_where(const at::Tensor& rows, const at::Tensor& top, const at::Tensor& where) {
    if (rows.is_cpu()) return where;
    const at::Tensor index = at::arange(rows.size(1), rows.options().dtype(at::kLong));
    return at::where(rows == top.unsqueeze(1), index, index.new_full({}, rows.size(1))).amin(1);
  }
};

}  // namespace telltale::detail
