// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Quoted by docs/how_to/remove_a_name_from_your_encoder.md.
#include <fstream>
#include <string>
#include <vector>

#include <telltale/torch/model/deep_copy.hpp>
#include <telltale/torch/model/input_file.hpp>
#include <telltale/torch/model/script_model.hpp>
#include <telltale/torch/published/backdoor_defence.hpp>
#include <telltale/torch/unlearning/token_table.hpp>

using namespace telltale;
using defence = published::defended_text;  // the paper's constants; or a struct of yours

// captions: some thousand of the kind that the encoder was trained on
std::vector<std::string> write_texts(const std::vector<std::string>& captions) {
  const std::vector<std::string> names{"Ada Lovelace"};
  const std::vector<std::string> texts = texts_of_removal<defence::preset>(captions, names, "person", /*seed*/ 1);
  std::ofstream out("texts.txt");
  for (const std::string& text : texts) out << text << '\n';
  return texts;
}

removal_similarity remove(const std::vector<std::string>& captions, const std::vector<std::string>& names,
                          const std::vector<std::string>& texts) {
  script_model student = script_model::load("text.pt"), teacher = deep_copy(student);
  const removed_names removed(captions, names, "person", token_table(texts, load_inputs("tokens.npy")));
  const unlearned happened = defence{}(student, teacher, removed, {.seed = 1});
  const removal_similarity after = measure_removal<defence::preset>(student, teacher, removed);
  student.module().save("text_defended.pt");  // torch.jit.load reads it
  return happened.steps.empty() ? removal_similarity{} : after;
}
