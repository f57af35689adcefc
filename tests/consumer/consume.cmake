# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
# From an empty folder: copies the consumer project `way` into it, configures, builds and runs it, and checks that the
# options of a dependent project stay untouched: no test, tool or example of ours appears in it, and no warning flag.
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")
set(here "${CMAKE_CURRENT_LIST_DIR}")
set(project "${work}/project")
file(REMOVE_RECURSE "${work}")
file(COPY "${here}/${way}/CMakeLists.txt" "${here}/main.cpp" "${here}/components.cpp" "${here}/components.cmake"
     DESTINATION "${project}")

set(arguments -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
              "-DWITH_IMAGES=${images}")
if(way STREQUAL "find_package")
  install_library("${work}/library" "${work}/prefix")
  list(APPEND arguments "-DCMAKE_PREFIX_PATH=${work}/prefix")
  if(images)
    list(APPEND arguments -DFURTHER_COMPONENTS=images)
  endif()
elseif(way STREQUAL "fetch_content")
  # The working tree rather than what was last committed.
  list(APPEND arguments "-DFETCHCONTENT_SOURCE_DIR_TELLTALE=${telltale_source}")
elseif(way STREQUAL "add_subdirectory")
  file(MAKE_DIRECTORY "${project}/external")
  file(CREATE_LINK "${telltale_source}" "${project}/external/telltale" SYMBOLIC)
endif()
run("${CMAKE_COMMAND}" -S "${project}" -B "${project}/build" ${arguments})
run("${CMAKE_COMMAND}" --build "${project}/build")
runs_right("${project}/build/consumer")
run("${project}/build/consumer_of_report")
if(images)
  run("${project}/build/consumer_of_images")
endif()

file(READ "${project}/build/compile_commands.json" commands)
string(JSON units LENGTH "${commands}")
set(own 2)
if(images)
  set(own 3)
endif()
if(NOT units EQUAL own)
  message(FATAL_ERROR "a dependent project compiles ${units} units; wanted its own ${own}")
endif()
if(commands MATCHES "-Wall|-Wshadow|-march|-DEIGEN_")
  message(FATAL_ERROR "a flag of ours reached a dependent project: ${commands}")
endif()
if(way STREQUAL "find_package")
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${project}" -B "${work}/wrong" ${arguments}
                          -DFURTHER_COMPONENTS=bogus RESULT_VARIABLE status ERROR_VARIABLE out OUTPUT_QUIET)
  if(status EQUAL 0 OR NOT out MATCHES "no component 'bogus'")
    message(FATAL_ERROR "an unknown component was not refused by name: ${out}")
  endif()
endif()
