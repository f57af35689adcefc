// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "trial.hpp"

#include <telltale/core/random.hpp>
#include <telltale/observation/retrieved_captions.hpp>
#include <telltale/torch/generator/codebook.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/private_diffusion.hpp>
#include <telltale/torch/generator/query_condition.hpp>
#include <telltale/torch/generator/sequence.hpp>
#include <telltale/torch/generator/train_generator.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <filesystem>
#include <map>
#include <utility>

#include "attack.hpp"
#include "encoder.hpp"
#include "gallery.hpp"
#include "inner.hpp"

namespace text_to_image {

using namespace telltale;

namespace {

std::string numbered(const char* what, double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return std::string(what) + " " + text;
}

/// One seed of the lab as it goes along.
class trial {
 public:
  trial(const pool& all, const settings& chosen, std::uint64_t seed, bool thorough, const talker& say)
      : all_(all),
        chosen_(chosen),
        thorough_(thorough),
        say_(say),
        split_(draw_split(all, seed)),
        asked_(chosen_pairs(all, split_.asked())),
        member_(members(split_.members.size(), split_.others.size())),
        halves_(draw_auxiliary(member_, 0.5, chosen.auxiliary_draws, seed)),
        models_(chosen.out / "models" / ("seed-" + std::to_string(seed))),
        unasked_(unasked_pairs(all, split_)),
        known_(encoder_of(unasked_, "encoder")),
        untrained_(untrained_encoder(chosen.side, seed)),
        references_(known_(unasked_.images)),
        caption_bank_(known_.captions(unasked_.captions)) {
    out_.seed = seed;
  }

  figures operator()() {
    note("encoder", "asked pairs", "captions found", "share", captions_found(known_, asked_));
    blind();
    diffusion();
    sequence();
    return std::move(out_);
  }

 private:
  static std::vector<membership> members(std::size_t in, std::size_t out) {
    std::vector<membership> labels(in, membership::in);
    labels.resize(in + out, membership::out);
    return labels;
  }

  void note(const std::string& target, const std::string& setting, const std::string& attack,
            const std::string& measure, double value) {
    out_.found[{target, setting, attack, measure}] = value;
  }

  [[nodiscard]] auto progress(const std::string& work) const {
    return [this, work](std::size_t done, std::size_t total) { say_(work, done, total); };
  }

  [[nodiscard]] encoder encoder_of(const captioned_images& pairs, const std::string& name) const {
    std::filesystem::create_directories(models_);
    return trained_encoder(pairs, split_.seed, chosen_.embedder_epochs, models_ / (name + ".pt"),
                           progress("training the " + name));
  }

  [[nodiscard]] jury judges(const std::string& target, const std::string& setting) {
    return {member_, halves_, out_, target, setting};
  }

  // What the adversary sees of some pairs, by the encoder of his own.
  template <class Target>
  [[nodiscard]] observed_generation seen_by(Target& target, const captioned_images& pairs, std::size_t pictures) const {
    const auto texts = [&](std::span<const std::string> captions) { return known_.captions(captions); };
    encoder towers = known_;
    observed_generation seen =
        observe(target, pairs.images, pairs.captions, towers, texts, {.pictures = pictures, .seed = split_.seed});
    seen.reference_embeddings = references_;
    seen.retrieved_caption_embeddings = retrieved_captions<libtorch>(seen.generated_embeddings, caption_bank_, 1)
                                            .embeddings()
                                            .rows()
                                            .view(seen.generated_embeddings.sizes());
    return seen;
  }

  void blind() {
    observed_generation seen;
    seen.query_embeddings = known_(asked_.images);
    seen.caption_embeddings = known_.captions(asked_.captions);
    jury judged = judges("none", "blind");
    attack_blindly(judged, seen);
    if (!thorough_) return;
    captioned_images with_members = unasked_;
    const captioned_images members = chosen_pairs(all_, split_.members);
    with_members.images = at::cat({with_members.images, members.images});
    with_members.captions.insert(with_members.captions.end(), members.captions.begin(), members.captions.end());
    const encoder leaking = encoder_of(with_members, "encoder that saw the members");
    seen.query_embeddings = leaking(asked_.images);
    seen.caption_embeddings = leaking.captions(asked_.captions);
    jury fooled = judges("none", "blind, by an encoder that saw the members");
    attack_blindly(fooled, seen);
  }

