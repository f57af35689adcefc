// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/core/requirements.hpp>

namespace telltale {

/// A batch of answers, collected or computed on demand. It knows its backend and what it reveals.
///
/// Required: `static constexpr std::string_view name`, for reports; `static constexpr access_to reveals`, what the
/// adversary sees of the target; `using backend` (with a `name`), who does the arithmetic; `subjects()`, the number of
/// records, images or persons asked about. Optional: `host_labels()`, the class of each subject; `using family`, the
/// kind of observation that a release policy may be applied to again; `using scalar`, the type in which its numbers are
/// stored.
template <class Batch>
concept Observation = req::names_itself<Batch> && req::states_what_it_reveals<Batch> && req::names_its_backend<Batch> &&
                      req::counts_its_subjects<Batch>;

/// Turns an observation into a row of numbers per subject, larger meaning member.
///
/// Required: `name`, for reports; `needs`, the least access that determines its value; and a const call that fills its
/// signal. Optional: `holds`, what must be known of the subject (nothing unless it says so); `width(observation)`, the
/// numbers per subject (1 unless it says so); `produces`, features instead of numbers.
template <class Candidate, class Batch>
concept Scorer = Observation<Batch> && req::names_itself<Candidate> && req::states_the_access_it_needs<Candidate> &&
                 req::reveals_what_the_scorer_needs<Batch, Candidate> && req::fills_its_signal<Candidate, Batch>;

/// Turns a signal and what the adversary owns into evidence with a cut.
///
/// Required: `name`, for reports; `needs`, knowledge of the world; `fit(bag)` unless it needs nothing; and of what
/// `fit` returns a const call that fills one value per subject, larger meaning member, and `cut()`, at or above which
/// the verdict is member (`ranking_only` where none is published). A fitted rule that is aligned with records refuses
/// another number of them. Optional: `holds`, what must be known of the subject, as for a scorer.
template <class Candidate, class Signal, class Owned>
concept DecisionRule =
    req::names_itself<Candidate> && req::states_the_knowledge_it_needs<Candidate> &&
    req::owns_what_the_rule_needs<Owned, Candidate> && req::fits_the_adversary<Candidate, Owned> &&
    req::judges_the_signal<fitted_t<Candidate, Owned>, Signal> && req::states_its_cut<fitted_t<Candidate, Owned>>;

/// The backend of an observation, from `decltype(batch)`.
template <class Batch>
using backend_of = typename std::remove_cvref_t<Batch>::backend;

namespace detail {
template <class Policy, class Batch>
using released_t = std::remove_cvref_t<decltype(std::declval<const Policy&>()(std::declval<const Batch&>()))>;
}  // namespace detail

/// A defence at the output: maps an observation to another that reveals no more, at the type level.
///
/// Required: `name`, for reports, and a const call on the observation that returns another. Optional, of a policy that
/// is applied to a classifier block by block: `rewrites`, the access that must be there; `leaves`, the most access that
/// is left; `clips`, whether it may clip values and so counts the records it touched; `rewrite(block, touched)`, which
/// changes a block in place and calls touched(row) where it clipped; `reduce(block, then)`, which gives `then` what is
/// left of a block; `for_part(image)`, the same policy with other draws.
template <class Candidate, class Batch>
concept ReleasePolicy = req::names_itself<Candidate> && Observation<detail::released_t<Candidate, Batch>> &&
                        req::never_widens_access<Batch, detail::released_t<Candidate, Batch>>;

}  // namespace telltale
