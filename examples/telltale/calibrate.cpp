// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <telltale/accounting/calibrate.hpp>
#include <telltale/report/json.hpp>

#include "account_training.hpp"
#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

namespace accounting = telltale::accounting;

struct calibrate_options : training_options {
  std::string epsilon;
};

struct calibrated_parameter {
  std::string name;
  double value = 0, epsilon = 0;
};

calibrated_parameter solved(const calibrate_options& options, const accounting::privacy_target& target) {
  const int given = !options.sigma.empty() + !options.rate.empty() + !options.steps.empty();
  if (given != 2)
    throw usage_error("--sigma, --rate, --steps",
                      std::to_string(given) + " of them are given; wanted two: the third is solved for");
  const double sigma = options.sigma.empty() ? 0 : number("--sigma", options.sigma);
  const double rate = options.rate.empty() ? 0 : number("--rate", options.rate);
  const std::uint64_t steps = options.steps.empty() ? 0 : whole_number("--steps", options.steps, 1);
  const std::vector<accounting::mechanism> others = options.others();
  const chosen_accountant accountant(options);
  return options.names().name_in([&]() -> calibrated_parameter {
    if (options.sigma.empty()) {
      const auto got = accounting::smallest_sigma(accountant, target, rate, steps, others);
      return {"sigma", got.value, got.epsilon};
    }
    if (options.rate.empty()) {
      const auto got = accounting::largest_rate(accountant, target, sigma, steps, others);
      return {"rate", got.value, got.epsilon};
    }
    const auto got = accounting::most_steps(accountant, target, sigma, rate, others);
    return {"steps", static_cast<double>(got.value), got.epsilon};
  });
}

int calibrate(const calibrate_options& options, const shared_options& shared) {
  required("--epsilon", options.epsilon, "what the training may cost at most");
  required("--delta", options.delta, "a probability that is small against 1/records, such as 1e-5");
  const accounting::privacy_target target{number("--epsilon", options.epsilon), number("--delta", options.delta)};
  text_output json(options.json);
  const calibrated_parameter answer = solved(options, target);
  json.write(telltale::report::json_text({{"parameter", answer.name},
                                          {"value", answer.value},
                                          {"epsilon", answer.epsilon},
                                          {"target", target.epsilon},
                                          {"accountant", options.accountant},
                                          {"delta", target.delta},
                                          {"neighbouring", neighbouring}}));
  json.commit();
  if (!shared.quiet && !json.is_standard_output())
    std::cout << answer.name << " " << text_of(answer.value) << " costs epsilon " << text_of(answer.epsilon)
              << " at delta " << text_of(target.delta) << ", " << neighbouring << "\n"
              << (options.accountant == "gdp" && options.rate != "1"
                      ? "by an APPROXIMATION; the truth is usually above it\n"
                      : "");
  return done;
}

constexpr const char* calibrate_lesson =
    R"(Give two of --sigma, --rate and --steps: the smallest noise, the largest rate or the most
steps is found for which the accountant's epsilon is at most --epsilon. The epsilon of the
answer is printed; it is never above the target. 'telltale account --help' explains each
parameter, the accountants and --then.

--json: {"parameter", "value", "epsilon", "target", "accountant", "delta", "neighbouring"}.

Example: the noise for epsilon 8 in 2,000 steps with 4 % of the records each
  telltale calibrate --epsilon 8 --delta 1e-5 --rate 0.04 --steps 2000)";

}  // namespace

void add_calibrate(program& state) {
  const auto options = std::make_shared<calibrate_options>();
  command to(state, "calibrate", "Find the noise, rate or steps that a privacy budget allows", calibrate_lesson);
  to.option("--epsilon", "E", options->epsilon, "What the training may cost at most");
  options->add_to(to, "; two of the three are given");
  to.runs([options](const shared_options& shared) { return calibrate(*options, shared); });
}

}  // namespace tool