  template <class Target>
  void train(Target& target, const std::string& name, std::size_t steps) {
    const auto begun = std::chrono::steady_clock::now();
    const generator_training made =
        train_generator(target, chosen_pairs(all_, split_.members), {.steps = steps, .seed = split_.seed},
                        {models_ / name, progress("training the " + name + " target")});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    note_losses(target, name, numbered("steps", static_cast<double>(steps)));
    if (made.resumed == 0)
      note(name, "training", "seconds a step", "seconds", seconds / static_cast<double>(made.steps));
  }

  // How well the target does on what it was trained on and on others, by the loss that training lowers.
  template <class Target>
  void note_losses(Target& target, const std::string& name, const std::string& setting) {
    const at::NoGradGuard without_gradients;
    const auto mean_loss = [&](const std::vector<std::int64_t>& places) {
      constexpr std::size_t repeats = 4;
      const captioned_images pairs = chosen_pairs(all_, places);
      double sum = 0;
      for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        std::vector<random_stream> draws;
        for (std::size_t i = 0; i < places.size(); ++i) draws.emplace_back(split_.seed, (repeat << 32U) | i);
        sum += target.losses(pairs.images, pairs.captions, draws).mean().template item<double>();
      }
      return sum / repeats;
    };
    note(name, setting, "loss", "members", mean_loss(split_.members));
    note(name, setting, "loss", "others", mean_loss(split_.others));
  }

  // The headline: every attack, every condition of the query, the controls.
  template <class Target>
  void in_full(Target& target, const std::string& name, observed_generation seen) {
    jury judged = judges(name, "exact");
    attack_simply(judged, seen);
    by_untrained_encoder(judged, seen);
    attack_as_published(judged, seen, thorough_);
    attack_inside(judged, target, asked_, split_.seed);
    if (split_.seed == 1)
      write_gallery(chosen_.out / "arrays" / ("seed-1-" + name), seen, asked_.captions, member_, judged);
    in_condition_of(query::shifted{}, name, seen);
    in_condition_of(query::mirrored{}, name, seen);
    in_condition_of(query::darkened{}, name, seen);
    in_condition_of(query::noisy{}, name, seen);
    for (const double share : {0.05, 0.1, 0.25, 0.5, 1.0}) {
      jury fewer(member_, draw_auxiliary(member_, 0.5 * share, chosen_.auxiliary_draws, split_.seed), out_, name,
                 numbered("auxiliary", share));
      attack_with_few(fewer, seen);
    }
    never_seen(target, name);
  }

  void by_untrained_encoder(jury& judged, observed_generation seen) const {
    encoder towers = untrained_;
    embed_pictures(seen, towers);
    attack_by_distance(judged, seen, "II-S, untrained encoder");
  }

  template <QueryCondition Condition>
  void in_condition_of(const Condition& condition, const std::string& name, observed_generation seen) {
    seen.queries = in_condition(condition, seen.queries, split_.seed);
    seen.query_embeddings = known_(seen.queries);
    jury judged = judges(name, std::string(Condition::name));
    attack_simply(judged, seen);
  }

  // The null control: pictures that the target never saw stand in for the members.
  template <class Target>
  void never_seen(Target& target, const std::string& name) {
    std::vector<std::int64_t> places = split_.reserve;
    places.insert(places.end(), split_.others.begin(), split_.others.end());
    const captioned_images pairs = chosen_pairs(all_, places);
    const std::vector<membership> labels = members(split_.reserve.size(), split_.others.size());
    jury judged(labels, draw_auxiliary(labels, 0.5, chosen_.auxiliary_draws, split_.seed), out_, name, "never seen");
    attack_simply(judged, seen_by(target, pairs, chosen_.pictures));
    attack_inside(judged, target, pairs, split_.seed);
  }

