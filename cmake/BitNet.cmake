# The only CMake cleverness of the project: one function for each kind of thing it builds.

# bitnet_dialect(Ternary DIALECT ternary SOURCES … MLIR_LIBS … [DEPENDS …])
#
# Generates the dialect, types, attributes, enums and ops from <Name>Ops.td,
# which includes what else there is, or of a dialect without ops from
# <Name>Attrs.td; interfaces from <Name>Interfaces.td, where there is one. Builds the library BitNet<Name> and adds the reference of the
# dialect to the target mlir-doc.
function(bitnet_dialect name)
  cmake_parse_arguments(ARG "" "DIALECT" "SOURCES;MLIR_LIBS;LIBS" ${ARGN})
  set(definitions ${name}Ops.td)
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${definitions})
    set(definitions ${name}Attrs.td)
  endif()
  set(LLVM_TARGET_DEFINITIONS ${definitions})
  set(flags -I ${PROJECT_SOURCE_DIR})
  mlir_tablegen(${name}Ops.h.inc -gen-op-decls ${flags})
  mlir_tablegen(${name}Ops.cpp.inc -gen-op-defs ${flags})
  mlir_tablegen(${name}Types.h.inc -gen-typedef-decls -typedefs-dialect=${ARG_DIALECT} ${flags})
  mlir_tablegen(${name}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${ARG_DIALECT} ${flags})
  mlir_tablegen(${name}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${ARG_DIALECT} ${flags})
  mlir_tablegen(${name}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${ARG_DIALECT} ${flags})
  mlir_tablegen(${name}Enums.h.inc -gen-enum-decls ${flags})
  mlir_tablegen(${name}Enums.cpp.inc -gen-enum-defs ${flags})
  mlir_tablegen(${name}Dialect.h.inc -gen-dialect-decls -dialect=${ARG_DIALECT} ${flags})
  mlir_tablegen(${name}Dialect.cpp.inc -gen-dialect-defs -dialect=${ARG_DIALECT} ${flags})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}Interfaces.td)
    set(LLVM_TARGET_DEFINITIONS ${name}Interfaces.td)
    mlir_tablegen(${name}AttrInterfaces.h.inc -gen-attr-interface-decls ${flags})
    mlir_tablegen(${name}AttrInterfaces.cpp.inc -gen-attr-interface-defs ${flags})
    mlir_tablegen(${name}OpInterfaces.h.inc -gen-op-interface-decls ${flags})
    mlir_tablegen(${name}OpInterfaces.cpp.inc -gen-op-interface-defs ${flags})
  endif()
  add_public_tablegen_target(BitNet${name}IncGen)
  add_dependencies(mlir-headers BitNet${name}IncGen)
  set(LLVM_TARGET_DEFINITIONS ${definitions})
  tablegen(MLIR ${name}Dialect.md -gen-dialect-doc -dialect=${ARG_DIALECT} ${flags})
  add_custom_target(BitNet${name}Doc DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${name}Dialect.md
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${name}Dialect.md
            ${PROJECT_BINARY_DIR}/docs/${name}Dialect.md)
  add_dependencies(mlir-doc BitNet${name}Doc)
  bitnet_library(BitNet${name} SOURCES ${ARG_SOURCES} DEPENDS BitNet${name}IncGen
                 LIBS ${ARG_LIBS} MLIR_LIBS ${ARG_MLIR_LIBS})
endfunction()

# bitnet_passes(KernelStage)
#
# Generates the passes of <Name>.td, and adds their reference, <Name>.md, to the
# target mlir-doc.
function(bitnet_passes name)
  set(LLVM_TARGET_DEFINITIONS ${name}.td)
  set(flags -I ${PROJECT_SOURCE_DIR}/include)
  mlir_tablegen(${name}.h.inc -gen-pass-decls -name BitNet${name} ${flags})
  add_public_tablegen_target(BitNet${name}PassIncGen)
  add_dependencies(mlir-headers BitNet${name}PassIncGen)
  tablegen(MLIR ${name}.md -gen-pass-doc ${flags})
  add_custom_target(BitNet${name}PassDoc DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${name}.md
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/${name}.md
            ${PROJECT_BINARY_DIR}/docs/${name}.md)
  add_dependencies(mlir-doc BitNet${name}PassDoc)
