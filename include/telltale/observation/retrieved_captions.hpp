// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telltale/core/error.hpp>

namespace telltale {

/// A captioner without a network: of a bank of captions the one whose embedding is nearest to each generated picture.
///
/// It stands in for a model that writes captions, and says no more than the bank holds: of little use where the bank is
/// small or far from the pictures. The bank must not hold the members' captions alone, or it shows membership by
/// itself.
/// Shapes: pictures n x r x d, bank m x d, both from the two halves of one dual encoder. Of equal cosines the first
/// caption.
/// Throws argument_error for an empty bank, for lengths that differ, and for an embedding that is all zero or not
/// finite.
/// Cost: n r m d multiply-adds, and a copy of n r embeddings.
template <class Backend>
class retrieved_captions {
 public:
  static constexpr std::string_view name = "retrieved captions";
  using view = typename Backend::view;  ///< an array of the caller's, rows of embeddings

  /// `threads`: how many may be used (0: one per core), which changes nothing but the time.
  retrieved_captions(const view& pictures, const view& bank, std::size_t threads = 0)
      : chosen_(chosen(pictures, bank, threads)),
        embeddings_(Backend::gathered(bank, chosen_, pictures.subjects(), pictures.queries())) {}

  /// The number of the caption in the bank, n x r.
  [[nodiscard]] std::span<const int> captions() const noexcept { return chosen_; }
  /// Their embeddings, n x r x d: what `generation_arrays::retrieved_caption_embeddings` takes. A view of this object.
  [[nodiscard]] view embeddings() const { return embeddings_; }

 private:
  static std::vector<int> chosen(const view& pictures, const view& bank, std::size_t threads) {
    if (pictures.subjects() == 0 || pictures.queries() == 0)
      detail::refuse(name, "pictures", "holds none; wanted at least 1");
    if (bank.subjects() == 0) detail::refuse(name, "bank", "holds no caption; wanted at least 1");
    if (bank.queries() != 1 || bank.classes() != pictures.classes())
      detail::refuse(name, "bank",
                     "is " + std::to_string(bank.subjects() * bank.queries()) + " x " + std::to_string(bank.classes()) +
                         "; wanted one embedding of " + std::to_string(pictures.classes()) + " numbers a caption");
    check(pictures, "pictures");
    check(bank, "bank");
    std::vector<int> nearest(pictures.subjects() * pictures.queries());
    Backend::nearest(pictures, Backend::in_one_group(bank), threads, nearest);
    return nearest;
  }

  static void check(const view& rows, std::string_view argument) {
    if (const auto bad = Backend::first_directionless(rows))
      detail::refuse(name, argument,
                     "row " + std::to_string(bad->row) +
                         (bad->finite ? " is all zero, which is similar to nothing" : " is not finite"));
  }

  std::vector<int> chosen_;
  decltype(Backend::gathered(view(), std::span<const int>(), 0, 0)) embeddings_;
};

}  // namespace telltale
