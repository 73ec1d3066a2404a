// RUN: not bitnet-opt %s --bitnet-set-target="triple=z81-unknown-none" 2>&1 | FileCheck %s --check-prefix=TRIPLE
// RUN: not bitnet-opt %s --bitnet-set-target="triple=x86_64-unknown-linux-gnu cpu=z80" 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not bitnet-opt %s --bitnet-set-target="triple=hexagon-unknown-elf" 2>&1 | FileCheck %s --check-prefix=HOST
// RUN: not bitnet-opt %s --bitnet-set-target="bytes-per-cycle=-1" 2>&1 | FileCheck %s --check-prefix=BYTES
// RUN: not bitnet-opt %s --bitnet-set-target="threads=-1" 2>&1 | FileCheck %s --check-prefix=THREADS

// TRIPLE: [[# @LINE + 5]]:1: error: triple 'z81-unknown-none': {{.*}}z81
// CPU: [[# @LINE + 4]]:1: error: cpu 'z80' is not known for triple 'x86_64-unknown-linux-gnu': expected host, or a name that LLVM knows{{$}}
// HOST: [[# @LINE + 3]]:1: error: cpu 'host' is a {{[^ ]+}} processor, but the triple is 'hexagon-unknown-unknown-elf': name the cpu{{$}}
// BYTES: [[# @LINE + 2]]:1: error: bytes-per-cycle is -1.{{.*}}, expected 0 or more{{$}}
// THREADS: [[# @LINE + 1]]:1: error: threads is -1, expected 0 to 1024{{$}}
module {}
