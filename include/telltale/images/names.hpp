// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// First names of two sexes and last names, of which whole names are put together.
struct name_lists {
  std::vector<std::string> female,  ///< first names of women
      male,                         ///< first names of men
      last;                         ///< last names
};

/// Where the lists are: by default those of Debian's package rig, 1,000 of each.
struct name_files {
  std::filesystem::path female = "/usr/share/rig/fnames.idx",  ///< first names of women, one a line
      male = "/usr/share/rig/mnames.idx",                      ///< first names of men
      last = "/usr/share/rig/lnames.idx";                      ///< last names
};

/// Reads a text file with a name a line; blank lines are passed over, blanks around a name are not part of it.
///
/// Throws file_error for a missing file (as part of package `package`, if that is named), one without a name, and, with
/// its line, a name that is there twice but for case and underscores.
[[nodiscard]] inline std::vector<std::string> read_name_list(const std::filesystem::path& path,
                                                             std::string_view package = {}) {
  const io::mapped_file file = package.empty() ? io::mapped_file(path) : detail::file_of_package(path, package);
  std::vector<std::string> names;
  std::map<std::string, std::size_t> line_of;
  std::string_view text = detail::text_of(file);
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::string_view name = detail::trimmed(detail::next_line(text));
    if (name.empty()) continue;
    const auto [earlier, fresh] = line_of.try_emplace(detail::folded(name), line);
    if (!fresh)
      io::detail::refuse_file(path, "line " + std::to_string(line) + ": '" + io::detail::printable(name) +
                                        "' is there twice, first in line " + std::to_string(earlier->second));
    names.emplace_back(name);
  }
  if (names.empty()) io::detail::refuse_file(path, "has no name; wanted one a line");
  return names;
}

/// Reads the three lists. Throws as `read_name_list` does.
[[nodiscard]] inline name_lists read_name_lists(const name_files& files = {}) {
  return {read_name_list(files.female, "rig"), read_name_list(files.male, "rig"), read_name_list(files.last, "rig")};
}

/// The names of which a part is a word of a caption: "Rose Fox" beside "red rose". Without regard to case.
///
/// Such a name has pictures of its own: an attack may find it in a model that never saw the person, and a defence that
/// removes it touches harmless captions. Leave them out, or warn. Cost: one pass over captions and names, a look-up a
/// word.
[[nodiscard]] inline std::vector<std::string> names_that_are_words(std::span<const std::string> names,
                                                                   std::span<const std::string> captions) {
  std::set<std::string> words;
  for (const std::string& caption : captions)
    for (std::string& word : detail::words_of(caption)) words.insert(std::move(word));
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const std::vector<std::string> parts = detail::words_of(name);
    if (std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return words.contains(part); }))
      found.push_back(name);
  }
  return found;
}

/// The lists without the names that are words of a caption.
[[nodiscard]] inline name_lists without_words(name_lists lists, std::span<const std::string> captions) {
  for (std::vector<std::string>* list : {&lists.female, &lists.male, &lists.last}) {
    const std::vector<std::string> found = names_that_are_words(*list, captions);
    const std::set<std::string> words(found.begin(), found.end());
    std::erase_if(*list, [&](const std::string& name) { return words.contains(name); });
  }
  return lists;
}

namespace detail {

/// The numbers {0, ..., n - 1} in random order, each when it is asked for: memory grows with those asked for.
class shuffled_numbers {
 public:
  shuffled_numbers(std::uint64_t n, random_stream stream) : n_(n), stream_(stream) {}

  [[nodiscard]] bool empty() const noexcept { return given_ == n_; }

  std::uint64_t next() {
    const std::uint64_t chosen = given_ + stream_.below(n_ - given_);
    const std::uint64_t value = at(chosen);
    moved_[chosen] = at(given_);
    ++given_;
    return value;
  }

 private:
  [[nodiscard]] std::uint64_t at(std::uint64_t place) const {
    const auto found = moved_.find(place);
    return found == moved_.end() ? place : found->second;
  }

