// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// `telltale-model generation` as its users meet it: what it adds to `telltale generation`, which has tests of its own.
#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/core/random.hpp>
#include <telltale/io/npy.hpp>
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/published/text_to_image.hpp>

#include "tool/tool.hpp"
#include "torch/doctest.hpp"

using telltale::membership;
using tool_test::bench;
using tool_test::outcome;

namespace {

constexpr std::size_t n = 60, r = 2, side = 8, pixels = 3 * side * side, d = 3;
const std::string arrays = "generation --queries X.npy --generated Y.npy --members M.npy --out OUT";
const std::string folders = "generation --queries Q --generated G --members M.npy --out OUT";

/// Pixels as bytes; the pictures of members, every other query, come back with half the noise.
struct world {
  std::vector<int> x, y;
  std::vector<std::uint8_t> member;

  world() {
    telltale::random_stream random(9);
    for (std::size_t i = 0; i < n; ++i) {
      member.push_back(i % 2 == 0 ? 1 : 0);
      const double noise = i % 2 == 0 ? 15 : 30;
      for (std::size_t k = 0; k < pixels; ++k) x.push_back(60 + static_cast<int>(random.below(120)));
      for (std::size_t j = 0; j < r; ++j)
        for (std::size_t k = 0; k < pixels; ++k)
          y.push_back(std::clamp(x[i * pixels + k] + static_cast<int>(noise * random.normal()), 0, 255));
    }
  }

