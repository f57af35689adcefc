cmake_minimum_required(VERSION 3.25)
# Configures, builds and runs the consumer project `way` in a fresh folder, and checks that the options of a dependent
# project stay untouched: no test, tool or example of ours appears in it, and no warning flag.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${work}")
file(MAKE_DIRECTORY "${work}")
set(arguments -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
              "-DTELLTALE_SOURCE=${telltale_source}")
if(way STREQUAL "find_package")
  # Only the rules for headers and package files are needed, so the tree is configured anew without tool and tests.
  run("${CMAKE_COMMAND}" -S "${telltale_source}" -B "${work}/library" -G "${generator}" "-DCMAKE_CXX_COMPILER=${compiler}"
      -DTELLTALE_BUILD_TOOL=OFF -DTELLTALE_BUILD_TESTS=OFF -DTELLTALE_BUILD_EXAMPLES=OFF)
  run("${CMAKE_COMMAND}" --install "${work}/library" --prefix "${work}/prefix")
  list(APPEND arguments "-DCMAKE_PREFIX_PATH=${work}/prefix")
endif()
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${way}" -B "${work}/build" ${arguments})
run("${CMAKE_COMMAND}" --build "${work}/build")
run("${work}/build/consumer")
if(NOT out MATCHES "0.981850 -1.126928")
  message(FATAL_ERROR "the consumer printed: ${out}")
endif()

file(READ "${work}/build/compile_commands.json" commands)
string(JSON units LENGTH "${commands}")
if(NOT units EQUAL 2)
  message(FATAL_ERROR "a dependent project compiles ${units} units; wanted its own 2")
endif()
if(commands MATCHES "-Wall|-Wshadow|-march|-DEIGEN_")
  message(FATAL_ERROR "a flag of ours reached a dependent project: ${commands}")
endif()
if(way STREQUAL "find_package")
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${way}" -B "${work}/wrong" ${arguments}
                          -DCOMPONENTS=bogus RESULT_VARIABLE status ERROR_VARIABLE out OUTPUT_QUIET)
  if(status EQUAL 0 OR NOT out MATCHES "no component 'bogus'")
    message(FATAL_ERROR "an unknown component was not refused by name: ${out}")
  endif()
endif()
