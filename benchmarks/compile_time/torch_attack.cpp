// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// The LibTorch wing: one published attack on tensors.
#include <span>

#include <telltale/published/attack_p.hpp>
#include <telltale/torch/backend.hpp>

telltale::evidence attack_p(const at::Tensor& logits, std::span<const int> truth,
                            const telltale::population<>& losses) {
  using namespace telltale;
  const classification<libtorch> answers(logits, truth);
  return published::attack_p{}(answers, owning(losses));
}
