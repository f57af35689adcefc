// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>

#include <telltale/backend/batch_view.hpp>
#include <telltale/backend/direction.hpp>
#include <telltale/backend/pack.hpp>
#include <telltale/core/detail/parallel.hpp>
#include <telltale/core/detail/raw_vector.hpp>

namespace telltale::detail {

/// Primitives on embeddings, which are compared by their cosine.
template <class Scalar>
struct nearest_primitives {
  using view = batch_view<Scalar>;

  /// The first row without a direction, if there is one.
  [[nodiscard]] static std::optional<directionless> first_directionless(const view& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      bool finite = true, zero = true;
      const Scalar* const x = rows.row(i);
      if (rows.class_stride() == 1 && rows.classes() > 0 && x[0] != 0 && surely_finite(x, rows.classes())) continue;
      for (std::size_t k = 0; k < rows.classes(); ++k) {
        const Scalar value = x[k * rows.class_stride()];
        finite &= std::isfinite(value);
        zero &= value == 0;
      }
      if (!finite || zero) return directionless{i, finite};
    }
    return std::nullopt;
  }

  /// For each photo (rows of `photos`) and each prompt p the name n whose embedding names[p][n] has the largest cosine,
  /// the first of those whose computed cosines are equal: out[photo * prompts + p].
  ///
  /// One matrix product a block of 256 photos and 256 names, both normalised into buffers of the block; each of the
  /// `threads` threads (0: one per core) holds 512 (d + 128) numbers. Cost: photos x prompts x names x d multiply-adds.
  static void nearest(const view& photos, const view& names, std::size_t threads, std::span<int> out) {
    const std::size_t prompts = names.subjects(), blocks = (photos.rows() + block_rows - 1) / block_rows;
    in_parallel(prompts * blocks, threads, [&]() -> std::function<void(std::size_t)> {
      const auto worker = std::make_shared<blocks_of_one_thread>(photos, names);
      return [=](std::size_t task) { worker->judge(task % blocks * block_rows, task / blocks, out); };
    });
  }

  /// The cosines of one photo with every name of one prompt.
  static void cosines(const view& photos, const view& names, std::size_t photo, std::size_t prompt,
                      std::span<double> out) {
    raw_vector<double> x(photos.classes()), t(photos.classes());
    normalise(photos, photo, x.data());
    for (std::size_t n = 0; n < out.size(); ++n) {
      normalise(names, prompt * names.queries() + n, t.data());
      out[n] = 0;
      for (std::size_t k = 0; k < x.size(); ++k) out[n] += x[k] * t[k];
    }
  }

  /// The row over its norm. Its largest entry is divided out first, so that no square overflows or vanishes.
  template <class To>
  static void normalise(const view& rows, std::size_t row, To* to) {
    using numbers = Eigen::Array<To, Eigen::Dynamic, 1>;
    const auto size = static_cast<Eigen::Index>(rows.classes());
    const Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>, 0, Eigen::InnerStride<>> from(
        rows.row(row), size, Eigen::InnerStride<>(static_cast<Eigen::Index>(rows.class_stride())));
    Eigen::Map<numbers> unit(to, size);
    unit = from.template cast<To>();
    unit /= unit.abs().maxCoeff();
    unit /= std::sqrt(unit.square().sum());
  }

 private:
  static constexpr std::size_t block_rows = 256;

  class blocks_of_one_thread {
   public:
    blocks_of_one_thread(const view& photos, const view& names)
        : photos_(photos),
          names_(names),
          photo_block_(block_rows * photos.classes()),
          name_block_(block_rows * photos.classes()),
          cosines_(block_rows * block_rows) {}

    void judge(std::size_t first, std::size_t prompt, std::span<int> out) {
      const std::size_t rows = std::min(block_rows, photos_.rows() - first), prompts = names_.subjects();
      for (std::size_t i = 0; i < rows; ++i) normalise(photos_, first + i, &photo_block_[i * photos_.classes()]);
      Scalar best[block_rows];
      std::fill_n(best, rows, -std::numeric_limits<Scalar>::infinity());
      for (std::size_t name = 0; name < names_.queries(); name += block_rows) {
        const std::size_t columns = std::min(block_rows, names_.queries() - name);
        for (std::size_t n = 0; n < columns; ++n)
          normalise(names_, prompt * names_.queries() + name + n, &name_block_[n * photos_.classes()]);
        multiply(rows, columns);
        for (std::size_t i = 0; i < rows; ++i) {
          const Scalar* const row = &cosines_[i * block_rows];
          const Scalar top = row_map(row, static_cast<Eigen::Index>(columns)).maxCoeff();
          if (!(top > best[i])) continue;
          best[i] = top;
          out[(first + i) * prompts + prompt] =
              static_cast<int>(name + std::size_t(std::find(row, row + columns, top) - row));
        }
      }
    }

   private:
    using matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using row_map = Eigen::Map<const Eigen::Array<Scalar, 1, Eigen::Dynamic>>;

    void multiply(std::size_t rows, std::size_t columns) {
      const auto size = [](std::size_t n) { return static_cast<Eigen::Index>(n); };
      const Eigen::Index d = size(photos_.classes());
      Eigen::Map<matrix, 0, Eigen::OuterStride<>> product(cosines_.data(), size(rows), size(columns),
                                                          Eigen::OuterStride<>(size(block_rows)));
      product.noalias() = Eigen::Map<const matrix>(photo_block_.data(), size(rows), d) *
                          Eigen::Map<const matrix>(name_block_.data(), size(columns), d).transpose();
    }

    view photos_, names_;
    raw_vector<Scalar> photo_block_, name_block_, cosines_;
  };
};

}  // namespace telltale::detail
