#!/usr/bin/env python3
"""Makes a model directory of BERT's architecture with random weights: as fast as a trained one, and of no other use.

    python3 -m pip install torch onnx
    python3 tools/gpu/random_model.py --layers 12 --hidden 768 --heads 12 --tokenizer tokenizer.json DIRECTORY
"""

import argparse
import json
import math
import pathlib
import shutil

import torch
from torch import nn

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("directory", type=pathlib.Path)
parser.add_argument("--layers", type=int, required=True)
parser.add_argument("--hidden", type=int, required=True)
parser.add_argument("--heads", type=int, required=True)
parser.add_argument("--tokens", type=int, default=512, help="longest sequence, at most 512")
parser.add_argument("--tokenizer", type=pathlib.Path, required=True, help="a tokenizer.json with at most 30,522 tokens")
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()

VOCABULARY, POSITIONS = 30_522, 512
hidden, heads = arguments.hidden, arguments.heads


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.dense = (nn.Linear(hidden, hidden) for _ in range(4))
        self.norm = nn.LayerNorm(hidden, eps=1e-12)

    @staticmethod
    def split(states):
        return states.view(states.size(0), states.size(1), heads, hidden // heads).permute(0, 2, 1, 3)

    def forward(self, states, mask):
        query, key, value = (self.split(part(states)) for part in (self.query, self.key, self.value))
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(hidden // heads) + mask
        context = torch.matmul(torch.softmax(scores, dim=-1), value).permute(0, 2, 1, 3).contiguous()
        return self.norm(self.dense(context.view(context.size(0), context.size(1), hidden)) + states)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention = Attention()
        self.up, self.down = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, states, mask):
        states = self.attention(states, mask)
        return self.norm(self.down(nn.functional.gelu(self.up(states))) + states)


class Bert(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.places, self.types = (nn.Embedding(n, hidden) for n in (VOCABULARY, POSITIONS, 2))
        self.register_buffer("position_ids", torch.arange(POSITIONS).expand((1, -1)))
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(arguments.layers))
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, input_ids, attention_mask, token_type_ids):
        positions = self.position_ids[:, : input_ids.size(1)]
        states = self.norm(self.words(input_ids) + self.types(token_type_ids) + self.places(positions))
        mask = (1.0 - attention_mask.unsqueeze(1).unsqueeze(2).to(torch.float32)) * -10000.0
        for layer in self.layers:
            states = layer(states, mask)
        return states


torch.manual_seed(arguments.seed)
root = arguments.directory
(root / "onnx").mkdir(parents=True, exist_ok=True)
(root / "1_Pooling").mkdir(exist_ok=True)
shutil.copy(arguments.tokenizer, root / "tokenizer.json")
(root / "config.json").write_text(
    json.dumps({"model_type": "bert", "hidden_size": hidden, "num_hidden_layers": arguments.layers, "num_attention_heads": heads,
                "intermediate_size": 4 * hidden, "vocab_size": VOCABULARY, "max_position_embeddings": POSITIONS})
)
(root / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": arguments.tokens, "do_lower_case": False}))
(root / "1_Pooling" / "config.json").write_text(
    json.dumps({"word_embedding_dimension": hidden, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True})
)
names = ["input_ids", "attention_mask", "token_type_ids"]
axes = {0: "batch", 1: "tokens"}
example = torch.ones(2, 9, dtype=torch.int64)
torch.onnx.export(
    Bert().eval(),
    (example, example, torch.zeros_like(example)),
    str(root / "onnx" / "model.onnx"),
    input_names=names,
    output_names=["last_hidden_state"],
    dynamic_axes={name: axes for name in [*names, "last_hidden_state"]},
    opset_version=11,
    dynamo=False,
)
print(f"{root}: {arguments.layers} layers of {arguments.hidden}, random weights")
