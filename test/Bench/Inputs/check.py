"""Prints what the JSON of `bitnet-bench kernels` in the file argv[1] covers."""

import json
import sys

KEYS = {
    "rows", "depth", "tokens", "threads", "cpu", "isa", "kernel", "packing", "bits_per_weight",
    "median_us", "best_us", "spread", "gmacs", "gbs", "limit_ratio", "read_gbs", "dot_gmacs",
    "parameters", "predicted_us",
}

with open(sys.argv[1]) as file:
    report = json.load(file)
assert report["probes"]["clock_ghz"] > 0 and report["probes"]["add16_glanes"] > 0
groups = {}
for result in report["results"]:
    assert set(result) == KEYS, result
    assert 0 < result["best_us"] <= result["median_us"], result
    assert result["limit_ratio"] > 0, result
    assert result["predicted_us"] > 0, result
    name = "{isa} {kernel} {rows}x{depth}".format(**result)
    groups.setdefault(name, []).append(result)
for name, results in groups.items():
    tokens = sorted({result["tokens"] for result in results})
    threads = sorted({result["threads"] for result in results})
    print(name, "tokens", *tokens, "threads", *threads)
print("all have the same keys")
