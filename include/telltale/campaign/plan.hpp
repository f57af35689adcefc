// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <telltale/core/error.hpp>
#include <telltale/core/random.hpp>

namespace telltale {
namespace detail {

// Streams of the plan carry a tag in their high half, so that no model's mask shares random numbers with its weights.
inline constexpr std::uint64_t plan_row_stream = std::uint64_t{0x706c616e} << 32;     // "plan"
inline constexpr std::uint64_t plan_column_stream = std::uint64_t{0x62616c61} << 32;  // "bala"

}  // namespace detail

/// How a plan draws which records each model is trained on.
///
/// A rule fills a models x records mask of zeros, and says how many of the first models may serve as targets. Which
/// rule is safe is decided by the null control: asked about records whose scores do not depend on membership, an attack
/// on model t with the others as shadows must have AUC 0.5. It holds when row t is independent of the shadows' rows.
///
/// Hence no rule here draws complementary twins (model 2k + 1 trained on what model 2k was not): with 64 models LiRA
/// online with one spread for all records has AUC 0.544 on null records, since the twin among the shadows errs in the
/// opposite direction. And none balances a record over all models: where each record is IN for exactly half of them,
/// the number of IN shadows alone tells the target's membership (AUC 1), and LiRA online with spreads per record has
/// AUC 0.434, 0.487, 0.496, 0.499 on null records at 8, 16, 32, 64 models. Among rules that treat models alike only the
/// independent draw is safe: if K models hold a record, the number of the others tells nothing of one model only when
/// P(K = k) is proportional to the binomial coefficient.
namespace plan_rule {

/// Each record is IN with probability 1/2, independently of all others. Row m depends on (seed, m) alone.
/// Cost: one random bit a record and model.
struct independent {
  static constexpr std::string_view name = "independent";

  /// How many of the first models may serve as targets: all.
  [[nodiscard]] std::size_t targets(std::size_t models, std::size_t) const noexcept { return models; }

  /// Fills a models x records mask of zeros, row by row.
  void operator()(std::uint64_t seed, std::size_t models, std::size_t records, std::span<std::uint8_t> mask) const {
    for (std::size_t m = 0; m < models; ++m) {
      random_stream random(seed, detail::plan_row_stream + m);
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < records; ++i, bits >>= 1) {
        if (i % 64 == 0) bits = random();
        mask[m * records + i] = static_cast<std::uint8_t>(bits & 1);
      }
    }
  }
};

/// Each model is trained on exactly `size` records, drawn without replacement and independently of the other models'.
/// Row m depends on (seed, m) alone.
/// Cost: one random number a record and model at most; 4 bytes of scratch a record.
struct fixed_size {
  static constexpr std::string_view name = "fixed size";

  std::size_t size;  ///< records that each model is trained on

  /// All models may serve as targets. Throws argument_error for more records than there are.
  [[nodiscard]] std::size_t targets(std::size_t models, std::size_t records) const {
    if (size > records)
      detail::refuse("plan_rule::fixed_size", "size",
                     "is " + std::to_string(size) + "; there are only " + std::to_string(records) + " records");
    return models;
  }

  /// Fills a models x records mask of zeros, row by row.
  void operator()(std::uint64_t seed, std::size_t models, std::size_t records, std::span<std::uint8_t> mask) const {
    for (std::size_t m = 0; m < models; ++m)
      for (const std::uint32_t i : random_stream(seed, detail::plan_row_stream + m).choose(size, records))
        mask[m * records + i] = 1;
  }
};

/// Each model is trained on exactly `shots` records of each class, drawn without replacement and independently of the
/// other models': the few-shot setting. A pool with 2 x shots records of each class gives every record as many IN as
/// OUT models on average.
///
/// `classes` holds the class of each record, any integers, and must outlive the drawing. Row m depends on (seed, m) and
/// the classes alone. Cost: one random number a record and model at most; 8 bytes of scratch a record.
struct shots_per_class {
  static constexpr std::string_view name = "shots per class";

  std::size_t shots;             ///< records of each class, at least 1
  std::span<const int> classes;  ///< of each record

