// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <telltale/mpi/headers.hpp>

namespace telltale::mpi {

/// The processes of an MPI program that work together, numbered as ranks 0 ... size - 1; rank 0 is the root.
///
/// It is a duplicate of the communicator that it is made from, so that its messages never meet those of the rest of the
/// program. Making it is collective: every rank makes one, in the same order. All members are called by the thread that
/// started MPI. Errors of MPI itself end all ranks, as is MPI's default.
class communicator {
 public:
  /// Wants MPI to be started: `mpi::run` does it, or the program itself by MPI_Init_thread.
  explicit communicator(MPI_Comm of = MPI_COMM_WORLD) {
    MPI_Comm_dup(of, &handle_);
    MPI_Comm_rank(handle_, &rank_);
    MPI_Comm_size(handle_, &size_);
  }
  communicator(const communicator&) = delete;
  communicator& operator=(const communicator&) = delete;
  /// Collective.
  ~communicator() { MPI_Comm_free(&handle_); }

  /// This process's number.
  [[nodiscard]] int rank() const noexcept { return rank_; }
  /// How many processes there are.
  [[nodiscard]] int size() const noexcept { return size_; }
  /// Whether this process is rank 0.
  [[nodiscard]] bool is_root() const noexcept { return rank_ == 0; }

  /// MPI's own name of it, for calls that are not here.
  [[nodiscard]] MPI_Comm handle() const noexcept { return handle_; }

  /// Collective: every rank waits until all are here.
  void barrier() const { MPI_Barrier(handle_); }

  /// Collective: every rank has the bytes of rank `from` afterwards.
  void broadcast(std::vector<std::byte>& bytes, int from = 0) const {
    std::uint64_t size = bytes.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, from, handle_);
    bytes.resize(size);
    in_parts(bytes, [&](std::byte* part, int count) { MPI_Bcast(part, count, MPI_BYTE, from, handle_); });
  }

  /// Collective: the bytes of every rank, in the order of the ranks, on the root; nothing on the others.
  [[nodiscard]] std::vector<std::vector<std::byte>> gather(const std::vector<std::byte>& bytes) const {
    constexpr int tag = 0;
    std::vector<std::vector<std::byte>> all;
    if (!is_root()) {
      send(bytes, 0, tag);
      return all;
    }
    all.push_back(bytes);
    for (int from = 1; from < size_; ++from) all.push_back(receive(from, tag));
    return all;
  }

  /// Collective: the least number that a rank gives.
  [[nodiscard]] int least(int number) const {
    int found = 0;
    MPI_Allreduce(&number, &found, 1, MPI_INT, MPI_MIN, handle_);
    return found;
  }

  /// Sends bytes to one rank, which must `receive` them; waits until they are on their way.
  void send(const std::vector<std::byte>& bytes, int to, int tag) const {
    const std::uint64_t size = bytes.size();
    MPI_Send(&size, 1, MPI_UINT64_T, to, tag, handle_);
    in_parts(bytes, [&](const std::byte* part, int count) { MPI_Send(part, count, MPI_BYTE, to, tag, handle_); });
  }

  /// The next bytes that a rank sent under a tag; waits for them.
  [[nodiscard]] std::vector<std::byte> receive(int from, int tag) const {
    std::uint64_t size = 0;
    MPI_Recv(&size, 1, MPI_UINT64_T, from, tag, handle_, MPI_STATUS_IGNORE);
    std::vector<std::byte> bytes(size);
    in_parts(bytes, [&](std::byte* part, int count) {
      MPI_Recv(part, count, MPI_BYTE, from, tag, handle_, MPI_STATUS_IGNORE);
    });
    return bytes;
  }

  /// A rank that has sent something under a tag which was not received yet, if there is one.
  [[nodiscard]] std::optional<int> sender(int tag) const {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, handle_, &there, &status);
    return there != 0 ? std::optional<int>(status.MPI_SOURCE) : std::nullopt;
  }

 private:
  // MPI counts in int.
  template <class Bytes, class Use>
  static void in_parts(Bytes& bytes, const Use& use) {
    constexpr std::size_t most = std::size_t{1} << 30;
    for (std::size_t at = 0; at < bytes.size(); at += most)
      use(bytes.data() + at, static_cast<int>(std::min(most, bytes.size() - at)));
  }

  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0, size_ = 1;
};

}  // namespace telltale::mpi
