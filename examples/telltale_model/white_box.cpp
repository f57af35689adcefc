// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "white_box.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <telltale/published/gradient_norm.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/torch/gradients/model_gradients.hpp>

namespace tool {
namespace {

// The loss by whatever the model answers with: log-probabilities are logits, and their softmax is themselves.
struct loss_of_form {
  telltale::stored_as form;

  at::Tensor operator()(const at::Tensor& answers, const at::Tensor& targets) const {
    const bool stored = form == telltale::stored_as::probabilities;
    return telltale::example_loss::cross_entropy{}(stored ? at::log(answers) : answers, targets);
  }
};

using observed = telltale::model_gradients<telltale::script_model, loss_of_form>;

// Who saves a model for use often takes the gradients away first, which hides nothing: then all parameters count.
std::vector<at::Tensor> counted_parameters(const telltale::script_model& model) {
  std::vector<at::Tensor> all = model.parameters(), trainable;
  std::copy_if(all.begin(), all.end(), std::back_inserter(trainable),
               [](const at::Tensor& parameter) { return parameter.requires_grad(); });
  if (!trainable.empty()) return trainable;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const at::Tensor& parameter) { return !parameter.is_floating_point(); }),
            all.end());
  for (at::Tensor& parameter : all) parameter.requires_grad_(true);
  return all;
}

}  // namespace

void run_white_box(const telltale::script_model& model, const std::vector<const model_records*>& parts,
                   const audited_target& target, std::size_t batch_size, bool quiet, attack_results& results) {
  const telltale::published::gradient_norm attack;
  const std::string name(gradient_norm_name);
  telltale::gradient_asking how;
  how.batch_size = batch_size;
  how.parameters = counted_parameters(model);
  if (how.parameters.empty()) {
    results.not_run.push_back({name, "needs parameters, and the module has none (torch.jit.freeze takes them away)"});
    return;
  }
  try {
    telltale::evidence judged;
    for (const model_records* const records : parts) {
      telltale::progress_line line("gradients of " + records->paths.inputs, quiet);
      how.progress = std::ref(line);
      const telltale::evidence part = attack(observed(model, records->inputs, records->labels, how, {target.form}));
      judged.values.insert(judged.values.end(), part.values.begin(), part.values.end());
    }
    results.ran.push_back(measured(name, telltale::published::gradient_norm_citation,
                                   telltale::anatomy_of<telltale::published::gradient_norm, observed>(),
                                   std::move(judged), target.member));
  } catch (const telltale::argument_error& refusal) {
    results.not_run.push_back({name, std::string("refuses these data, ") + refusal.what()});
  }
}

}  // namespace tool
