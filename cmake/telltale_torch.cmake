# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# What our own tests, tool and examples of the LibTorch wing need. A project that links telltale::torch finds LibTorch by
# itself, or through find_package(telltale COMPONENTS torch).
#
# Debian's LibTorch lies in the system's folders; for that of a wheel see the preset torch-wheel. Where both are there, the
# wheel's own package file finds Debian's libtorch.so unless the wheel's folder is in CMAKE_PREFIX_PATH as well.
find_package(Torch REQUIRED GLOBAL)
message(STATUS "telltale: LibTorch ${Torch_VERSION} from ${TORCH_INSTALL_PREFIX}")
if(Torch_VERSION VERSION_GREATER_EQUAL 2 AND NOT TORCH_LIBRARY MATCHES "^${TORCH_INSTALL_PREFIX}/")
  message(FATAL_ERROR "telltale: LibTorch's headers are those of ${TORCH_INSTALL_PREFIX}, but its library is "
                      "${TORCH_LIBRARY}; add the folder of the former to CMAKE_PREFIX_PATH")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND Torch_VERSION VERSION_LESS 2.1)
  message(FATAL_ERROR "telltale: clang does not compile the headers of LibTorch ${Torch_VERSION} as C++20 (a vector of an "
                      "incomplete type, mended in 2.1); take g++, or LibTorch 2.1 or later")
endif()

# All of the wing's executables.
add_custom_target(torch_wing)

# Every file of tests and lessons reads the same two headers, which take 20 of its 25 seconds.
telltale_test_executable(telltale_torch_precompiled SOURCES "${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp"
                         LINK telltale::torch)
target_precompile_headers(telltale_torch_precompiled PRIVATE <torch/torch.h> <torch/script.h>)

# telltale_torch_executable(NAME SOURCES a.cpp LINK t...): a test or a lesson of the wing.
function(telltale_torch_executable name)
  telltale_test_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE telltale::torch)
  target_precompile_headers(${name} REUSE_FROM telltale_torch_precompiled)
  add_dependencies(torch_wing ${name})
endfunction()

# Every header of the wing alone, but for LibTorch's own, which would be read anew for each: twenty seconds a header. That
# a header includes what it needs of LibTorch is a rule of the house. CI builds it with clang, which loads a precompiled
# header in half the time.
get_target_property(headers telltale_torch HEADER_SET)
set(alone)
foreach(header IN LISTS headers)
  cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/include" OUTPUT_VARIABLE name)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/torch_headers/${name}.cpp")
  file(GENERATE OUTPUT "${source}" CONTENT "#include <${name}>\n")
  list(APPEND alone "${source}")
endforeach()
add_library(torch_headers OBJECT EXCLUDE_FROM_ALL ${alone})
target_link_libraries(torch_headers PRIVATE telltale::torch telltale_developer)
target_compile_options(torch_headers PRIVATE -O1)
set_target_properties(torch_headers PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
target_precompile_headers(torch_headers REUSE_FROM telltale_torch_precompiled)
