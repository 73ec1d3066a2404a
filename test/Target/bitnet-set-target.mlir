// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v2" \
// RUN:   | FileCheck %s --check-prefixes=X86,V2 --implicit-check-not=+avx
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v3" \
// RUN:   | FileCheck %s --check-prefixes=X86,V3 --implicit-check-not=+avx512
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=x86-64-v4" \
// RUN:   | FileCheck %s --check-prefixes=X86,V4 --implicit-check-not=+avx512vnni
// RUN: bitnet-opt %s --bitnet-set-target="triple=aarch64-linux-gnu cpu=neoverse-n1" \
// RUN:   | FileCheck %s --check-prefix=ARM
// RUN: bitnet-opt %s --bitnet-set-target="triple=aarch64-linux-gnu cpu=neoverse-v1" \
// RUN:   | FileCheck %s --check-prefix=WIDE
// RUN: bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=znver5" \
// RUN:   | FileCheck %s --check-prefix=ZEN
// RUN: bitnet-opt %s --bitnet-set-target | FileCheck %s --check-prefix=HOST
// RUN: bitnet-opt %s --bitnet-set-target="bytes-per-cycle=2.5 threads=2" | FileCheck %s --check-prefix=BYTES

// A level or a processor stands for all the features that it has.

// X86:      "l1d_bytes" = 32768 : i64>>, llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
// V2-SAME:    chip = "x86-64-v2", features = <["+64bit", {{.*}}"+sse4.2"
// V3-SAME:    chip = "x86-64-v3", features = <["+64bit", {{.*}}"+avx2"
// V4-SAME:    chip = "x86-64-v4", features = <["+64bit", {{.*}}"+avx512bw"
// ARM:      "vscale" = 1 : i64
// ARM-SAME: #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "neoverse-n1", features = <[{{.*}}"+neon"

// Scalable registers of 256 bits, and a first-level cache that is known.
// WIDE: "vscale" = 2 : i64, "l1d_bytes" = 65536 : i64

// Of a level, above, nothing is known but what all its processors have.
// ZEN: "l1d_bytes" = 49152 : i64, "l2_bytes_per_cycle" = 36 : i64,
// ZEN-SAME: "vector_ports" = 4 : i64, "vector_bits" = 2048 : i64, "permute_ports" = 2 : i64, "permute_bits" = 1024 : i64,
// ZEN-SAME: "issue_width" = 8 : i64, "fast_permute16" = 1 : i64, "shifts_permute" = 1 : i64, "bytes_per_cycle" = 1.000000e+01 : f64>

// Without options it is the host, by name and not as "host".
// HOST: #llvm.target<triple = "{{[^"]+}}", chip = "
// HOST-NOT: host
// HOST-SAME: ", features = <["+

// What LLVM does not know of the machine; what others say of it stays.
// BYTES: dlti.target_system_spec = #dlti.target_system_spec<"GPU" = #dlti.target_device_spec<"warp" = 32 : i64>, "CPU" = #dlti.target_device_spec<"L1" = 32768 : i64, "threads" = 2 : i64, "vscale" = {{[0-9]+}} : i64, "l1d_bytes" = {{[0-9]+}} : i64, {{.*}}"bytes_per_cycle" = 2.500000e+00 : f64>>
module attributes {dlti.target_system_spec = #dlti.target_system_spec<
    "CPU" = #dlti.target_device_spec<"L1" = 32768 : i64, "vscale" = 9 : i64>,
    "GPU" = #dlti.target_device_spec<"warp" = 32 : i64>>} {}