  /// All models may serve as targets. Throws argument_error for another number of records than classes, no shot, and a
  /// class with fewer records than shots.
  [[nodiscard]] std::size_t targets(std::size_t models, std::size_t records) const {
    constexpr std::string_view where = "plan_rule::shots_per_class";
    detail::check_size(where, "classes", classes.size(), records);
    if (shots == 0) detail::refuse(where, "shots", "is 0; wanted at least 1 record of each class");
    for (const auto& [label, members] : by_class())
      if (members.size() < shots)
        detail::refuse(where, "shots",
                       "is " + std::to_string(shots) + "; class " + std::to_string(label) + " has only " +
                           std::to_string(members.size()) + " records");
    return models;
  }

  /// Fills a models x records mask of zeros, row by row; what `targets` refuses must not come here.
  void operator()(std::uint64_t seed, std::size_t models, std::size_t records, std::span<std::uint8_t> mask) const {
    const auto members = by_class();
    for (std::size_t m = 0; m < models; ++m) {
      random_stream random(seed, detail::plan_row_stream + m);
      for (const auto& [label, of_class] : members)
        for (const std::uint32_t i : random.choose(shots, of_class.size())) mask[m * records + of_class[i]] = 1;
    }
  }

 private:
  [[nodiscard]] std::map<int, std::vector<std::uint32_t>> by_class() const {
    std::map<int, std::vector<std::uint32_t>> members;
    for (std::size_t i = 0; i < classes.size(); ++i) members[classes[i]].push_back(static_cast<std::uint32_t>(i));
    return members;
  }
};

/// The first `target_models` models are drawn independently (as in `independent`) and only they serve as targets; over
/// the others every record is IN for exactly half, a coin deciding where their number is odd.
///
/// Every record then has the same number of IN and of OUT shadows, which an independent draw gives only on average, and
/// the null control holds, because no shadow is ever a target.
/// Cost: half a random number a record and shadow. A shadow's row depends on the number of models, unlike elsewhere.
struct balanced_shadows {
  static constexpr std::string_view name = "balanced shadows";

  std::size_t target_models = 1;  ///< how many of the first models are targets

  /// `target_models`. Throws argument_error unless there is at least one target and one shadow.
  [[nodiscard]] std::size_t targets(std::size_t models, std::size_t) const {
    if (target_models == 0 || target_models >= models)
      detail::refuse("plan_rule::balanced_shadows", "target_models",
                     "is " + std::to_string(target_models) + " of " + std::to_string(models) +
                         " models; wanted at least one target and one shadow");
    return target_models;
  }

  /// Fills a models x records mask of zeros, row by row; what `targets` refuses must not come here.
  void operator()(std::uint64_t seed, std::size_t models, std::size_t records, std::span<std::uint8_t> mask) const {
    independent{}(seed, target_models, records, mask);
    std::vector<std::size_t> shadows(models - target_models);
    for (std::size_t i = 0; i < records; ++i) {
      random_stream random(seed, detail::plan_column_stream + i);
      for (std::size_t s = 0; s < shadows.size(); ++s) shadows[s] = target_models + s;
      const std::size_t in = shadows.size() / 2 + (shadows.size() % 2 == 1 ? random.below(2) : 0);
      for (std::size_t s = 0; s < in; ++s) {
        std::swap(shadows[s], shadows[s + random.below(shadows.size() - s)]);
        mask[shadows[s] * records + i] = 1;
      }
    }
  }
};

}  // namespace plan_rule

/// A drawing policy for plans: a name, how many models may be targets, and a call that fills a mask of zeros.
template <class Rule>
concept PlanRule = requires(const Rule& rule, std::size_t count, std::span<std::uint8_t> mask) {
  { Rule::name } -> std::convertible_to<std::string_view>;
  { rule.targets(count, count) } -> std::convertible_to<std::size_t>;
  { rule(std::uint64_t{}, count, count, mask) } -> std::same_as<void>;
};

