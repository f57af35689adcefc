// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <telltale/report/json.hpp>

#include "account_training.hpp"
#include "common.hpp"
#include "files.hpp"

namespace tool {
namespace {

namespace accounting = telltale::accounting;

int account(const training_options& options, const shared_options& shared) {
  required("--sigma", options.sigma, "the noise multiplier of the training");
  required("--delta", options.delta, "a probability that is small against 1/records, such as 1e-5");
  const double sigma = number("--sigma", options.sigma), delta = number("--delta", options.delta);
  const double rate = options.rate.empty() ? 1 : number("--rate", options.rate);
  const std::uint64_t steps = options.steps.empty() ? 1 : whole_number("--steps", options.steps, 1);
  const std::vector<accounting::mechanism> others = options.others();
  text_output json(options.json);
  const chosen_accountant accountant(options);
  const account_answer answer = options.names().name_in([&] {
    accounting::composition mechanisms(accounting::gaussian{sigma, rate, steps});
    for (const accounting::mechanism& each : others) mechanisms.then(each);
    return accountant.epsilon(mechanisms, delta);
  });
  telltale::report::json object{{"epsilon", telltale::report::number(answer.epsilon)},
                                {"accountant", options.accountant},
                                {"delta", delta},
                                {"neighbouring", neighbouring}};
  object.update(answer.fields);
  json.write(telltale::report::json_text(object));
  json.commit();
  if (!shared.quiet && !json.is_standard_output())
    std::cout << "epsilon " << text_of(answer.epsilon) << " at delta " << text_of(delta) << ", " << neighbouring << "\n"
              << answer.words << "\n";
  return done;
}

constexpr const char* account_lesson = R"(What the numbers mean:
  epsilon, delta     whatever anyone computes from the trained model, no answer becomes more
                     than e^epsilon times as probable because one record was in the
                     training, except with probability delta. At epsilon 1, who accuses 1 %
                     of the outsiders finds at most e * 1 % = 2.7 % of the members; at
                     epsilon 8 nothing is promised about that attack. delta should be small
                     against 1/records.
  --sigma            standard deviation of the noise that is added to the sum of the clipped
                     gradients, divided by the clipping norm.
  --rate             each record is in each batch with this probability, independently
                     (Poisson sampling): expected batch / records. Shuffled epochs are not
                     that, and these numbers do not hold for them. 1 where not given.
  --steps            batches, not epochs: epochs / rate. 1 where not given.
Neighbouring: data sets that differ in one record that is added or removed.

Accountants:
  pld   by the privacy loss distribution: a bound, at most --error above the exact value
  rdp   by Renyi divergences: a bound, some tens of percent too high; the order is reported
  gdp   by the central limit theorem: an approximation unless --rate is 1

What else reads the same records belongs into the same account: --then sigma=S,rate=Q,steps=T
(Gaussian), laplace=SCALE,steps=T, or epsilon=E,delta=D,steps=T (anything known to be so).

--json: {"epsilon", "accountant", "delta", "neighbouring"} and "error", "remove", "add",
"points" (pld), "order" (rdp) or "mu", "approximate" (gdp). An epsilon that does not exist
is null.

Example: 15 epochs over 60,000 records in batches of 150
  telltale account --sigma 1.3 --rate 0.0025 --steps 6000 --delta 1e-5)";

}  // namespace

void add_account(program& state) {
  const auto options = std::make_shared<training_options>();
  command to(state, "account", "Account for the privacy that a noisy training costs", account_lesson);
  options->add_to(to, "");
  to.runs([options](const shared_options& shared) { return account(*options, shared); });
}

}  // namespace tool
