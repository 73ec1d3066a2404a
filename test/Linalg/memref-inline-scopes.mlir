// RUN: bitnet-opt %s --pass-pipeline="builtin.module(func.func(memref-inline-scopes))" --split-input-file | FileCheck %s

func.func private @f(memref<4xf32>)

// A call frees its own stack when it returns, and so does a loop.
// CHECK-LABEL: func @calls_and_loops
// CHECK-NOT:     memref.alloca_scope
// CHECK:         %[[X:.+]] = memref.load
// CHECK-NEXT:    call @f
// CHECK-NEXT:    scf.for
// CHECK-NEXT:      memref.alloca
// CHECK:         return %[[X]]
func.func @calls_and_loops(%m: memref<4xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.alloca_scope -> (f32) {
    %0 = memref.load %m[%c0] : memref<4xf32>
    func.call @f(%m) : (memref<4xf32>) -> ()
    scf.for %i = %c0 to %n step %c1 {
      %a = memref.alloca() : memref<4xf32>
      func.call @f(%a) : (memref<4xf32>) -> ()
    }
    memref.alloca_scope.return %0 : f32
  }
  return %x : f32
}

// -----

func.func private @f(memref<4xf32>)

// CHECK-LABEL: func @stack
// CHECK:         memref.alloca_scope
// CHECK-NEXT:      memref.alloca
func.func @stack() {
  memref.alloca_scope {
    %a = memref.alloca() : memref<4xf32>
    func.call @f(%a) : (memref<4xf32>) -> ()
  }
  return
}

// -----

// A scope in a branch is looked at by itself.
// CHECK-LABEL: func @nested
// CHECK-NOT:     memref.alloca_scope
// CHECK:         scf.if
// CHECK-NEXT:      memref.alloca_scope
// CHECK-NEXT:        memref.alloca
func.func @nested(%b: i1) {
  memref.alloca_scope {
    scf.if %b {
      memref.alloca_scope {
        %a = memref.alloca() : memref<4xf32>
        memref.dealloc %a : memref<4xf32>
      }
    }
  }
  return
}
