// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <telltale/images/captions.hpp>
#include <telltale/images/detail/text.hpp>
#include <telltale/images/image.hpp>
#include <telltale/images/people_folder.hpp>
#include <telltale/images/read_image.hpp>
#include <telltale/io/mapped_file.hpp>
#include <telltale/io/refusal.hpp>

namespace telltale::images {

/// Query pictures and what a generator made of their captions, r pictures each, all of one size.
struct generated_pictures {
  std::vector<std::filesystem::path> files;  ///< of the queries, relative to their folder
  std::vector<std::string> captions;         ///< of the queries; empty without a captions.csv
  std::vector<rgb_image> queries;            ///< one for each file
  std::vector<rgb_image> generated;          ///< n r, those of a query beside one another
  std::size_t per_query = 0;                 ///< how many belong to each query, r
};

/// How the two folders are read.
struct generated_options {
  std::size_t side = 0;       ///< crops every picture around its centre and resizes it to this side; 0 wants one size
  colour background = white;  ///< behind pictures with transparency
};

namespace detail {

/// The files of a folder and of the folders in it, relative to it, in the order of their names; hidden entries aside.
inline void list_files(const std::filesystem::path& folder, const std::filesystem::path& below,
                       std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& entry : visible_in(below.empty() ? folder : folder / below)) {
    std::error_code unknown;
    if (std::filesystem::is_directory(entry, unknown))
      list_files(folder, below / entry.filename(), files);
    else
      files.push_back(below / entry.filename());
  }
}

inline std::string without_extension(const std::filesystem::path& file) {
  return (file.parent_path() / file.stem()).lexically_normal().string();
}

/// The files of a folder of generated pictures, each to be taken by the query that it belongs to.
class files_of_queries {
 public:
  explicit files_of_queries(std::filesystem::path folder) : folder_(std::move(folder)) {
    list_files(folder_, {}, files_);
    for (const std::filesystem::path& file : files_) {
      in_folder_[file.parent_path().string()].push_back(file);
      const auto [same, fresh] = by_name_.try_emplace(without_extension(file), file);
      if (!fresh)
        io::detail::refuse_file(folder_ / file, "has the name of " + same->second.string() +
                                                    " but for its ending; wanted one file of a name");
    }
  }

  /// NAME/..., in the order of their names, or else NAME.png, NAME-2.png, NAME-3.png and so on.
  [[nodiscard]] std::vector<std::filesystem::path> take(const std::filesystem::path& query) {
    const std::string name = without_extension(query);
    std::vector<std::filesystem::path> taken;
    if (const auto place = in_folder_.find(name); place != in_folder_.end()) {
      taken = place->second;
    } else {
      auto at = by_name_.find(name);
      for (std::size_t number = 2; at != by_name_.end(); ++number) {
        taken.push_back(at->second);
        at = by_name_.find(name + "-" + std::to_string(number));
      }
    }
    taken_.insert(taken.begin(), taken.end());
    return taken;
  }

  /// Refuses a file that no query took.
  void refuse_leftover() const {
    for (const std::filesystem::path& file : files_)
      if (!taken_.contains(file))
        io::detail::refuse_file(folder_ / file,
                                "belongs to no query; wanted NAME.png, NAME-2.png and so on or "
                                "NAME/*.png, NAME being that of a query's file");
  }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> files_;
  std::map<std::string, std::filesystem::path> by_name_;
  std::map<std::string, std::vector<std::filesystem::path>> in_folder_;
  std::set<std::filesystem::path> taken_;
};

/// What captions.csv lists, or without it every picture of the folder, without a caption.
inline std::vector<captioned_file> listed_queries(const std::filesystem::path& folder) {
  std::vector<captioned_file> queries;
  const std::filesystem::path list = folder / "captions.csv";
  std::error_code unknown;
  if (std::filesystem::exists(list, unknown)) {
    const io::mapped_file file(list);
    queries = parse_captions(text_of(file), list);
  } else {
    std::vector<std::filesystem::path> files;
    list_files(folder, {}, files);
    for (const std::filesystem::path& file : files) queries.push_back({file.string(), {}});
    if (queries.empty()) io::detail::refuse_file(folder, "has no picture and no captions.csv; wanted query pictures");
  }
  std::map<std::string, std::string> seen;
  for (const captioned_file& query : queries) {
    const auto [same, fresh] = seen.try_emplace(without_extension(query.file), query.file);
    if (fresh) continue;
    if (same->second == query.file)
      io::detail::refuse_file(list, "gives '" + io::detail::printable(query.file) + "' two captions; wanted one");
    io::detail::refuse_file(folder / query.file,
                            "has the name of " + same->second + " but for its ending; wanted one query of a name");
  }
  return queries;
}

/// A picture of the size of all others: of the first one, unless a side is named.
inline rgb_image picture_of_one_size(const std::filesystem::path& file, const generated_options& options,
                                     const std::vector<rgb_image>& queries) {
  if (options.side > 0) return square_photo(file, {options.side, options.background});
  rgb_image picture = read_image(file, options.background);
  if (!queries.empty() && (picture.height() != queries.front().height() || picture.width() != queries.front().width()))
    io::detail::refuse_file(file, "is " + std::to_string(picture.height()) + " x " + std::to_string(picture.width()) +
                                      " pixels, and the first query " + std::to_string(queries.front().height()) +
                                      " x " + std::to_string(queries.front().width()) +
                                      "; wanted one size, or a side to crop and resize all to");
  return picture;
}

}  // namespace detail

/// Reads a folder of query pictures, with a captions.csv as `parse_captions` wants it if there are captions, and a
/// folder of what was generated for them: for a query NAME.png the pictures NAME.png, NAME-2.png and so on, or every
/// picture of the folder NAME, as many for each query. PNG, JPEG, PGM or PPM.
///
/// Queries come in the order of captions.csv, or without one in that of the names. Hidden entries are passed over; in
/// the folder of generated pictures everything else counts, so that none is lost unseen. Throws file_error for a
/// missing folder or file, no readable image, pictures of mixed size unless `side` is set, a query with no or another
/// number of pictures than the first, a picture of no query, and a query that has two captions.
[[nodiscard]] inline generated_pictures read_generated(const std::filesystem::path& queries,
                                                       const std::filesystem::path& generated,
                                                       const generated_options& options = {}) {
  generated_pictures read;
  detail::files_of_queries files(generated);
  for (captioned_file& query : detail::listed_queries(queries)) {
    read.queries.push_back(detail::picture_of_one_size(queries / query.file, options, read.queries));
    const std::vector<std::filesystem::path> answers = files.take(query.file);
    if (read.files.empty()) read.per_query = answers.size();
    if (answers.empty() || answers.size() != read.per_query)
      io::detail::refuse_file(generated, "has " + std::to_string(answers.size()) + " pictures for the query '" +
                                             io::detail::printable(query.file) + "'; wanted " +
                                             (read.per_query == 0 ? "at least 1"
                                                                  : std::to_string(read.per_query) + ", as for '" +
                                                                        read.files.front().string() + "'"));
    for (const std::filesystem::path& file : answers)
      read.generated.push_back(detail::picture_of_one_size(generated / file, options, read.queries));
    read.files.emplace_back(query.file);
    if (!query.caption.empty()) read.captions.push_back(std::move(query.caption));
  }
  files.refuse_leftover();
  return read;
}

}  // namespace telltale::images
