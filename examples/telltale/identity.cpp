// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <telltale/backend/eigen.hpp>
#include <telltale/metric/verdict_rates.hpp>
#include <telltale/observation/name_votes.hpp>
#include <telltale/published/idia.hpp>
#include <telltale/release/argmax.hpp>
#include <telltale/report/json.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/report/text.hpp>
#include <telltale/report/verdict_rates.hpp>

#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

namespace report = telltale::report;
using telltale::evidence;

struct identity_options {
  std::string photos, owner, names, true_name, members, name_list, photos_per_draw, json;
  std::string draws = "20", tau = "1", seed = "1", ballot = "strict-plurality";
};

/// What was asked and found: one evidence a draw.
struct identity_result {
  std::size_t photos = 0, prompts = 0, names = 0, per_draw = 0;
  std::vector<std::size_t> photos_of;  // a person
  std::vector<evidence> draws;
  std::vector<std::string> warnings;
};

// One candidate a line; two of the same name would share its votes.
std::vector<std::string> load_names(const std::string& path, std::size_t wanted) {
  std::ifstream file(path);
  if (!file) throw telltale::file_error(path, "cannot be read");
  std::vector<std::string> names;
  std::map<std::string, std::size_t> line_of;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::string place = "line " + std::to_string(names.size() + 1);
    if (line.empty()) throw telltale::file_error(path, place + " is empty; wanted a candidate name");
    const auto [first, is_new] = line_of.emplace(line, names.size() + 1);
    if (!is_new)
      throw telltale::file_error(path, place + " repeats line " + std::to_string(first->second) + ", '" + line +
                                           "': candidate names must be distinct");
    names.push_back(line);
  }
  if (names.size() != wanted)
    throw telltale::file_error(
        path, "has " + counted(names.size(), "name") + "; the embeddings are of " + std::to_string(wanted));
  return names;
}

template <class Ballot>
evidence judged(const auto& drawn, double tau) {
  return telltale::published::idia_with<Ballot>{{}, telltale::threshold{telltale::where::at_least_tau{tau}}}(drawn);
}

template <class Scalar>
identity_result infer(const identity_options& options, const telltale::io::npy_array& photo_array,
                      const telltale::io::npy_array& name_array, std::span<const int> owner,
                      std::span<const int> true_name, const shared_options& shared) {
  using backend = telltale::eigen<Scalar>;
  const telltale::io::npy_values<Scalar> photo(photo_array), name(name_array);
  const auto& shape = name.shape();
  const std::size_t d = shape.back(), names = shape[shape.size() - 2], prompts = shape.size() == 3 ? shape[0] : 1;
  identity_result result;
  result.photos = photo.shape()[0];
  result.prompts = prompts;
  result.names = names;
  const std::size_t draws = whole_number("--draws", options.draws, 1), tau = whole_number("--tau", options.tau, 1),
                    seed = whole_number("--seed", options.seed, 0);
  if (tau > prompts)
    throw usage_error("--tau", "is " + options.tau + ", but there are only " + counted(prompts, "prompt") +
                                   " to win, so that nobody could be found");
  if (draws > std::numeric_limits<std::uint32_t>::max())
    throw usage_error("--draws", "is " + options.draws + "; wanted less than 2^32");
  // Checks everything about people and embeddings; the product itself comes after.
  const telltale::zero_shot<backend> people({photo.span(), result.photos, photo.shape()[1]}, owner,
                                            {name.span(), prompts, names, d}, true_name, shared.threads);
  std::size_t fewest = result.photos;
  for (std::size_t person = 0; person < people.subjects(); ++person) {
    result.photos_of.push_back(people.photos_of(person).size());
    fewest = std::min(fewest, result.photos_of.back());
  }
  result.per_draw =
      options.photos_per_draw.empty() ? fewest : whole_number("--photos-per-draw", options.photos_per_draw, 1);
  for (std::size_t person = 0; person < people.subjects(); ++person)
    if (result.photos_of[person] < result.per_draw)
      throw usage_error("--photos-per-draw", "is " + options.photos_per_draw + ", but person " +
                                                 std::to_string(person) + " has " +
                                                 counted(result.photos_of[person], "photo"));
  telltale::progress_line line("comparing photos with names", shared.quiet);
  line(0, 1);
  const auto votes = telltale::argmax{}(people);
  line(1, 1);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const telltale::drawn_photos drawn(
        votes, {.per_person = result.per_draw, .seed = seed, .draw = static_cast<std::uint32_t>(draw)});
    const auto threshold = static_cast<double>(tau);
    result.draws.push_back(options.ballot == "first-mode"
                               ? judged<telltale::ballot::first_mode>(drawn, threshold)
                               : judged<telltale::ballot::strict_plurality>(drawn, threshold));
  }
  return result;
}

