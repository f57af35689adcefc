# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
# From an empty folder and without a project of CMake's: the compiler is called as a user would call it. `eigen` and
# `boost` are the folders that they are included from.
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")
file(REMOVE_RECURSE "${work}")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/main.cpp" DESTINATION "${work}")
set(main "${work}/main.cpp")
set(compile "${compiler}" -std=c++20 -O1)
set(system "${eigen}" "${boost}")
list(REMOVE_ITEM system /usr/include "")  # the compiler's own
list(TRANSFORM system PREPEND "-isystem")

if(way STREQUAL "header_inclusion")
  run(${compile} "-I${telltale_source}/include" ${system} "${main}" -o "${work}/consumer" -pthread)

elseif(way STREQUAL "pkg_config")
  install_library("${work}/library" "${work}/prefix")
  set(ENV{PKG_CONFIG_PATH} "${work}/prefix/share/pkgconfig")
  run("${pkg_config}" --modversion telltale)
  if(NOT out STREQUAL "${version}\n")
    message(FATAL_ERROR "pkg-config says version ${out}, not ${version}")
  endif()
  run("${pkg_config}" --cflags --libs telltale)
  separate_arguments(flags UNIX_COMMAND "${out}")
  run(${compile} "${main}" ${flags} -o "${work}/consumer")

elseif(way STREQUAL "single_header")
  set(header "${work}/telltale_core.hpp")
  configure_library("${work}/library")
  run("${CMAKE_COMMAND}" --build "${work}/library" --target single_header)
  file(RENAME "${work}/library/single_header/telltale_core.hpp" "${header}")
  file(READ "${header}" text)
  if(text MATCHES "\n#include +[<\"]telltale")
    message(FATAL_ERROR "an include of our own is left in ${header}")
  endif()
  file(SIZE "${header}" bytes)
  string(REGEX MATCHALL "\n" lines "${text}")
  list(LENGTH lines lines)
  message(STATUS "telltale_core.hpp: ${lines} lines, ${bytes} bytes")

  # Two units that include it are one program: nothing in it is defined twice.
  file(READ "${main}" text)
  string(REPLACE "<telltale/telltale.hpp>" "\"telltale_core.hpp\"" text "${text}")
  file(WRITE "${main}" "${text}")
  file(WRITE "${work}/other.cpp" "#include \"telltale_core.hpp\"\nstd::string_view other() { return telltale::version; }\n")
  run(${compile} ${system} "${main}" "${work}/other.cpp" -o "${work}/consumer" -pthread)

  # A lesson of the core prints the same over the one file and over the many.
  file(WRITE "${work}/telltale/telltale.hpp" "#include \"../telltale_core.hpp\"\n")
  foreach(include IN ITEMS "${telltale_source}/include" "${work}")
    run(${compile} "-I${include}" ${system} "${lesson}" -o "${work}/lesson" -pthread)
    run("${work}/lesson")
    list(APPEND printed "${out}")
  endforeach()
  list(REMOVE_DUPLICATES printed)
  list(LENGTH printed different)
  if(NOT different EQUAL 1)
    message(FATAL_ERROR "${lesson} prints another thing over the single header: ${printed}")
  endif()

else()
  message(FATAL_ERROR "no such way: ${way}")
endif()
runs_right("${work}/consumer")
