// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#include "signals_policies.hpp"

namespace tool {

template signal_values measure(const signal_request&, const telltale::batch_view<float>&, std::span<const int>);

}  // namespace tool
