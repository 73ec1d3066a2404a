//===- Signature.cpp - The contract in a function's attributes ------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the attributes of a function, and verifies those of functions and
// modules. The rules have their numbers in ModelDialect.td.
//
//===----------------------------------------------------------------------===//

#include "Contract.h"

#include "bitnet/Support/Elements.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace bitnet;
using namespace bitnet::model;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Whether the tensor is what the value says (signature_c3). Before conversion
/// unsigned elements are so in the type as well.
static LogicalResult checkType(FunctionOpInterface function, StringRef place,
                               unsigned number, ValueAttr value, Type type,
                               bool isOutput) {
  auto tensor = dyn_cast<TensorType>(type);
  Type element = tensor ? tensor.getElementType() : Type();
  bool fits = false;
  if (!value.getShape())
    fits = isOutput && tensor && !tensor.hasRank() &&
           element == value.getElementType();
  else if (tensor && tensor.hasRank())
    fits = tensor.getShape() == value.getTensorType().getShape() &&
           (element == value.getElementType() ||
            element == value.getTensorType().getElementType());
  if (fits)
    return success();
  InFlightDiagnostic error = function->emitOpError()
                             << place << " " << number << " is " << type
                             << ", but '" << value.getName() << "' is ";
  if (!value.getShape())
    return error << "of no shape";
  return error << value.getTensorType();
}

namespace {
/// Reads the attributes of one function; errors are reported.
class Reader {
public:
  explicit Reader(FunctionOpInterface function) : function(function) {}
  FailureOr<Signature> read();

private:
  LogicalResult readArgument(unsigned number);
  LogicalResult readResult(unsigned number);
  LogicalResult readCaches() const;

  FunctionOpInterface function;
  Signature signature;
  SmallVector<Attribute> cacheResults;
  bool hasStatus = false;
};
} // namespace

/// The attribute if it is of the kind that its name stands for.
template <typename AttrTy>
static FailureOr<AttrTy> getKind(FunctionOpInterface function,
                                 DictionaryAttr attributes, StringRef name) {
  Attribute attribute = attributes ? attributes.get(name) : Attribute();
  if (!attribute)
    return AttrTy();
  if (auto kind = dyn_cast<AttrTy>(attribute))
    return kind;
  return function->emitOpError()
         << "has '" << name
         << "' of another kind: " << attribute; // signature_c1
}

LogicalResult Reader::readArgument(unsigned number) {
  DictionaryAttr attributes = function.getArgAttrDict(number);
  Type type = function.getArgumentTypes()[number];
  auto input = getKind<ValueAttr>(function, attributes, ModelDialect::kInput);
  auto cache = getKind<ValueAttr>(function, attributes, ModelDialect::kCache);
  auto position =
      getKind<PositionAttr>(function, attributes, ModelDialect::kPosition);
  if (failed(input) || failed(cache) || failed(position))
    return failure();
  auto misplaced = [&](StringRef what) { // signature_c4
    return function->emitOpError()
           << "argument " << number << " is " << what
           << ", expected inputs, then one position, then caches";
  };
  if (*input) {
    if (signature.position || !signature.caches.empty())
      return misplaced("an input");
    signature.inputs.push_back(*input);
  }
  if (*position) {
    if (signature.position || !signature.caches.empty())
      return misplaced("a position");
    if (!type.isIndex())
      return function->emitOpError()
             << "the position is of type " << type << ", expected index";
    signature.position = *position;
  }
  if (*cache)
    signature.caches.push_back(*cache);
  if (bool(*input) + bool(*position) + bool(*cache) > 1)
    return misplaced("several of these");
  for (ValueAttr value : {*input, *cache})
    if (value && failed(checkType(function, "argument", number, value, type,
                                  /*isOutput=*/false)))
      return failure();
  return success();
}

LogicalResult Reader::readResult(unsigned number) {
  DictionaryAttr attributes = function.getResultAttrDict(number);
  Type type = function.getResultTypes()[number];
  if (hasStatus) // signature_c5
    return function->emitOpError() << "result " << number - 1
                                   << " is the status, expected it to be the "
                                      "last";
  auto output = getKind<ValueAttr>(function, attributes, ModelDialect::kOutput);
  auto cache = getKind<ValueAttr>(function, attributes, ModelDialect::kCache);
  auto status = getKind<UnitAttr>(function, attributes, ModelDialect::kStatus);
  if (failed(output) || failed(cache) || failed(status))
    return failure();
  if (bool(*output) + bool(*cache) + bool(*status) > 1)
    return function->emitOpError() << "result " << number
                                   << " is more than one of output, cache and "
                                      "status";
  if (*status) {
    auto expected =
        RankedTensorType::get({}, IntegerType::get(function.getContext(), 64));
    if (type != expected)
      return function->emitOpError()
             << "the status is of type " << type << ", expected " << expected;
    hasStatus = true;
  }
  if (*cache)
    cacheResults.push_back(*cache);
  if (*output)
    signature.outputs.push_back(*output);
  for (ValueAttr value : {*output, *cache})
    if (value && failed(checkType(function, "result", number, value, type,
                                  /*isOutput=*/value == *output)))
      return failure();
  return success();
}

