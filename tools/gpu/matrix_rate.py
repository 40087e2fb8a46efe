#!/usr/bin/env python3
"""What the card's matrix units do in bfloat16: the median of ten products of 8192 x 8192 random matrices, as one JSON line."""

import json
import statistics

import torch

n, products = 8192, 10
a, b = (torch.randn(n, n, device="cuda", dtype=torch.bfloat16) for _ in range(2))
for _ in range(3):
    a @ b
torch.cuda.synchronize()
milliseconds = []
for _ in range(products):
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    a @ b
    end.record()
    end.synchronize()
    milliseconds.append(start.elapsed_time(end))
rate = 2 * n**3 / (statistics.median(milliseconds) / 1e3)
print(json.dumps({"card": torch.cuda.get_device_name(), "bf16TeraflopsPerSecond": rate / 1e12}))
