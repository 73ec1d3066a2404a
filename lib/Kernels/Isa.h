//===- Isa.h - What an instruction set offers -------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The primitives over which the algorithms are written once. A new instruction
// set is a class in lib/Kernels/isa, a row in Isa.def and a lit test.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_H
#define LIB_KERNELS_ISA_H

#include "Emitter.h"

#include "bitnet/Packing/Packing.h"
#include "dialects/Ternary/Ternary.h"

namespace bitnet::kernels {

using ternary::Algorithm;

/// Lookup in a table that stays in a register, for `lut_registers`. An entry
/// wider than the register's lanes can hold is split into planes: the sum is
/// sum_p plane_p << shift_p.
class RegisterLookup {
public:
  virtual ~RegisterLookup() = default;

  /// The packing's parameters that the lookup understands.
  virtual unsigned group() const = 0;
  virtual unsigned indexBits() const = 0;
  virtual unsigned wordBits() const = 0;
  /// Bits and number of entries of one plane, padding included.
  virtual unsigned entryBits() const = 0;
  virtual unsigned entries() const = 0;
  virtual llvm::SmallVector<unsigned> planeShifts() const { return {0}; }
  /// The largest magnitude of an activation's share in a plane.
  virtual int64_t largestShare() const { return 128; }
  /// An activation (i8) cut into its shares, one for each plane, in the type
  /// of the entries.
  virtual Values split(Emitter &e, mlir::Value activation) const = 0;

  /// The table at the given place as the lookup wants it.
  virtual mlir::Value loadTable(Emitter &e, mlir::Value table,
                                mlir::ValueRange indices) const = 0;
  /// Each lane of `words` names an entry by the index_bits bits from `bit` on.
  virtual mlir::Value lookup(Emitter &e, mlir::Value table, mlir::Value words,
                             unsigned bit) const = 0;
  /// Parts of i16 of looked-up sums, in any order of lanes, and their row
  /// order.
  virtual Values widen(Emitter &e, mlir::Value sums) const = 0;
  virtual mlir::Value join(Emitter &e, mlir::ValueRange parts) const = 0;
};

/// A kernel with its parameters, as in `#ternary.kernel`.
struct KernelChoice {
  Algorithm algorithm;
  int64_t maxTokens = 0, tokenTile = 1, rowBlocks = 1, prefetch = 0;
  int64_t tableBytes = 16 << 10;
};

/// One instruction set.
class Isa {
public:
  virtual ~Isa() = default;

  virtual llvm::StringRef name() const = 0;
  /// LLVM's features that the emitted code needs.
  virtual llvm::ArrayRef<llvm::StringLiteral> features() const = 0;
  virtual unsigned registerBits() const = 0;
  int64_t lanes(unsigned bits) const { return registerBits() / bits; }

  /// The packing of a matrix, and why.
  virtual packing::Packing choosePacking(int64_t rows, int64_t depth) const = 0;
  virtual llvm::StringRef reason() const = 0;
  /// The kernel for few tokens, and `lut_memory` for more.
  virtual KernelChoice fewTokens() const = 0;
  virtual KernelChoice manyTokens() const = 0;

  /// Null where no lookup fits in a register.
  virtual const RegisterLookup *registerLookup() const { return nullptr; }
  /// Registers that may hold the sums of `lut_registers`: the rest is for
  /// tables and indices.
  virtual int64_t sumRegisters() const { return 8; }

  /// sum + x where `plus`, sum - x where `minus`, lane by lane.
  virtual mlir::Value maskedAdd(Emitter &e, mlir::Value sum, mlir::Value x,
                                mlir::Value plus, mlir::Value minus) const;
};

/// All of them, best first.
llvm::ArrayRef<const Isa *> allIsas();
/// The one of that name, or null.
const Isa *findIsa(llvm::StringRef name);

/// The classes of Isa.def, each a single object.
#define BITNET_ISA(CLASS, NAME, ...) const Isa &get##CLASS();
#include "bitnet/Kernels/Isa.def"

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_H
