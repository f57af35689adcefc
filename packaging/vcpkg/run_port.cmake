# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.25)
# Runs a port's portfile without vcpkg: the helpers it calls do here what vcpkg's documentation says they do, as far as a
# header-only package meets it. What comes out is `packages`, as vcpkg would copy it into vcpkg_installed.
#
#   cmake -D port=FOLDER -D packages=FOLDER -D buildtrees=FOLDER -P packaging/vcpkg/run_port.cmake
cmake_path(GET port FILENAME PORT)
set(CURRENT_PACKAGES_DIR "${packages}")
file(REMOVE_RECURSE "${packages}" "${buildtrees}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

# Every option must be one that the project knows; no destination may be absolute.
function(vcpkg_cmake_configure)
  cmake_parse_arguments(arg "" "SOURCE_PATH" "OPTIONS" ${ARGN})
  run("${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B "${buildtrees}" -G Ninja -DCMAKE_BUILD_TYPE=Release
      "-DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}" -DCMAKE_INSTALL_LIBDIR:STRING=lib
      -DCMAKE_INSTALL_BINDIR:STRING=bin -DCMAKE_ERROR_ON_ABSOLUTE_INSTALL_DESTINATION=ON ${arg_OPTIONS})
  string(REGEX MATCH "not used by the project.*" unused "${out}")
  foreach(option IN LISTS arg_OPTIONS)
    string(REGEX REPLACE "^-D([^:=]*).*" "\\1" name "${option}")
    if(unused MATCHES "[ \n]${name}\n")
      message(FATAL_ERROR "the project does not know this option of the port: ${name}")
    endif()
  endforeach()
endfunction()

function(vcpkg_cmake_install)
  run("${CMAKE_COMMAND}" --build "${buildtrees}" --target install)
endfunction()

# Moves the package files to share/PORT and makes them look for their prefix two folders up.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(arg "" "CONFIG_PATH" "" ${ARGN})
  set(from "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}")
  if(NOT EXISTS "${from}")
    message(FATAL_ERROR "no such folder: ${from}")
  endif()
  set(to "${CURRENT_PACKAGES_DIR}/share/${PORT}")
  file(COPY "${from}/" DESTINATION "${to}")
  file(REMOVE_RECURSE "${from}")
  cmake_path(GET from PARENT_PATH parent)
  file(REMOVE_RECURSE "${parent}")
  file(GLOB files "${to}/*.cmake")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(REGEX REPLACE "(PACKAGE_PREFIX_DIR \"\\\${CMAKE_CURRENT_LIST_DIR})/[./]+\"" "\\1/../../\"" text "${text}")
    set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
    string(REPLACE "${up}" "" text "${text}")
    set(own "get_filename_component(_IMPORT_PREFIX \"\${CMAKE_CURRENT_LIST_FILE}\" PATH)\n")
    string(REPLACE "${own}" "${own}${up}${up}" text "${text}")
    file(WRITE "${file}" "${text}")
    if(text MATCHES "${CURRENT_PACKAGES_DIR}")
      message(FATAL_ERROR "${file} names an absolute folder")
    endif()
  endforeach()
endfunction()

# A file of pkg-config must find its prefix from where it lies.
function(vcpkg_fixup_pkgconfig)
  file(GLOB_RECURSE files "${CURRENT_PACKAGES_DIR}/*.pc")
  foreach(file IN LISTS files)
    file(STRINGS "${file}" prefix REGEX "^prefix=")
    if(NOT prefix STREQUAL "prefix=\${pcfiledir}/../..")
      message(FATAL_ERROR "${file}: ${prefix}")
    endif()
  endforeach()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(arg "" "" "FILE_LIST" ${ARGN})
  file(INSTALL ${arg_FILE_LIST} DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}" RENAME copyright)
endfunction()

include("${port}/portfile.cmake")
