// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery.hpp"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <span>
#include <system_error>

#include <telltale/core/error.hpp>
#include <telltale/io/atomic_file.hpp>
#include <telltale/io/npy.hpp>

namespace text_to_image {

using namespace telltale;

namespace {

void write_tensor(const std::filesystem::path& file, const at::Tensor& tensor) {
  if (!tensor.defined()) return;
  const at::Tensor host = tensor.to(at::kCPU, at::kFloat).contiguous();
  std::vector<std::size_t> shape;
  for (const std::int64_t extent : host.sizes()) shape.push_back(static_cast<std::size_t>(extent));
  io::write_npy(file, std::span<const float>(host.data_ptr<float>(), static_cast<std::size_t>(host.numel())), shape);
}

void write_members(const std::filesystem::path& file, const std::vector<membership>& member) {
  std::vector<std::uint8_t> bytes;
  for (const membership each : member) bytes.push_back(each == membership::in ? 1 : 0);
  io::write_npy_mask(file, bytes, {bytes.size()});
}

std::vector<membership> read_members(const std::filesystem::path& file) {
  std::vector<membership> member;
  for (const std::uint8_t each : io::read_npy(file).to_vector<std::uint8_t>())
    member.push_back(each != 0 ? membership::in : membership::out);
  return member;
}

}  // namespace

void write_gallery(const std::filesystem::path& folder, const observed_generation& seen,
                   const std::vector<std::string>& captions, const std::vector<membership>& member,
                   const jury& judged) {
  std::filesystem::create_directories(folder / "evidence");
  write_tensor(folder / "queries.npy", seen.queries);
  write_tensor(folder / "generated.npy", seen.generated);
  write_tensor(folder / "query-embeddings.npy", seen.query_embeddings);
  write_tensor(folder / "generated-embeddings.npy", seen.generated_embeddings);
  write_tensor(folder / "caption-embeddings.npy", seen.caption_embeddings);
  write_tensor(folder / "retrieved-caption-embeddings.npy", seen.retrieved_caption_embeddings);
  write_tensor(folder / "reference-embeddings.npy", seen.reference_embeddings);
  write_members(folder / "members.npy", member);
  io::write_atomically(folder / "captions.txt", [&](std::ostream& out) {
    for (const std::string& caption : captions) out << caption << '\n';
  });
  const std::vector<std::int64_t>& tested = judged.draws().front().tested;
  io::write_npy(folder / "evidence" / "tested.npy", std::span<const std::int64_t>(tested), {tested.size()});
  for (const auto& [name, values] : judged.evidence())
    io::write_npy(folder / "evidence" / (name + ".npy"), std::span<const double>(values), {values.size()});
}

gallery read_gallery(const std::filesystem::path& folder) {
  gallery got;
  const io::npy_array queries = io::read_npy(folder / "queries.npy"),
                      generated = io::read_npy(folder / "generated.npy");
  if (queries.shape().size() != 4 || generated.shape().size() != 5)
    throw file_error(folder.string(), "holds pictures of another shape; delete it, and they are drawn again");
  got.side = queries.shape()[2];
  got.pictures = generated.shape()[1];
  got.queries = queries.to_vector<float>();
  got.generated = generated.to_vector<float>();
  got.member = read_members(folder / "members.npy");
  std::ifstream captions(folder / "captions.txt");
  for (std::string line; std::getline(captions, line);) got.captions.push_back(line);
  got.tested = io::read_npy(folder / "evidence" / "tested.npy").to_vector<std::int64_t>();
  for (const std::int64_t i : got.tested) got.tested_member.push_back(got.member.at(static_cast<std::size_t>(i)));
  for (const auto& file : std::filesystem::directory_iterator(folder / "evidence"))
    if (const std::string name = file.path().stem().string(); name != "tested")
      got.evidence[name] = io::read_npy(file.path()).to_vector<double>();
  if (got.captions.size() != got.member.size())
    throw file_error((folder / "captions.txt").string(), "has " + std::to_string(got.captions.size()) + " lines for " +
                                                             std::to_string(got.member.size()) +
                                                             " records; delete the folder, and all is drawn again");
  return got;
}

}  // namespace text_to_image
