// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <telltale/campaign/executor.hpp>
#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/detail/piece_threads.hpp>
#include <telltale/mpi/detail/spread_pieces.hpp>
#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/together.hpp>

namespace telltale::mpi {

/// Spreads pieces over the ranks of an MPI program and over threads of each: an `Executor`.
///
///     mpi::ranked_store store(world, "campaign", identity, plan);
///     run_campaign(store, work, campaign_options<mpi::over_ranks>{mpi::over_ranks(world)});
///
/// `for_each` is collective: every rank calls it with the same pieces. The root hands them out in ascending order, each
/// to a thread that is free, so that faster machines make more; whoever made a piece sends it to the root, which alone
/// calls `take`, from the thread that called `for_each`. So which rank makes what depends on chance, and what is taken
/// does not, where a piece is a function of its number. The root makes pieces too. Ranks beyond the pieces stay idle.
/// When a piece throws on any rank, or `take` does, every rank throws rank_error with the message of the lowest piece
/// that failed, after those under way have ended.
/// Cost: a copy of what each piece made; up to 2 ms a piece until a thread of another rank hears of its next one. Ranks
/// that wait sleep.
class over_ranks {
 public:
  /// `threads` of this rank make pieces, 0 for as many as its machine runs at once; a rank may say another number than
  /// the next. The ranks must live as long as this.
  explicit over_ranks(const communicator& ranks, unsigned threads = 1) noexcept : ranks_(&ranks), threads_(threads) {}

  template <class Make, class Take>
    requires Packable<std::remove_cvref_t<std::invoke_result_t<const Make&, std::size_t>>>
  void for_each(std::size_t pieces, const Make& make, const Take& take) const {
    using made_type = std::remove_cvref_t<std::invoke_result_t<const Make&, std::size_t>>;
    spread(
        pieces,
        [&](std::size_t piece) {
          packer pack;
          pack(make(piece));
          return std::move(pack).take();
        },
        [&](std::size_t piece, const std::vector<std::byte>& bytes) {
          made_type made{};
          unpacker{bytes}(made);
          take(piece, std::move(made));
        });
  }

  /// True on the root.
  [[nodiscard]] bool takes_here() const noexcept { return ranks_->is_root(); }

 private:
  // Not a template: only bytes pass here.
  void spread(std::size_t pieces, const detail::piece_threads::maker& make,
              const detail::handing_out::taker& take) const {
    const std::size_t threads = threads_ != 0 ? threads_ : std::max(1U, std::thread::hardware_concurrency());
    packer pack;
    pack(threads);
    std::vector<std::size_t> free;
    for (const std::vector<std::byte>& bytes : ranks_->gather(std::move(pack).take()))
      unpacker{bytes}(free.emplace_back());
    std::vector<std::byte> end;
    {
      detail::piece_threads own(std::min(threads, pieces), make);
      if (ranks_->is_root())
        end = detail::handing_out(*ranks_, pieces, std::move(free), take).run(own).packed();
      else
        detail::follow_orders(*ranks_, own);
    }
    ranks_->broadcast(end);
    const auto found = detail::verdict::unpacked(end);
    if (found.failed) throw rank_error(found.rank, found.reason);
  }

  const communicator* ranks_;
  unsigned threads_;
};

}  // namespace telltale::mpi
