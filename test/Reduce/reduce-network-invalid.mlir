// RUN: not bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=no_such_op" -o %t.mlir 2>&1 | FileCheck %s
// CHECK: reduce-network-invalid.mlir":8:1): error: '{{.*}}contains.sh' does not find this interesting, expected exit status 1
// RUN: not bitnet-reduce %s --reduce-network="test=%t/no-such" -o %t.mlir 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected test=<path of a program>, got '{{.*}}no-such'
// RUN: not bitnet-reduce %s --reduce-network -o %t.mlir 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: expected test=<path of a program>, got ''
// RUN: not test -e %t.mlir
module {}
