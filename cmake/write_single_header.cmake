# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
# Writes telltale_core.hpp: everything that telltale.hpp includes of ours, each header once and after those it needs, in
# one file. Eigen, Boost.Math and the standard library stay includes. It needs nothing but CMake, no compiler either:
#
#   cmake -D output=telltale_core.hpp -P cmake/write_single_header.cmake
if(NOT output)
  message(FATAL_ERROR "name the file to write: -D output=telltale_core.hpp")
endif()
set(include "${CMAKE_CURRENT_LIST_DIR}/../include")

# Adds the header `name` to the properties `text` and `includes`, after the headers that it includes itself. The text is
# never made a list of lines: brackets and semicolons of C++ would not survive it.
function(flatten name)
  get_property(done GLOBAL PROPERTY flattened)
  if(name IN_LIST done)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY flattened "${name}")
  file(READ "${include}/${name}" text)
  string(REGEX REPLACE "^// SPDX[^\n]*\n// SPDX[^\n]*\n" "" text "${text}")
  if(NOT text MATCHES "#pragma once\n")
    message(FATAL_ERROR "${name}: no line '#pragma once'")
  endif()
  string(REPLACE "#pragma once\n" "" text "${text}")

  string(REGEX MATCHALL "\n#include <telltale/[^>]*>" own "\n${text}")
  list(TRANSFORM own REPLACE "\n#include <(.*)>" "\\1")
  foreach(header IN LISTS own)
    flatten("${header}")
  endforeach()
  string(REGEX REPLACE "\n#include <telltale/[^\n]*" "" text "\n${text}")

  # What the compiler decides about stays where it is; everything else is hoisted to the head, where it is read once.
  set(before)
  while(NOT before STREQUAL text)
    set(before "${text}")
    string(REGEX REPLACE "(\n#(if|el)[^\n]*(\n+# include [^\n]*)*\n+)#include " "\\1# include " text "${text}")
  endwhile()
  string(REGEX MATCHALL "\n#include [^\n]*" hoisted "${text}")
  string(REGEX REPLACE "\n#include [^\n]*" "" text "${text}")
  string(REPLACE "\n# include " "\n#include " text "${text}")
  list(TRANSFORM hoisted STRIP)
  set_property(GLOBAL APPEND PROPERTY includes ${hoisted})

  string(REGEX REPLACE "\n\n\n+" "\n\n" text "${text}")
  string(STRIP "${text}" text)
  if(NOT name STREQUAL "telltale/telltale.hpp")
    set_property(GLOBAL APPEND_STRING PROPERTY text "\n// ==== ${name}\n\n${text}\n")
  endif()
endfunction()
flatten(telltale/telltale.hpp)

get_property(includes GLOBAL PROPERTY includes)
list(REMOVE_DUPLICATES includes)
list(SORT includes)
list(JOIN includes "\n" includes)
get_property(text GLOBAL PROPERTY text)
string(REGEX MATCH "string_view version = \"([0-9.]+)\"" found "${text}")

# Written beside and moved into place, so that a compiler never reads half of it.
file(WRITE "${output}.part" "// SPDX-FileCopyrightText: 2026 The telltale authors
// SPDX-License-Identifier: Apache-2.0
//
// telltale ${CMAKE_MATCH_1}, the core in one file. Needs C++20, Eigen (3.4 or later) and Boost.Math (1.74 or later).
// Written by cmake/write_single_header.cmake from include/telltale: change it there. It replaces telltale/telltale.hpp
// and must not meet it in one program; the components beside the core (files, reports, pictures, LibTorch, ...) need the
// headers as they lie in the repository.
#pragma once

${includes}
${text}")
file(RENAME "${output}.part" "${output}")
