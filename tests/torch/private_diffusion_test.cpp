// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/torch/dp_sgd/clipping.hpp>
#include <telltale/torch/dp_sgd/noise.hpp>
#include <telltale/torch/dp_sgd/poisson_sampling.hpp>
#include <telltale/torch/generator/diffusion.hpp>
#include <telltale/torch/generator/private_diffusion.hpp>
#include <telltale/torch/gradients/per_example_gradients.hpp>
#include <telltale/torch/train/seeded_generators.hpp>

#include "torch/devices.hpp"
#include "torch/doctest.hpp"

using namespace telltale;

namespace {

captioned_images few_pictures(std::int64_t count) {
  const telltale::detail::seeded_generators seeded(8, at::kCPU);
  captioned_images data{at::upsample_nearest2d(at::rand({count, 3, 4, 4}) * 2 - 1, {16, 16}), {}};
  for (std::int64_t i = 0; i < count; ++i) data.captions.push_back("thing number " + std::to_string(i * i + 7));
  return data;
}

at::Tensor all_weights(const diffusion_generator& target) {
  std::vector<at::Tensor> flat;
  for (const at::Tensor& each : target.module()->parameters()) flat.push_back(each.detach().cpu().flatten());
  return at::cat(flat).clone();
}

diffusion_generator target_on(const at::Device& device) {
  return make_diffusion(4, {.width = 8}, at::TensorOptions(at::kFloat).device(device));
}

}  // namespace

DOCTEST_TEST_CASE("without noise, with a huge bound and all records it is plain training on the same draws") {
  oracle::for_each_device([](const at::Device& device) {
    const captioned_images data = few_pictures(6);
    auto target = target_on(device), twin = target_on(device);
    const private_recipe recipe{.steps = 6, .average = 0, .no_caption = 0.4, .seed = 3};
    train_private_diffusion(target, data, clipping::flat(1e9), gaussian_noise(0.0), poisson_sampling(1.0), recipe);
    ::torch::optim::Adam optimiser(twin.module()->parameters(), ::torch::optim::AdamOptions(1e-3));
    int withheld = 0;
    for (std::uint64_t step = 0; step < 6; ++step) {
      std::vector<random_stream> draws;
      std::vector<std::string> captions;
      for (std::uint64_t i = 0; i < 6; ++i) {
        draws.emplace_back(train::detail::number_for(3, train::detail::purpose::draws_of_a_step, 0, step), i);
        captions.push_back(draws.back().uniform() < 0.4 ? "" : data.captions[i]);
        withheld += captions.back().empty();
      }
      optimiser.zero_grad();
      twin.losses(data.images, captions, draws).mean().backward();
      optimiser.step();
    }
    DOCTEST_CHECK(withheld > 5);
    const at::Tensor ours = all_weights(target), theirs = all_weights(twin), begun = all_weights(target_on(device));
    DOCTEST_CHECK((theirs - begun).abs().max().item<double>() > 4e-3);  // six steps of Adam at 1e-3
    // Adam divides by the gradient's size, so that rounding shows where a gradient is nearly 0.
    DOCTEST_CHECK(((ours - theirs).abs() > 1e-5).to(at::kDouble).mean().item<double>() < 0.01);
    DOCTEST_CHECK((ours - theirs).norm().item<double>() < 0.01 * (theirs - begun).norm().item<double>());
  });
}

DOCTEST_TEST_CASE("a record's gradient is its own, in whatever batch, and come by without being formed") {
  oracle::for_each_device([](const at::Device& device) {
    const captioned_images data = few_pictures(5);
    auto target = target_on(device);
    train_private_diffusion(target, data, clipping::flat(1), gaussian_noise(0.0), poisson_sampling(1.0),
                            {.steps = 20});  // away from the zeros it begins with
    std::vector<std::string> captions = data.captions;
    captions.emplace_back();
    const auto step = std::make_shared<std::size_t>(3);
    telltale::detail::denoising_records model{target, data.images, caption_bag{}(captions), {.no_caption = 0.5}, step};
    per_example_gradients engine(target.module()->parameters(), [&](const at::Tensor& records, const at::Tensor& none) {
      return telltale::detail::mean_square_of_answer{}(model(records), none);
    });
    const at::Tensor records = at::arange(5).unsqueeze(1).to(device);
    const at::Tensor together = engine.squared_norms(records, at::zeros({5})).sum(1).cpu();
    DOCTEST_CHECK(engine.route().ghost);
    DOCTEST_CHECK(engine.route().why_not == "");
    for (const std::int64_t i : {4, 1}) {  // in another order and company
      const at::Tensor pair = at::tensor({i, std::int64_t{0}}).unsqueeze(1).to(device);
      DOCTEST_CHECK(engine.squared_norms(pair, at::zeros({2})).sum(1)[0].item<double>() ==
                    doctest::Approx(together[i].item<double>()).epsilon(1e-3));
    }
    *step = 4;
    DOCTEST_CHECK(!at::allclose(engine.squared_norms(records, at::zeros({5})).sum(1).cpu(), together, 0.01));
  });
}

