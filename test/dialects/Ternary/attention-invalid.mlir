// RUN: bitnet-opt %s --split-input-file --verify-diagnostics

func.func @attention_c1_dynamic_heads(%q: tensor<2x?x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x?x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op query 'tensor<2x?x3x8xf32>', key 'tensor<2x2x5x8xf32>' and value 'tensor<2x2x5x8xf32>' must have static heads and depths}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x?x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x?x3x8xf32>) -> tensor<2x?x3x8xf32>
  return
}

// -----

func.func @attention_c1_dynamic_depth(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x?xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op query 'tensor<2x4x3x8xf32>', key 'tensor<2x2x5x?xf32>' and value 'tensor<2x2x5x8xf32>' must have static heads and depths}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x?xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c1_multiple(%q: tensor<2x3x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x3x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op number of heads (3) is no multiple of the number of key heads (2)}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x3x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x3x3x8xf32>) -> tensor<2x3x3x8xf32>
  return
}

// -----

func.func @attention_c1_no_key_heads(%q: tensor<2x4x3x8xf32>, %k: tensor<2x0x5x8xf32>, %v: tensor<2x0x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op number of heads (4) is no multiple of the number of key heads (0)}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x0x5x8xf32>, tensor<2x0x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c2_batch(%q: tensor<2x4x3x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op key is 'tensor<1x2x5x8xf32>', expected shape [2, 2, 5, 8]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<1x2x5x8xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c2_depth(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x16xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op key is 'tensor<2x2x5x16xf32>', expected shape [2, 2, 5, 8]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x16xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c3_heads(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x4x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op value is 'tensor<2x4x5x8xf32>', expected shape [2, 2, 5, 8]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x4x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c3_keys(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x6x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op value is 'tensor<2x2x6x8xf32>', expected shape [2, 2, 5, 8]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x6x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c4_shape(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x6xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op destination is 'tensor<2x4x3x8xf32>', expected shape [2, 4, 3, 6]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x6xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c4_result(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op result 'tensor<2x4x?x8xf32>' differs from its destination 'tensor<2x4x3x8xf32>'}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x?x8xf32>
  return
}

// -----

func.func @attention_c5_heads(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %m: tensor<2x2x3x5xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op mask is 'tensor<2x2x3x5xf32>', expected shape [2, 4, 3, 5]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v, %m : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x3x5xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c5_keys(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %m: tensor<1x1x3x1xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op mask is 'tensor<1x1x3x1xf32>', expected shape [1, 1, 3, 5]}}
  %r = ternary.attention scale = 1.0 ins(%q, %k, %v, %m : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>, tensor<1x1x3x1xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}

// -----

func.func @attention_c6(%q: tensor<2x4x3x8xf32>, %k: tensor<2x2x5x8xf32>, %v: tensor<2x2x5x8xf32>, %o: tensor<2x4x3x8xf32>) {
  // expected-error @below {{'ternary.attention' op scale is INF, expected a finite number}}
  %r = ternary.attention scale = 0x7F800000 ins(%q, %k, %v : tensor<2x4x3x8xf32>, tensor<2x2x5x8xf32>, tensor<2x2x5x8xf32>)
    outs(%o : tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>
  return
}
