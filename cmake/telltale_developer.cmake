# What only our own translation units need: warnings, and the dependencies of tool, tests and benchmarks.
foreach(package IN ITEMS ZLIB nlohmann_json)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "telltale: the tool, tests and examples need ${package} (Debian: zlib1g-dev, nlohmann-json3-dev)")
  endif()
endforeach()

add_library(telltale_developer INTERFACE)
target_compile_options(telltale_developer INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                       $<$<BOOL:${TELLTALE_WARNINGS_AS_ERRORS}>:-Werror>
                       # GCC 12 sees overlaps in string concatenations that are not there (its bug 105651).
                       $<$<CXX_COMPILER_ID:GNU>:-fconcepts-diagnostics-depth=2;-Wno-restrict>)

# telltale_executable(NAME SOURCES a.cpp LINK t...)
function(telltale_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} telltale_developer)
  set_target_properties(${name} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
endfunction()

# The same for a test or a lesson, which is compiled more often than it runs: -O3 takes twice the time of -O1.
function(telltale_test_executable name)
  telltale_executable(${name} ${ARGN})
  target_compile_options(${name} PRIVATE -O1)
endfunction()
