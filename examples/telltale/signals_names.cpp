// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "signals_policies.hpp"

namespace tool {
namespace {

template <class... Part>
std::vector<std::string> words_of(parts<Part...>) {
  return {word_of<Part>()...};
}

bool is_whole(double value) { return value == static_cast<double>(static_cast<long long>(value)); }

}  // namespace

std::vector<std::string> signal_names() { return words_of(all_signals{}); }

const std::vector<release_form>& release_forms() {
  static const std::vector<release_form> all{
      {word_of<telltale::argmax>(), "", "", nullptr},
      {word_of<telltale::top_k>(), "K", "a whole number from 1 to the classes",
       [](double k) { return k >= 1 && k < 1e9 && is_whole(k); }},
      {word_of<telltale::rounding>(), "D", "decimals, 1 to 15",
       [](double d) { return d >= 1 && d <= 15 && is_whole(d); }},
      {word_of<telltale::noise>(), "SIGMA", "a number >= 0", [](double sigma) { return sigma >= 0; }},
      {word_of<telltale::temperature>(), "T", "a number > 0", [](double t) { return t > 0; }}};
  return all;
}

}  // namespace tool