void add_warnings(identity_result& result, const identity_options& options) {
  if (const std::string_view caution = telltale::published::idia_caution(result.per_draw); !caution.empty())
    result.warnings.emplace_back(caution);
  const auto whole =
      static_cast<std::size_t>(std::count(result.photos_of.begin(), result.photos_of.end(), result.per_draw));
  if (whole == result.photos_of.size() && result.draws.size() > 1)
    result.warnings.push_back(
        "everybody has just the " + counted(result.per_draw, "photo") +
        " that a draw takes: all draws are one and the same, and their deviation of 0 says nothing");
  else if (whole > 0 && result.draws.size() > 1)
    result.warnings.push_back(counted(whole, "person") + " of " + std::to_string(result.photos_of.size()) + " " +
                              (whole == 1 ? "has" : "have") + " just the " + counted(result.per_draw, "photo") +
                              " that a draw takes: their draws are one and the same");
  if (options.ballot == "first-mode")
    result.warnings.emplace_back(
        "first-mode gives a tie to the name that stands first among the candidates, which finds and accuses more "
        "people than the published rule does");
}

report::section people_section(const identity_result& result, std::span<const int> true_name,
                               const std::vector<std::string>& names, std::span<const telltale::membership> members) {
  constexpr std::size_t most = 40;
  const std::size_t persons = result.photos_of.size(), draws = result.draws.size();
  report::section made{
      "Identity inference",
      "A person whose name wins at least " + text_of(result.draws.front().cut) + " of " +
          counted(result.prompts, "prompt") +
          " is judged a member: the model names them from photos that it need not have been trained on.",
      {{{"photos", ""}, {"prompts won", "mean, range"}, {"says member", "draws"}}, {}},
      result.warnings};
  if (!members.empty()) made.content.header.push_back({"member", "in truth"});
  for (std::size_t person = 0; person < std::min(persons, most); ++person) {
    double sum = 0, least = static_cast<double>(result.prompts), largest = 0;
    std::size_t found = 0;
    for (const evidence& draw : result.draws) {
      sum += draw.values[person];
      least = std::min(least, draw.values[person]);
      largest = std::max(largest, draw.values[person]);
      found += draw.says_member(person);
    }
    report::text_row row{
        names.empty() ? "person " + std::to_string(person) : names[static_cast<std::size_t>(true_name[person])],
        {{std::to_string(result.photos_of[person])},
         {report::fixed(sum / static_cast<double>(draws), 1), text_of(least) + "-" + text_of(largest)},
         {std::to_string(found) + " of " + std::to_string(draws)}},
        ""};
    if (!members.empty()) row.cells.push_back({members[person] == telltale::membership::in ? "yes" : "no"});
    made.content.rows.push_back(std::move(row));
  }
  if (persons > most)
    made.notes.push_back("The first " + std::to_string(most) + " of " + report::thousands(persons) +
                         " persons; --json has all of them");
  made.notes.push_back(std::to_string(draws) + (draws == 1 ? " draw" : " draws") + " of " +
                       counted(result.per_draw, "photo") + " a person, " + report::thousands(result.names) +
                       " candidate names");
  return made;
}

