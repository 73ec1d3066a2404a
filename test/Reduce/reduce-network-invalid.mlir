// RUN: not bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=no_such_op" -o %t.mlir 2>&1 | FileCheck %s
// CHECK: reduce-network-invalid.mlir:13:1: error: '{{.*}}contains.sh' ended with 0, expected 1, which says that this is interesting
// RUN: not bitnet-reduce %s --reduce-network="test=%t/no-such" -o %t.mlir 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: '{{.*}}no-such' ended with an error ({{.*}}No such file or directory), expected 1
// RUN: not bitnet-reduce %s --reduce-network -o %t.mlir 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: '' ended with an error
// RUN: not bitnet-reduce %s --reduce-network="test=%S/Inputs/dies.sh" -o %t.mlir 2>&1 | FileCheck %s --check-prefix=DIES
// DIES: error: '{{.*}}dies.sh' ended with an error ({{.+}}), expected 1
// RUN: not bitnet-reduce %s --reduce-network="test=%S/Inputs/waits.sh seconds=1" -o %t.mlir 2>&1 | FileCheck %s --check-prefix=WAITS
// WAITS: error: '{{.*}}waits.sh' ended with an error (Child timed out{{.*}}), expected 1

// RUN: not test -e %t.mlir
module {}
