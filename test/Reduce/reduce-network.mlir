// RUN: bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=masked_add" -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: bitnet-opt %t.mlir

// The product by masked adds is what is looked for. The output behind the other
// one goes, and with it all that only it needs; of the residual sum the product
// stays, and of its matrix one trit with its scale.

// CHECK:      module {
// CHECK-NEXT:   func.func @main
// CHECK-SAME:     -> tensor<?x6xf32>
// CHECK-NOT:    arith.addf
// CHECK:        ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], scale_group = 1 : i64}
// CHECK-SAME:     tensor<?x1xi8>, tensor<1x1x!ternary.trit>) scales({{.*}} : tensor<1x1xf32>)
// CHECK-NOT:    ternary.matmul
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64", features = <["+sse2"]>>} {
func.func @main(%x: tensor<?x8xi8>, %s: tensor<2x6xf32>, %residual: tensor<?x6xf32>, %acc: tensor<?x3xi32>)
    -> (tensor<?x6xf32>, tensor<?x3xi32>) {
  %w = ternary.constant dense<-1> : tensor<6x8xi8>
  %v = ternary.constant dense<1> : tensor<3x8xi8>
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>], scale_group = 4 : i64}
    ins(%x, %w : tensor<?x8xi8>, tensor<6x8x!ternary.trit>) scales(%s : tensor<2x6xf32>) outs(%residual : tensor<?x6xf32>) -> tensor<?x6xf32>
  %sum = arith.addf %y, %residual : tensor<?x6xf32>
  %z = ternary.matmul ins(%x, %v : tensor<?x8xi8>, tensor<3x8x!ternary.trit>) outs(%acc : tensor<?x3xi32>) -> tensor<?x3xi32>
  return %sum, %z : tensor<?x6xf32>, tensor<?x3xi32>
}
}
