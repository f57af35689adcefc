// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// A shadow campaign over the ranks of an MPI program, on Fashion-MNIST. Started by `mpirun -n 4 shadow_campaign` on one
// machine, or by the script beside it on a cluster; killed and started again, it continues.
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <telltale/io/idx.hpp>
#include <telltale/mpi.hpp>
#include <telltale/report/progress.hpp>
#include <telltale/telltale.hpp>

namespace {

using namespace telltale;

struct settings {
  std::string data = "/usr/share/datasets/fashion-mnist", out = "shadow-campaign";
  std::size_t records = 2000, models = 33, hidden = 256;
  std::uint64_t seed = 1;
  unsigned threads = 1;
};

/// The first images of the training set, standardised, as every rank reads them for itself.
struct images {
  static constexpr std::size_t pixels = 784, classes = 10;
  std::vector<float> features;
  std::vector<int> truth;

  void read(const settings& chosen) {
    const std::filesystem::path folder = chosen.data;
    const io::idx_array all = io::read_idx(folder / "train-images-idx3-ubyte.gz");
    const std::vector<int> labels = io::read_idx(folder / "train-labels-idx1-ubyte.gz").to_vector<int>();
    if (chosen.records < 100 || chosen.records > labels.size())
      throw error("--records: is " + std::to_string(chosen.records) + "; wanted 100 to " +
                  std::to_string(labels.size()));
    const auto bytes = all.bytes().first(chosen.records * pixels);
    const std::vector<float> raw(bytes.begin(), bytes.end());
    const train::features_view<float> view(raw, chosen.records, pixels);
    features = train::standardiser<float>(view)(view);
    truth.assign(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(chosen.records));
  }
};

/// Trains model after model of a plan, each by one thread, and asks it about all records.
class shadow_work {
 public:
  shadow_work(const images& data, const membership_plan& plan, const settings& chosen)
      : data_(&data),
        keeps_(plan.keeps()),
        shape_(train::multilayer_perceptron(images::pixels, {chosen.hidden}, images::classes)) {
    recipe_.seed = chosen.seed;
    recipe_.stop = train::stopping{};
  }

  [[nodiscard]] std::vector<named_signal> operator()(std::size_t model) const {
    const std::size_t records = data_->truth.size();
    const train::features_view<float> features(data_->features, records, images::pixels);
    const std::array<std::size_t, 1> which{model};
    train::execution alone;
    alone.threads = 1;
    alone.which = which;
    const auto trained =
        train::train_many<float>({features, data_->truth, images::classes}, keeps_, shape_, recipe_, alone);
    std::vector<float> logits(records * images::classes);
    trained.front().model.logits(features, logits);
    std::vector<double> margin(records);
    logit_margin{}(classification<eigen<float>>({logits, records, images::classes}, data_->truth), margin);
    return {{"logit-margin", margin}};
  }

 private:
  const images* data_;
  std::vector<std::span<const std::uint8_t>> keeps_;
  train::network_shape shape_;
  train::recipe recipe_;
};

/// LiRA against model 0, by all others: what the campaign was for.
void attack(const signal_store& store) {
  const membership_plan& plan = store.plan();
  const auto stored = store.scores("logit-margin");
  const auto& margins = stored.rows<double>();
  const auto shadows = plan.shadows_of(0);
  const auto scores = margins.some(shadows);
  const auto keep = plan.keeps(shadows);
  const evidence lira = published::lira_online{}.judge(signals{margins.all()[0]}, plan.records(),
                                                       owning(shadow_models<double>{scores, keep}));
  std::vector<membership> member;
  for (const std::uint8_t in : plan.keep(0)) member.push_back(in ? membership::in : membership::out);
  const metric::evaluation found = metric::evaluate(lira.values, member);
  std::printf("LiRA, %zu shadows: AUC %.3f [%.3f, %.3f]\n", shadows.size(), found.auc.value, found.auc.low,
              found.auc.high);
}

int run(const mpi::communicator& world, const settings& chosen) {
  images data;
  std::optional<membership_plan> drawn;
  // What is wrong on one rank, a file that is missing on its machine say, ends all of them with its message.
  mpi::together(world, [&] {
    data.read(chosen);
    drawn =
        membership_plan::draw(chosen.seed, chosen.models, chosen.records, plan_rule::fixed_size{chosen.records / 2});
  });
  const membership_plan& plan = *drawn;
  const campaign_identity identity{
      chosen.seed, hash_of(data.truth, hash_of(data.features)), {{"hidden", chosen.hidden}}};
  mpi::ranked_store store(world, chosen.out, identity, plan);
  const std::size_t before = store.finished_models().size();

  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  // A line a model, since a batch system writes them to a file; only the root is told.
  const auto progress = [&](std::size_t done, std::size_t total) {
    std::fprintf(stderr, "%s\n", progress_text("training models", done, total, before, seconds()).c_str());
  };
  run_campaign(store, shadow_work(data, plan, chosen),
               campaign_options<mpi::over_ranks>{mpi::over_ranks(world, chosen.threads), progress});
  mpi::together(world, [&] {
    if (!world.is_root()) return;
    std::printf("%zu models made by %d ranks of %u threads in %.1f s\n", chosen.models - before, world.size(),
                chosen.threads, seconds());
    attack(store.at_root());
  });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  settings chosen;
  CLI::App app{
      "Trains shadow models on Fashion-MNIST over the ranks of an MPI program, stores their signals, and attacks\n"
      "model 0 with LiRA. Which rank trains what changes no byte of the folder. Start it again to continue.\n\n"
      "  mpirun -n 4 shadow_campaign --out campaign"};
  app.add_option("--data", chosen.data, "folder of the data set, on every machine")->capture_default_str();
  app.add_option("--out", chosen.out, "folder of the campaign, on the machine of rank 0")->capture_default_str();
  app.add_option("--records", chosen.records, "images; each model is trained on half of them")->capture_default_str();
  app.add_option("--models", chosen.models, "the target and its shadow models")->capture_default_str();
  app.add_option("--hidden", chosen.hidden, "hidden units of each model")->capture_default_str();
  app.add_option("--seed", chosen.seed, "of the plan and of every model")->capture_default_str();
  app.add_option("--threads", chosen.threads, "models that a rank trains side by side")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    // Every rank reads the same words, so all end here, and MPI was not started.
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  return mpi::run(argc, argv, [&](const mpi::communicator& world) { return run(world, chosen); });
}
