// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/packing.hpp>

namespace telltale::mpi {

/// Something that went wrong on one rank and is thrown on all of them, so that none waits for another.
class rank_error : public error {
 public:
  /// `reason` is the message that was thrown on `rank`.
  rank_error(int rank, std::string_view reason)
      : error("rank " + std::to_string(rank) + ": " + std::string(reason)), rank_(rank), reason_(reason) {}

  /// The rank on which it went wrong.
  [[nodiscard]] int rank() const noexcept { return rank_; }
  /// The message that was thrown there.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  int rank_;
  std::string reason_;
};

namespace detail {

/// What the exception in flight says; for use in a handler.
[[nodiscard]] inline std::string message_in_flight() {
  try {
    throw;
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace detail

/// Collective: calls `work` on every rank. When it throws on one or more, every rank throws rank_error with the message
/// of the lowest of them: a file that is missing on one machine ends the program instead of leaving the others waiting.
///
/// The work may be another on each rank, and must not communicate unless all of them do.
template <std::invocable Work>
void together(const communicator& ranks, const Work& work) {
  std::optional<std::string> failure;
  try {
    work();
  } catch (...) {
    failure = detail::message_in_flight();
  }
  const int failed = ranks.least(failure ? ranks.rank() : ranks.size());
  if (failed == ranks.size()) return;
  packer pack;
  pack(failure.value_or(""));
  std::vector<std::byte> bytes = std::move(pack).take();
  ranks.broadcast(bytes, failed);
  std::string reason;
  unpacker{bytes}(reason);
  throw rank_error(failed, reason);
}

}  // namespace telltale::mpi
