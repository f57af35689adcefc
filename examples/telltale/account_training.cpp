// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0

#include "account_training.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>

#include <telltale/accounting/gaussian_dp.hpp>
#include <telltale/accounting/privacy_loss.hpp>
#include <telltale/accounting/renyi.hpp>

namespace tool {
namespace {

namespace accounting = telltale::accounting;

account_answer in_words(const accounting::renyi_bound& got) {
  return {got.epsilon, {{"order", got.order}}, "an upper bound by Renyi divergences, at order " + text_of(got.order)};
}

account_answer in_words(const accounting::gaussian_bound& got) {
  return {got.epsilon,
          {{"mu", got.mu}, {"approximate", !got.exact}},
          got.exact ? "exact, for mu = " + text_of(got.mu)
                    : "an APPROXIMATION by the central limit theorem, mu = " + text_of(got.mu) +
                          "; the truth is usually above it"};
}

account_answer in_words(const accounting::privacy_loss_bound& got) {
  if (std::isinf(got.epsilon))
    return {got.epsilon, {{"error", 0}}, "none: the mechanisms fail outright more often than delta allows"};
  return {got.epsilon,
          {{"error", got.error}, {"remove", got.remove}, {"add", got.add}, {"points", got.points}},
          "an upper bound by the privacy loss distribution; the exact value is at least " +
              text_of(std::max(0.0, got.epsilon - got.error))};
}

// A number of one part of --then, or `otherwise` where it is not given.
double take(std::map<std::string, double>& values, const std::string& name, double otherwise) {
  const auto found = values.find(name);
  if (found == values.end()) return otherwise;
  const double value = found->second;
  values.erase(found);
  return value;
}

accounting::mechanism parsed_mechanism(const std::string& place, const std::string& text) {
  std::map<std::string, double> values;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string item = text.substr(at, end - at);
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos)
      throw usage_error(place,
                        "'" + item + "' is no setting; wanted name=value, such as sigma=1.2,rate=0.01,steps=500");
    const std::string name = checked_name(place, item.substr(0, equals), "setting",
                                          {"sigma", "rate", "steps", "laplace", "epsilon", "delta"});
    if (!values.emplace(name, number(place, item.substr(equals + 1))).second)
      throw usage_error(place, name + " is given twice");
    at = end + 1;
  }
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  const double given_steps = take(values, "steps", 1);
  if (!(given_steps >= 1 && given_steps < 1e18 && given_steps == std::floor(given_steps)))
    throw usage_error(place, "steps is " + text_of(given_steps) + "; wanted a whole number of at least 1");
  const auto steps = static_cast<std::uint64_t>(given_steps);
  accounting::mechanism result = accounting::gaussian{1};
  if (values.contains("laplace"))
    result = accounting::laplace{take(values, "laplace", missing), steps};
  else if (values.contains("epsilon"))
    result = accounting::approximate{take(values, "epsilon", missing), take(values, "delta", 0), steps};
  else if (values.contains("sigma"))
    result = accounting::gaussian{take(values, "sigma", missing), take(values, "rate", 1), steps};
  else
    throw usage_error(place, "names no mechanism; wanted sigma=, laplace= or epsilon=");
  if (!values.empty()) throw usage_error(place, values.begin()->first + " does not belong to this mechanism");
  origins()
      .from("sigma", place + ": sigma")
      .from("rate", place + ": rate")
      .from("scale", place + ": laplace")
      .from("epsilon", place + ": epsilon")
      .from("delta", place + ": delta")
      .name_in([&] { return accounting::composition(result); });
  return result;
}

}  // namespace

void training_options::add_to(command& to, const std::string& unsolved) {
  to.option("--sigma", "S", sigma, "Noise multiplier: deviation of the noise over the clipping norm" + unsolved)
      .option("--rate", "Q", rate, "Probability of a record to be in a batch" + unsolved)
      .option("--steps", "T", steps, "Number of noisy steps" + unsolved)
      .option("--delta", "D", delta, "Probability with which epsilon may fail, e.g. 1e-5")
      .repeated("--then", "MECHANISM", then, "Something else that reads the same records; repeatable")
      .option("--accountant", "NAME", accountant, "pld, rdp or gdp")
      .option("--error", "E", error, "How far above the exact epsilon pld may be")
      .option("--json", "FILE", json, "Write the answer as JSON; - is standard output");
}

std::vector<accounting::mechanism> training_options::others() const {
  std::vector<accounting::mechanism> result;
  for (const std::string& each : then) result.push_back(parsed_mechanism("--then '" + each + "'", each));
  return result;
}

origins training_options::names() const {
  return origins()
      .from("sigma", "--sigma")
      .from("rate", "--rate")
      .from("steps", "--steps")
      .from("delta", "--delta")
      .from("epsilon", "--epsilon")
      .from("target", "--epsilon")
      .from("error", "--error")
      .from("mechanisms", "--accountant " + accountant)
      .from("mu", "--accountant " + accountant)
      .reword("a larger `error` or more `most_points`", "a larger --error");
}

chosen_accountant::chosen_accountant(const training_options& options)
    : name(checked_name("--accountant", options.accountant, "accountant", {"pld", "rdp", "gdp"})),
      error(number("--error", options.error)) {}

account_answer chosen_accountant::epsilon(const accounting::composition& mechanisms, double delta) const {
  if (name == "rdp") return in_words(accounting::renyi<>{}.epsilon(mechanisms, delta));
  if (name == "gdp") return in_words(accounting::central_limit::epsilon(mechanisms, delta));
  return in_words(accounting::privacy_loss{error}.epsilon(mechanisms, delta));
}

}  // namespace tool
