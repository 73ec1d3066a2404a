# Reads a disassembly, x86 in Intel syntax or AArch64, and prints for each function
# every vector instruction with the width of its first vector operand:
#
#   <ternary_matmul_256x256_lut_registers_9in16>: vpermw zmm
#   <ternary_matmul_256x256_lut_registers_9in16>: tbl v.16b
#
# -v functions=REGEX keeps the functions whose names match.

/^[0-9a-f]+ <.*>:$/ {
  name = $2
  kept = name ~ functions
  next
}

kept && match($0, /[xyz]mm|[vz][0-9]+\.[0-9]*[bhsd]/) {
  width = substr($0, RSTART, RLENGTH)
  sub(/[0-9]+\./, ".", width)
  line = name " " $2 " " width
  if (!(line in seen))
    print line
  seen[line] = 1
}
