// RUN: bitnet-opt %s --ternary-lower-thread-count | FileCheck %s --check-prefix=DYNAMIC
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2 threads=3" --ternary-lower-thread-count | FileCheck %s --check-prefix=THREE

// DYNAMIC-LABEL: func @count
// THREE-LABEL: func @count
func.func @count() -> index {
  // DYNAMIC: %[[COUNT:.+]] = call @omp_get_max_threads() : () -> i32
  // DYNAMIC: %[[N:.+]] = arith.index_cast %[[COUNT]] : i32 to index
  // DYNAMIC: return %[[N]]
  // THREE: %[[N:.+]] = arith.constant 3 : index
  // THREE: return %[[N]]
  %n = ternary.thread_count
  return %n : index
}

// DYNAMIC: func private @omp_get_max_threads() -> i32
// THREE-NOT: omp_get_max_threads
