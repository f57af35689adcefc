// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/observation/generation.hpp>

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/observation/retrieved_captions.hpp>

#include "oracle/generated_world.hpp"
#include "oracle/generation.hpp"

#include <doctest/doctest.h>

using namespace telltale;
using oracle::generated_world;

namespace {

using B = eigen<float>;
using view = B::view;
using world = generated_world<float>;

static_assert(Generation<generation<B>> && Generation<generation<eigen<double>>>);

template <class Work>
std::string refusal(const Work& work) {
  try {
    work();
  } catch (const argument_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

// What an observation of 4 subjects, 3 pictures of 3 x 8 x 9 pixels and 5 dimensions says once `change` was made.
template <class Change>
std::string refused(const Change& change) {
  world made(4, 3, 5, 0.5, 1, 1);
  generation_arrays<B> arrays = made.arrays();
  change(made, arrays);
  return refusal([&] { generation<B>{arrays}; });
}

bool mentions(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

view rows_of(const std::vector<float>& of, std::size_t n, std::size_t r, std::size_t columns) {
  return view(std::span(of).first(n * r * columns), n, r, columns);
}

}  // namespace

TEST_CASE("a generation says what was collected") {
  const world made(4, 3, 5, 0.5, 1, 1);
  const auto batch = made.observed();
  CHECK(batch.subjects() == 4);
  CHECK(batch.pictures() == 3);
  CHECK(batch.dimensions() == 5);
  CHECK(batch.format() == picture_format{3, 8, 9, 2});
  generation_arrays<B> embeddings_alone;
  embeddings_alone.generated_embeddings = made.arrays().generated_embeddings;
  const generation<B> alone(embeddings_alone);
  CHECK(alone.subjects() == 4);
  CHECK(alone.pictures() == 3);
  CHECK(mentions(refusal([&] { (void)alone.queries(); }), "queries: was not collected"));
  CHECK(mentions(refusal([&] { (void)alone.format(); }), "generated: was not collected"));
}

TEST_CASE("shapes that disagree are refused") {
  CHECK(mentions(refusal([] { generation<B>{generation_arrays<B>{}}; }), "generated: holds no picture"));
  CHECK(mentions(refused([](const world& w, auto& a) { a.queries = rows_of(w.queries, 3, 1, 216); }),
                 "queries: is 3 x 1 x 216; wanted 4 x 1 x 216"));
  CHECK(mentions(
      refused([](const world& w, auto& a) { a.generated_embeddings = rows_of(w.generated_embeddings, 4, 2, 5); }),
      "generated_embeddings: is 4 x 2 x 5; wanted 4 x 3 x 5"));
  CHECK(mentions(refused([](const world& w, auto& a) { a.query_embeddings = rows_of(w.query_embeddings, 4, 1, 4); }),
                 "query_embeddings: is 4 x 1 x 4; wanted 4 x 1 x 5"));
  CHECK(mentions(refused([](const world& w, auto& a) {
                   a.retrieved_caption_embeddings = rows_of(w.retrieved_caption_embeddings, 4, 1, 5);
                 }),
                 "retrieved_caption_embeddings: is 4 x 1 x 5; wanted 4 x 3 x 5"));
  CHECK(mentions(refused([](const world&, auto& a) { a.format.width = 8; }),
                 "generated: is 4 x 3 x 216; wanted 4 x 3 x 192"));
  CHECK(mentions(refused([](const world&, auto& a) { a.format.channels = 0; }), "format: has 0 channels"));
  CHECK(mentions(refused([](const world&, auto& a) { a.format.range = 0; }), "format.range: is 0"));
}

TEST_CASE("values that no picture and no encoder gives are refused by subject and picture") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(mentions(refused([&](world& w, auto&) { w.queries[2 * 216 + 5] = nan; }),
                 "queries: subject 2 has a pixel that is not finite"));
  CHECK(mentions(refused([&](world& w, auto&) { w.generated[7 * 216] = nan; }),
                 "generated: subject 2, picture 1 has a pixel that is not finite"));
  CHECK(mentions(refused([&](world& w, auto&) { w.generated_embeddings[11 * 5] = nan; }),
                 "generated_embeddings: subject 3, picture 2 has an embedding that is not finite"));
  CHECK(mentions(refused([&](world& w, auto&) {
                   for (std::size_t k = 0; k < 5; ++k) w.caption_embeddings[5 + k] = 0;
                 }),
                 "caption_embeddings: subject 1 has an embedding that is all zero"));
}

TEST_CASE("the nearest caption of a bank describes a picture") {
  const world made(4, 3, 5, 0.5, 1, 9);
  const view pictures = made.arrays().generated_embeddings, bank = made.arrays().reference_embeddings;
  const retrieved_captions<B> retrieved(pictures, bank);
  REQUIRE(retrieved.captions().size() == 12);
  const view embeddings = retrieved.embeddings();
  REQUIRE(embeddings.subjects() == 4);
  REQUIRE(embeddings.queries() == 3);
  const auto row = [](const view& of, std::size_t i) { return oracle::numbers(of.row(i), of.row(i) + 5); };
  for (std::size_t i = 0; i < 12; ++i) {
    const auto chosen = std::size_t(retrieved.captions()[i]);
    CHECK(row(embeddings, i) == row(bank, chosen));
    for (std::size_t k = 0; k < 16; ++k)
      CHECK(oracle::cosine(row(pictures, i), row(bank, k)) <= oracle::cosine(row(pictures, i), row(bank, chosen)));
  }
}

TEST_CASE("a captioner without captions is refused") {
  const world made(4, 3, 5, 0.5, 1, 9);
  const view pictures = made.arrays().generated_embeddings, bank = made.arrays().reference_embeddings;
  const auto says = [&](const view& of, const view& from, const std::string& what) {
    return mentions(refusal([&] { retrieved_captions<B>(of, from); }), what);
  };
  CHECK(says(pictures, {}, "bank: holds no caption"));
  CHECK(says({}, bank, "pictures: holds none"));
  CHECK(says(pictures, rows_of(made.reference_embeddings, 20, 1, 4),
             "bank: is 20 x 4; wanted one embedding of 5 numbers a caption"));
  CHECK(says(pictures, pictures, "bank: is 12 x 5; wanted one embedding"));
  std::vector<float> broken = made.reference_embeddings;
  for (std::size_t k = 0; k < 5; ++k) broken[15 + k] = 0;
  CHECK(says(pictures, rows_of(broken, 16, 1, 5), "bank: row 3 is all zero"));
  broken[8] = std::numeric_limits<float>::infinity();
  CHECK(says(pictures, rows_of(broken, 16, 1, 5), "bank: row 1 is not finite"));
}
