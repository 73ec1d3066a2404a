// RUN: bitnet-opt %s --transform-interpreter --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// ternary.product is tiled through its TilingInterface alone: tokens and columns,
// never the depth.

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 60 x 10>

// A tile of the columns takes whole row blocks of the storage, which keep the
// packing; the activations, which all tiles read, are not sliced.
// CHECK-LABEL: func @columns
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<4x3x16xi8, #[[P:.+]]>, %[[ACC:.+]]: tensor<?x64xi32>)
// CHECK:         scf.forall (%[[I:.+]]) in (2) shared_outs(%[[OUT:.+]] = %[[ACC]])
// CHECK:           tensor.extract_slice %[[W]][%{{.+}}, 0, 0] [2, 3, 16] [1, 1, 1] : {{.*}} to tensor<2x3x16xi8, #[[P]]>
// CHECK:           ternary.product activations(%[[X]] : tensor<?x10xi8>) weights(%{{.+}} : tensor<2x3x16xi8, #[[P]]>) outs(%{{.+}} : tensor<?x32xi32>)
func.func @columns(%x: tensor<?x10xi8>, %w: tensor<4x3x16xi8, #p>, %acc: tensor<?x64xi32>) -> tensor<?x64xi32> {
  %y = ternary.product activations(%x : tensor<?x10xi8>) weights(%w : tensor<4x3x16xi8, #p>) outs(%acc : tensor<?x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<?x64xi32>
  return %y : tensor<?x64xi32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.product"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [0, 32] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A tile has the scales of its columns.
#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 64 x 10, scale_group = 4>
// CHECK-LABEL: func @scale_groups
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xi8>, %[[W:.+]]: tensor<4x3x16xi8, #[[P:.+]]>, %[[S:.+]]: tensor<3x64xf32>, %{{.+}}: tensor<?x64xf32>)
// CHECK:           tensor.extract_slice %[[W]][%{{.+}}, 0, 0] [2, 3, 16] [1, 1, 1] : {{.*}} to tensor<2x3x16xi8, #[[P]]>
// CHECK:           tensor.extract_slice %[[S]][0, %{{.+}}] [3, 32] [1, 1]
// CHECK:           ternary.product {scale_group = 4 : i64} activations(%[[X]] : {{.*}}) weights(%{{.+}} : tensor<2x3x16xi8, #[[P]]>) scales(%{{.+}} : tensor<3x32xf32>)
func.func @scale_groups(%x: tensor<?x10xi8>, %w: tensor<4x3x16xi8, #p>, %s: tensor<3x64xf32>, %acc: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = ternary.product {scale_group = 4 : i64} activations(%x : tensor<?x10xi8>) weights(%w : tensor<4x3x16xi8, #p>) scales(%s : tensor<3x64xf32>) outs(%acc : tensor<?x64xf32>) {
  ^bb0(%sum: f32):
    ternary.yield %sum : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.product"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [0, 32] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Trits have a row for each column; the last tile is smaller.
// CHECK-LABEL: func @trits
// CHECK:         scf.forall (%[[M:.+]], %[[N:.+]]) in (3, 4)
// CHECK:           tensor.extract_slice %{{.+}}[%{{.+}}, 0] [4, 10] [1, 1] : tensor<12x10xi8> to tensor<4x10xi8>
// CHECK:           tensor.extract_slice %{{.+}}[%{{.+}}, 0] [%{{.+}}, 10] [1, 1] : tensor<60x10x!ternary.trit> to tensor<?x10x!ternary.trit>
// CHECK:           ternary.product activations(%{{.+}} : tensor<4x10xi8>) weights(%{{.+}} : tensor<?x10x!ternary.trit>) outs(%{{.+}} : tensor<4x?xi32>)
func.func @trits(%x: tensor<12x10xi8>, %w: tensor<60x10x!ternary.trit>, %acc: tensor<12x60xi32>) -> tensor<12x60xi32> {
  %y = ternary.product activations(%x : tensor<12x10xi8>) weights(%w : tensor<60x10x!ternary.trit>) outs(%acc : tensor<12x60xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<12x60xi32>
  return %y : tensor<12x60xi32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.product"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [4, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

#p = #ternary.packing<group = 1, index_bits = 2, word_bits = 8, rows = 16, logical = 60 x 10>
func.func @broken_row_blocks(%x: tensor<4x10xi8>, %w: tensor<4x3x16xi8, #p>, %acc: tensor<4x64xi32>) -> tensor<4x64xi32> {
  // expected-error @below {{'ternary.product' op failed to generate tiling loops}}
  // expected-error-re @below {{'ternary.product' op {{.+}} to tile operation}}
  // expected-note @below {{when applied to this op}}
  // expected-error @below {{'ternary.product' op a tile of 8 columns is not made of whole row blocks of 16}}
  %y = ternary.product activations(%x : tensor<4x10xi8>) weights(%w : tensor<4x3x16xi8, #p>) outs(%acc : tensor<4x64xi32>) {
  ^bb0(%sum: i32):
    ternary.yield %sum : i32
  } -> tensor<4x64xi32>
  return %y : tensor<4x64xi32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.product"]} in %module : (!transform.any_op) -> !transform.any_op
    // expected-error @below {{transform.structured.tile_using_forall failed to apply}}
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [0, 8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Inputs are sliced by their maps, and the body counts columns from its tile.
// CHECK-LABEL: func @epilogue
// CHECK-SAME:    %{{.+}}, %{{.+}}, %[[BIAS:[^:]+]]: tensor<60xf32>, %[[SCALE:[^:]+]]: tensor<12x1xf32>,
// CHECK:         scf.forall (%{{.+}}, %[[N:.+]]) in (3, 4)
// CHECK:           %[[COLUMN:.+]] = affine.apply #{{.+}}(%[[N]])
// CHECK:           %[[B:.+]] = tensor.extract_slice %[[BIAS]][%[[COLUMN]]]
// CHECK:           %[[S:.+]] = tensor.extract_slice %[[SCALE]][%{{.+}}, 0] [4, 1] [1, 1]
// CHECK:           ternary.product {{.*}} inputs(%[[B]], %[[S]] :
// CHECK:             %[[INDEX:.+]] = ternary.index 1
// CHECK:             affine.apply #{{.+}}(%{{.+}})[%[[INDEX]]]
#column = affine_map<(m, n) -> (n)>
#row = affine_map<(m, n) -> (m, 0)>
func.func @epilogue(%x: tensor<12x10xi8>, %w: tensor<60x10x!ternary.trit>, %bias: tensor<60xf32>, %scale: tensor<12x1xf32>,
                    %init: tensor<12x60xf32>) -> tensor<12x60xf32> {
  %y = ternary.product {maps = [#column, #row]} activations(%x : tensor<12x10xi8>) weights(%w : tensor<60x10x!ternary.trit>)
      inputs(%bias, %scale : tensor<60xf32>, tensor<12x1xf32>) outs(%init : tensor<12x60xf32>) {
  ^bb0(%sum: i32, %b: f32, %s: f32):
    %column = ternary.index 1
    %0 = arith.index_cast %column : index to i32
    %1 = arith.addi %sum, %0 : i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.mulf %2, %s : f32
    %4 = arith.addf %3, %b : f32
    ternary.yield %4 : f32
  } -> tensor<12x60xf32>
  return %y : tensor<12x60xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.product"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [4, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
