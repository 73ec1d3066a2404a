// RUN: bitnet-opt %s --ternary-decompose-quantization --canonicalize | FileCheck %s

// CHECK-DAG: #[[$ID:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func @quotient
// CHECK-SAME:    %[[X:.+]]: tensor<?x8xf32>, %[[C:.+]]: tensor<?x8xi8>, %[[S:.+]]: tensor<?xf32>)
func.func @quotient(%x: tensor<?x8xf32>, %c: tensor<?x8xi8>, %s: tensor<?xf32>) -> (tensor<?x8xi8>, tensor<?xf32>) {
  // CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i32
  // CHECK-DAG: %[[MASK:.+]] = arith.constant 2147483647 : i32
  // CHECK-DAG: %[[EPS:.+]] = arith.constant 9.99999974E-6
  // CHECK-DAG: %[[HIGH:.+]] = arith.constant 1.270000e+02
  // CHECK-DAG: %[[LOW:.+]] = arith.constant -1.280000e+02
  // CHECK: %[[START:.+]] = linalg.fill ins(%[[ZERO]] : i32)
  // CHECK: %[[MAX:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] : {{.*}}) outs(%[[START]]
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[OUT:.+]]: i32):
  // CHECK-NEXT: %[[BITS:.+]] = arith.bitcast %[[IN]] : f32 to i32
  // CHECK-NEXT: %[[ABS:.+]] = arith.andi %[[BITS]], %[[MASK]]
  // CHECK-NEXT: arith.maxsi %[[ABS]], %[[OUT]]
  // CHECK: %[[SCALES:.+]] = linalg.generic {{.*}} ins(%[[MAX]] : tensor<?xi32>) outs(%[[S]] : tensor<?xf32>)
  // CHECK: %[[MAGNITUDE:.+]] = arith.bitcast %{{.+}} : i32 to f32
  // CHECK-NEXT: %[[M:.+]] = arith.maximumf %[[MAGNITUDE]], %[[EPS]]
  // CHECK-NEXT: arith.divf %[[HIGH]], %[[M]]
  // CHECK: %[[CODES:.+]] = linalg.generic {indexing_maps = [#[[$ID]], #[[$ROW]], #[[$ID]]], {{.*}} ins(%[[X]], %[[SCALES]] : {{.*}}) outs(%[[C]]
  // CHECK-NEXT: ^bb0(%[[V:.+]]: f32, %[[SCALE:.+]]: f32, %{{.+}}: i8):
  // CHECK-NEXT: %[[SCALED:.+]] = arith.mulf %[[V]], %[[SCALE]]
  // CHECK-NEXT: %[[ROUND:.+]] = math.roundeven %[[SCALED]]
  // CHECK-NEXT: %[[CUT:.+]] = arith.maximumf %[[ROUND]], %[[LOW]]
  // CHECK-NEXT: %[[BOTH:.+]] = arith.minimumf %[[CUT]], %[[HIGH]]
  // CHECK-NEXT: arith.fptosi %[[BOTH]] : f32 to i8
  // CHECK: return %[[CODES]], %[[SCALES]]
  %codes, %scales = ternary.quantize_activations quotient epsilon = 9.99999974E-6
    ins(%x : tensor<?x8xf32>) outs(%c, %s : tensor<?x8xi8>, tensor<?xf32>) -> tensor<?x8xi8>, tensor<?xf32>
  return %codes, %scales : tensor<?x8xi8>, tensor<?xf32>
}

// CHECK-LABEL: func @reciprocal
func.func @reciprocal(%x: tensor<?x8xf32>, %c: tensor<?x8xi8>, %s: tensor<?xf32>) -> (tensor<?x8xi8>, tensor<?xf32>) {
  // CHECK-DAG: %[[ONE:.+]] = arith.constant 1.0
  // CHECK-DAG: %[[HIGH:.+]] = arith.constant 1.270000e+02
  // CHECK: %[[INVERSE:.+]] = arith.divf %[[ONE]], %{{.+}}
  // CHECK: arith.mulf %[[INVERSE]], %[[HIGH]]
  %codes, %scales = ternary.quantize_activations reciprocal epsilon = 9.99999974E-6
    ins(%x : tensor<?x8xf32>) outs(%c, %s : tensor<?x8xi8>, tensor<?xf32>) -> tensor<?x8xi8>, tensor<?xf32>
  return %codes, %scales : tensor<?x8xi8>, tensor<?xf32>
}

// CHECK-LABEL: func @divisor
func.func @divisor(%x: tensor<3x8xf32>, %c: tensor<3x8xi8>, %s: tensor<3xf32>) -> (tensor<3x8xi8>, tensor<3xf32>) {
  // CHECK-DAG: %[[HIGH:.+]] = arith.constant 1.270000e+02
  // CHECK: arith.divf %{{.+}}, %[[HIGH]]
  // CHECK: ^bb0(%[[V:.+]]: f32, %[[SCALE:.+]]: f32, %{{.+}}: i8):
  // CHECK-NEXT: arith.divf %[[V]], %[[SCALE]]
  %codes, %scales = ternary.quantize_activations divisor epsilon = 9.99999974E-6
    ins(%x : tensor<3x8xf32>) outs(%c, %s : tensor<3x8xi8>, tensor<3xf32>) -> tensor<3x8xi8>, tensor<3xf32>
  return %codes, %scales : tensor<3x8xi8>, tensor<3xf32>
}
