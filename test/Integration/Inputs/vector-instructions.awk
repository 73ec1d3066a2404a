# Reads a disassembly in Intel syntax and prints, for each function, every
# vector instruction with the width of its first vector operand:
#
#   <ternary_matmul_256x256_lut_registers_9in16>: vpermw zmm
#
# -v functions=REGEX keeps the functions whose names match.

/^[0-9a-f]+ <.*>:$/ {
  name = $2
  kept = name ~ functions
  next
}

kept && match($0, /[xyz]mm/) {
  width = substr($0, RSTART, 3)
  line = name " " $2 " " width
  if (!(line in seen))
    print line
  seen[line] = 1
}
