// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// POSIX puts access, signal, poll, index, random and floor at the global scope. Whoever writes `using namespace
// telltale` after its headers must still be able to name our types.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <math.h>

#include <telltale/telltale.hpp>

using namespace telltale;

int main() {
  const access_to level = access_to::confidence;
  const knowledge owned = knowledge::truth;
  const membership state = membership::in;
  const signals values{};
  const evidence nothing{};
  const random_stream stream(1);
  const column numbers(1);
  const stored_as form = stored_as::logits;
  const batch_view<float> view;
  const anatomy parts = anatomy_of<attack<logit_margin, threshold<where::given>>>();
  (void)stream, (void)values, (void)nothing, (void)numbers, (void)view;
  const bool as_written = level == access_to::confidence && owned == knowledge::truth && state == membership::in &&
                          form == stored_as::logits && parts.scorer == "logit margin";
  try {
    throw argument_error("main", "none", "wanted");
  } catch (const telltale::error&) {
    return as_written ? 0 : 1;
  }
}