/// Which records each model of a campaign is trained on: a models x records mask of bytes, 1 IN and 0 OUT.
///
/// A plan is data: it is drawn once from a seed, or given, and stored with the campaign. Its `targets()` first models
/// may each serve as the attacked one, with `shadows_of(target)` as the adversary's shadow models.
/// Memory: one byte a record and model.
class membership_plan {
 public:
  /// A given mask, models x records, row by row; every model may be a target. That the null control holds for it is the
  /// caller's word: see `plan_rule`. Throws argument_error for an empty shape, a wrong size, or a value but 0 and 1.
  membership_plan(std::size_t models, std::size_t records, std::vector<std::uint8_t> mask)
      : membership_plan("given", models, records, models) {
    detail::check_size("membership_plan", "mask", mask.size(), models * records);
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i] > 1)
        detail::refuse("membership_plan", "mask",
                       "has " + std::to_string(mask[i]) + " for model " + std::to_string(i / records) + ", record " +
                           std::to_string(i % records) + "; wanted 0 or 1");
    mask_ = std::move(mask);
  }

  /// Draws a plan from a seed. Throws argument_error for an empty shape or one that the rule cannot serve.
  template <PlanRule Rule>
  [[nodiscard]] static membership_plan draw(std::uint64_t seed, std::size_t models, std::size_t records,
                                            const Rule& rule) {
    membership_plan plan(std::string(Rule::name), models, records, rule.targets(models, records));
    plan.mask_.assign(models * records, 0);
    rule(seed, models, records, plan.mask_);
    return plan;
  }

  /// The name of the rule that drew it.
  [[nodiscard]] const std::string& rule() const noexcept { return rule_; }
  /// How many models it has: rows of the mask.
  [[nodiscard]] std::size_t models() const noexcept { return models_; }
  /// How many records it covers: columns of the mask.
  [[nodiscard]] std::size_t records() const noexcept { return records_; }
  /// How many of the first models may be attacked.
  [[nodiscard]] std::size_t targets() const noexcept { return targets_; }
  /// The mask, models x records, row by row: 1 IN, 0 OUT.
  [[nodiscard]] std::span<const std::uint8_t> mask() const noexcept { return mask_; }

  /// The row of one model; throws argument_error when there is no such model.
  [[nodiscard]] std::span<const std::uint8_t> keep(std::size_t model) const {
    check_below("membership_plan::keep", "model", model, models_);
    return mask().subspan(model * records_, records_);
  }

  /// The rows of all models, or of some, as `shadow_models` takes them. The spans live as long as the plan.
  [[nodiscard]] std::vector<std::span<const std::uint8_t>> keeps() const {
    std::vector<std::span<const std::uint8_t>> rows;
    for (std::size_t m = 0; m < models_; ++m) rows.push_back(keep(m));
    return rows;
  }
  /// The same of some models, in the order asked for. Throws argument_error for a model that there is not.
  [[nodiscard]] std::vector<std::span<const std::uint8_t>> keeps(std::span<const std::size_t> some) const {
    std::vector<std::span<const std::uint8_t>> rows;
    for (const std::size_t m : some) rows.push_back(keep(m));
    return rows;
  }

  /// The models that serve as shadows when `target` is attacked: all others, or those that are never targets where only
  /// some may be. Throws argument_error when the plan does not offer that target.
  [[nodiscard]] std::vector<std::size_t> shadows_of(std::size_t target) const {
    check_below("membership_plan::shadows_of", "target", target, targets_);
    std::vector<std::size_t> shadows;
    for (std::size_t m = targets_ == models_ ? 0 : targets_; m < models_; ++m)
      if (m != target) shadows.push_back(m);
    return shadows;
  }

  /// The records that a model is trained on, ascending.
  [[nodiscard]] std::vector<std::uint32_t> training_records(std::size_t model) const {
    const std::span<const std::uint8_t> row = keep(model);
    std::vector<std::uint32_t> in;
    for (std::size_t i = 0; i < row.size(); ++i)
      if (row[i] == 1) in.push_back(static_cast<std::uint32_t>(i));
    return in;
  }

 private:
  membership_plan(std::string rule, std::size_t models, std::size_t records, std::size_t targets)
      : rule_(std::move(rule)), models_(models), records_(records), targets_(targets) {
    if (models == 0) detail::refuse("membership_plan", "models", "is 0; wanted at least 1");
    if (records == 0 || records > UINT32_MAX)
      detail::refuse("membership_plan", "records", "is " + std::to_string(records) + "; wanted 1 to 4294967295");
    if (models > SIZE_MAX / records || models > UINT32_MAX)
      detail::refuse("membership_plan", "models",
                     "is " + std::to_string(models) + "; the mask would not fit in memory");
  }

  static void check_below(const char* function, const char* argument, std::size_t got, std::size_t bound) {
    if (got >= bound)
      detail::refuse(function, argument, "is " + std::to_string(got) + "; wanted less than " + std::to_string(bound));
  }

  std::string rule_;
  std::size_t models_, records_, targets_;
  std::vector<std::uint8_t> mask_;
};

}  // namespace telltale
