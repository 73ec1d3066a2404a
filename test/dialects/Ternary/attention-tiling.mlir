// RUN: bitnet-opt %s --transform-interpreter --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// ternary.attention is tiled over batch, heads and tokens, never over the keys.

// One head reads the key head that it shares, and the row of the mask that all
// heads share.
// CHECK-LABEL: func @one_head
// CHECK-SAME: %[[Q:.+]]: tensor<?x4x?x8xf32>, %[[K:.+]]: tensor<?x2x?x8xf32>, %[[V:.+]]: tensor<?x2x?x8xf32>, %[[M:.+]]: tensor<?x1x?x?xf32>
func.func @one_head(%q: tensor<?x4x?x8xf32>, %k: tensor<?x2x?x8xf32>, %v: tensor<?x2x?x8xf32>,
                    %m: tensor<?x1x?x?xf32>, %o: tensor<?x4x?x8xf32>) -> tensor<?x4x?x8xf32> {
  // CHECK: scf.forall (%[[B:.+]], %[[H:.+]]) in (%{{.+}}, 4)
  // CHECK-DAG: tensor.extract_slice %[[Q]][%[[B]], %[[H]], 0, 0] [1, 1, %{{.+}}, 8] [1, 1, 1, 1]
  // CHECK-DAG: %[[G:.+]] = affine.apply #{{.+}}()[%[[H]]]
  // CHECK-DAG: tensor.extract_slice %[[K]][%[[B]], %[[G]], 0, 0] [1, 1, %{{.+}}, 8] [1, 1, 1, 1]
  // CHECK-DAG: tensor.extract_slice %[[V]][%[[B]], %[[G]], 0, 0] [1, 1, %{{.+}}, 8] [1, 1, 1, 1]
  // CHECK-DAG: tensor.extract_slice %[[M]][%[[B]], 0, 0, 0] [1, 1, %{{.+}}, %{{.+}}] [1, 1, 1, 1]
  // CHECK: ternary.attention scale = 1.000000e+00 {{.*}} -> tensor<1x1x?x8xf32>
  %r = ternary.attention scale = 1.0
    ins(%q, %k, %v, %m : tensor<?x4x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x1x?x?xf32>)
    outs(%o : tensor<?x4x?x8xf32>) -> tensor<?x4x?x8xf32>
  return %r : tensor<?x4x?x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.attention"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [1, 1] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Four heads are two groups, and read two key heads.
// CHECK-LABEL: func @whole_groups
// CHECK-SAME: %[[Q:.+]]: tensor<1x8x3x8xf32>, %[[K:.+]]: tensor<1x4x5x8xf32>, %[[V:.+]]: tensor<1x4x5x8xf32>, %[[O:.+]]: tensor
func.func @whole_groups(%q: tensor<1x8x3x8xf32>, %k: tensor<1x4x5x8xf32>, %v: tensor<1x4x5x8xf32>,
                        %o: tensor<1x8x3x8xf32>) -> tensor<1x8x3x8xf32> {
  // CHECK: tensor.extract_slice %[[K]][0, %[[G:.+]], 0, 0] [1, 2, 5, 8] [1, 1, 1, 1]
  // CHECK: tensor.extract_slice %[[V]][0, %[[G]], 0, 0] [1, 2, 5, 8] [1, 1, 1, 1]
  %r = ternary.attention scale = 1.0
    ins(%q, %k, %v : tensor<1x8x3x8xf32>, tensor<1x4x5x8xf32>, tensor<1x4x5x8xf32>)
    outs(%o : tensor<1x8x3x8xf32>) -> tensor<1x8x3x8xf32>
  return %r : tensor<1x8x3x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.attention"]} in %module : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Three heads are a group and a half.
func.func @torn_groups(%q: tensor<1x6x3x8xf32>, %k: tensor<1x3x5x8xf32>, %v: tensor<1x3x5x8xf32>,
                       %o: tensor<1x6x3x8xf32>) -> tensor<1x6x3x8xf32> {
  // expected-error @below {{'ternary.attention' op a tile of 3 heads is neither made of whole groups of 2 nor a part of one}}
  // expected-error @below {{faild to tile operation}}
  // expected-error @below {{failed to generate tiling loops}}
  // expected-note @below {{when applied to this op}}
  %r = ternary.attention scale = 1.0
    ins(%q, %k, %v : tensor<1x6x3x8xf32>, tensor<1x3x5x8xf32>, tensor<1x3x5x8xf32>)
    outs(%o : tensor<1x6x3x8xf32>) -> tensor<1x6x3x8xf32>
  return %r : tensor<1x6x3x8xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%module: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["ternary.attention"]} in %module : (!transform.any_op) -> !transform.any_op
    // expected-error @below {{transform.structured.tile_using_forall failed to apply}}
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [0, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
