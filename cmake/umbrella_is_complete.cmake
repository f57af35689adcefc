cmake_minimum_required(VERSION 3.25)
# telltale.hpp must include every header of the core component, and nothing of the others: io, report and campaign (but
# for the plan) bring dependencies that nobody asked for. The umbrella of a wing must include every header of the wing.
set(root "${include}/telltale")

function(check umbrella)
  cmake_parse_arguments(arg "" "" "FOLDERS;FILES" ${ARGN})
  file(STRINGS "${root}/${umbrella}" lines REGEX "#include <telltale/")
  list(TRANSFORM lines REPLACE "#include <telltale/(.*)>.*" "\\1")
  set(wanted ${arg_FILES})
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB_RECURSE found RELATIVE "${root}" "${root}/${folder}/*.hpp")
    list(APPEND wanted ${found})
  endforeach()
  # Folders named detail are reached through the headers that use them.
  list(FILTER wanted EXCLUDE REGEX "/detail/")
  set(missing ${wanted})
  list(REMOVE_ITEM missing ${lines})
  set(surplus ${lines})
  list(REMOVE_ITEM surplus ${wanted})
  if(missing OR surplus)
    message(SEND_ERROR "${umbrella} misses: ${missing}\nand should not have: ${surplus}")
  endif()
endfunction()

check(telltale.hpp FOLDERS core backend observation scorer rule release published metric accounting train study
      FILES version.hpp campaign/plan.hpp)
check(torch.hpp FOLDERS torch)
check(xtensor.hpp FOLDERS xtensor)
check(mpi.hpp FOLDERS mpi)
