// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <telltale/campaign/folder_lock.hpp>
#include <telltale/campaign/hash.hpp>
#include <telltale/campaign/manifest.hpp>
#include <telltale/campaign/named_signal.hpp>
#include <telltale/campaign/plan.hpp>
#include <telltale/campaign/stored_scores.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/npy.hpp>

namespace telltale {

/// What, besides its plan, makes two runs the same campaign.
///
/// `settings` is whatever the models depend on (sizes, epochs, learning rate, the size of a group that is trained
/// together if results depend on it): a JSON object. `data` is a `hash_of` the records.
struct campaign_identity {
  std::uint64_t seed = 0;                              ///< what the models' randomness comes from
  std::uint64_t data = 0;                              ///< hash of what they are trained on and asked about
  nlohmann::json settings = nlohmann::json::object();  ///< what else the models depend on
};

namespace detail {

inline std::uint64_t hash_of_file(const std::filesystem::path& path) { return hash_of(io::mapped_file(path).bytes()); }

/// The manifest of a campaign of which nothing is stored yet.
inline manifest asked_for(const campaign_identity& identity, const membership_plan& plan) {
  manifest asked;
  asked.seed = identity.seed;
  asked.data = identity.data;
  asked.plan_rule = plan.rule();
  asked.models = plan.models();
  asked.records = plan.records();
  asked.targets = plan.targets();
  if (!identity.settings.is_object())
    refuse("signal_store", "settings",
           "is a JSON " + std::string(identity.settings.type_name()) + "; wanted an object");
  try {
    // As they will be read back, so that they compare equal later.
    asked.settings = nlohmann::json::parse(identity.settings.dump());
  } catch (const nlohmann::json::exception& reason) {
    refuse("signal_store", "settings", reason.what());
  }
  return asked;
}

/// What a campaign's folder says and what was asked for, where they first differ; empty when they agree.
inline std::string difference(const manifest& made, const manifest& asked) {
  const auto differ = [](const std::string& what, const auto& with, const auto& wanted) {
    return "was made with " + what + " " + with + "; asked for " + wanted;
  };
  const auto numbers = [&](const char* what, std::uint64_t with, std::uint64_t wanted) {
    return with == wanted ? std::string() : differ(what, std::to_string(with), std::to_string(wanted));
  };
  std::string found = numbers("seed", made.seed, asked.seed);
  if (found.empty() && made.data != asked.data)
    found = differ("other data of hash", hash_text(made.data), hash_text(asked.data));
  if (found.empty() && made.settings != asked.settings) {
    const nlohmann::json step = nlohmann::json::diff(made.settings, asked.settings).front();
    const nlohmann::json::json_pointer where(step.at("path").get<std::string>());
    const auto shown = [&](const nlohmann::json& settings) {
      return settings.contains(where) ? settings.at(where).dump() : std::string("none");
    };
    found = differ("setting " + where.to_string(), shown(made.settings), shown(asked.settings));
  }
  if (found.empty()) found = numbers("a number of models of", made.models, asked.models);
  if (found.empty()) found = numbers("a number of records of", made.records, asked.records);
  if (found.empty() && made.plan_rule != asked.plan_rule)
    found = differ("the membership plan", "'" + made.plan_rule + "'", "'" + asked.plan_rule + "'");
  if (found.empty()) found = numbers("a number of targets of", made.targets, asked.targets);
  return found;
}

}  // namespace detail

/// The folder of a campaign: its plan, and the signals of each model that is finished.
///
///     manifest.json             what the campaign is, and the hash of every finished file
///     keep.npy                  the plan: (models, records), 1 IN and 0 OUT
///     SIGNAL/model_0000.npy     one file a model: (records) or (records, queries), float32 or float64
///     .lock                     empty; locked while a signal_store is open, so one process writes at a time
///
/// Every file appears complete or not at all, and a model is finished once the manifest says so: a process killed at
/// any moment leaves a folder that the same campaign opens again, and that ends with the same bytes. A finished model's
/// file that is damaged is refused by name, since a disk that changes bytes is something to know of; one that is
/// missing is made again. Remove a damaged file to have it made again. Cost: opening reads every finished file once
/// (hashing); each finished model or group rewrites the manifest, about 80 bytes a model and signal.
class signal_store {
 public:
  /// Makes the folder, or opens it to continue. Throws file_error when it holds something else, another campaign's
  /// signals, damaged files, is in use, cannot be written, or was left unfinished by another version of telltale;
  /// argument_error when `settings` is no object or has text that is not UTF-8.
  signal_store(std::filesystem::path folder, const campaign_identity& identity, membership_plan plan)
      : folder_(std::move(folder)), plan_(std::move(plan)), guard_(std::make_unique<std::mutex>()) {
    manifest asked = detail::asked_for(identity, plan_);
    detail::with_file_errors(folder_, [&] {
      std::filesystem::create_directories(folder_);
      refuse_foreign();
      lock_ = std::make_unique<folder_lock>(folder_);
      remove_temporaries();
      if (std::filesystem::exists(folder_ / manifest::file_name))
        resume(asked);
      else
        begin(std::move(asked));
    });
  }

