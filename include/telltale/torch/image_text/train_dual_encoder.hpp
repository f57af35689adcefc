// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <locale>
#include <numbers>
#include <numeric>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>
#include <telltale/torch/image_text/checkpoint.hpp>
#include <telltale/torch/image_text/dual_encoder.hpp>
#include <telltale/torch/image_text/info_nce.hpp>
#include <telltale/torch/train/augment.hpp>
#include <telltale/torch/train/matrix_decaying_adamw.hpp>
#include <telltale/torch/train/module_steps.hpp>
#include <telltale/torch/train/tensor_dataset.hpp>
#include <telltale/torch/train/warp.hpp>
#include <telltale/train/detail/streams.hpp>

namespace telltale {

/// How a dual encoder is trained: AdamW, weight decay on matrices alone, a linear warm-up and a cosine to 0.
struct contrastive_recipe {
  std::size_t epochs = 30;          ///< passes over the pairs
  std::size_t batch_size = 128;     ///< pairs a step; a last, shorter batch of an epoch is left out
  double learning_rate = 1e-3;      ///< of AdamW, once warm
  double weight_decay = 0.01;       ///< of matrices alone
  std::size_t warm_up = 50;         ///< steps until the rate is reached
  double largest_scale = 100;       ///< of the cosines, as in CLIP
  bool mask_equal_captions = true;  ///< two pairs with one name are not each other's negatives
  std::uint64_t seed = 1;           ///< of order, templates and augmentation

  /// All of it, exactly: recipes of one text are one recipe.
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.precision(17);
    out << "epochs " << epochs << ", batch " << batch_size << ", rate " << learning_rate << ", decay " << weight_decay
        << ", warm-up " << warm_up << ", scale to " << largest_scale
        << (mask_equal_captions ? ", equal captions masked" : "") << ", seed " << seed;
    return out.str();
  }
};

/// Pictures and what each is called. Captions are made of the names by templates, drawn afresh each time, so that no
/// template is tied to a picture.
struct named_images {
  at::Tensor images;                         ///< (n, channels, height, width), float, finite
  std::vector<std::string> names;            ///< what each picture is called, n
  std::vector<std::string> templates{"{}"};  ///< each holds {} once, where the name goes
};

/// The augmentation of the image-text lab: mirror, warp, light.
using picture_augmentation = augment::both<augment::mirror, augment::both<augment::warp, augment::light>>;

/// What training a dual encoder came to.
struct contrastive_result {
  std::size_t steps = 0;    ///< made in all, those before a checkpoint included
  double last_loss = 0;     ///< mean of the last epoch
  std::size_t resumed = 0;  ///< epochs that a checkpoint spared
};

/// What is done beside training.
struct contrastive_options {
  std::optional<std::filesystem::path> checkpoint;  ///< written after every epoch; one that is there is gone on from
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;  ///< told how many epochs are done
};

namespace detail {

inline void check(const contrastive_recipe& recipe, std::size_t pairs) {
  constexpr std::string_view function = "train_dual_encoder";
  if (recipe.epochs == 0) refuse(function, "epochs", "is 0; wanted at least 1");
  if (recipe.batch_size < 2 || recipe.batch_size > pairs)
    refuse(function, "batch_size",
           "is " + std::to_string(recipe.batch_size) + "; wanted 2 to the number of pairs, which is " +
               std::to_string(pairs));
  if (!(recipe.learning_rate >= 0 && std::isfinite(recipe.learning_rate)))
    refuse(function, "learning_rate", "is " + std::to_string(recipe.learning_rate) + "; wanted 0 or more");
  if (!(recipe.weight_decay >= 0 && std::isfinite(recipe.weight_decay)))
    refuse(function, "weight_decay", "is " + std::to_string(recipe.weight_decay) + "; wanted 0 or more");
  if (!(recipe.largest_scale >= 1 && std::isfinite(recipe.largest_scale)))
    refuse(function, "largest_scale", "is " + std::to_string(recipe.largest_scale) + "; wanted at least 1");
}

inline void check(const named_images& pairs) {
  constexpr std::string_view function = "train_dual_encoder";
  if (!pairs.images.defined() || pairs.images.dim() != 4 || pairs.images.size(0) == 0)
    refuse(function, "images", "are no batch of pictures (n, channels, height, width)");
  check_size(function, "names", pairs.names.size(), static_cast<std::size_t>(pairs.images.size(0)));
  check_finite_tensor(function, "images", pairs.images);
  if (pairs.templates.empty()) refuse(function, "templates", "is empty; wanted at least one, such as {}");
  for (const std::string& pattern : pairs.templates) static_cast<void>(filled(pattern, ""));
}

// Equal names get equal numbers, for the mask.
[[nodiscard]] inline at::Tensor name_numbers(const std::vector<std::string>& names) {
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  at::Tensor numbers = at::empty({static_cast<std::int64_t>(names.size())}, at::kLong);
  for (std::size_t i = 0; i < names.size(); ++i)
    numbers.data_ptr<std::int64_t>()[i] = std::lower_bound(sorted.begin(), sorted.end(), names[i]) - sorted.begin();
  return numbers;
}

}  // namespace detail

