// RUN: bitnet-reduce %s --reduce-network="test=%S/Inputs/contains.sh test-arg=masked_add" -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: bitnet-opt %t.mlir -o /dev/null

// The product by masked adds is what is looked for. The output behind the other
// one goes, and with it all that only it needs; of the residual sum the product
// stays, and of its matrix one trit with its scale, packed.

// CHECK:      module {
// CHECK-NEXT:   func.func @main(%[[X:.+]]: tensor<?x8xi8>, %[[S:.+]]: tensor<2x6xf32>, %[[RESIDUAL:.+]]: tensor<?x6xf32>)
// CHECK-SAME:     -> tensor<?x6xf32>
// CHECK-DAG:    %[[TOKENS:.+]] = tensor.dim %[[RESIDUAL]]
// CHECK-DAG:    %[[W:.+]] = ternary.constant dense<-1> : tensor<1x1xi8>
// CHECK-DAG:    %[[X1:.+]] = tensor.extract_slice %[[X]][0, 0] [%{{.+}}, 1] [1, 1]
// CHECK-DAG:    %[[S1:.+]] = tensor.extract_slice %[[S]][0, 0] [1, 1] [1, 1]
// CHECK-DAG:    %[[R1:.+]] = tensor.extract_slice %[[RESIDUAL]][0, 0] [%{{.+}}, 1] [1, 1]
// CHECK-NOT:    tensor.extract_slice
// CHECK:        %[[Y:.+]] = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>],
// CHECK-SAME:     logical = 1 x 1, scale_group = 1>, scale_group = 1 : i64}
// CHECK-SAME:     ins(%[[X1]], %[[W]] : {{.*}}) scales(%[[S1]] : tensor<1x1xf32>) outs(%[[R1]] : tensor<?x1xf32>)
// CHECK-NEXT:   %[[Z:.+]] = tensor.insert_slice %[[Y]] into %[[RESIDUAL]]
// CHECK-NEXT:   return %[[Z]]
module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64", features = <["+sse2"]>>} {
func.func @main(%x: tensor<?x8xi8>, %s: tensor<2x6xf32>, %residual: tensor<?x6xf32>, %acc: tensor<?x3xi32>)
    -> (tensor<?x6xf32>, tensor<?x3xi32>) {
  %w = ternary.constant dense<-1> : tensor<6x8xi8>
  %v = ternary.constant dense<1> : tensor<3x8xi8>
  %y = ternary.matmul {kernels = [#ternary.kernel<isa = "generic", algorithm = #ternary.masked_add>],
                       packing = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 6 x 8, scale_group = 4>,
                       scale_group = 4 : i64}
    ins(%x, %w : tensor<?x8xi8>, tensor<6x8x!ternary.trit>) scales(%s : tensor<2x6xf32>) outs(%residual : tensor<?x6xf32>) -> tensor<?x6xf32>
  %sum = arith.addf %y, %residual : tensor<?x6xf32>
  %z = ternary.matmul ins(%x, %v : tensor<?x8xi8>, tensor<3x8x!ternary.trit>) outs(%acc : tensor<?x3xi32>) -> tensor<?x3xi32>
  return %sum, %z : tensor<?x6xf32>, tensor<?x3xi32>
}
}