  template <class Target>
  void at_every_length(Target& target, const std::string& name, const std::vector<std::size_t>& lengths,
                       std::size_t headline) {
    for (const std::size_t steps : lengths) {
      train(target, name, steps);
      const std::string setting = numbered("steps", static_cast<double>(steps));
      const observed_generation seen = seen_by(target, asked_, chosen_.pictures);
      if (steps != headline) {
        jury judged = judges(name, setting);
        attack_simply(judged, seen);
        attack_inside(judged, target, asked_, split_.seed);
        continue;
      }
      in_full(target, name, seen);
      repeat_as(name, "exact", setting);
      if (thorough_) sweep_pictures(target, name);
      if constexpr (std::same_as<Target, diffusion_generator>)
        if (thorough_) sweep_sampling(target);
    }
  }

  // The headline is one of the lengths as well.
  void repeat_as(const std::string& name, const std::string& setting, const std::string& as) {
    std::map<label, double> found;
    for (const auto& [what, value] : out_.found)
      if (what.target == name && what.setting == setting) found[{name, as, what.attack, what.measure}] = value;
    out_.found.merge(found);
  }

  template <class Target>
  void sweep_pictures(Target& target, const std::string& name) {
    for (const std::size_t pictures : chosen_.pictures_sweep) {
      jury judged = judges(name, numbered("pictures", static_cast<double>(pictures)));
      attack_simply(judged, seen_by(target, asked_, pictures));
    }
  }

  void sweep_sampling(diffusion_generator& target) {
    const ddim_sampling usual = target.sampling;
    const auto attacked = [&](const std::string& setting) {
      jury judged = judges("diffusion", setting);
      attack_simply(judged, seen_by(target, asked_, 1));
    };
    for (const std::size_t steps : chosen_.sampling_sweep) {
      target.sampling.steps = steps;
      attacked(numbered("sampling", static_cast<double>(steps)));
    }
    target.sampling = usual;
    for (const double guidance : chosen_.guidance_sweep) {
      target.sampling.guidance = guidance;
      attacked(numbered("guidance", guidance));
    }
    target.sampling = usual;
  }

  [[nodiscard]] diffusion_generator new_diffusion() const {
    diffusion_generator target =
        make_diffusion(split_.seed, {.side = static_cast<std::int64_t>(chosen_.side), .width = 32});
    target.sampling.steps = chosen_.sampling_steps;
    return target;
  }

  void diffusion() {
    diffusion_generator target = new_diffusion();
    at_every_length(target, "diffusion", chosen_.diffusion_lengths, chosen_.diffusion_steps);
    if (chosen_.private_steps > 0) with_privacy();
  }

  void with_privacy() {
    diffusion_generator target = new_diffusion();
    const double rate = std::min(1.0, 64 / static_cast<double>(split_.members.size()));
    const auto spent = train_private_diffusion(target, chosen_pairs(all_, split_.members), clipping::flat(0.1),
                                               gaussian_noise(1.0, random_source::seeded{split_.seed}),
                                               poisson_sampling(rate, random_source::seeded{split_.seed}),
                                               {.steps = chosen_.private_steps, .seed = split_.seed},
                                               accounting::privacy_loss{}, progress("training with privacy"));
    const std::string name = "diffusion, DP-SGD",
                      setting = numbered("steps", static_cast<double>(chosen_.private_steps));
    note(name, setting, "epsilon", "at delta 1e-5", spent.epsilon(1e-5));
    note_losses(target, name, setting);
    jury judged = judges(name, setting);
    attack_simply(judged, seen_by(target, asked_, chosen_.pictures));
    attack_inside(judged, target, asked_, split_.seed);
  }

  void sequence() {
    const codebook codes = fit_codebook(unasked_.images, {.seed = split_.seed});
    sequence_generator target =
        make_sequence_generator(split_.seed, codes, {.side = static_cast<std::int64_t>(chosen_.side)});
    at_every_length(target, "sequence", chosen_.sequence_lengths, chosen_.sequence_steps);
  }

  const pool& all_;
  const settings& chosen_;
  bool thorough_;
  const talker& say_;
  split split_;
  captioned_images asked_;
  std::vector<membership> member_;
  std::vector<auxiliary_draw> halves_;
  std::filesystem::path models_;
  captioned_images unasked_;
  encoder known_, untrained_;
  at::Tensor references_, caption_bank_;  // embeddings of the unasked pairs
  figures out_;
};

}  // namespace

figures measure(const pool& all, const settings& chosen, std::uint64_t seed, bool thorough, const talker& say) {
  return trial(all, chosen, seed, thorough, say)();
}

}  // namespace text_to_image