endfunction()

# The headers of upstream that most sources include, for `bitnet_library`; tools
# and tests have few sources.
function(bitnet_precompile_headers)
  file(CONFIGURE OUTPUT Precompiled.cpp CONTENT "// Headers alone.\n")
  add_library(BitNetPrecompiled OBJECT ${CMAKE_CURRENT_BINARY_DIR}/Precompiled.cpp)
  set_target_properties(BitNetPrecompiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_precompile_headers(BitNetPrecompiled PRIVATE
    <mlir/Dialect/Affine/IR/AffineOps.h> <mlir/Dialect/Arith/IR/Arith.h> <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/Dialect/Linalg/IR/Linalg.h> <mlir/Dialect/LLVMIR/LLVMDialect.h> <mlir/Dialect/Math/IR/Math.h>
    <mlir/Dialect/MemRef/IR/MemRef.h> <mlir/Dialect/SCF/IR/SCF.h> <mlir/Dialect/Tensor/IR/Tensor.h>
    <mlir/Dialect/Vector/IR/VectorOps.h> <mlir/IR/PatternMatch.h> <mlir/Pass/Pass.h>)
endfunction()

# bitnet_library(BitNetKernels SOURCES … [DEPENDS …] [LIBS …] [MLIR_LIBS …])
#
# LIBS are ours, MLIR_LIBS name every MLIR library used, so that both the
# static and the dylib build link (with the dylib they all become libMLIR.so).
function(bitnet_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBS;MLIR_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_dependencies(${name} mlir-headers ${ARG_DEPENDS})
  if(ARG_LIBS)
    target_link_libraries(${name} PUBLIC ${ARG_LIBS})
  endif()
  if(ARG_MLIR_LIBS)
    mlir_target_link_libraries(${name} PUBLIC ${ARG_MLIR_LIBS})
    bitnet_link_llvm(${name} PUBLIC)
    if(TARGET BitNetPrecompiled)
      target_precompile_headers(${name} REUSE_FROM BitNetPrecompiled)
    endif()
  endif()
endfunction()

# LLVM's own libraries: with MLIR's dylib its twin libLLVM.so, for which the
# static MLIR libraries bring their own components.
function(bitnet_link_llvm name visibility)
  if(MLIR_LINK_MLIR_DYLIB)
    target_link_libraries(${name} ${visibility} LLVM)
  else()
    llvm_map_components_to_libnames(components Support)
    target_link_libraries(${name} ${visibility} ${components})
  endif()
endfunction()

# bitnet_tool(bitnet-opt SOURCES … [LIBS …] [MLIR_LIBS …])
function(bitnet_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;MLIR_LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_definitions(${name} PRIVATE BITNET_VERSION="${PROJECT_VERSION}")
  add_dependencies(${name} mlir-headers)
  if(ARG_LIBS)
    target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  endif()
  if(ARG_MLIR_LIBS)
    mlir_target_link_libraries(${name} PRIVATE ${ARG_MLIR_LIBS})
    bitnet_link_llvm(${name} PRIVATE)
  endif()
endfunction()

# bitnet_unittest(PackingTests SOURCES … [LIBS …] [MLIR_LIBS …])
#
# A GoogleTest binary under <build>/test/unit, found there by lit.
function(bitnet_unittest name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;MLIR_LIBS" ${ARGN})
  bitnet_tool(${name} SOURCES ${ARG_SOURCES} LIBS ${ARG_LIBS} GTest::gtest_main
              MLIR_LIBS ${ARG_MLIR_LIBS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/unit)
  set_property(GLOBAL APPEND PROPERTY BITNET_UNITTESTS ${name})
endfunction()
