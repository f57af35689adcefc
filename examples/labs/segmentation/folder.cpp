// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "folder.hpp"

#include <telltale/images/masked_folder.hpp>
#include <telltale/images/planar.hpp>

namespace segmentation_lab {

using namespace telltale;

pool read_folder(const settings& chosen) {
  const images::masked_pictures read =
      images::read_masked(*chosen.data / "images", *chosen.data / "masks",
                          {.side = chosen.side, .classes = chosen.classes, .binary = chosen.binary});
  pool all;
  all.source = "pictures of " + chosen.data->string();
  all.names = read.names;
  const auto n = static_cast<std::int64_t>(read.pictures.size()), extent = static_cast<std::int64_t>(chosen.side);
  all.all = {at::tensor(images::planar(read.pictures)).view({n, 3, extent, extent}),
             at::tensor(read.masks).to(at::kLong).view({n, extent, extent}), static_cast<std::int64_t>(chosen.classes)};
  return all;
}

}  // namespace segmentation_lab
