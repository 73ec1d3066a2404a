//===- TokenTables.cpp - Tables of sums, tokens in lanes ------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tokens.h"

using namespace mlir;
using namespace bitnet::kernels;

namespace {
/// The table of one unit for one register of tokens.
struct Table {
  Emitter &e;
  const LookupUnit &unit;
  int64_t tile;
  /// The activations of the unit's trits.
  Values x;
  Value scratch, base, mask;

  /// Writes the rows of all values of the lowest `trits` trits, each one add
  /// away from another: `sum` is that of the current `row`, where they are -1.
  void emitRows(unsigned trits, Value sum, int64_t row) {
    if (trits == 0)
      return e.storeVector(sum, scratch, e.add(base, row * tile), mask);
    for (int digit = 0; digit < 3; ++digit) {
      emitRows(trits - 1, sum, row + digit * unit.strides[trits - 1]);
      if (digit == 2)
        return;
      sum = e.add(sum, x[trits - 1]);
      // The lower trits stay at -1 in `sum`, so the next row starts from it.
    }
  }
};
} // namespace

void bitnet::kernels::emitTokenTables(Emitter &e, const Isa &isa,
                                      const LookupUnit &unit, int64_t tile,
                                      Value activations, Value firstInput,
                                      Value token, int64_t units,
                                      Value scratch) {
  int64_t lanes = isa.lanes(16);
  e.loop(e.index(units), [&](Value u) {
    Value input = e.add(firstInput, e.scale(u, unit.trits));
    Value place = e.scale(u, unit.rows * tile);
    e.registers(e.index(tile), lanes, [&](Value lane, Value mask) {
      Table table{e, unit, tile, /*x=*/{}, scratch, e.add(place, lane), mask};
      Value sum = e.constant(e.vectorType(lanes, 16), 0);
      for (unsigned trit = 0; trit < unit.trits; ++trit) {
        Value bytes = e.loadVector(lanes, activations,
                                   {e.add(input, trit), e.add(token, lane)},
                                   /*alignment=*/0, mask);
        table.x.push_back(e.extendSigned(bytes, 16));
        sum = e.sub(sum, table.x.back());
      }
      table.emitRows(unit.trits, sum, 0);
    });
  });
}
