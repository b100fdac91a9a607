# Warnings for every target of ours; errors when the preset asks for it.
option(GATEWAY_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)
add_library(project_warnings INTERFACE)
target_compile_options(
  project_warnings
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            $<$<BOOL:${GATEWAY_WARNINGS_AS_ERRORS}>:-Werror>)

# gateway_library(NAME SOURCES… LINK libs…): a static library of ours with the include root and warnings.
function(gateway_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE_LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE project_warnings ${arg_PRIVATE_LINK})
endfunction()

# gateway_test(NAME SOURCES… LINK libs…): a GoogleTest program registered with ctest, one entry a program. Tests run in the
# source folder and find their data below tests/data.
function(gateway_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE project_warnings test_support GTest::gmock GTest::gtest_main
                                        ${arg_LINK})
  target_compile_definitions(${name} PRIVATE TEST_DATA_DIR="tests/data")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
