// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/campaign/campaign.hpp>
#include <telltale/campaign/hash.hpp>
#include <telltale/campaign/manifest.hpp>
#include <telltale/campaign/named_signal.hpp>
#include <telltale/campaign/plan.hpp>
#include <telltale/campaign/store.hpp>
#include <telltale/core/error.hpp>
#include <telltale/mpi/communicator.hpp>
#include <telltale/mpi/packing.hpp>
#include <telltale/mpi/together.hpp>

namespace telltale::mpi {

/// The signal store of a campaign that ranks work on: a folder of the root alone, a `SignalStore` to all.
///
/// Only the root opens, reads and writes the folder, so that it may lie on the root's own disk. What a rank makes comes
/// to it by MPI. Same rules and same bytes as a `signal_store`, which it is on the root: killed and run again, with as
/// many ranks or others, the campaign continues.
class ranked_store {
 public:
  /// Collective; every rank says which campaign it means.
  ///
  /// Throws rank_error on all ranks: when they do not mean the same campaign, for instance since the data of one
  /// machine differ from those of the root's, or for whatever `signal_store` refuses.
  ranked_store(const communicator& ranks, const std::filesystem::path& folder, const campaign_identity& identity,
               membership_plan plan)
      : ranks_(&ranks), plan_(std::move(plan)) {
    manifest asked;
    together(ranks, [&] {
      asked = telltale::detail::asked_for(identity, plan_);
      asked.keep = hash_of(plan_.mask());
    });
    packer pack;
    pack(telltale::detail::to_json(asked).dump());
    std::vector<std::byte> bytes = std::move(pack).take();
    ranks.broadcast(bytes);
    together(ranks, [&] { check_same(bytes, asked); });
    together(ranks, [&] {
      if (ranks.is_root()) store_.emplace(folder, identity, plan_);
    });
  }

  /// Which records each model is trained on.
  [[nodiscard]] const membership_plan& plan() const noexcept { return plan_; }

  /// Collective: the models that are finished, ascending, on every rank.
  [[nodiscard]] std::vector<std::size_t> finished_models() const {
    std::vector<std::size_t> models;
    packer pack;
    if (store_) pack(models = store_->finished_models());
    std::vector<std::byte> bytes = std::move(pack).take();
    ranks_->broadcast(bytes);
    unpacker{bytes}(models);
    return models;
  }

  /// As a signal_store's, on the root; throws argument_error on another rank.
  void put_group(std::span<const std::size_t> models, std::span<const std::span<const named_signal>> signals) {
    if (!store_) refuse_elsewhere("ranked_store::put_group");
    store_->put_group(models, signals);
  }

  /// The store itself, to read the scores from, on the root; throws argument_error on another rank.
  [[nodiscard]] const signal_store& at_root() const {
    if (!store_) refuse_elsewhere("ranked_store::at_root");
    return *store_;
  }

 private:
  static void check_same(const std::vector<std::byte>& of_root, const manifest& asked) {
    std::string text;
    unpacker{of_root}(text);
    const manifest root = telltale::detail::manifest_from(nlohmann::json::parse(text));
    std::string differs = telltale::detail::difference(root, asked);
    if (differs.empty() && root.made_by != asked.made_by)
      differs = "was made with " + root.made_by + "; asked for " + asked.made_by;
    if (differs.empty() && root.keep != asked.keep) differs = "was made with another membership plan";
    if (!differs.empty())
      telltale::detail::refuse("ranked_store", "identity", "is not that of the root's campaign, which " + differs);
  }

  [[noreturn]] void refuse_elsewhere(const char* function) const {
    telltale::detail::refuse(function, "rank", "is " + std::to_string(ranks_->rank()) + "; only the root has files");
  }

  const communicator* ranks_;
  membership_plan plan_;
  std::optional<signal_store> store_;
};

}  // namespace telltale::mpi
