// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <telltale/campaign/hash.hpp>
#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/version.hpp>

namespace telltale {

/// What a stored signal looks like; the same for every model of a campaign.
struct signal_form {
  std::string name;                ///< as the work named it: also the name of its sub-folder
  std::string type;                ///< "float32" or "float64"
  std::vector<std::size_t> shape;  ///< (n) or (n, queries)

  friend bool operator==(const signal_form&, const signal_form&) = default;
};

/// What a campaign is, and how far it has come: the content of a signal store's manifest.json.
///
/// Two runs with equal `seed`, `data`, `settings` and plan give equal bytes; a store that differs in one of them is
/// another campaign's. `finished` holds for each finished model the hash of its file of each signal, in the order of
/// `signals`, which is by name.
struct manifest {
  static constexpr unsigned schema = 1;                      ///< of manifest.json; a file of another schema is refused
  static constexpr const char* file_name = "manifest.json";  ///< inside the campaign's folder

  /// The name and version of the library that began it.
  std::string made_by = std::string("telltale ") + std::string(version);
  std::uint64_t seed = 0;                              ///< of the campaign: what the models' randomness comes from
  std::uint64_t data = 0;                              ///< hash of what the models are trained on and asked about
  nlohmann::json settings = nlohmann::json::object();  ///< what else the models depend on: a JSON object
  std::string plan_rule;                               ///< name of the rule that drew the plan
  std::size_t models = 0,                              ///< of the plan: how many are trained
      records = 0,                                     ///< of the plan: how many it covers
      targets = 0;                                     ///< how many of the first models may be attacked
  std::uint64_t keep = 0;                              ///< hash of the file keep.npy
  std::vector<signal_form> signals;                    ///< by name; empty until the first model is finished
  std::map<std::size_t, std::vector<std::uint64_t>> finished;  ///< model -> hash of each of its files
};

namespace detail {

/// Runs what may meet errors of the file system, and passes them on as file_error.
template <class Work>
decltype(auto) with_file_errors(const std::filesystem::path& folder, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::filesystem::filesystem_error& failure) {
    throw file_error((failure.path1().empty() ? folder : failure.path1()).string(),
                     "cannot be used: " + failure.code().message());
  }
}

inline std::uint64_t hash_from(const nlohmann::json& text) {
  const auto digits = text.get<std::string>();
  if (digits.size() != 16 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
    throw error("'" + digits + "' is no hash");
  return std::stoull(digits, nullptr, 16);
}

// get<> would take -1 and 1.5 for counts.
inline std::uint64_t count_from(const nlohmann::json& number) {
  if (!number.is_number_unsigned()) throw error("has " + number.dump() + " where a count belongs");
  return number.get<std::uint64_t>();
}

// The name becomes a folder: neither a path nor anything a file system could take for another name.
inline bool is_signal_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

inline nlohmann::json to_json(const manifest& from) {
  nlohmann::json signals = nlohmann::json::array(), finished = nlohmann::json::array();
  for (const signal_form& form : from.signals)
    signals.push_back({{"name", form.name}, {"type", form.type}, {"shape", form.shape}});
  for (const auto& [model, hashes] : from.finished) {
    nlohmann::json files = nlohmann::json::object();
    for (std::size_t s = 0; s < from.signals.size(); ++s) files[from.signals[s].name] = hash_text(hashes[s]);
    finished.push_back({{"model", model}, {"files", files}});
  }
  return {{"schema", manifest::schema},
          {"made_by", from.made_by},
          {"seed", from.seed},
          {"data", hash_text(from.data)},
          {"settings", from.settings},
          {"plan",
           {{"rule", from.plan_rule},
            {"models", from.models},
            {"records", from.records},
            {"targets", from.targets},
            {"keep", hash_text(from.keep)}}},
          {"signals", signals},
          {"finished", finished}};
}

// Throws nlohmann's exceptions or telltale::error; read_manifest puts the file's name before either.
inline manifest manifest_from(const nlohmann::json& json) {
  if (const std::uint64_t schema = count_from(json.at("schema")); schema != manifest::schema)
    throw error("has schema " + std::to_string(schema) + "; this version reads schema " +
                std::to_string(manifest::schema));
  manifest to;
  to.made_by = json.at("made_by").get<std::string>();
  to.seed = count_from(json.at("seed"));
  to.data = hash_from(json.at("data"));
  to.settings = json.at("settings");
  const nlohmann::json& plan = json.at("plan");
  to.plan_rule = plan.at("rule").get<std::string>();
  to.models = count_from(plan.at("models"));
  to.records = count_from(plan.at("records"));
  to.targets = count_from(plan.at("targets"));
  to.keep = hash_from(plan.at("keep"));
  for (const nlohmann::json& form : json.at("signals")) {
    signal_form& to_form = to.signals.emplace_back();
    to_form.name = form.at("name").get<std::string>();
    to_form.type = form.at("type").get<std::string>();
    for (const nlohmann::json& extent : form.at("shape")) to_form.shape.push_back(count_from(extent));
    if (!is_signal_name(to_form.name)) throw error("has a signal named '" + to_form.name + "'");
  }
  for (const nlohmann::json& model : json.at("finished")) {
    std::vector<std::uint64_t> hashes;
    hashes.reserve(to.signals.size());
    for (const signal_form& form : to.signals) hashes.push_back(hash_from(model.at("files").at(form.name)));
    const std::size_t number = count_from(model.at("model"));
    if (number >= to.models || !to.finished.emplace(number, std::move(hashes)).second)
      throw error("lists model " + std::to_string(number) + " twice or beyond its " + std::to_string(to.models) +
                  " models");
  }
  return to;
}

}  // namespace detail

/// Reads the manifest of a signal store. Throws file_error when it is missing, unreadable, no manifest, or of another
/// schema.
[[nodiscard]] inline manifest read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / manifest::file_name;
  std::ifstream file(path);
  if (!file) throw file_error(path.string(), "is missing or cannot be read");
  try {
    return detail::manifest_from(nlohmann::json::parse(file));
  } catch (const nlohmann::json::exception& reason) {
    throw file_error(path.string(), std::string("is not the manifest of a campaign: ") + reason.what());
  } catch (const error& reason) {
    throw file_error(path.string(), reason.what());
  }
}

/// Writes the manifest of a signal store atomically; equal manifests give equal bytes. Throws file_error.
inline void write_manifest(const std::filesystem::path& folder, const manifest& content) {
  const std::string text = detail::to_json(content).dump(1) + "\n";
  io::write_atomically(folder / manifest::file_name, [&](std::ostream& out) { out << text; });
}

}  // namespace telltale