  /// The folder in which everything lies.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  /// Which records each model is trained on.
  [[nodiscard]] const membership_plan& plan() const noexcept { return plan_; }

  /// How many models are finished. Safe to call from several threads, as `has` is.
  [[nodiscard]] std::size_t finished() const {
    const std::lock_guard hold(*guard_);
    return manifest_.finished.size();
  }
  /// Whether a model is finished, so that its signals are stored.
  [[nodiscard]] bool has(std::size_t model) const {
    const std::lock_guard hold(*guard_);
    return manifest_.finished.count(model) == 1;
  }
  /// The models that are finished, ascending.
  [[nodiscard]] std::vector<std::size_t> finished_models() const {
    const std::lock_guard hold(*guard_);
    std::vector<std::size_t> models;
    models.reserve(manifest_.finished.size());
    for (const auto& [model, hashes] : manifest_.finished) models.push_back(model);
    return models;
  }
  /// Whether all models are finished.
  [[nodiscard]] bool complete() const { return finished() == plan_.models(); }

  /// Stores all signals of a model that is not finished yet and records it as finished. Safe to call from several
  /// threads for different models.
  ///
  /// Throws argument_error for a model that is finished or not in the plan, for a signal that `named_signal::form`
  /// refuses, and for signals unlike those of the other models; file_error when a file cannot be written. The model is
  /// then not finished.
  void put(std::size_t model, std::span<const named_signal> signals) {
    const std::size_t models[] = {model};
    const std::span<const named_signal> each[] = {signals};
    put_group(models, each);
  }

  /// The same for models that finish together: one manifest for all of them. Throws as `put` does, and argument_error
  /// for a model that is named twice and for signals of another number of models.
  void put_group(std::span<const std::size_t> models, std::span<const std::span<const named_signal>> signals) {
    detail::check_size("signal_store::put_group", "signals", signals.size(), models.size());
    std::map<std::size_t, std::vector<std::uint64_t>> hashes;
    for (std::size_t m = 0; m < models.size(); ++m) {
      check_free(models[m]);
      const auto [of_model, is_new] = hashes.emplace(models[m], std::vector<std::uint64_t>());
      if (!is_new) detail::refuse("signal_store::put_group", "models", "has " + std::to_string(models[m]) + " twice");
      for (const formed_signal& one : in_order(signals[m], models[m]))
        of_model->second.push_back(write(models[m], one));
    }
    const std::lock_guard hold(*guard_);
    manifest next = manifest_;
    next.finished.merge(hashes);
    write_manifest(folder_, next);
    manifest_ = std::move(next);
  }

  /// A stored signal of all models. Throws file_error when there is none of that name or models are missing.
  [[nodiscard]] stored_scores scores(const std::string& name) const { return load_scores(folder_ / name); }

 private:
  static constexpr const char* keep_name = "keep.npy";

  // A folder without a manifest is ours only if it holds no more than a campaign killed at its very beginning leaves.
  void refuse_foreign() const {
    if (std::filesystem::exists(folder_ / manifest::file_name)) return;
    const bool begun = std::filesystem::exists(folder_ / folder_lock::file_name);
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (name == folder_lock::file_name || (begun && (name == keep_name || is_temporary(name)))) continue;
      throw file_error(folder_.string(), "holds '" + name + "' but no " + std::string(manifest::file_name) +
                                             ": it is not the folder of a campaign; name an empty or a new one");
    }
  }

  static bool is_temporary(const std::string& name) {
    return name.rfind(".telltale-", 0) == 0 && name.size() > 4 && name.substr(name.size() - 4) == ".tmp";
  }

