//===- Isa.h - What an instruction set offers -------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The primitives over which the algorithms are written once. A new instruction
// set is a class in lib/Kernels/Isa, a row in Isa.def and a lit test.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ISA_H
#define LIB_KERNELS_ISA_H

#include "Emitter.h"

#include "bitnet/Kernels/Kernels.h"
#include "bitnet/Packing/Packing.h"
#include "dialects/Ternary/Ternary.h"

namespace bitnet::kernels {

/// Lookup in a table that stays in registers, for `lut_registers`. An entry
/// wider than the register's lanes can hold is split into planes: the sum is
/// sum_p plane_p << shift_p. Each token has a row of tables in memory; a lookup
/// of several tokens uses their rows together.
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
  /// The code, sum_i (t_i + 1) * 3^i, whose sum an entry holds.
  virtual unsigned codeOf(unsigned entry) const { return entry; }
  virtual llvm::SmallVector<unsigned> planeShifts() const { return {0}; }
  /// The largest magnitude of an activation's share in a plane.
  virtual int64_t largestShare() const { return 128; }
  /// What is added to every entry, so that sums of entries have no sign; it is
  /// taken away from the widened sums again.
  virtual int64_t bias() const { return 0; }
  /// Tokens that one lookup serves, and registers of sums that it gives for one
  /// register of words.
  virtual unsigned tokens() const { return 1; }
  virtual unsigned parts() const { return 1; }
  /// An activation (i8) cut into its shares, one for each plane, in the type
  /// of the entries.
  virtual Values split(Emitter &e, mlir::Value activation) const = 0;

  /// Stores the entries of one plane, one vector for each token, to the rows
  /// of the table from `token` on, and loads them as the lookup wants them.
  virtual void storeTable(Emitter &e, mlir::ValueRange entries,
                          mlir::Value table, mlir::Value token,
                          mlir::Value group, int64_t first) const;
  virtual Values loadTable(Emitter &e, mlir::Value table, mlir::Value token,
                           mlir::Value group, int64_t first) const = 0;
  /// Each lane of `words` names an entry by the index_bits bits from `bit` on.
  virtual Values lookup(Emitter &e, mlir::ValueRange table, mlir::Value words,
                        unsigned bit) const = 0;
  /// Registers of i16 of one of looked-up sums, in any order of lanes; and what
  /// these are before the first, less the given sum of biases.
  virtual Values widen(Emitter &, mlir::Value sums) const { return {sums}; }
  virtual Values start(Emitter &e, int64_t biases) const = 0;
  /// All registers of one plane as i16 in the order of rows, for each token.
  virtual Values join(Emitter &, mlir::ValueRange sums) const { return sums; }
};

/// One instruction set.
class Isa {
public:
  virtual ~Isa() = default;

  virtual llvm::StringRef name() const = 0;
  /// LLVM's features that the emitted code needs.
  virtual llvm::ArrayRef<llvm::StringLiteral> features() const = 0;
  virtual unsigned registerBits() const = 0;
  /// Whether a register has as many of these as the machine says.
  virtual bool isScalable() const { return false; }
  int64_t lanes(unsigned bits) const { return registerBits() / bits; }

  /// The packing that the kernels work on, and what makes them fast.
  virtual packing::Packing packing() const = 0;
  virtual llvm::StringRef reason() const = 0;
  /// For growing numbers of tokens; the last takes any number. Facts of the
  /// target and the shape of the weights tune them.
  virtual llvm::SmallVector<ternary::KernelAttr, 2>
  kernels(mlir::MLIRContext *context, const TargetFacts &facts,
          const MatrixShape &shape) const = 0;
  /// Whether its instructions multiply: such a set is taken only when asked
  /// for.
  virtual bool multiplies() const { return false; }

  /// Null where no lookup fits in a register.
  virtual const RegisterLookup *registerLookup() const { return nullptr; }
  /// A lookup of two tokens at once from tables of the same size, where that
  /// costs less than two lookups.
  virtual const RegisterLookup *pairLookup() const { return nullptr; }
  /// Registers that tables and sums of `lut_registers` may fill: the rest is
  /// for indices.
  virtual int64_t tableAndSumRegisters() const { return 12; }

  /// Whether `masked_add` is worth offering, if only by hand.
  virtual bool hasMaskedAdd() const { return false; }
  /// sum + x where `plus`, sum - x where `minus`, lane by lane.
  virtual mlir::Value maskedAdd(Emitter &e, mlir::Value sum, mlir::Value x,
                                mlir::Value plus, mlir::Value minus) const;

  /// For `lut_memory`: `count` neighbouring registers of i16, those of one row
  /// of a table, each at a boundary of its own size.
  virtual Values loadRow(Emitter &e, mlir::Value memref, mlir::Value at,
                         int64_t count) const;

  /// For `dot`: sum + sum_i of the products of four neighbouring bytes of
  /// weights[i] (0 to 2) and x[i] (signed), lane by lane of 32 bits.
  virtual mlir::Value dot(Emitter &e, mlir::Value sum, mlir::ValueRange weights,
                          mlir::ValueRange x) const;
  /// Whether there are products of matrices: of the weights of two rows and the
  /// activations of two tokens, eight bytes of each.
  virtual bool hasMatrixDot() const { return false; }
  /// The sums of rows 0 and 1, token by token in each row, plus such products:
  /// both arguments have the eight bytes of one row or token behind another's.
  virtual mlir::Value matrixDot(Emitter &e, mlir::Value sums,
                                mlir::Value weights, mlir::Value x) const;

protected:
  /// A kernel of this set for up to `maxTokens` tokens, 0 for any number.
  ternary::KernelAttr kernel(mlir::Attribute algorithm,
                             int64_t maxTokens = 0) const;
  /// `lut_memory` for so many tokens in a table row, with tables that leave an
  /// eighth of the first-level cache to the sums that pass by.
  static ternary::LutMemoryAttr lutMemory(mlir::MLIRContext *context,
                                          const TargetFacts &facts,
                                          int64_t tokenTile) {
    return ternary::LutMemoryAttr::get(context, tokenTile,
                                       facts.l1dBytes / 8 * 7);
  }
};

/// All of them, in the order of Isa.def.
llvm::ArrayRef<const Isa *> allIsas();
/// The one of that name, or null.
const Isa *findIsa(llvm::StringRef name);

/// The classes of Isa.def, each a single object.
#define BITNET_ISA(CLASS) const Isa &get##CLASS();
#include "Isa.def"

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ISA_H
