// expects: makes_pictures_of_captions
// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <telltale/torch/generator/observed.hpp>

using namespace telltale;

// It takes one caption; a generator takes all, and is told how many pictures of each and by which seed.
struct painter {
  at::Tensor generate(const std::string& caption);
};

observed_generation ask(painter& target, const at::Tensor& queries, std::span<const std::string> captions) {
  return observe(target, queries, captions);
}