report::json in_json(const identity_options& options, const identity_result& result, std::span<const int> true_name,
                     const std::vector<std::string>& names, const std::optional<telltale::metric::drawn_rates>& rates) {
  report::json people = report::json::array(), draws = report::json::array();
  for (std::size_t person = 0; person < result.photos_of.size(); ++person) {
    people.push_back({{"true_name", true_name[person]}, {"photos", result.photos_of[person]}});
    if (!names.empty()) people.back()["name"] = names[static_cast<std::size_t>(true_name[person])];
  }
  for (std::size_t draw = 0; draw < result.draws.size(); ++draw) {
    report::json won = report::json::array(), member = report::json::array();
    for (std::size_t person = 0; person < result.photos_of.size(); ++person) {
      won.push_back(static_cast<int>(result.draws[draw].values[person]));
      member.push_back(result.draws[draw].says_member(person));
    }
    draws.push_back({{"prompts_won", std::move(won)}, {"says_member", std::move(member)}});
    if (rates) draws.back()["rates"] = report::to_json(rates->draws[draw]);
  }
  return {{"photos", result.photos},
          {"prompts", result.prompts},
          {"names", result.names},
          {"photos_per_draw", result.per_draw},
          {"tau", result.draws.front().cut},
          {"ballot", options.ballot},
          {"seed", whole_number("--seed", options.seed, 0)},
          {"people", std::move(people)},
          {"draws", std::move(draws)},
          {"rates", rates ? report::to_json(*rates) : report::json(nullptr)},
          {"warnings", result.warnings}};
}

int identity(const identity_options& options, const shared_options& shared) {
  required("--photos", options.photos, "embeddings of photos, (photos, d)");
  required("--owner", options.owner, "the person on each photo, (photos)");
  required("--names", options.names, "embeddings of prompts with candidate names, (prompts, names, d)");
  required("--true-name", options.true_name, "the name of each person, (persons)");
  checked_name("--ballot", options.ballot, "ballot", {"strict-plurality", "first-mode"});
  refuse_overlap({{"--photos", options.photos},
                  {"--owner", options.owner},
                  {"--names", options.names},
                  {"--true-name", options.true_name},
                  {"--members", options.members},
                  {"--name-list", options.name_list}},
                 {{"--json", options.json}});
  const telltale::io::npy_array photos = open_floats(options.photos, 2, "(photos, d)"),
                                names = open_floats(options.names, 2, "(names, d) or (prompts, names, d)");
  if (photos.shape().size() != 2)
    throw telltale::file_error(options.photos, "has shape " + shape_text(photos) + "; wanted (photos, d)");
  const std::vector<int> owner = load_classes(options.owner, "the person on each photo", "photos"),
                         true_name = load_classes(options.true_name, "the name of each person", "persons");
  std::optional<membership_file> members;
  if (!options.members.empty()) {
    members.emplace(options.members);
    if (members->members().size() != true_name.size())
      throw telltale::file_error(options.members, "has " + counted(members->members().size(), "person") + "; " +
                                                      options.true_name + " has " + std::to_string(true_name.size()));
  }
  std::vector<std::string> name_list;
  if (!options.name_list.empty()) name_list = load_names(options.name_list, names.shape()[names.shape().size() - 2]);
  text_output json(options.json);
  const bool in_double = photos.dtype().item_size >= 8 || names.dtype().item_size >= 8;
  identity_result result = origins()
                               .from("photos", options.photos)
                               .from("owner", options.owner)
                               .from("names", options.names)
                               .from("true_name", options.true_name)
                               .name_in([&] {
                                 return in_double ? infer<double>(options, photos, names, owner, true_name, shared)
                                                  : infer<float>(options, photos, names, owner, true_name, shared);
                               });
  add_warnings(result, options);
  std::optional<telltale::metric::drawn_rates> rates;
  if (members) rates = telltale::metric::rates_over_draws(result.draws, members->members());
  if (json.is_wanted()) json.write(report::json_text(in_json(options, result, true_name, name_list, rates)));
  json.commit();
  if (!shared.quiet && !json.is_standard_output()) {
    const report::text_style style = report::style_for(STDOUT_FILENO);
    std::cout << report::text_report(
        people_section(result, true_name, name_list,
                       members ? members->members() : std::span<const telltale::membership>()),
        style);
    if (rates) std::cout << "\n" << report::text_report(report::section_of(*rates), style);
  }
  return done;
}

