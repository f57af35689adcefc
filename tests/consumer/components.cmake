# SPDX-FileCopyrightText: 2026 The telltale authors
# SPDX-License-Identifier: Apache-2.0
#
# A program on each component that is there, beside the one on the core.
option(WITH_IMAGES "The libraries of the component images are there" OFF)
set(components report)
if(WITH_IMAGES)
  list(APPEND components images)
endif()
foreach(component IN LISTS components)
  string(TOUPPER "${component}" upper)
  add_executable(consumer_of_${component} components.cpp)
  target_compile_definitions(consumer_of_${component} PRIVATE WITH_${upper})
  target_link_libraries(consumer_of_${component} PRIVATE telltale::${component})
endforeach()
