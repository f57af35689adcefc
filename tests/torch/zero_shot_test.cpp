// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Identity inference gives the same votes and verdicts on both backends.
#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/core/random.hpp>
#include <telltale/observation/name_votes.hpp>
#include <telltale/observation/zero_shot.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/torch/backend.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

namespace {

using namespace telltale;

static_assert(ZeroShot<zero_shot<libtorch>> && Scorer<prompts_won<>, zero_shot<libtorch>>);
static_assert(ReleasePolicy<argmax, zero_shot<libtorch>>);

struct people {
  std::size_t persons, names, prompts, d;
  std::vector<double> photo, name;
  std::vector<int> owner, true_name;

  people(std::size_t p, std::size_t n, std::size_t q, std::size_t dimensions, std::size_t photos, std::uint64_t seed)
      : persons(p), names(n), prompts(q), d(dimensions) {
    random_stream random(seed);
    for (std::size_t i = 0; i < photos; ++i) owner.push_back(int(i % p));
    random.shuffle(owner);
    for (std::size_t i = 0; i < p; ++i) true_name.push_back(int(random.below(n)));
    std::vector<double> faces(p * d);
    for (double& x : faces) x = random.normal();
    for (const int of : owner)
      for (std::size_t k = 0; k < d; ++k) photo.push_back(faces[std::size_t(of) * d + k] + random.normal());
    for (std::size_t i = 0; i < q * n * d; ++i) name.push_back(random.normal());
    // The names of the first half are known by their faces.
    for (std::size_t prompt = 0; prompt < q; ++prompt)
      for (std::size_t i = 0; i < p / 2; ++i)
        for (std::size_t k = 0; k < d; ++k) name[(prompt * n + std::size_t(true_name[i])) * d + k] += faces[i * d + k];
  }

  [[nodiscard]] at::Tensor photos_on(const at::Device& device) const {
    return at::tensor(photo, at::kDouble).view({-1, std::int64_t(d)}).to(device);
  }
  [[nodiscard]] at::Tensor names_on(const at::Device& device) const {
    return at::tensor(name, at::kDouble).view({std::int64_t(prompts), std::int64_t(names), std::int64_t(d)}).to(device);
  }
  [[nodiscard]] zero_shot<eigen<double>> on_eigen() const {
    return {{photo, owner.size(), d}, owner, {name, prompts, names, d}, true_name};
  }
};

std::vector<int> votes(const auto& batch) {
  const auto& all = batch.votes();
  return {all.begin(), all.end()};
}

}  // namespace

DOCTEST_TEST_CASE("votes, prompts won and verdicts are those of the Eigen backend") {
  oracle::for_each_device([](const at::Device& device) {
    // The last has more photos and names than a block of either backend.
    for (const people& all :
         {people(10, 30, 7, 16, 60, 1), people(6, 2, 1, 4, 20, 2), people(50, 2100, 2, 6, 9000, 3)}) {
      const zero_shot<libtorch> asked(all.photos_on(device), all.owner, all.names_on(device), all.true_name);
      DOCTEST_CHECK(asked.photos() == all.owner.size());
      DOCTEST_CHECK(asked.prompts() == all.prompts);
      DOCTEST_CHECK(asked.names() == all.names);
      DOCTEST_CHECK(votes(asked) == votes(all.on_eigen()));
      const evidence there = published::idia{}(asked), here = published::idia{}(all.on_eigen());
      DOCTEST_CHECK(there.values == here.values);
      DOCTEST_CHECK(there.cut == 1);
      const auto kept = argmax{}(asked);
      const auto kept_here = argmax{}(all.on_eigen());
      const photo_draw how{.per_person = 3, .seed = 2, .draw = 5};
      DOCTEST_CHECK(published::idia{}(drawn_photos(kept, how)).values ==
                    published::idia{}(drawn_photos(kept_here, how)).values);
    }
  });
}

DOCTEST_TEST_CASE("of names with exactly equal cosines the first is chosen, within a block and across blocks") {
  oracle::for_each_device([](const at::Device& device) {
    // In one dimension cosines are exactly 1 or -1.
    std::vector<double> name(5000, -1);
    name[7] = name[8] = name[2047] = name[2048] = name[4999] = 2;
    const at::Tensor names = at::tensor(name, at::kDouble).view({1, 5000, 1}).to(device),
                     photos = at::tensor({3.0, -3.0}, at::kDouble).view({2, 1}).to(device);
    const std::vector<int> owner{0, 0}, true_name{0};
    DOCTEST_CHECK(votes(zero_shot<libtorch>(photos, owner, names, true_name)) == std::vector<int>{7, 0});
    const at::Tensor late = names.clone();
    late.narrow(1, 0, 2048).fill_(-1);
    DOCTEST_CHECK(votes(zero_shot<libtorch>(photos, owner, late, true_name)) == std::vector<int>{2048, 0});
  });
}

DOCTEST_TEST_CASE("similarities are those of the Eigen backend, and float32 votes follow them") {
  oracle::for_each_device([](const at::Device& device) {
    const people all(8, 40, 3, 12, 40, 4);
    const zero_shot<libtorch> asked(all.photos_on(device), all.owner, all.names_on(device), all.true_name);
    const std::vector<double> there = asked.similarities(5, 2), here = all.on_eigen().similarities(5, 2);
    DOCTEST_REQUIRE(there.size() == here.size());
    for (std::size_t n = 0; n < here.size(); ++n) DOCTEST_CHECK(there[n] == doctest::Approx(here[n]).epsilon(1e-13));
    // Lengths do not matter, however extreme.
    const zero_shot<libtorch> tiny(all.photos_on(device).to(at::kFloat) * 0x1p-120, all.owner,
                                   all.names_on(device).to(at::kFloat) * 0x1p100, all.true_name);
    DOCTEST_CHECK(votes(tiny) == votes(asked));
  });
}

DOCTEST_TEST_CASE("what is wrong with tensors of embeddings is said in one sentence") {
  oracle::for_each_device([](const at::Device& device) {
    const std::vector<int> owner{0, 0, 1}, true_name{0, 1};
    const auto refused = [&](at::Tensor photos, at::Tensor names, const char* sentence) {
      const auto ask = [&] { static_cast<void>(votes(zero_shot<libtorch>(photos, owner, names, true_name))); };
      DOCTEST_CHECK_THROWS_WITH_AS(ask(), sentence, argument_error);
    };
    const at::Tensor photos = at::ones({3, 4}, device), names = at::ones({2, 3, 4}, device);
    at::Tensor bad = photos.clone();
    bad[1].zero_();
    refused(bad, names,
            "zero-shot names: photos: photo 1 has an embedding that is all zero, which is similar to nothing");
    bad = names.clone();
    bad[1][2][0] = std::numeric_limits<float>::quiet_NaN();
    refused(photos, bad, "zero-shot names: names: prompt 1, name 2 has an embedding that is not finite");
    refused(photos, at::ones({2, 3, 5}, device), "zero-shot names: names: has 5 dimensions; the photos have 4");
    refused(photos, at::ones({2, 1, 4}, device), "zero-shot names: names: holds 1 candidate names; wanted at least 2");
    refused(photos, names.to(at::kDouble),
            ("zero-shot names: names: are Double on " + device.str() + "; the photos are Float on " + device.str())
                .c_str());
  });
}
