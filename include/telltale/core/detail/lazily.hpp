// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace telltale::detail {

template <class Type, class>
struct later {
  using type = Type;
};

/// `Type`, known to the compiler only once `Parameter` is. Expressions of it inside a template are then not worked out
/// until the template is used; of Eigen's types that is most of what including a header would cost.
template <class Type, class Parameter>
using lazily = typename later<Type, Parameter>::type;

}  // namespace telltale::detail
