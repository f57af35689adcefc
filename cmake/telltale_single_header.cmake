# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# Target single_header: the core in one file, for a project that wants to drop in nothing else.
set(single_header "${PROJECT_BINARY_DIR}/single_header/telltale_core.hpp")
get_target_property(core_headers telltale HEADER_SET)
add_custom_command(OUTPUT "${single_header}"
                   COMMAND "${CMAKE_COMMAND}" -D "output=${single_header}"
                           -P "${CMAKE_CURRENT_LIST_DIR}/write_single_header.cmake"
                   DEPENDS ${core_headers} "${CMAKE_CURRENT_LIST_DIR}/write_single_header.cmake"
                   COMMENT "Writing telltale_core.hpp")
add_custom_target(single_header DEPENDS "${single_header}")