  [[nodiscard]] static std::vector<double> scaled(const std::vector<int>& bytes) {
    std::vector<double> values;
    for (const int byte : bytes) values.push_back(static_cast<double>(static_cast<float>(byte) / 127.5F - 1));
    return values;
  }
};

/// A picture to its mean colour.
torch::jit::Module colour_script(const std::string& forward = "return x.mean([2, 3]) + self.bias") {
  torch::jit::Module module("Colour");
  module.register_parameter("bias", at::ones(3), false);
  module.define("def forward(self, x):\n    " + forward + "\n");
  return module;
}

/// A caption to its length, its last letter and 1.
torch::jit::Module length_script() {
  torch::jit::Module module("Length");
  module.define(R"(
def forward(self, captions: List[str]):
    rows : List[List[float]] = []
    for caption in captions:
        rows.append([float(len(caption)), float(ord(caption[-1])), 1.0])
    return torch.tensor(rows)
)");
  return module;
}

std::string name_of(std::size_t i) { return "p" + std::to_string(100 + i); }

std::string caption_of(std::size_t i) { return "picture " + std::string(1 + i % 5, 'a' + static_cast<char>(i % 26)); }

/// Channel by channel as numbers become pixel by pixel as bytes.
std::string ppm(const std::vector<int>& planar, std::size_t picture) {
  std::string bytes = "P6\n8 8\n255\n";
  for (std::size_t pixel = 0; pixel < side * side; ++pixel)
    for (std::size_t channel = 0; channel < 3; ++channel)
      bytes += static_cast<char>(planar[picture * pixels + channel * side * side + pixel]);
  return bytes;
}

bench laid_out() {
  const world w;
  bench b;
  b.floats("X.npy", world::scaled(w.x), {n, 3, side, side});
  b.floats("Y.npy", world::scaled(w.y), {n, r, 3, side, side});
  b.flags("M.npy", w.member);
  colour_script().save(b.path("image.pt").string());
  length_script().save(b.path("text.pt").string());
  std::filesystem::create_directories(b.path("Q"));
  std::filesystem::create_directories(b.path("G"));
  std::string captions = "file,caption\n";
  for (std::size_t i = 0; i < n; ++i) {
    b.write_bytes("Q/" + name_of(i) + ".ppm", ppm(w.x, i));
    b.write_bytes("G/" + name_of(i) + ".ppm", ppm(w.y, i * r));
    b.write_bytes("G/" + name_of(i) + "-2.ppm", ppm(w.y, i * r + 1));
    captions += name_of(i) + ".ppm," + caption_of(i) + "\n";
  }
  b.write_bytes("Q/captions.csv", captions);
  return b;
}

nlohmann::json report_of(const bench& b) { return nlohmann::json::parse(b.bytes("OUT/report.json")); }

bool reads_images(const outcome& got) {
  if (!got.says("without the component images")) return true;
  DOCTEST_MESSAGE("not run: the tool was built without the component images");
  return false;
}

void check_refused(const bench& b, const std::string& command, const std::string& place, const std::string& why) {
  const outcome got = b.run(command);
  DOCTEST_INFO(command);
  DOCTEST_CHECK(got.flaw_as_refusal("telltale-model: " + place, why) == "");
  DOCTEST_CHECK_FALSE(std::filesystem::exists(b.path("OUT")));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

DOCTEST_TEST_CASE("model tool, generation: an encoder does what its embeddings do, and networks join the table") {
  const bench b = laid_out();
  DOCTEST_REQUIRE(b.run(arrays + " --encoder image.pt --quiet").code == 0);
  const nlohmann::json report = report_of(b);
  std::vector<std::string> names;
  for (const auto& attack : report["targets"][0]["attacks"]) names.push_back(attack["name"]);
  const std::vector<std::string> wanted{
      "I-P",          "I-P network",      "I-S logistic",        "I-S network", "II-P",
      "II-P SSIM",    "II-P logistic",    "II-P network",        "II-S",        "II-S logistic",
      "II-S network", "spread of pixels", "spread of embeddings"};
  DOCTEST_CHECK(names == wanted);
  const std::vector<double> by_encoder = b.values("OUT/evidence/ii-s.npy"),
                            by_network = b.values("OUT/evidence/ii-p-network.npy");

  // The same embeddings as arrays.
  std::vector<double> embeddings[2];
  for (std::size_t which : {0U, 1U}) {
    const std::vector<double> all = b.values(which == 0 ? "X.npy" : "Y.npy");
    for (std::size_t at = 0; at < all.size(); at += side * side) {
      double sum = 0;
      for (std::size_t k = 0; k < side * side; ++k) sum += all[at + k];
      embeddings[which].push_back(sum / (side * side) + 1);
    }
  }
  b.floats("EX.npy", embeddings[0], {n, d});
  b.floats("EY.npy", embeddings[1], {n, r, d});
  DOCTEST_REQUIRE(b.run(arrays + " --query-embeddings EX.npy --generated-embeddings EY.npy --quiet").code == 0);
  const std::vector<double> by_arrays = b.values("OUT/evidence/ii-s.npy");
  DOCTEST_REQUIRE(by_encoder.size() == n / 2);
  for (std::size_t i = 0; i < by_arrays.size(); ++i)
    DOCTEST_CHECK(by_encoder[i] == doctest::Approx(by_arrays[i]).epsilon(1e-5));

  // The network's evidence is what the library gives when it is called with the same records.
  const auto tested = telltale::io::read_npy(b.path("OUT/evidence/tested.npy")).to_vector<std::int64_t>();
  std::vector<std::int64_t> known;
  std::vector<membership> known_member;
  for (std::int64_t i = 0; i < std::int64_t(n); ++i)
    if (!std::binary_search(tested.begin(), tested.end(), i)) {
      known.push_back(i);
      known_member.push_back(i % 2 == 0 ? membership::in : membership::out);
    }
  const at::Tensor x = at::tensor(b.values("X.npy"), at::kFloat).reshape({n, 3, side, side}),
                   y = at::tensor(b.values("Y.npy"), at::kFloat).reshape({n, r, 3, side, side});
  const auto chosen = [&](const std::vector<std::int64_t>& which) {
    telltale::observed_generation some;
    some.queries = x.index_select(0, at::tensor(which));
    some.generated = y.index_select(0, at::tensor(which));
    return some;
  };
  telltale::features<telltale::libtorch> of_known;
  telltale::pixel_difference{}(chosen(known).view(), of_known);
  const telltale::labelled_records<telltale::features<telltale::libtorch>> owned{of_known, known_member};
  const auto again = telltale::published::ii_p_learned{}(chosen(tested).view(), telltale::owning(owned)).values;
  DOCTEST_REQUIRE(again.size() == by_network.size());
  for (std::size_t i = 0; i < again.size(); ++i)
    DOCTEST_CHECK(by_network[i] == doctest::Approx(again[i]).epsilon(1e-4));
}

DOCTEST_TEST_CASE("model tool, generation: two folders and two encoders are the arrays that they stand for") {
  const bench b = laid_out();
  const std::string encoders = " --encoder image.pt --text-encoder text.pt --batch 7 --quiet";
  const outcome got = b.run(folders + encoders);
  if (!reads_images(got)) return;
  DOCTEST_INFO(got.err);
  DOCTEST_REQUIRE(got.code == 0);
  std::vector<double> of_captions;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string caption = caption_of(i);
    for (const double value : {double(caption.size()), double(caption.back()), 1.0}) of_captions.push_back(value);
  }
  const std::vector<std::string> files{"ii-p", "ii-s", "iii-s", "i-p-network"};
  std::vector<std::vector<double>> before;
  for (const std::string& file : files) before.push_back(b.values("OUT/evidence/" + file + ".npy"));
  DOCTEST_CHECK(report_of(b)["records"]["pictures_per_query"] == r);

  b.floats("ET.npy", of_captions, {n, d});
  DOCTEST_REQUIRE(b.run(arrays + " --encoder image.pt --caption-embeddings ET.npy --pixel-range 2 --quiet").code == 0);
  for (std::size_t k = 0; k < files.size(); ++k) {
    const std::vector<double> after = b.values("OUT/evidence/" + files[k] + ".npy");
    DOCTEST_REQUIRE(after.size() == before[k].size());
    for (std::size_t i = 0; i < after.size(); ++i) DOCTEST_CHECK(std::abs(after[i] - before[k][i]) < 1e-4);
  }
}

DOCTEST_TEST_CASE("model tool, generation: what cannot be used is named in one line") {
  const bench b = laid_out();
  const std::string encoded = arrays + " --encoder image.pt";
  check_refused(b, encoded + " --query-embeddings X.npy", "--encoder", "is given beside --query-embeddings");
  check_refused(b, encoded + " --text-encoder text.pt", "--text-encoder", "captions.csv");
  check_refused(b, encoded + " --side 8", "--side", "--queries is none");
  check_refused(b, encoded + " --device abacus", "--device", "'abacus' is no device");
  check_refused(b, encoded + " --batch 0", "--batch", "whole number");
  check_refused(b, arrays + " --encoder none.pt", "none.pt", "does not exist");
  check_refused(b, arrays + " --attack II-Q", "--attack", "II-S");
  check_refused(b, "generation --members M.npy --out OUT --encoder image.pt", "--encoder", "has no pictures");
  check_refused(b, replaced(arrays, "Y.npy", "G"), "--queries", "wanted two folders or two files");
  check_refused(b, replaced(folders, "--generated G", "--generated Y.npy"), "--generated", "is no folder");
  check_refused(b, folders + " --pixel-range 2", "--pixel-range", "is of no use with folders");
  colour_script("return x.mean([2, 3])[:, :1]").save(b.path("narrow.pt").string());
  check_refused(b, arrays + " --encoder narrow.pt", "narrow.pt", "answers with shape (60, 1)");
  colour_script("return x.mean([2, 3]) * 0").save(b.path("zero.pt").string());
  check_refused(b, arrays + " --encoder zero.pt --attack II-S", "zero.pt", "all zero");
  colour_script("return torch.ones([x.size(0), 4])").save(b.path("constant.pt").string());
  check_refused(b, arrays + " --encoder constant.pt", "constant.pt", "one and the same embedding");
}

DOCTEST_TEST_CASE("model tool, generation: folders that cannot be used are named in one line") {
  const bench b = laid_out();
  const outcome sound = b.run("generation --queries Q --generated G --members M.npy --attack II-P --quiet");
  if (!reads_images(sound)) return;
  DOCTEST_REQUIRE(sound.code == 0);
  const std::string encoded = folders + " --text-encoder ";
  check_refused(b, encoded + "image.pt", "image.pt", "does not take 60 captions as a list of texts");
  torch::jit::Module two("Two");
  two.define("def forward(self, captions: List[str]):\n    return (1, 2)\n");
  two.save(b.path("two.pt").string());
  check_refused(b, encoded + "two.pt", "two.pt", "returns Tuple; wanted one tensor");
  // Four numbers a caption beside three a picture.
  torch::jit::Module wide("Wide");
  wide.define("def forward(self, captions: List[str]):\n    return torch.rand([len(captions), 4])\n");
  wide.save(b.path("wide.pt").string());
  check_refused(b, folders + " --encoder image.pt --text-encoder wide.pt", "wide.pt",
                "has 4 dimensions; image.pt has 3");
  std::filesystem::rename(b.path("Q/captions.csv"), b.path("elsewhere.csv"));
  check_refused(b, encoded + "text.pt", "--text-encoder", "has no captions.csv");
  std::filesystem::remove(b.path("G/" + name_of(7) + "-2.ppm"));
  check_refused(b, folders, "G", "has 1 pictures for the query 'p107.ppm'; wanted 2");
  std::filesystem::remove(b.path("Q/" + name_of(7) + ".ppm"));
  std::filesystem::remove(b.path("G/" + name_of(7) + ".ppm"));
  check_refused(b, folders, "M.npy", "has 60 records; there are 59 query pictures");
  b.write_bytes("Q/" + name_of(8) + ".ppm", "P6\n1 1\n255\nabc");
  check_refused(b, folders, "Q/p108.ppm", "wanted one size");
}

DOCTEST_TEST_CASE("model tool, generation: help teaches") {
  const bench b;
  const outcome help = b.run("generation --help");
  DOCTEST_CHECK(help.code == 0);
  for (const std::string wanted : {"--encoder", "--text-encoder", "captions.csv", "List[str]", "--auxiliary", "II-S",
                                   "perceptron of three layers", "Example:", "NAME-2.png"}) {
    DOCTEST_INFO(wanted);
    DOCTEST_CHECK(help.out.find(wanted) != std::string::npos);
  }
}
