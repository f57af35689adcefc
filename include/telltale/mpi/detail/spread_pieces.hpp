// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/detail/piece_threads.hpp>
#include <telltale/mpi/headers.hpp>
#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/together.hpp>

namespace telltale::mpi::detail {

/// What the root and the others say to each other while pieces are made.
namespace tag {
inline constexpr int order = 1;   ///< to a rank: the piece to make next, or that it was the last
inline constexpr int result = 2;  ///< to the root: an outcome
}  // namespace tag

/// The order that ends all.
inline constexpr std::uint64_t no_more = ~std::uint64_t{0};

/// How all ends: nothing, or the lowest piece that failed, with its rank and reason.
struct verdict {
  bool failed = false;
  std::size_t piece = 0;
  int rank = 0;
  std::string reason;

  [[nodiscard]] std::vector<std::byte> packed() const {
    packer pack;
    pack(failed);
    pack(piece);
    pack(rank);
    pack(reason);
    return std::move(pack).take();
  }
  [[nodiscard]] static verdict unpacked(const std::vector<std::byte>& bytes) {
    verdict one;
    unpacker unpack(bytes);
    unpack(one.failed);
    unpack(one.piece);
    unpack(one.rank);
    unpack(one.reason);
    return one;
  }
};

// How long a rank without work sleeps before it looks for a message again: no processor is kept busy by waiting.
inline constexpr std::chrono::milliseconds patience{1};

/// Hands out pieces in ascending order to whoever has a free thread, and takes what comes back.
class handing_out {
 public:
  using taker = std::function<void(std::size_t, const std::vector<std::byte>&)>;

  handing_out(const communicator& ranks, std::size_t pieces, std::vector<std::size_t> free, const taker& take)
      : ranks_(ranks), pieces_(pieces), free_(std::move(free)), take_(take) {}
  handing_out(const handing_out&) = delete;
  handing_out& operator=(const handing_out&) = delete;

  /// The root's part; `own` are its threads.
  [[nodiscard]] verdict run(piece_threads& own) {
    for (;;) {
      hand_out(own);
      if (under_way_ == 0) break;
      if (std::optional<outcome> one = own.collect(patience)) settle(0, *one);
      for (;;) {
        const std::optional<int> from = ranks_.sender(tag::result);
        if (!from) break;
        settle(*from, outcome::unpacked(ranks_.receive(*from, tag::result)));
      }
    }
    for (int rank = 1; rank < ranks_.size(); ++rank) send(no_more, rank);
    for (order& sent : orders_) MPI_Wait(&sent.request, MPI_STATUS_IGNORE);
    return found_;
  }

 private:
  struct order {
    std::uint64_t piece = no_more;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void hand_out(piece_threads& own) {
    for (bool more = true; more;) {
      more = false;
      for (std::size_t rank = 0; rank < free_.size(); ++rank) {
        if (found_.failed || next_ == pieces_) return;
        if (free_[rank] == 0) continue;
        --free_[rank];
        ++under_way_;
        more = true;
        if (rank == 0)
          own.give(next_);
        else
          send(next_, static_cast<int>(rank));
        ++next_;
      }
    }
  }

  // Without waiting: the rank may itself be sending, and would wait for the root.
  void send(std::uint64_t piece, int rank) {
    order& sent = orders_.emplace_back();
    sent.piece = piece;
    MPI_Isend(&sent.piece, 1, MPI_UINT64_T, rank, tag::order, ranks_.handle(), &sent.request);
  }

  void settle(int rank, const outcome& one) {
    ++free_[static_cast<std::size_t>(rank)];
    --under_way_;
    if (one.failed) return fail(rank, one.piece, one.reason);
    try {
      take_(one.piece, one.made);
    } catch (...) {
      fail(0, one.piece, message_in_flight());
    }
  }

  void fail(int rank, std::size_t piece, const std::string& reason) {
    if (!found_.failed || piece < found_.piece) found_ = {true, piece, rank, reason};
  }

  const communicator& ranks_;
  std::size_t pieces_, next_ = 0, under_way_ = 0;
  std::vector<std::size_t> free_;  // threads without a piece, of every rank
  const taker& take_;
  std::deque<order> orders_;  // a deque does not move what MPI still reads
  verdict found_;
};

/// The part of the other ranks: makes what the root orders until it says that there is no more.
inline void follow_orders(const communicator& ranks, piece_threads& own) {
  for (;;) {
    while (const std::optional<outcome> one = own.collect(patience)) ranks.send(one->packed(), 0, tag::result);
    while (ranks.sender(tag::order)) {
      std::uint64_t piece = no_more;
      MPI_Recv(&piece, 1, MPI_UINT64_T, 0, tag::order, ranks.handle(), MPI_STATUS_IGNORE);
      if (piece == no_more) return;
      own.give(piece);
    }
  }
}

}  // namespace telltale::mpi::detail
