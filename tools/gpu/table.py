#!/usr/bin/env python3
"""Turns what tools/gpu/measure left in a folder into tables in Markdown."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
matrix = json.loads((folder / "matrix.json").read_text())
peak = matrix["bf16TeraflopsPerSecond"] * 1e12
runs = []
for file in sorted(folder.glob("*.embedder.json")):
    run = json.loads(file.read_text().splitlines()[-1])
    config = json.loads((folder / "models" / run["model"] / "config.json").read_text())
    layers, hidden = config["num_hidden_layers"], config["hidden_size"]
    windows = run["windows"]
    # Four projections and two layers of four times the width; attention multiplies each token with all of its sequence, twice.
    run["flops"] = layers * (24 * hidden**2 + 4 * hidden * windows["squares"] / windows["tokens"])
    runs.append(run)

print(f"{matrix['card']}: {peak / 1e12:.0f} TFLOP/s in bfloat16 (8192 x 8192 x 8192)\n")
print("| model | graph | best budget, sessions x slots | tokens/s | MFLOP a token | share of bf16 | one text, p50 / p99 ms | alone / batched, fp32 graph, reference (least cosine) |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
for run in runs:
    best = max(run["rates"], key=lambda rate: rate["tokensPerSecond"])
    same = run["sameness"]
    cosines = ", ".join(f"{same[key]:.7f}" if key in same else "-" for key in ("batches", "precision", "reference"))
    print(f"| {run['model']} | {run['precision'].lower()} | {best['budget']}, {best['sessions']} x {best['slots']} "
          f"| {best['tokensPerSecond']:,.0f} | {run['flops'] / 1e6:.1f} | {best['tokensPerSecond'] * run['flops'] / peak:.1%} "
          f"| {run['single']['p50']:.2f} / {run['single']['p99']:.2f} ({run['single']['tokens']} tokens) | {cosines} |")
for run in runs:
    print(f"\n{run['model']}, {run['precision'].lower()}: tokens/s (share of bf16)\n")
    kinds = sorted({(rate["sessions"], rate["slots"]) for rate in run["rates"]})
    print("| budget | " + " | ".join(f"{s} session{'s' if s > 1 else ''}, {n} slot{'s' if n > 1 else ''}" for s, n in kinds) + " |")
    print("| --- |" + " --- |" * len(kinds))
    for budget in sorted({rate["budget"] for rate in run["rates"]}):
        cells = []
        for kind in kinds:
            rate = next((r for r in run["rates"] if (r["budget"], r["sessions"], r["slots"]) == (budget, *kind)), None)
            cells.append("-" if rate is None else f"{rate['tokensPerSecond']:,.0f} ({rate['tokensPerSecond'] * run['flops'] / peak:.1%})")
        print(f"| {budget:,} | " + " | ".join(cells) + " |")
    if run["engine"]:
        print("\n| tokenizer threads | engine, tokens/s | fill | tokenizer alone, tokens/s | card busy |\n| --- | --- | --- | --- | --- |")
        for engine in run["engine"]:
            print(f"| {engine['tokenizerThreads']} | {engine['tokensPerSecond']:,.0f} | {engine['fill']:.3f} | {engine['tokenizerAloneTokensPerSecond']:,.0f} | {engine.get('gpu', {}).get('utilization', 0):.0%} |")
    if "memory" in run:
        m = run["memory"]
        print(f"\nWith {m['bytes'] >> 20} MB and a budget of {m['budget']:,}: out of memory {m['outOfMemory']} times, "
              f"{m['embedded']} of {m['texts']} texts embedded, the budget came to {m['budgetAfter']:,}.")
