// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// What the pages of docs/anatomy show of the LibTorch wing, one function a page.
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <telltale/torch.hpp>

namespace anatomy_wing {

using namespace telltale;
using known_members = std::span<const membership>;

evidence step_loss(const diffusion_generator& target, const at::Tensor& pictures,
                   const std::vector<std::string>& captions, signals losses, known_members member) {
  const denoising_steps inside(target, {pictures, captions});  // or a DenoisingTarget of your own
  const evidence found = published::step_loss{}(inside, owning(labelled_records<>(losses, member)));
  return found;
}

evidence secmi(const diffusion_generator& target, const at::Tensor& pictures, const std::vector<std::string>& captions,
               signals errors, known_members member) {
  const denoising_steps inside(target, {pictures, captions});
  const evidence found = published::secmi{}(inside, owning(labelled_records<>(errors, member)));
  return found;
}

evidence pia(const diffusion_generator& target, const at::Tensor& pictures, const std::vector<std::string>& captions,
             signals errors, known_members member) {
  const denoising_steps inside(target, {pictures, captions});
  const evidence found = published::pia{}(inside, owning(labelled_records<>(errors, member)));
  return found;
}

evidence denoising_joined(const diffusion_generator& target, const at::Tensor& pictures, const at::Tensor& known,
                          const std::vector<std::string>& captions, const std::vector<std::string>& captions_of_known,
                          known_members member_of_known) {
  const denoising_steps inside(target, {pictures, captions}), of_known(target, {known, captions_of_known});
  const published::denoising_joined attack;
  const std::vector<double> scores = attack.score(of_known);  // seven numbers a picture
  const evidence found = attack(inside, owning(labelled_records<>(signals{scores, 7}, member_of_known)));
  return found;
}

evidence token_likelihood(const sequence_generator& target, const at::Tensor& pictures,
                          const std::vector<std::string>& captions, signals likelihoods, known_members member) {
  const token_likelihoods inside(target, {pictures, captions});  // or a TokenTarget of your own
  const evidence found = published::token_likelihood{}(inside, owning(labelled_records<>(likelihoods, member)));
  return found;
}

evidence type_i(const observed_segmentation& target, const observed_segmentation& shadow, known_members member) {
  features<libtorch> known;
  output_map{}(shadow.view(), known);  // (images, classes, height, width)
  const evidence found =
      published::type_i{}(target.view(), owning(labelled_records<features<libtorch>>(known, member)));
  return found;
}

evidence type_ii(const observed_segmentation& target, const observed_segmentation& shadow, known_members member) {
  features<libtorch> known;
  with_truth<output_map>{}(shadow.view(), known);  // and one channel a class of the true mask
  const evidence found =
      published::type_ii{}(target.view(), owning(labelled_records<features<libtorch>>(known, member)));
  return found;
}

privacy_spent<accounting::privacy_loss> dp_sgd(torch::nn::Sequential model, const at::Tensor& inputs,
                                               const at::Tensor& targets, torch::optim::Optimizer& optimiser) {
  telltale::dp_sgd training(model, inputs, targets, clipping::flat(1), gaussian_noise(1.1), poisson_sampling(0.01));
  for (int step = 0; step < 1000; ++step) training.step(optimiser);
  std::printf("epsilon %.2f at delta 1e-5\n", training.spent().epsilon(1e-5));
  return training.spent();
}

segmentation_training early_stopping(unet& network, const images_with_masks& members,
                                     const images_with_masks& validation) {
  const best_on stop{validation, /*patience*/ 10};  // images that no attack is tried on
  const segmentation_training made =
      train_segmentation(network, members, {.epochs = 60}, while_training::plain{}, segmentation_options{.stop = stop});
  return made;
}

observed_segmentation crops(unet& network, const images_with_masks& members, const images_with_masks& asked) {
  const while_training::crops policy(16);                                            // 16 x 16 pixels of 32 x 32
  train_segmentation(network, members, {.epochs = 150}, policy);                     // three times as many
  const observed_segmentation found = observe_segmentation(network, asked, policy);  // answers in tiles
  return found;
}

segmentation_training mixing(unet& network, const images_with_masks& members) {
  const segmentation_training made = train_segmentation(network, members, {.epochs = 60}, while_training::mixed{});
  return made;
}

segmentation_training min_max(unet& network, const images_with_masks& members, const images_with_masks& reference) {
  const while_training::adversarial policy(reference, /*lambda*/ 1);  // images that no attack is tested on
  const segmentation_training made = train_segmentation(network, members, {.epochs = 60}, policy);
  return made;
}

distillation distilled(unet& teacher, const at::Tensor& unlabelled, const images_with_masks& validation) {
  unet student = make_unet(2);
  const distillation made = distil_segmentation(teacher, unlabelled, validation, student, {.epochs = 50});
  return made;  // give away the student, and nothing of the teacher
}

void poisoned_segmentation(unet& victim, const images_with_masks& members, const images_with_masks& test) {
  const poisoned_images made = trigger_poisoning{trigger::line{6, 1.0}, .4}(members);
  train_segmentation(victim, made.data, {.epochs = 50});
  const trigger_effect effect = effect_of(victim, trigger::line{6, 1.0}, test);
  if (!effect.planted()) std::puts("no backdoor: poison more images");
}

}  // namespace anatomy_wing
