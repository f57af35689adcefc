# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs every header always: a component decides what is linked, not what is there. Dependencies are looked for by the
# package file when a component is asked for, so installing needs none of them.
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/telltale")
get_property(targets GLOBAL PROPERTY TELLTALE_COMPONENT_TARGETS)
foreach(target IN LISTS targets)
  get_target_property(component ${target} EXPORT_NAME)
  install(TARGETS ${target} EXPORT telltale-${component} FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT telltale-${component} NAMESPACE telltale:: DESTINATION "${package_folder}")
endforeach()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/telltale-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/telltale-config.cmake" INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/telltale-config-version.cmake" COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/telltale-config.cmake" "${PROJECT_BINARY_DIR}/telltale-config-version.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/FindHarfBuzz.cmake" "${CMAKE_CURRENT_LIST_DIR}/FindTurboJPEG.cmake"
        DESTINATION "${package_folder}")

# For those who call the compiler themselves: the core. It finds its own prefix, so that the folder may be moved.
set(pc_folder "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH telltale_pc_to_prefix "/${pc_folder}" "/")
string(REGEX REPLACE "/$" "" telltale_pc_to_prefix "${telltale_pc_to_prefix}")
configure_file("${CMAKE_CURRENT_LIST_DIR}/telltale.pc.in" "${PROJECT_BINARY_DIR}/telltale.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/telltale.pc" DESTINATION "${pc_folder}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/telltale")
