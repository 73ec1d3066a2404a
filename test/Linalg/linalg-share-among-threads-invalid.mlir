// RUN: not bitnet-opt %s --linalg-share-among-threads="least-iterations=0" 2>&1 | FileCheck %s

// CHECK: error: least-iterations is 0, expected 1 or more
module {}
