# The same programs for every way: one on the core alone, one on the report component, and one on the component images
# where its libraries are there.
add_executable(consumer ../main.cpp)
target_link_libraries(consumer PRIVATE telltale::telltale)
add_executable(consumer_of_report ../main.cpp)
target_compile_definitions(consumer_of_report PRIVATE WITH_REPORT)
target_link_libraries(consumer_of_report PRIVATE telltale::report)
if(WITH_IMAGES)
  add_executable(consumer_of_images ../main.cpp)
  target_compile_definitions(consumer_of_images PRIVATE WITH_IMAGES)
  target_link_libraries(consumer_of_images PRIVATE telltale::images)
endif()
