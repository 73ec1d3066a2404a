// RUN: bitnet-opt %s --make-caches-stateful=max-context=16 --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,SIXTEEN
// RUN: bitnet-opt %s --make-caches-stateful --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,METADATA

// The new rows go into the session's buffer at the position; what read the
// concatenation reads the part of the buffer that is filled.


#past = #model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (1, 2, s1, 4)>
#new = #model.value<"new", f32, ()[s0, s1] -> (1, 2, s0, 4)>
#present = #model.value<"present.0.key", f32, ()[s0, s1] -> (1, 2, s0 + s1, 4)>
#doubled = #model.value<"doubled", f32, ()[s0, s1] -> (1, 2, s0 + s1, 4)>
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

module attributes {model.metadata = {bitnet.context_length = "32"}} {

// CHECK-LABEL:   func @main
// CHECK-SAME:      %[[NEW:.+]]: tensor<1x2x?x4xf32> {model.input = #model.value<"new", f32, ()[s0, s1] -> (1, 2, s0, 4)>}
// SIXTEEN-SAME:    %[[POSITION:.+]]: index {model.position = #model.position<"past" appends "new", max_context = 16>},
// SIXTEEN-SAME:    %[[CACHE:.+]]: tensor<1x2x16x4xf32> {model.cache = #model.value<[[KEPT:"past_key_values.0.key", f32, \(\)\[s0, s1\] -> \(1, 2, 16, 4\)]]>})
// SIXTEEN-SAME:    -> (tensor<1x2x16x4xf32> {model.cache = #model.value<[[KEPT]]>}, tensor<1x2x?x4xf32> {model.output = #model.value<"doubled"
// METADATA-SAME:   %[[POSITION:.+]]: index {model.position = #model.position<"past" appends "new", max_context = 32>},
// METADATA-SAME:   %[[CACHE:.+]]: tensor<1x2x32x4xf32> {model.cache = #model.value<"past_key_values.0.key", f32, ()[s0, s1] -> (1, 2, 32, 4)>})
// CHECK:           %[[S:.+]] = tensor.dim %[[NEW]]
// CHECK:           %[[TOTAL:.+]] = affine.apply #{{.+}}()[%[[POSITION]], %[[S]]]
// CHECK:           %[[FILLED:.+]] = tensor.insert_slice %[[NEW]] into %[[CACHE]][0, 0, %[[POSITION]], 0] [1, 2, %[[S]], 4] [1, 1, 1, 1]
// CHECK:           %[[PRESENT:.+]] = tensor.extract_slice %[[FILLED]][0, 0, 0, 0] [1, 2, %[[TOTAL]], 4] [1, 1, 1, 1]
// CHECK:           %[[DOUBLED:.+]] = linalg.generic {{.*}} ins(%[[PRESENT]] :
// CHECK:           return %[[FILLED]], %[[DOUBLED]] :
func.func @main(%new: tensor<1x2x?x4xf32> {model.input = #new}, %past: tensor<1x2x?x4xf32> {model.input = #past})
    -> (tensor<1x2x?x4xf32> {model.output = #present}, tensor<1x2x?x4xf32> {model.output = #doubled})
    attributes {model.symbols = ["new", "past"]} {
  %c2 = arith.constant 2 : index
  %p = tensor.dim %past, %c2 : tensor<1x2x?x4xf32>
  %s = tensor.dim %new, %c2 : tensor<1x2x?x4xf32>
  %total = affine.apply affine_map<()[s0, s1] -> (s0 + s1)>()[%p, %s]
  %empty = tensor.empty(%total) : tensor<1x2x?x4xf32>
  %0 = tensor.insert_slice %past into %empty[0, 0, 0, 0] [1, 2, %p, 4] [1, 1, 1, 1]
    : tensor<1x2x?x4xf32> into tensor<1x2x?x4xf32>
  %1 = tensor.insert_slice %new into %0[0, 0, %p, 0] [1, 2, %s, 4] [1, 1, 1, 1]
    : tensor<1x2x?x4xf32> into tensor<1x2x?x4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%1 : tensor<1x2x?x4xf32>) outs(%empty : tensor<1x2x?x4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %3 = arith.addf %in, %in : f32
    linalg.yield %3 : f32
  } -> tensor<1x2x?x4xf32>
  return %1, %2 : tensor<1x2x?x4xf32>, tensor<1x2x?x4xf32>
}

// A function without caches stays as it is.
// CHECK-LABEL: func @stateless(%{{.+}}: tensor<?x4xf32>) -> tensor<?x4xf32> {
func.func @stateless(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}

}
