# The runtime and bitnet-run for AArch64 too, in <build>/aarch64, where Debian's
# cross packages are: they take seconds, and compiled objects can be run.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  return()
endif()
find_program(BITNET_AARCH64_CXX clang++-22)
find_program(BITNET_AARCH64_LINKER ld.lld-22)
find_library(BITNET_AARCH64_CXX_LIBRARY NAMES stdc++ NO_DEFAULT_PATH
  PATHS /usr/lib/gcc-cross/aarch64-linux-gnu/12)
mark_as_advanced(BITNET_AARCH64_CXX BITNET_AARCH64_LINKER BITNET_AARCH64_CXX_LIBRARY)
if(NOT BITNET_AARCH64_CXX OR NOT BITNET_AARCH64_LINKER OR NOT BITNET_AARCH64_CXX_LIBRARY)
  message(STATUS "bitnet-run for AArch64 is left out: expected clang-22, lld-22 and libstdc++-12-dev-arm64-cross")
  return()
endif()

include(ExternalProject)
set(aarch64_dir ${PROJECT_BINARY_DIR}/aarch64)
ExternalProject_Add(bitnet-run-aarch64
  PREFIX ${aarch64_dir}
  SOURCE_DIR ${PROJECT_SOURCE_DIR}/tools/bitnet-run
  BINARY_DIR ${aarch64_dir}
  STAMP_DIR ${aarch64_dir}/stamps
  TMP_DIR ${aarch64_dir}/tmp
  CMAKE_ARGS
    -DCMAKE_TOOLCHAIN_FILE=${PROJECT_SOURCE_DIR}/cmake/AArch64Linux.cmake
    -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
    -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}
    -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${aarch64_dir}/bin
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${aarch64_dir}/lib
    -DCMAKE_ARCHIVE_OUTPUT_DIRECTORY=${aarch64_dir}/lib
  BUILD_ALWAYS ON
  INSTALL_COMMAND "")
