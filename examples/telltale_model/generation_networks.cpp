// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/anatomy.hpp>
#include <telltale/core/attack.hpp>
#include <telltale/published/text_to_image.hpp>
#include <telltale/torch/generator/observed.hpp>
#include <telltale/torch/published/text_to_image.hpp>

#include "generation_listed.hpp"
#include "generation_parts.hpp"

namespace tool {
namespace {

using telltale::features;
using telltale::libtorch;
namespace published = telltale::published;

/// A tensor of the same pixels, which the caller keeps; nothing where there are none.
at::Tensor tensor_of(const generation_backend::view& rows, const telltale::picture_format& format, bool several) {
  if (rows.subjects() == 0) return {};
  const auto extent = [](std::size_t of) { return static_cast<std::int64_t>(of); };
  std::vector<std::int64_t> shape{extent(rows.subjects()), extent(format.channels), extent(format.height),
                                  extent(format.width)};
  if (several) shape.insert(shape.begin() + 1, extent(rows.queries()));
  return at::from_blob(const_cast<float*>(rows.row(0)), shape, at::kFloat);  // read, never written
}

/// The evidence on the tested records, by a network on pictures that learned from the auxiliary ones.
template <class Attack>
telltale::evidence by_pictures(const generation_records& records) {
  const auto& arrays = records.observed().arrays();
  telltale::observed_generation seen;
  seen.range = arrays.format.range;
  seen.queries = tensor_of(arrays.queries, arrays.format, false);
  seen.generated = tensor_of(arrays.generated, arrays.format, true);
  features<libtorch> all;
  typename Attack::scorer{}(seen.view(), all);
  const auto chosen = [&](std::span<const std::size_t> which) {
    return features<libtorch>{
        all.values.index_select(0, at::tensor(std::vector<std::int64_t>(which.begin(), which.end())))};
  };
  const std::vector<telltale::membership> known(records.auxiliary_member().begin(), records.auxiliary_member().end());
  return Attack().judge(
      chosen(records.tested()), records.tested().size(),
      telltale::owning(telltale::labelled_records<features<libtorch>>{chosen(records.auxiliary()), known}));
}

template <class Attack>
generation_attack listed_on_pictures(const std::string& name, std::vector<generation_part> needs) {
  return {name,
          "network",
          std::move(needs),
          telltale::report::in_words(telltale::anatomy_of<Attack, telltale::generation<libtorch>>(),
                                     "Was this picture, with its caption, in the training set?"),
          std::string(published::text_to_image_citation),
          false,
          by_pictures<Attack>};
}

}  // namespace

std::vector<generation_attack> generation_attacks_with_networks() {
  using part = generation_part;
  return {listed_on_pictures<published::i_p_learned>("I-P", {part::generated}),
          listed<published::i_s_learned>("I-S", "network", {part::generated_embeddings}),
          listed_on_pictures<published::ii_p_learned>("II-P", {part::queries, part::generated}),
          listed<published::ii_s_learned>("II-S", "network", {part::query_embeddings, part::generated_embeddings}),
          listed<published::iii_s_learned>("III-S", "network", {part::caption_embeddings, part::generated_embeddings}),
          listed<published::iv_learned>(
              "IV", "network", {part::query_embeddings, part::generated_embeddings, part::caption_embeddings})};
}

}  // namespace tool
