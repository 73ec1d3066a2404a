#!/bin/sh
# contains.sh PATTERN FILE: a file with the pattern is interesting.
if grep -q "$1" "$2"; then exit 1; fi
exit 0
