// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/membership.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/generation.hpp>

namespace oracle {

/// A generator on paper: what it makes of a caption is the query plus noise, less of it for a member (every second
/// subject). Everything else is drawn apart from membership.
template <class Scalar>
struct generated_world {
  using backend = telltale::eigen<Scalar>;
  using view = typename backend::view;

  std::size_t n, r, d, m = 16;
  telltale::picture_format format{3, 8, 9, 2};
  std::vector<Scalar> queries, generated, query_embeddings, generated_embeddings, caption_embeddings,
      retrieved_caption_embeddings, reference_embeddings;
  std::vector<telltale::membership> member;

  /// Noise of a member, noise of any other.
  generated_world(std::size_t subjects, std::size_t pictures, std::size_t dimensions, double of_member, double of_other,
                  std::uint64_t seed)
      : n(subjects), r(pictures), d(dimensions) {
    telltale::random_stream random(seed);
    const auto drawn = [&](std::size_t count) {
      std::vector<Scalar> values(count);
      for (Scalar& value : values) value = Scalar(random.normal());
      return values;
    };
    for (std::size_t i = 0; i < n; ++i)
      member.push_back(i % 2 == 0 ? telltale::membership::in : telltale::membership::out);
    const auto noisy = [&](const std::vector<Scalar>& of, std::size_t columns) {
      std::vector<Scalar> values(n * r * columns);
      for (std::size_t k = 0; k < values.size(); ++k) {
        const std::size_t i = k / (r * columns);
        values[k] = of[i * columns + k % columns] + Scalar((i % 2 == 0 ? of_member : of_other) * random.normal());
      }
      return values;
    };
    queries = drawn(n * format.pixels());
    generated = noisy(queries, format.pixels());
    query_embeddings = drawn(n * d);
    generated_embeddings = noisy(query_embeddings, d);
    caption_embeddings = noisy_copy(query_embeddings, random);
    retrieved_caption_embeddings = drawn(n * r * d);
    reference_embeddings = drawn(m * d);
  }

  [[nodiscard]] telltale::generation_arrays<backend> arrays() const {
    const auto rows = [&](const std::vector<Scalar>& of, std::size_t subjects, std::size_t each) {
      return view(std::span(of), subjects, each, of.size() / (subjects * each));
    };
    return {rows(queries, n, 1),
            rows(generated, n, r),
            format,
            rows(query_embeddings, n, 1),
            rows(generated_embeddings, n, r),
            rows(caption_embeddings, n, 1),
            rows(retrieved_caption_embeddings, n, r),
            rows(reference_embeddings, m, 1)};
  }
  [[nodiscard]] telltale::generation<backend> observed() const { return telltale::generation<backend>(arrays()); }

 private:
  static std::vector<Scalar> noisy_copy(const std::vector<Scalar>& of, telltale::random_stream& random) {
    std::vector<Scalar> values(of);
    for (Scalar& value : values) value += Scalar(random.normal());
    return values;
  }
};

}  // namespace oracle
