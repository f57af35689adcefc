// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <ctime>
#include <vector>

#include <telltale/core/random.hpp>

/// Identity inference at its promised size: 1,000 people x 30 photos x 1,000 names x 21 prompts, d = 512, float.
namespace embeddings {

inline constexpr std::size_t people = 1000, photos_each = 30, photos = people * photos_each, names = 1000, prompts = 21,
                             dimensions = 512, side = 4096;

inline constexpr double multiply_adds = double(photos) * names * prompts * dimensions,
                        of_square = double(side) * side * side;

struct data {
  std::vector<float> of_photos = std::vector<float>(photos * dimensions),
                     of_names = std::vector<float>(prompts * names * dimensions);
  std::vector<int> owner, true_name;

  data() {
    telltale::random_stream random(1);
    for (float& x : of_photos) x = static_cast<float>(random.uniform() - 0.5);
    for (float& x : of_names) x = static_cast<float>(random.uniform() - 0.5);
    for (std::size_t photo = 0; photo < photos; ++photo) owner.push_back(static_cast<int>(photo % people));
    for (std::size_t person = 0; person < people; ++person) true_name.push_back(static_cast<int>(person));
  }
};

/// Processor time of all threads, so that a busy machine does not tilt a ratio.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The most memory that the process ever held, in MiB.
inline double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace embeddings