  std::uint64_t n_, given_ = 0;
  random_stream stream_;
  std::unordered_map<std::uint64_t, std::uint64_t> moved_;
};

inline void refuse_repeated_names(std::string_view function, std::string_view argument,
                                  std::span<const std::string> names, std::set<std::string>& seen) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!seen.insert(folded(names[i])).second)
      telltale::detail::refuse(function, argument,
                               "name " + std::to_string(i) + ", '" + names[i] +
                                   "', is there twice; wanted names that differ in more than case and underscores");
}

}  // namespace detail

/// Draws `count` whole names, "first last", all different and none of `taken` (case and underscores aside), as many of
/// each sex (one more female when `count` is odd), in random order.
///
/// A name of both lists counts for the list that it was drawn from. The draw is a function of the lists, their order,
/// `taken` and the seed. Cost: a few lookups a name. Throws argument_error for an empty list, a name that `taken` has
/// twice, and more names of a sex than the lists can make.
[[nodiscard]] inline std::vector<std::string> draw_names(const name_lists& lists, std::size_t count, std::uint64_t seed,
                                                         std::span<const std::string> taken = {}) {
  std::set<std::string> seen;
  detail::refuse_repeated_names("draw_names", "taken", taken, seen);
  std::vector<std::string> names;
  for (const std::uint64_t sex : {0U, 1U}) {
    const std::vector<std::string>& first = sex == 0 ? lists.female : lists.male;
    if (first.empty() || lists.last.empty())
      telltale::detail::refuse("draw_names", "lists", "one is empty; wanted first names of both sexes and last names");
    const std::size_t wanted = (count + 1 - sex) / 2, before = names.size();
    detail::shuffled_numbers pairs(first.size() * lists.last.size(), random_stream(seed, sex));
    while (names.size() - before < wanted) {
      if (pairs.empty())
        telltale::detail::refuse("draw_names", "lists",
                                 "make only " + std::to_string(names.size() - before) +
                                     (sex == 0 ? " female" : " male") + " names that are still free; wanted " +
                                     std::to_string(wanted));
      const std::uint64_t pair = pairs.next();
      std::string name = first[pair / lists.last.size()] + " " + lists.last[pair % lists.last.size()];
      if (seen.insert(detail::folded(name)).second) names.push_back(std::move(name));
    }
  }
  random_stream(seed, 2).shuffle(names);
  return names;
}

/// The candidates of an identity inference: the true names, filled up to `count` with drawn ones, in random order.
///
/// Throws argument_error when there are more true names than `count`, one is there twice, and as `draw_names` does.
/// Reference: Hintersdorf, Struppek, Brack, Friedrich, Schramowski and Kersting 2024, "Does CLIP know my face?".
[[nodiscard]] inline std::vector<std::string> candidate_names(std::span<const std::string> true_names,
                                                              std::size_t count, const name_lists& lists,
                                                              std::uint64_t seed) {
  if (count < true_names.size())
    telltale::detail::refuse(
        "candidate_names", "count",
        "is " + std::to_string(count) + "; wanted at least the " + std::to_string(true_names.size()) + " true names");
  std::vector<std::string> names = draw_names(lists, count - true_names.size(), seed, true_names);
  names.insert(names.end(), true_names.begin(), true_names.end());
  random_stream(seed, 3).shuffle(names);
  return names;
}

/// Where each name stands among the candidates, letter for letter. Throws argument_error naming the first that is not
/// there: an attack could only ever say "no member" of that person. Cost: a look-up for each name and candidate.
[[nodiscard]] inline std::vector<int> places_of(std::span<const std::string> names,
                                                std::span<const std::string> candidates) {
  std::unordered_map<std::string_view, int> place;
  for (std::size_t i = 0; i < candidates.size(); ++i) place.try_emplace(candidates[i], static_cast<int>(i));
  std::vector<int> places;
  for (const std::string& name : names) {
    const auto found = place.find(name);
    if (found == place.end())
      telltale::detail::refuse("places_of", "names",
                               "'" + name + "' is not among the " + std::to_string(candidates.size()) + " candidates");
    places.push_back(found->second);
  }
  return places;
}

}  // namespace telltale::images
