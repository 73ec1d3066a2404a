//===- Algorithms.h - What algorithms share ---------------------*- C++ -*-===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An algorithm is a file here with the model of its attribute: which sets and
// packings it works with, the kernel ops that it needs, and the bodies of their
// functions. A long body stands in a file of its own. Sums are exact: those of
// 16 bits are flushed to 32 bits before they can overflow.
//
//===----------------------------------------------------------------------===//

#ifndef LIB_KERNELS_ALGORITHMS_ALGORITHMS_H
#define LIB_KERNELS_ALGORITHMS_ALGORITHMS_H

#include "../Isa.h"

namespace bitnet::kernels {

/// Words whose signed sums of activations fit 16 bits together: an activation
/// has a magnitude of up to 128, also once widened.
inline int64_t wordsPerFlush(const packing::Packing &packing) {
  return 32767 / 128 / packing.tritsPerWord();
}

/// The packing's parameters beside the matrix's depth, which fixes the loops:
/// that of a scale group, where there are some.
struct Shape {
  packing::Packing packing;
  int64_t rows = 0, depth = 0;
  int64_t scaleGroups = 0;

  explicit Shape(ternary::PackingAttr attribute)
      : packing(attribute.getPacking()), rows(attribute.getLogicalRows()),
        depth(attribute.forScaleGroup().getLogicalDepth()),
        scaleGroups(attribute.getScaleGroup() ? attribute.getScaleGroups()
                                              : 0) {}
  int64_t words() const { return packing.words(depth); }
  int64_t groups() const { return words() * packing.indicesPerWord(); }
  /// Those of all scale groups.
  int64_t allWords() const {
    return words() * std::max<int64_t>(1, scaleGroups);
  }
};

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

/// The start of the model of `Attr`. `Model` adds the static `isOffered`, which
/// says whether a set has what the algorithm is made of, and the rest.
template <typename Model, typename Attr>
struct AlgorithmModel
    : ternary::AlgorithmAttrInterface::ExternalModel<Model, Attr> {
  using EmitError = llvm::function_ref<mlir::InFlightDiagnostic()>;

  llvm::LogicalResult verifyIsa(mlir::Attribute, EmitError emitError,
                                llvm::StringRef name) const {
    const Isa *isa = findIsa(name);
    if (!isa)
      return emitError() << "no instruction set is called \"" << name << "\"";
    if (!Model::isOffered(*isa))
      return emitError() << "instruction set \"" << name
                         << "\" has no kernel for " << Attr::getMnemonic();
    return mlir::success();
  }
  llvm::SmallVector<int64_t, 2> getCacheTile(mlir::Attribute,
                                             ternary::PackingAttr) const {
    return {};
  }
  llvm::SmallVector<mlir::MemRefType>
  getScratchTypes(mlir::Attribute, ternary::KernelOpInterface) const {
    return {};
  }
  bool takesScales(mlir::Attribute) const { return false; }
  int64_t getDepthTile(mlir::Attribute, ternary::PackingAttr) const {
    return 0;
  }
};

/// The instruction set of a kernel that was verified.
inline const Isa &isaOf(ternary::KernelAttr kernel) {
  return *findIsa(kernel.getIsa());
}

/// Whether the rows of a block fill registers.
llvm::LogicalResult verifyRows(ternary::KernelOpInterface op);

/// Rows of the given inner sizes at any offset and with any outer stride but,
/// where `contiguous`, the one that follows from the sizes.
mlir::MemRefType bufferType(llvm::ArrayRef<int64_t> sizes, mlir::Type element,
                            bool contiguous);
/// Any number of the packing's row blocks, as they lie in `weights`, and sums
/// for any number of them and of tokens. Words of a part of the depth leave
/// gaps between row blocks.
mlir::MemRefType weightsType(ternary::PackingAttr packing, mlir::Value weights);
mlir::MemRefType sumsType(mlir::Type element);
/// i8 activations, [any, columns].
mlir::MemRefType activationsType(mlir::MLIRContext *context, int64_t columns);

/// The arguments of a kernel that reads activations row by row, padded to whole
/// words.
llvm::SmallVector<mlir::MemRefType>
rowArgumentTypes(ternary::KernelOpInterface op);

// Each attaches its model.
void registerLutRegisters(mlir::MLIRContext &context);
void registerLutMemory(mlir::MLIRContext &context);
void registerMaskedAdd(mlir::MLIRContext &context);
void registerDot(mlir::MLIRContext &context);

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

void emitLutBuild(Emitter &e, const Isa &isa, const Shape &shape,
                  ternary::LutRegistersAttr algorithm,
                  mlir::ValueRange arguments);
void emitLutAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                       ternary::LutAccumulateOp op, mlir::ValueRange arguments);
/// Sums of a scale group that 16 bits do not hold.
llvm::SmallVector<mlir::MemRefType>
lutScratchTypes(const Isa &isa, const Shape &shape,
                ternary::LutAccumulateOp op);
void emitDotAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                       ternary::DotAttr algorithm, mlir::ValueRange arguments);
void emitTokenAccumulate(Emitter &e, const Isa &isa, const Shape &shape,
                         ternary::LutMemoryAttr algorithm,
                         mlir::ValueRange arguments);

/// How `token_accumulate` reads the words of a row, up to so many of them.
/// Where a table row is one or two registers, loads bind, and neighbouring
/// words are gathered into numbers of up to 64 bits, which are loaded at once.
class RowWords {
public:
  RowWords(const Shape &shape, const Isa &isa, ternary::LutMemoryAttr algorithm,
           int64_t words);
  bool isGathered() const { return together > 1; }
  /// The words of one number, and its bits.
  int64_t wordsTogether() const { return together; }
  unsigned numberBits() const { return together * packing.wordBits; }
  /// Rows that are computed at once, so that none waits for its own sums.
  int64_t rowsTogether() const { return isGathered() ? 2 : 1; }
  /// [numbers of a row, rows of a row block].
  mlir::MemRefType getBufferType(mlir::MLIRContext *context) const;
  /// Writes the numbers of `count` words from `word` on of all rows of a row
  /// block; what the last number lacks is zero.
  void emitGather(Emitter &e, mlir::Value weights, mlir::Value block,
                  mlir::Value word, int64_t count, mlir::Value buffer) const;
  /// The number of a row that begins with the block's word `first`, as index.
  mlir::Value load(Emitter &e, mlir::Value buffer, int64_t first,
                   mlir::Value row) const;

private:
  packing::Packing packing;
  int64_t together = 1, numbers;
};

/// How rows-in-lanes kernels read weights.
struct Streams {
  /// Row blocks that are computed together, and bytes asked for ahead.
  int64_t rowBlocks, prefetch;

  template <typename Algorithm>
  explicit Streams(Algorithm algorithm)
      : rowBlocks(algorithm.getRowBlocks()), prefetch(algorithm.getPrefetch()) {
  }
};

/// What rows-in-lanes kernels compute at once, in registers: `blocks` row
/// blocks from `block` on, each `apart` from the one before it, and each a
/// stream, which goes on `next` blocks further.
struct TilePlace {
  mlir::Value token;
  int64_t tokens;
  mlir::Value block;
  int64_t blocks;
  mlir::Value apart, next;

  mlir::Value blockOf(Emitter &e, int64_t stream) const;
};

/// Cuts a product into such tiles: `streams.rowBlocks` blocks at a time, and
/// for these all tokens before the next ones. `fit` says for how many blocks
/// the sums of some tokens, at most `mostTokens`, find registers.
///
/// Where all of them do, each stream has an equal part of the blocks, one
/// behind the other: what a processor expects to be read goes on where a block
/// does. Otherwise, and where row blocks of a part of the depth lie apart
/// anyway, neighbours are computed together.
void forEachTile(Emitter &e, const Streams &streams, mlir::Value weights,
                 mlir::Value acc, int64_t mostTokens,
                 llvm::function_ref<int64_t(int64_t tokens)> fit,
                 llvm::function_ref<void(const TilePlace &)> body);

/// Asks for the cache lines of `count` words of a row block, from `word` on;
/// with `firstRow` for those that lie so many rows behind.
void prefetchWords(Emitter &e, const packing::Packing &packing,
                   mlir::Value weights, mlir::Value block, mlir::Value word,
                   int64_t count, mlir::Value firstRow = {});

/// Asks for the `count` words that lie ahead of `word` in each row block of the
/// tile. Fewer blocks than the tuning is for are read faster, so further ahead.
void prefetchStreams(Emitter &e, const Shape &shape, const Streams &streams,
                     mlir::Value weights, const TilePlace &tile,
                     mlir::Value word, int64_t count);

/// Rows whose 16- and 32-bit sums `token_accumulate` keeps at a time, and the
/// buffers that it works in.
int64_t tokenRowsPerPass(const Shape &shape);
llvm::SmallVector<mlir::MemRefType>
tokenScratchTypes(const Shape &shape, const Isa &isa,
                  ternary::LutMemoryAttr algorithm);

} // namespace bitnet::kernels

#endif // LIB_KERNELS_ALGORITHMS_ALGORITHMS_H
