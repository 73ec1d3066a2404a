//===- onnx-text.cpp - ONNX models from text ------------------------------===//
//
// Part of bitnet-mlir, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// onnx-text MODEL.txt -o MODEL.onnx
//
// Reads a model in ONNX's textual syntax and writes it as an .onnx file:
//
//   <ir_version: 8, opset_import: ["" : 17]>
//   g (float[N, 4] x) => (float[N, 4] y) <float[4] w = {1, 2, 3, 4}> {
//     y = Add(x, w)
//   }
//
// The syntax has comments (# to the end of the line) and no strings in names.
// What it cannot say is said in lines that begin with #!, carried out in order
// once the model is read:
//
//   #! node VALUE NAME             name the node that computes VALUE
//   #! rename OLD NEW              rename a value wherever it occurs
//   #! metadata KEY VALUE          add a metadata entry
//   #! raw TENSOR TYPE HEX         give an initializer element type number TYPE
//                                  and raw data, two hex digits a byte
//   #! external TENSOR KEY=TEXT …  move an initializer's data outside: entries
//                                  location, offset, length are as written, and
//                                  no file is made
//   #! graph-attribute VALUE NAME  give the node that computes VALUE a subgraph
//   #! shapeless NAME            take the shape from a graph input
//   #! sparse NAME                 add a sparse initializer
//   #! function NAME               add a model function
//
//===----------------------------------------------------------------------===//

#include "onnx/defs/parser.h"

#include <fstream>
#include <iostream>
#include <sstream>

using namespace onnx;

[[noreturn]] static void fail(const std::string &message) {
  std::cerr << "onnx-text: " << message << "\n";
  std::exit(1);
}

static NodeProto &nodeOf(GraphProto &graph, const std::string &value) {
  for (NodeProto &node : *graph.mutable_node())
    for (const std::string &output : node.output())
      if (output == value)
        return node;
  fail("no node computes '" + value + "'");
}

static TensorProto &initializer(GraphProto &graph, const std::string &name) {
  for (TensorProto &tensor : *graph.mutable_initializer())
    if (tensor.name() == name)
      return tensor;
  fail("no initializer '" + name + "'");
}

static void rename(GraphProto &graph, const std::string &from,
                   const std::string &to) {
  auto replace = [&](std::string *name) {
    if (*name == from)
      *name = to;
  };
  for (auto *infos : {graph.mutable_input(), graph.mutable_output(),
                      graph.mutable_value_info()})
    for (ValueInfoProto &info : *infos)
      replace(info.mutable_name());
  for (TensorProto &tensor : *graph.mutable_initializer())
    replace(tensor.mutable_name());
  for (NodeProto &node : *graph.mutable_node())
    for (auto *names : {node.mutable_input(), node.mutable_output()})
      for (std::string &name : *names)
        replace(&name);
}

static void clearData(TensorProto &tensor) {
  tensor.clear_float_data();
  tensor.clear_double_data();
  tensor.clear_int32_data();
  tensor.clear_int64_data();
  tensor.clear_uint64_data();
  tensor.clear_raw_data();
}

static void setRaw(TensorProto &tensor, const std::string &hex) {
  clearData(tensor);
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(char(std::stoi(hex.substr(i, 2), nullptr, 16)));
  tensor.set_raw_data(bytes);
}

static void setExternal(TensorProto &tensor, std::istream &entries) {
  clearData(tensor);
  tensor.set_data_location(TensorProto::EXTERNAL);
  for (std::string entry; entries >> entry;) {
    size_t equals = entry.find('=');
    if (equals == std::string::npos)
      fail("expected KEY=TEXT, not '" + entry + "'");
    auto *added = tensor.add_external_data();
    added->set_key(entry.substr(0, equals));
    added->set_value(entry.substr(equals + 1));
  }
}

/// Carries out one `#!` line.
static void carryOut(ModelProto &model, const std::string &line) {
  GraphProto &graph = *model.mutable_graph();
  std::istringstream words(line);
  std::string verb, first, second;
  words >> verb >> first;
  if (verb == "external")
    return setExternal(initializer(graph, first), words);
  words >> second;
  if (verb == "node") {
    nodeOf(graph, first).set_name(second);
  } else if (verb == "rename") {
    rename(graph, first, second);
  } else if (verb == "metadata") {
    auto *entry = model.add_metadata_props();
    entry->set_key(first);
    entry->set_value(second);
  } else if (verb == "raw") {
    TensorProto &tensor = initializer(graph, first);
    tensor.set_data_type(std::stoi(second));
    std::string hex;
    words >> hex;
    setRaw(tensor, hex);
  } else if (verb == "graph-attribute") {
    AttributeProto *attribute = nodeOf(graph, first).add_attribute();
    attribute->set_name(second);
    attribute->set_type(AttributeProto::GRAPH);
    attribute->mutable_g()->set_name("subgraph");
  } else if (verb == "shapeless") {
    for (ValueInfoProto &info : *graph.mutable_input())
      if (info.name() == first)
        info.mutable_type()->mutable_tensor_type()->clear_shape();
  } else if (verb == "sparse") {
    graph.add_sparse_initializer()->mutable_values()->set_name(first);
  } else if (verb == "function") {
    model.add_functions()->set_name(first);
  } else {
    fail("unknown directive '" + line + "'");
  }
}

int main(int argc, char **argv) {
  if (argc != 4 || std::string(argv[2]) != "-o")
    fail("usage: onnx-text MODEL.txt -o MODEL.onnx");
  std::ifstream in(argv[1]);
  std::stringstream text;
  if (!(text << in.rdbuf()))
    fail("cannot read '" + std::string(argv[1]) + "'");
  ModelProto model;
  auto status = OnnxParser::Parse(model, text.str().c_str());
  if (!status.IsOK())
    fail(status.ErrorMessage());
  for (std::string line; std::getline(text, line);)
    if (line.rfind("#!", 0) == 0)
      carryOut(model, line.substr(2));
  std::ofstream out(argv[3], std::ios::binary);
  if (!model.SerializeToOstream(&out) || !out.flush())
    fail("cannot write '" + std::string(argv[3]) + "'");
  return 0;
}