LogicalResult Reader::readCaches() const { // signature_c6
  auto missing = [&](Attribute cache, StringRef where) {
    return function->emitOpError()
           << "cache '" << cast<ValueAttr>(cache).getName() << "' is no "
           << where;
  };
  for (Attribute cache : cacheResults)
    if (!llvm::is_contained(signature.caches, cache))
      return missing(cache, "argument");
  for (Attribute cache : signature.caches) {
    if (!llvm::is_contained(cacheResults, cache))
      return missing(cache, "result");
    if (llvm::count(cacheResults, cache) > 1)
      return function->emitOpError()
             << "cache '" << cast<ValueAttr>(cache).getName()
             << "' is returned twice";
  }
  return success();
}

FailureOr<Signature> Reader::read() {
  MLIRContext *context = function.getContext();
  DictionaryAttr attributes = function->getAttrDictionary();
  for (auto [name, list] :
       {std::pair(ModelDialect::kSymbols, &signature.symbols),
        std::pair(ModelDialect::kConstraints, &signature.constraints),
        std::pair(ModelDialect::kChecks, &signature.checks)}) {
    auto array = getKind<ArrayAttr>(function, attributes, name);
    if (failed(array))
      return failure();
    *list = *array ? *array : ArrayAttr::get(context, {});
  }
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (failed(readArgument(i)))
      return failure();
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    if (failed(readResult(i)))
      return failure();
  if (failed(readCaches()))
    return failure();
  return std::move(signature);
}

FailureOr<Signature>
bitnet::model::readSignature(FunctionOpInterface function) {
  return Reader(function).read();
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// signature_c1: a name that stands elsewhere or does not exist.
static LogicalResult refuse(Operation *op, NamedAttribute attribute,
                            StringRef place) {
  return op->emitOpError() << "has " << attribute.getName() << " as attribute "
                           << place << ", which the model dialect does not "
                           << "have there";
}

/// signature_c2
static LogicalResult expectSymbols(Operation *op) {
  if (op->hasAttr(ModelDialect::kSymbols))
    return success();
  return op->emitOpError() << "is part of a model, expected it to have '"
                           << ModelDialect::kSymbols << "'";
}

LogicalResult ModelDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                     unsigned,
                                                     NamedAttribute attribute) {
  if (!llvm::is_contained({kInput, kPosition, kCache}, attribute.getName()))
    return refuse(op, attribute, "of an argument");
  return expectSymbols(op);
}

LogicalResult
ModelDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                          NamedAttribute attribute) {
  if (!llvm::is_contained({kOutput, kStatus, kCache}, attribute.getName()))
    return refuse(op, attribute, "of a result");
  return expectSymbols(op);
}

/// The module's attributes, one by one.
static LogicalResult verifyModule(ModuleOp module, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  bool isKind = true;
  if (name == ModelDialect::kContract) {
    isKind = isa<ContractAttr>(value);
  } else if (name == ModelDialect::kFeatures) {
    auto features = dyn_cast<ArrayAttr>(value);
    isKind = features && llvm::all_of(features, llvm::IsaPred<StringAttr>);
  } else if (name == ModelDialect::kWeights) {
    isKind = isa<WeightsAttr>(value);
  } else if (name == ModelDialect::kLayers) {
    auto layers = dyn_cast<ArrayAttr>(value);
    isKind = layers && llvm::all_of(layers, llvm::IsaPred<LayerAttr>);
  } else if (name == ModelDialect::kMetadata) {
    auto entries = dyn_cast<DictionaryAttr>(value);
    isKind = bool(entries);
    for (NamedAttribute entry :
         entries ? entries.getValue() : ArrayRef<NamedAttribute>()) {
      auto blob = dyn_cast<ElementsAttr>(entry.getValue());
      if (isa<StringAttr>(entry.getValue()) ||
          (blob && blob.getElementType().isSignlessInteger(8) &&
           blob.getShapedType().getRank() == 1 && elementBytes(blob)))
        continue;
      return module.emitOpError() // metadata_c1
             << "metadata " << entry.getName() << " is " << entry.getValue()
             << ", expected a string or one-dimensional i8 elements";
    }
  } else {
    return refuse(module, attribute, "of a module");
  }
  if (isKind)
    return success();
  return module.emitOpError()
         << "has '" << name << "' of another kind: " << value; // signature_c1
}

/// Whether the function has the attributes that its own verifier, which comes
/// later, wants to see.
static bool isFunction(FunctionOpInterface function) {
  auto get = [&](StringRef name) {
    return function->getInherentAttr(name).value_or(Attribute());
  };
  auto attribute = dyn_cast_or_null<TypeAttr>(get("function_type"));
  auto type =
      attribute ? dyn_cast<FunctionType>(attribute.getValue()) : FunctionType();
  auto isList = [&](StringRef name, unsigned size) {
    Attribute attribute = get(name);
    auto list = dyn_cast_or_null<ArrayAttr>(attribute);
    return !attribute || (list && list.size() == size &&
                          llvm::all_of(list, llvm::IsaPred<DictionaryAttr>));
  };
  return type && isList("arg_attrs", type.getNumInputs()) &&
         isList("res_attrs", type.getNumResults());
}

LogicalResult ModelDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attribute) {
  if (auto module = dyn_cast<ModuleOp>(op))
    return verifyModule(module, attribute);
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function || !llvm::is_contained({kSymbols, kConstraints, kChecks},
                                       attribute.getName()))
    return refuse(op, attribute, "of an operation");
  // Everything else of a signature is read with its symbols.
  if (attribute.getName() != kSymbols)
    return expectSymbols(op);
  if (!isFunction(function))
    return success();
  FailureOr<Signature> signature = readSignature(function);
  if (failed(signature))
    return failure();
  return verifyContract([&] { return op->emitOpError(); }, *signature,
                        /*isInferred=*/false);
}
