# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
# Draws the pictures into a scratch folder and compares both folders, in names and in bytes.
file(REMOVE_RECURSE "${scratch}")
file(MAKE_DIRECTORY "${scratch}")
execute_process(COMMAND "${program}" "${scratch}" COMMAND_ERROR_IS_FATAL ANY)
file(GLOB drawn RELATIVE "${scratch}" "${scratch}/*.svg")
file(GLOB kept RELATIVE "${committed}" "${committed}/*.svg")
if(NOT drawn STREQUAL kept)
  message(FATAL_ERROR "drawn: ${drawn}\ncommitted: ${kept}")
endif()
foreach(picture IN LISTS drawn)
  file(READ "${scratch}/${picture}" new)
  file(READ "${committed}/${picture}" old)
  if(NOT new STREQUAL old)
    message(FATAL_ERROR "${picture} is stale: build the target learn_pictures_update")
  endif()
endforeach()
