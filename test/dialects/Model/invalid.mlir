// RUN: bitnet-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expected a name}}
func.func private @value_c1(tensor<4xf32> {model.input = #model.value<"", f32, () -> (4)>})

// -----

// expected-error @below {{'x' has element type 'i4', expected f16, bf16, f32, f64, i1, or an integer of 8, 16, 32 or 64 bits}}
func.func private @value_c2(tensor<4xi4> {model.input = #model.value<"x", i4, () -> (4)>})

// -----

// expected-error @below {{'x' has shape affine_map<(d0) -> (d0)>, expected one over symbols alone}}
func.func private @value_c3(tensor<?xf32> {model.input = #model.value<"x", f32, (d0) -> (d0)>})

// -----

// expected-error @below {{'x' has a dimension of size -4}}
func.func private @value_c3_negative(tensor<4xf32> {model.input = #model.value<"x", f32, () -> (-4)>})

// -----

// expected-error @below {{has affine_map<() -> (1, 2)>, expected one expression over symbols alone}}
func.func private @constraint_c1() attributes {model.symbols = [], model.constraints = [#model.constraint<zero () -> (1, 2), "n">]}

// -----

// expected-error @below {{counts 'past', expected a symbol, and another one that appends}}
func.func private @position_c1(index {model.position = #model.position<"past" appends "past", max_context = 8>})

// -----

// expected-error @below {{max_context is 0, expected 1 or more}}
func.func private @position_c2(index {model.position = #model.position<"past", max_context = 0>})

// -----

// expected-error @below {{has 0 x 8 weights of 2.000000e+00 bits, expected positive numbers}}
module @layer_c1 attributes {model.layers = [#model.layer<"n", 0 x 8, isa = "", kernels = "", packing = "", bits = 2.0 : f64, reason = "">]} {}

// -----

// expected-error @below {{has 0 bytes, expected 1 or more}}
module @weights_c1 attributes {model.weights = #model.weights<0 bytes, hash = 1>} {}

// -----

// expected-error @below {{'func.func' op has attribute "ternary.name", which the ternary dialect does not have here}}
func.func private @of_the_ternary_dialect(tensor<4xf32> {ternary.name = 3 : i64})

// -----

// expected-error @below {{'func.func' op has "model.output" as attribute of an argument, which the model dialect does not have there}}
func.func private @signature_c1_argument(tensor<4xf32> {model.output = #model.value<"x", f32, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op has "model.input" as attribute of a result, which the model dialect does not have there}}
func.func private @signature_c1_result() -> (tensor<4xf32> {model.input = #model.value<"x", f32, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op has "model.name" as attribute of an operation, which the model dialect does not have there}}
func.func private @signature_c1_function() attributes {model.name = "x"}

// -----

// expected-error @below {{'builtin.module' op has "model.symbols" as attribute of a module, which the model dialect does not have there}}
module attributes {model.symbols = []} {}

// -----

// expected-error @below {{'func.func' op has 'model.input' of another kind: 3 : i64}}
func.func private @signature_c1_kind(tensor<4xf32> {model.input = 3 : i64}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op has 'model.checks' of another kind: "x"}}
func.func private @signature_c1_list() attributes {model.symbols = [], model.checks = "x"}

// -----

// expected-error @below {{'builtin.module' op has 'model.contract' of another kind: 3 : i64}}
module attributes {model.contract = 3 : i64} {}

// -----

// expected-error @below {{'builtin.module' op has 'model.layers' of another kind: ["n"]}}
module attributes {model.layers = ["n"]} {}

// -----

// expected-error @below {{'builtin.module' op has 'model.weights' of another kind: 4096 : i64}}
module attributes {model.weights = 4096 : i64} {}

// -----

// expected-error @below {{'func.func' op is part of a model, expected it to have 'model.symbols'}}
func.func private @signature_c2(tensor<4xf32> {model.input = #model.value<"x", f32, () -> (4)>})

// -----

// expected-error @below {{'func.func' op argument 0 is 'tensor<4xf32>', but 'x' is 'tensor<8xf32>'}}
func.func private @signature_c3_size(tensor<4xf32> {model.input = #model.value<"x", f32, () -> (8)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op argument 0 is 'tensor<4xf32>', but 'x' is 'tensor<4xf16>'}}
func.func private @signature_c3_element(tensor<4xf32> {model.input = #model.value<"x", f16, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op argument 0 is 'tensor<*xf32>', but 'x' is of no shape}}
func.func private @signature_c3_input(tensor<*xf32> {model.input = #model.value<"x", f32>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op result 0 is 'memref<4xf32>', but 'y' is 'tensor<4xf32>'}}
func.func private @signature_c3_output() -> (memref<4xf32> {model.output = #model.value<"y", f32, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op argument 1 is an input, expected inputs, then one position, then caches}}
func.func private @signature_c4(index {model.position = #model.position<"past", max_context = 8>},
                                tensor<4xf32> {model.input = #model.value<"x", f32, ()[s0] -> (4)>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'func.func' op argument 1 is a position, expected inputs, then one position, then caches}}
func.func private @signature_c4_position(index {model.position = #model.position<"past", max_context = 8>},
                                         index {model.position = #model.position<"past", max_context = 8>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'func.func' op the position is of type 'i64', expected index}}
func.func private @signature_c4_type(i64 {model.position = #model.position<"past", max_context = 8>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'func.func' op result 0 is the status, expected it to be the last}}
func.func private @signature_c5() -> (tensor<i64> {model.status}, tensor<i64>) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op the status is of type 'tensor<i32>', expected 'tensor<i64>'}}
func.func private @signature_c5_type() -> (tensor<i32> {model.status}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op cache 'c' is no result}}
func.func private @signature_c6(index {model.position = #model.position<"past", max_context = 8>},
                                tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (8)>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'func.func' op cache 'c' is no argument}}
func.func private @signature_c6_argument() -> (tensor<8xf32> {model.cache = #model.value<"c", f32, () -> (8)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op symbols have 3 : i64, expected names}}
func.func private @contract_c1() attributes {model.symbols = [3]}

// -----

// expected-error @below {{constraints have "n", expected #model.constraint}}
module attributes {model.contract = #model.contract<symbols = [], inputs = [], outputs = [], caches = [], constraints = ["n"], checks = []>} {}

// -----

// expected-error @below {{inputs have "x", expected #model.value}}
module attributes {model.contract = #model.contract<symbols = [], inputs = ["x"], outputs = [], caches = [], constraints = [], checks = []>} {}

// -----

// expected-error @below {{'func.func' op symbol 'n' is empty or named twice}}
func.func private @contract_c2() attributes {model.symbols = ["n", "n"]}

// -----

// expected-error @below {{'func.func' op 'x' has an expression over 2 symbols, expected 1}}
func.func private @contract_c3(tensor<?xf32> {model.input = #model.value<"x", f32, ()[s0, s1] -> (s1)>}) attributes {model.symbols = ["n"]}

// -----

// expected-error @below {{'y' has no shape}}
module attributes {model.contract = #model.contract<symbols = [], inputs = [], outputs = [#model.value<"y", f32>], caches = [], constraints = [], checks = []>} {}

// -----

// expected-error @below {{'func.func' op two inputs have the name 'x'}}
func.func private @contract_c4(tensor<4xf32> {model.input = #model.value<"x", f32, () -> (4)>},
                               tensor<4xf32> {model.input = #model.value<"x", f32, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op two outputs have the name 'y'}}
func.func private @contract_c4_outputs() -> (tensor<4xf32> {model.output = #model.value<"y", f32, () -> (4)>},
                                             tensor<4xf32> {model.output = #model.value<"y", f32, () -> (4)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op input 'x' depends on 'n', which is no dimension of an input}}
func.func private @contract_c5(tensor<?xf32> {model.input = #model.value<"x", f32, ()[s0] -> (s0 * 2)>}) attributes {model.symbols = ["n"]}

// -----

// expected-error @below {{'func.func' op the constraint of '/Add' depends on 'n', which is no dimension of an input}}
func.func private @contract_c5_constraint() attributes {model.symbols = ["n"], model.constraints = [#model.constraint<zero ()[s0] -> (s0), "/Add">]}

// -----

// expected-error @below {{'func.func' op has caches, but no position}}
func.func private @contract_c6(tensor<8xf32> {model.cache = #model.value<"c", f32, () -> (8)>})
    -> (tensor<8xf32> {model.cache = #model.value<"c", f32, () -> (8)>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op the position is symbol 'past', which is not named}}
func.func private @contract_c6_symbol(index {model.position = #model.position<"past", max_context = 8>}) attributes {model.symbols = []}

// -----

// expected-error @below {{'func.func' op symbol "new", which the position appends, is no dimension of an input}}
func.func private @contract_c6_appends(index {model.position = #model.position<"past" appends "new", max_context = 8>})
    attributes {model.symbols = ["past", "new"]}

// -----

// expected-error @below {{'func.func' op dimension 1 of cache 'c' is past, expected a constant or the batch}}
func.func private @contract_c7(index {model.position = #model.position<"past", max_context = 8>},
                               tensor<1x?xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (1, s0)>})
    -> (tensor<1x?xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (1, s0)>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'builtin.module' op metadata "n" is 3 : i64, expected a string or one-dimensional i8 elements}}
module @metadata_c1 attributes {model.metadata = {n = 3 : i64}} {}

// -----

// expected-error @below {{'func.func' op cache 'c' is returned twice}}
func.func private @signature_c6_twice(index {model.position = #model.position<"past", max_context = 8>},
                                      tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (8)>})
    -> (tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (8)>},
        tensor<8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (8)>}) attributes {model.symbols = ["past"]}

// -----

// expected-error @below {{'func.func' op the position 'past' is the batch of the caches, too}}
func.func private @contract_c7_position(index {model.position = #model.position<"past", max_context = 8>},
                                        tensor<?x8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (s0, 8)>})
    -> (tensor<?x8xf32> {model.cache = #model.value<"c", f32, ()[s0] -> (s0, 8)>}) attributes {model.symbols = ["past"]}

// -----

// What the function's own verifier refuses is its to say.
// expected-error @below {{requires attribute 'function_type'}}
"func.func"() <{sym_name = "no_type", sym_visibility = "private"}> ({}) {model.symbols = []} : () -> ()

// -----

// expected-error @below {{expects argument attribute array to have the same number of elements as the number of function arguments}}
"func.func"() <{function_type = (tensor<f32>) -> (), arg_attrs = [], sym_name = "short", sym_visibility = "private"}> ({}) {model.symbols = []} : () -> ()
