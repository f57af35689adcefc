// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <telltale/report/audit.hpp>

#include "demo_campaign.hpp"

namespace tool {

/// Runs every published composition that applies against each model of a campaign as target, with the others as shadow
/// models; then behind argmax, and against untrained models as the null control.
telltale::report::audit audit_campaign(const telltale::signal_store& store, const demo_data& data,
                                       const demo_settings& settings);

}  // namespace tool
