// RUN: bitnet-opt %s --ternary-lower-thread-count --verify-diagnostics

func.func @count() -> index {
  // expected-error @below {{'ternary.thread_count' op needs the symbol @omp_get_max_threads, which is something else}}
  %n = ternary.thread_count
  return %n : index
}

// expected-note @below {{defined here}}
func.func private @omp_get_max_threads() -> i64
