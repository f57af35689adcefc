# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# run(COMMAND...) sets `out` to what the command prints, and ends the test where it fails.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

# runs_right(PROGRAM): the program on the core prints the two margins, as worked out by hand: 2 - log(e^1 + e^-3) and
# 0 - log(e^-1 + e^1).
function(runs_right program)
  run("${program}")
  if(NOT out STREQUAL "0.981850 -1.126928\n")
    message(FATAL_ERROR "${program} printed: ${out}")
  endif()
endfunction()

# Configures `telltale_source` in the folder BUILD, for its headers and package files alone.
function(configure_library build)
  run("${CMAKE_COMMAND}" -S "${telltale_source}" -B "${build}" -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}"
      -DTELLTALE_BUILD_TOOL=OFF -DTELLTALE_BUILD_TESTS=OFF -DTELLTALE_BUILD_EXAMPLES=OFF)
endfunction()

# Installs them into PREFIX.
function(install_library build prefix)
  configure_library("${build}")
  run("${CMAKE_COMMAND}" --install "${build}" --prefix "${prefix}")
endfunction()