constexpr const char* identity_lesson =
    R"(Does an image-text model (CLIP and its kin) know these people by name? For each photo and
each prompt ("a photo of NAME") the candidate name with the most similar text is the
photo's vote. Under each prompt the photos of a person vote, and a name wins that has
more votes than any other. A person whose own name wins at least --tau prompts is judged a
member: some photos of them, with their name, were in the training data. The photos given
here need not be training photos.

Files (.npy; n photos, P persons):
  --photos     (n, d), any float type: the embedding of each photo. Its length does not matter
  --owner      (n), integers: the person on each photo, 0 to P - 1, in any order
  --names      (prompts, names, d): the embedding of each prompt with each candidate name
               in it; (names, d) is one prompt
  --true-name  (P), integers: which candidate each person is. It must be among the
               candidates, or the attack could only say "non-member"
  --members    (P), booleans or 0 and 1: was the person in the training data
  --name-list  a text file: one candidate name a line, in the order of the embeddings;
               names must be distinct

As published: 21 prompts, 1,000 candidate names of real style that include those of all
persons, at least 3 photos a person, 20 draws. With few candidates chance hits are common.

What the numbers mean:
  prompts won  of all prompts, how many a person's name wins. They are correlated: 21
               prompts are not 21 tests
  draws        each takes --photos-per-draw photos of each person without replacement.
               With one photo nothing is outvoted and the verdict is badly calibrated
  rates        TPR: the share of members found; FPR: the share of the others accused. The
               interval counts persons, not draws, which re-use the same persons

--json writes photos, prompts, names, photos_per_draw, tau, ballot, seed, people
(true_name, photos), draws (prompts_won and says_member of each person; rates), rates
(means over draws; null without --members) and warnings.

Example: CLIP embeddings, exported with NumPy, 5 photos a draw
  telltale identity --photos P.npy --owner O.npy --names T.npy --true-name I.npy \
      --members M.npy --photos-per-draw 5 --json identity.json)";

}  // namespace

void add_identity(program& state) {
  const auto options = std::make_shared<identity_options>();
  command(state, "identity", "Infer from photos and names whether an image-text model knows people", identity_lesson)
      .option("--photos", "P.npy", options->photos, "Embeddings of photos")
      .option("--owner", "O.npy", options->owner, "The person on each photo")
      .option("--names", "T.npy", options->names, "Embeddings of prompts with candidate names")
      .option("--true-name", "I.npy", options->true_name, "The name of each person")
      .option("--members", "M.npy", options->members, "Which persons are members, for rates")
      .option("--name-list", "NAMES.txt", options->name_list, "The candidate names, to print them")
      .option("--draws", "N", options->draws, "How many times to draw photos")
      .option("--photos-per-draw", "K", options->photos_per_draw,
              "Photos of each person in a draw; as many as the person with the fewest has, if not given")
      .option("--tau", "TAU", options->tau, "Prompts that must be won")
      .option("--seed", "S", options->seed, "Seed of the draws")
      .option("--ballot", "BALLOT", options->ballot,
              "Who wins a prompt: strict-plurality (nobody wins a tie) or first-mode")
      .option("--json", "FILE", options->json, "Write the figures as JSON; - is standard output")
      .runs([options](const shared_options& shared) { return identity(*options, shared); });
}

}  // namespace tool
