// RUN: bitnet-opt %s --ternary-lower-thread-count --split-input-file --verify-diagnostics

func.func @count() -> index {
  // expected-error @below {{'ternary.thread_count' op needs the symbol @omp_get_max_threads, which is something else}}
  %n = ternary.thread_count
  return %n : index
}

// expected-note @below {{defined here}}
func.func private @omp_get_max_threads() -> i64

// -----

// expected-error @below {{target fact 'threads' is -1 : i64, expected 0 to 1024}}
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"threads" = -1 : i64>>} {}
