// RUN: bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=math.exp" -o - | FileCheck %s
// RUN: bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=call..called" -o - | FileCheck %s --check-prefix=CALL
// RUN: bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=no_such_constant" -o - | FileCheck %s --check-prefix=GONE

// The store and the loop go, for the loop's two results what they began with; then
// nobody calls the function that is looked for, and the one that did goes, too.
// CHECK:      module {
// CHECK-NEXT:   func.func private @called(%[[X:.+]]: f32) -> f32 {
// CHECK-NEXT:     %[[Y:.+]] = math.exp %[[X]]
// CHECK-NEXT:     return %[[Y]]
// CHECK-NEXT:   }
// CHECK-NEXT: }

// A function that is called keeps its form, and an op its loop.
// CALL:      module {
// CALL-NEXT:   func.func private @called(%[[X:.+]]: f32) -> f32 {
// CALL-NEXT:     return %[[X]]
// CALL-NEXT:   }
// CALL-NEXT:   func.func @main(%{{.+}}: tensor<?x2xi32>, %{{.+}}: index) {
// CALL:          scf.for
// CALL-NEXT:       func.call @called
// CALL:          return
// CALL-NEXT:   }
// CALL-NEXT: }

// A matrix whose elements are not at hand stays, another one beside it does not.
// GONE:     ternary.constant dense_resource<no_such_constant> : tensor<2x4xi8>
// GONE-NOT: dense<
module {
func.func private @called(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

func.func @endless(%x: i32) -> i32 {
  ub.unreachable
}

func.func @main(%x: tensor<?x4xi8>, %acc: tensor<?x2xi32>, %out: memref<f32>, %n: index) -> (tensor<?x2xi32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %start = arith.constant 1.0 : f32
  %gone = ternary.constant dense_resource<no_such_constant> : tensor<2x4xi8>
  %here = ternary.constant dense<1> : tensor<2x4xi8>
  %y = ternary.matmul ins(%x, %gone : tensor<?x4xi8>, tensor<2x4x!ternary.trit>) outs(%acc : tensor<?x2xi32>) -> tensor<?x2xi32>
  %z = ternary.matmul ins(%x, %here : tensor<?x4xi8>, tensor<2x4x!ternary.trit>) outs(%y : tensor<?x2xi32>) -> tensor<?x2xi32>
  %f:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %start, %b = %z) -> (f32, tensor<?x2xi32>) {
    %e = func.call @called(%a) : (f32) -> f32
    scf.yield %e, %b : f32, tensor<?x2xi32>
  }
  memref.store %f#0, %out[] : memref<f32>
  return %f#1, %f#0 : tensor<?x2xi32>, f32
}
}