  // What a killed process was writing, in the folder and in those of its signals.
  void remove_temporaries() const {
    std::vector<std::filesystem::path> left;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (is_temporary(entry.path().filename().string())) left.push_back(entry.path());
      if (!entry.is_directory() || entry.is_symlink()) continue;
      for (const auto& inner : std::filesystem::directory_iterator(entry.path()))
        if (is_temporary(inner.path().filename().string())) left.push_back(inner.path());
    }
    for (const auto& path : left) std::filesystem::remove(path);
  }

  [[nodiscard]] std::uint64_t write_keep() const {
    io::write_npy(folder_ / keep_name, plan_.mask(), {plan_.models(), plan_.records()});
    return detail::hash_of_file(folder_ / keep_name);
  }

  void begin(manifest asked) {
    asked.keep = write_keep();
    write_manifest(folder_, asked);
    manifest_ = std::move(asked);
  }

  void resume(const manifest& asked) {
    manifest_ = read_manifest(folder_);
    const std::string differs = detail::difference(manifest_, asked);
    if (!differs.empty()) throw file_error(folder_.string(), differs);
    resume_keep();
    std::set<std::size_t> lost;
    for (const auto& [model, hashes] : manifest_.finished)
      for (std::size_t s = 0; s < hashes.size(); ++s) {
        const std::filesystem::path path = file_of(model, manifest_.signals[s].name);
        if (std::filesystem::exists(path))
          check_undamaged(path, hashes[s]);
        else
          lost.insert(model);
      }
    for (const std::size_t model : lost) manifest_.finished.erase(model);
    if (manifest_.finished.size() < plan_.models() && manifest_.made_by != asked.made_by)
      throw file_error(folder_.string(), "is unfinished and was made by " + manifest_.made_by + "; this is " +
                                             asked.made_by + ", whose models may differ");
    forms_ = manifest_.signals;
  }

  void resume_keep() const {
    const auto refuse = [&] {
      throw file_error(folder_.string(), "was made with another membership plan than the one asked for");
    };
    if (!std::filesystem::exists(folder_ / keep_name)) {
      if (write_keep() != manifest_.keep) refuse();
      return;
    }
    check_undamaged(folder_ / keep_name, manifest_.keep);
    const model_rows<std::uint8_t> keep = load_keep(folder_);
    for (std::size_t m = 0; m < plan_.models(); ++m)
      if (!std::equal(keep.all()[m].begin(), keep.all()[m].end(), plan_.keep(m).begin(), plan_.keep(m).end())) refuse();
  }

  static void check_undamaged(const std::filesystem::path& path, std::uint64_t hash) {
    const std::uint64_t found = detail::hash_of_file(path);
    if (found != hash)
      throw file_error(path.string(), "is damaged: its hash is " + hash_text(found) + ", it was written with " +
                                          hash_text(hash) + "; remove it to have it made again");
  }

  [[nodiscard]] std::filesystem::path file_of(std::size_t model, const std::string& name) const {
    return folder_ / name / detail::model_file_name(model);
  }

  void check_free(std::size_t model) const {
    if (model >= plan_.models())
      detail::refuse("signal_store::put", "model",
                     "is " + std::to_string(model) + " of " + std::to_string(plan_.models()) + " models");
    if (has(model)) detail::refuse("signal_store::put", "model", std::to_string(model) + " is finished already");
  }

  struct formed_signal {
    const named_signal* signal;
    signal_form form;
  };

  // By name, as the manifest has them; the first model to come decides what every model must bring.
  std::vector<formed_signal> in_order(std::span<const named_signal> signals, std::size_t model) {
    std::vector<formed_signal> ordered;
    for (const named_signal& one : signals) ordered.push_back({&one, one.form()});
    std::sort(ordered.begin(), ordered.end(),
              [](const formed_signal& a, const formed_signal& b) { return a.form.name < b.form.name; });
    std::vector<signal_form> forms;
    for (const formed_signal& one : ordered) {
      if (!forms.empty() && forms.back().name == one.form.name)
        detail::refuse("signal_store::put", "signals", "has '" + one.form.name + "' twice");
      forms.push_back(one.form);
    }
    if (forms.empty()) detail::refuse("signal_store::put", "signals", "is empty");
    const std::lock_guard hold(*guard_);
    if (forms_.empty()) {
      detail::with_file_errors(folder_, [&] {
        for (const signal_form& form : forms) std::filesystem::create_directories(folder_ / form.name);
      });
      forms_ = forms;
      manifest_.signals = forms;
    }
    if (forms != forms_)
      detail::refuse(
          "signal_store::put", "signals",
          "of model " + std::to_string(model) + " are " + text(forms) + "; other models have " + text(forms_));
    return ordered;
  }

  static std::string text(const std::vector<signal_form>& forms) {
    std::string all;
    for (const signal_form& form : forms)
      all += (all.empty() ? "" : ", ") + form.name + " " + form.type + " " + io::detail::tuple_text(form.shape);
    return all;
  }

  [[nodiscard]] std::uint64_t write(std::size_t model, const formed_signal& one) const {
    const std::filesystem::path path = file_of(model, one.form.name);
    std::visit([&](const auto& values) { io::write_npy(path, values, one.form.shape); }, one.signal->values);
    return detail::hash_of_file(path);
  }

  std::filesystem::path folder_;
  membership_plan plan_;
  std::unique_ptr<folder_lock> lock_;
  std::unique_ptr<std::mutex> guard_;  // of manifest_ and forms_; held by pointer so that a store can be moved
  manifest manifest_;
  std::vector<signal_form> forms_;
};

}  // namespace telltale
