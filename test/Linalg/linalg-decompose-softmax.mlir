// RUN: bitnet-opt %s --linalg-decompose-softmax | FileCheck %s

// CHECK-DAG: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func @rows
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32>, %[[OUT:.+]]: tensor<?x8xf32>)
func.func @rows(%x: tensor<?x8xf32>, %out: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK-NOT: linalg.softmax
  // CHECK: %[[MAX:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] :
  // CHECK: arith.max
  // CHECK: %[[EXP:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[MAX]] :
  // CHECK: %[[LESS:.+]] = arith.subf
  // CHECK-NEXT: math.exp %[[LESS]]
  // CHECK: %[[SUM:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[EXP]] :
  // CHECK: arith.addf
  // CHECK: %[[Y:.+]] = linalg.generic {{.*}} ins(%[[EXP]], %[[SUM]] : {{.*}}) outs(%[[OUT]] :
  // CHECK: arith.divf
  // CHECK: return %[[Y]]
  %y = linalg.softmax dimension(1) ins(%x : tensor<?x8xf32>) outs(%out : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
