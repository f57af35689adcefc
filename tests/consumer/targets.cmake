# The same two programs for every way: one on the core alone, one on the report component.
add_executable(consumer ../main.cpp)
target_link_libraries(consumer PRIVATE telltale::telltale)
add_executable(consumer_of_report ../main.cpp)
target_compile_definitions(consumer_of_report PRIVATE WITH_REPORT)
target_link_libraries(consumer_of_report PRIVATE telltale::report)