/// Trains a dual encoder on pictures and their names with the symmetric contrastive loss.
///
///     auto encoder = make_dual_encoder(seed);
///     train_dual_encoder(encoder, {pictures, names, {"{}", "a picture of {}"}}, trigram_tokens{}, {.epochs = 30});
///
/// A function of the encoder, the pairs, the recipe and the augmentation alone: order, templates and augmentation are
/// drawn for (seed, epoch, record), so that a training that was cut off and goes on from its checkpoint ends with the
/// same bytes as one that was not (on one machine, build and number of torch's threads). A layer that draws as it runs
/// (dropout) would draw from torch's default generators and break that.
/// `tokens` turns a list of captions into the text tower's inputs. The encoder is left in evaluation mode.
/// Cost: torch's; pictures are copied batch by batch.
/// Throws argument_error for a recipe out of range and pairs that do not fit; error when the loss is not finite;
/// file_error for a checkpoint that is damaged or of another training. Reference: Radford et al. 2021, "Learning
/// transferable visual models from natural language supervision".
template <class Encoder, class Tokens, Augmentation Augment = picture_augmentation>
contrastive_result train_dual_encoder(Encoder& encoder, const named_images& pairs, const Tokens& tokens,
                                      const contrastive_recipe& recipe, const contrastive_options& options = {},
                                      const Augment& augmentation = {}) {
  detail::check(pairs);
  const auto records = static_cast<std::size_t>(pairs.images.size(0));
  detail::check(recipe, records);
  const at::Device device = pairs.images.device();
  const std::size_t steps_an_epoch = records / recipe.batch_size, all_steps = steps_an_epoch * recipe.epochs;
  const at::Tensor name = detail::name_numbers(pairs.names).to(device);
  auto optimiser = detail::matrix_decaying_adamw(encoder->parameters(), recipe.learning_rate, recipe.weight_decay);
  const detail::checkpoint_file checkpoint(options.checkpoint, [&] {
    return recipe.text() + "; " + detail::text_of(augmentation) + "; pairs " +
           detail::fingerprint(pairs.images, pairs.names, pairs.templates);
  });
  contrastive_result result;
  std::size_t epoch = result.resumed = checkpoint.restore(*encoder, optimiser, result.last_loss);
  const c10::AutoGradMode with_gradients(true);
  encoder->train();
  const auto rate_at = [&](std::size_t step) {
    const double done = static_cast<double>(step) / static_cast<double>(all_steps);
    const double warm =
        recipe.warm_up == 0 ? 1.0 : std::min(1.0, static_cast<double>(step + 1) / static_cast<double>(recipe.warm_up));
    return recipe.learning_rate * warm * (1 + std::cos(std::numbers::pi * done)) / 2;
  };
  for (; epoch < recipe.epochs; ++epoch) {
    const auto stream = [&](train::detail::purpose use) {
      return train::detail::number_for(recipe.seed, use, 0, epoch);
    };
    std::vector<std::uint32_t> order(records);
    std::iota(order.begin(), order.end(), 0U);
    random_stream(stream(train::detail::purpose::order_of_records)).shuffle(order);
    double sum = 0;
    for (std::size_t step = 0; step < steps_an_epoch; ++step) {
      const auto batch = std::span<const std::uint32_t>(order).subspan(step * recipe.batch_size, recipe.batch_size);
      std::vector<random_stream> draws;
      std::vector<std::string> captions;
      for (const std::uint32_t i : batch) {
        draws.emplace_back(stream(train::detail::purpose::augmentation), i);
        random_stream of_caption(stream(train::detail::purpose::captions), i);
        captions.push_back(filled(pairs.templates[of_caption.below(pairs.templates.size())], pairs.names[i]));
      }
      const at::Tensor index = train::detail::index_of(batch, device);
      const at::Tensor images = augmentation(pairs.images.index_select(0, index), std::span<random_stream>(draws));
      const at::Tensor scale = encoder->log_scale.exp().clamp_max(recipe.largest_scale);
      const at::Tensor loss =
          info_nce(encoder->image->forward(images), encoder->text->forward(tokens(captions).to(device)), scale,
                   recipe.mask_equal_captions ? name.index_select(0, index) : at::Tensor());
      const double value = loss.template item<double>();
      if (!std::isfinite(value))
        throw error("train_dual_encoder: the loss of epoch " + std::to_string(epoch + 1) +
                    " is not finite; a lower learning rate may help");
      for (auto& group : optimiser.param_groups()) group.options().set_lr(rate_at(epoch * steps_an_epoch + step));
      optimiser.zero_grad();
      loss.backward();
      optimiser.step();
      sum += value;
    }
    result.last_loss = sum / static_cast<double>(steps_an_epoch);
    checkpoint.save(*encoder, optimiser, epoch + 1, result.last_loss);
    if (options.progress) options.progress(epoch + 1, recipe.epochs);
  }
  result.steps = all_steps;
  encoder->eval();
  return result;
}

}  // namespace telltale
