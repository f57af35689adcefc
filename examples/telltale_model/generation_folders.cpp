// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "generation_parts.hpp"

#ifdef TELLTALE_TOOL_READS_IMAGES
#include <telltale/images/generated_folder.hpp>
#include <telltale/images/planar.hpp>
#endif

namespace tool {

#ifdef TELLTALE_TOOL_READS_IMAGES

generation_pictures read_generation_folders(const std::string& queries, const std::string& generated,
                                            std::optional<std::size_t> side) {
  namespace images = telltale::images;
  images::generated_pictures read = images::read_generated(queries, generated, {.side = side.value_or(0)});
  const std::size_t n = read.queries.size(), height = read.queries.front().height(),
                    width = read.queries.front().width();
  return {float_array(queries, {n, 3, height, width}, images::planar(read.queries)),
          float_array(generated, {n, read.per_query, 3, height, width}, images::planar(read.generated)),
          std::move(read.captions)};
}

#else

generation_pictures read_generation_folders(const std::string&, const std::string&, std::optional<std::size_t>) {
  throw usage_error("--queries",
                    "is a folder; this program was built without the component images, so that it reads .npy alone");
}

#endif

}  // namespace tool
