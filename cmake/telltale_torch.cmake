# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# What our own tests, tool and examples of the LibTorch wing need. A project that links telltale::torch finds LibTorch by
# itself, or through find_package(telltale COMPONENTS torch).
#
# Debian's LibTorch lies in the system's folders; of a wheel `python3 -c "import torch; print(torch.utils.cmake_prefix_path)"`
# prints what CMAKE_PREFIX_PATH must name.
find_package(Torch REQUIRED GLOBAL)
message(STATUS "telltale: LibTorch ${Torch_VERSION} from ${TORCH_INSTALL_PREFIX}")
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
