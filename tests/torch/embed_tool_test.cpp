// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale-model embed` as its users meet it.
#include <torch/script.h>
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <telltale/io/npy.hpp>

#include "tool/tool.hpp"
#include "torch/doctest.hpp"

using tool_test::bench;
using tool_test::outcome;

namespace {

// A text encoder: the sum of its tokens' rows in a table, the row of token k being (k, -k / 2, 1).
torch::jit::Module table_script() {
  torch::jit::Module module("Table");
  const at::Tensor k = at::arange(10, at::kFloat);
  module.register_parameter("table", at::stack({k, -k / 2, at::ones(10)}, 1), false);
  module.define("def forward(self, x):\n    return torch.embedding(self.table, x).sum(1)\n");
  return module;
}

const std::string usual = "embed --model M.pt --inputs X.npy --out E.npy ";

bench sound() {
  bench b;
  table_script().save(b.path("M.pt").string());
  const std::vector<std::int64_t> tokens{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2};  // (2, 3, 2): prompts, names, length
  telltale::io::write_npy(b.path("X.npy"), tokens, {2, 3, 2});
  return b;
}

}  // namespace

DOCTEST_TEST_CASE("telltale-model embed: prompts x names become prompts x names x d") {
  const bench b = sound();
  const outcome ran = b.run(usual + "--leading 2 --batch 4");
  DOCTEST_REQUIRE(ran.code == 0);
  DOCTEST_CHECK(ran.out == "6 embeddings of 3 numbers: E.npy\n");
  const telltale::io::npy_array array = telltale::io::read_npy(b.path("E.npy"));
  DOCTEST_CHECK(array.shape() == telltale::io::shape_type{2, 3, 3});
  const telltale::io::npy_values<float> values{array};
  const std::vector<float> got(values.span().begin(), values.span().end());
  DOCTEST_CHECK(got == std::vector<float>{3, -1.5, 2, 7, -3.5, 2, 11, -5.5, 2, 15, -7.5, 2, 9, -4.5, 2, 3, -1.5, 2});
}

DOCTEST_TEST_CASE("telltale-model embed: what cannot be used is named in one line") {
  const auto refused = [](const bench& b, const std::string& more, const std::string& sentence) {
    const outcome ran = b.run(usual + more);
    DOCTEST_CHECK(ran.code == 2);
    DOCTEST_CHECK(ran.out.empty());
    DOCTEST_CHECK(ran.error_lines() == 1);
    DOCTEST_CHECK_MESSAGE(ran.says("telltale-model: " + sentence), ran.err);
    DOCTEST_CHECK(!std::filesystem::exists(b.path("E.npy")));
  };
  const bench b = sound();
  refused(b, "--leading 3", "X.npy: has 3 axes; wanted more than the 3 of --leading");
  refused(b, "--leading 0", "--leading: '0' is not a whole number of at least 1");
  refused(b, "--scale -1", "--scale: -1 is no positive number");
  refused(b, "--device nowhere", "--device: 'nowhere' is no device; wanted cpu, or one like cuda:0");
  const bench bare;
  table_script().save(bare.path("M.pt").string());
  refused(bare, "", "X.npy: does not exist");
  const bench strange = sound();
  telltale::io::write_npy(strange.path("X.npy"), std::vector<std::int64_t>{1, 99}, {1, 2});
  refused(strange, "", "X.npy: a batch of shape (1, 2) of long is refused by the model");
  strange.write_bytes("M.pt", "no module");
  refused(strange, "", "M.pt: is no TorchScript module");

  const outcome nothing = b.run("embed");
  DOCTEST_CHECK(nothing.code == 2);
  DOCTEST_CHECK(nothing.err == "telltale-model: --model: is missing; wanted the encoder as TorchScript\n");
  const outcome over = b.run("embed --model M.pt --inputs X.npy --out X.npy");
  DOCTEST_CHECK(over.code == 2);
  DOCTEST_CHECK(over.error_lines() == 1);
}