DOCTEST_TEST_CASE("what was spent is what the accountant says; seeds repeat; noise keeps it from learning") {
  const captioned_images data = few_pictures(8);
  const auto trained = [&](double multiplier, std::uint64_t seed, std::uint64_t noise_seed, std::size_t steps = 10) {
    auto target = target_on(at::kCPU);
    const auto spent = train_private_diffusion(target, data, clipping::flat(0.5),
                                               gaussian_noise(multiplier, random_source::seeded{noise_seed}),
                                               poisson_sampling(0.5, random_source::seeded{2}),
                                               {.steps = steps, .learning_rate = 5e-3, .average = 0.9, .seed = seed});
    return std::pair(all_weights(target), spent);
  };
  const auto [weights, spent] = trained(1.5, 1, 1);
  DOCTEST_CHECK(spent.steps() == 10);
  DOCTEST_CHECK(
      spent.epsilon(1e-5) ==
      accounting::privacy_loss{}.epsilon(accounting::composition(accounting::gaussian{1.5, 0.5, 10}), 1e-5).epsilon);
  DOCTEST_CHECK(at::equal(weights, trained(1.5, 1, 1).first));
  DOCTEST_CHECK(!at::equal(weights, trained(1.5, 2, 1).first));
  DOCTEST_CHECK(!at::equal(weights, trained(1.5, 1, 5).first));

  const auto loss_of = [&](const at::Tensor& flat) {
    auto target = target_on(at::kCPU);
    std::int64_t at_ = 0;
    at::NoGradGuard without_graph;
    for (at::Tensor each : target.module()->parameters()) {
      each.copy_(flat.narrow(0, at_, each.numel()).view(each.sizes()));
      at_ += each.numel();
    }
    std::vector<random_stream> draws;
    for (std::uint64_t i = 0; i < 8; ++i) draws.emplace_back(55, i);
    return target.losses(data.images, data.captions, draws).mean().item<double>();
  };
  const double begun = loss_of(all_weights(target_on(at::kCPU))), noiseless = loss_of(trained(0, 1, 1, 40).first),
               noisy = loss_of(trained(20, 1, 1, 40).first);
  DOCTEST_MESSAGE("loss ", begun, ", trained ", noiseless, ", trained with noise ", noisy);
  DOCTEST_CHECK(noiseless < begun - 0.05);
  DOCTEST_CHECK(noisy > noiseless + 0.05);
}

DOCTEST_TEST_CASE("private training refuses what plain training refuses") {
  auto target = target_on(at::kCPU);
  const auto refused = [&](const captioned_images& data, const private_recipe& recipe) {
    train_private_diffusion(target, data, clipping::flat(1), gaussian_noise(1.0), poisson_sampling(0.5), recipe);
  };
  const captioned_images data = few_pictures(3);
  DOCTEST_CHECK_THROWS_WITH_AS(refused(data, {.steps = 0}), "train_private_diffusion: steps: is 0; wanted at least 1",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({data.images, {"a", "", "c"}}, {}),
                               "train_private_diffusion: captions: caption 1 is empty, which stands for no caption",
                               argument_error);
  DOCTEST_CHECK_THROWS_WITH_AS(refused({at::zeros({3, 3, 8, 8}), data.captions}, {}),
                               "train_private_diffusion: pictures: have the shape (3, 3, 8, 8); wanted (n, 3, 16, 16)",
                               argument_error);
}
