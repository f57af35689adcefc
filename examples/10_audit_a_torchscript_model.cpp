// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// Lesson 10: audit a model that comes as a file.
//
// Lessons 1 to 9 began with arrays of answers. Here is a model: a TorchScript file, as PyTorch writes it in any
// language. Whoever has the file can ask it anything, and can do what no service allows: take the gradient of the loss
// at a record, which training has made small for the records that it saw.
#include <cstdio>
#include <filesystem>

#include <telltale/torch/backend.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>
#include <telltale/torch/model/answers.hpp>
#include <telltale/torch/model/script_model.hpp>

#include "lesson.hpp"
#include "scripted_cnn.hpp"

using namespace lesson;

namespace {

constexpr std::int64_t members = 300;

// The images of the other lessons, as a convolution wants them: (records, channels, height, width).
at::Tensor as_images(const std::vector<float>& features, std::int64_t first) {
  return at::tensor(features).view({-1, 1, 28, 28}).narrow(0, first, members).contiguous();
}

}  // namespace

int main() {
  const images data;
  const at::Tensor seen = as_images(data.features, 0), unseen = as_images(data.features, members);
  const auto first = data.truth.begin();
  const std::vector<int> truth(first, first + members), unseen_truth(first + members, first + 2 * members);

  // Somebody trains a network on 300 images, and hands it over as a file.
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "telltale-lesson-10.pt";
  script_model trained = make_cnn(/*seed*/ 1);
  train_cnn(trained, seen, at::tensor(truth).to(at::kLong), /*epochs*/ 20, /*seed*/ 1);
  trained.module().save(file.string());

  // The audit begins with the file. answers_of puts the model into evaluation mode and asks in batches; a model of the
  // wrong kind is refused in one sentence, as is every record that it answers with NaN.
  script_model model = script_model::load(file);
  const at::Tensor answers = at::cat({answers_of(model, seen), answers_of(model, unseen)});

  // From here on all is as on arrays: the tensor is the observation, and it stays on its device.
  std::vector<int> all_truth = truth;
  all_truth.insert(all_truth.end(), unseen_truth.begin(), unseen_truth.end());
  std::vector<membership> member(members, membership::in);
  member.resize(2 * members, membership::out);
  const classification<libtorch> observed(answers, all_truth);
  std::vector<double> by_loss(observed.subjects());
  loss{}(observed, by_loss);

  // The parameters give more than the answers: the norm of each record's own gradient, without ever forming one.
  const model_gradients gradients(model, at::cat({seen, unseen}), all_truth);
  const evidence by_norm = published::gradient_norm{}(gradients);

  const metric::evaluation from_answers = metric::evaluate(by_loss, member),
                           from_parameters = metric::evaluate(by_norm.values, member);
  const auto print = [](const char* name, const metric::estimate& auc) {
    std::printf("%s: AUC %.3f [%.3f, %.3f]\n", name, auc.value, auc.low, auc.high);
  };
  print("loss, from the answers           ", from_answers.auc);
  print("gradient norm, from the parameters", from_parameters.auc);
  std::printf("gradients %s\n", gradients.route().ghost ? "were never formed" : gradients.route().why_not.c_str());
  std::filesystem::remove(file);
  return from_answers.auc.low > 0.5 && from_parameters.auc.low > 0.5 ? 0 : 1;
}

// prints: gradient norm, from the parameters: AUC 0\.[6-9]
