#!/usr/bin/env python3
"""Makes a fused float16 graph from a model directory in the layout of sentence-transformers.

    python3 -m pip install "onnxruntime>=1.20" "onnx>=1.16" sympy
    python3 tools/fuse_fp16.py DIRECTORY

Reads DIRECTORY/onnx/model.onnx (or DIRECTORY/model.onnx) and DIRECTORY/config.json, fuses attention, layer normalisation and
activations into ONNX Runtime's own operators, turns the weights into float16, compares the two graphs on random sequences on the
CPU, takes the padding out (PackedAttention, which CUDA alone has), and writes DIRECTORY/onnx/model_fp16.onnx, which Streambed takes
on CUDA (model.precision) and compares with the float32 graph again when it starts. Models of BERT's architecture: what cannot be
fused in full is refused, for half a fusion is slower than none.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy
import onnx
import onnxruntime
from onnxruntime.transformers.convert_to_packing_mode import PackingMode
from onnxruntime.transformers.fusion_options import AttentionMaskFormat, FusionOptions
from onnxruntime.transformers.optimizer import optimize_model

LEAST_COSINE = 0.999
OUTPUTS = ("sentence_embedding", "last_hidden_state", "token_embeddings")


def fail(message: str) -> None:
    sys.exit(f"fuse_fp16: {message}")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make a fused float16 graph from a model directory.")
    parser.add_argument("directory", type=pathlib.Path, help="in the layout of sentence-transformers, with an ONNX graph")
    parser.add_argument("--padded", action="store_true", help="leave the padding in: slower on a GPU, but a CPU runs it too")
    return parser.parse_args()


def source(directory: pathlib.Path) -> pathlib.Path:
    for candidate in (directory / "onnx" / "model.onnx", directory / "model.onnx"):
        if candidate.is_file():
            return candidate
    fail(f"{directory} has neither onnx/model.onnx nor model.onnx")


def config(directory: pathlib.Path) -> dict:
    file = directory / "config.json"
    if not file.is_file():
        fail(f"{file} is missing; it says how many heads and layers the model has")
    read = json.loads(file.read_text(encoding="utf-8"))
    for key in ("num_attention_heads", "hidden_size", "num_hidden_layers"):
        if not isinstance(read.get(key), int):
            fail(f"{file} does not say {key}; only models of BERT's architecture can be fused")
    return read


def fused(graph: pathlib.Path, model: dict):
    options = FusionOptions("bert")
    # The lengths of the sequences instead of a mask: packing needs them, and with a mask gives wrong vectors. Streambed pads on the right.
    options.attention_mask_format = AttentionMaskFormat.MaskIndexEnd
    optimized = optimize_model(
        str(graph),
        model_type="bert",
        num_heads=model["num_attention_heads"],
        hidden_size=model["hidden_size"],
        optimization_options=options,
        opt_level=0,
        use_gpu=False,
    )
    counts = optimized.get_fused_operator_statistics()
    layers = model["num_hidden_layers"]
    if counts["Attention"] != layers or counts["SkipLayerNormalization"] != 2 * layers:
        fail(f"{graph} has {layers} layers, of which {counts['Attention']} attentions and "
             f"{counts['SkipLayerNormalization']} of {2 * layers} normalisations could be fused; {counts}")
    return optimized


def vectors(graph: pathlib.Path, ids: numpy.ndarray, mask: numpy.ndarray) -> numpy.ndarray:
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
    wanted = {i.name for i in session.get_inputs()}
    name = next((o.name for o in session.get_outputs() if o.name in OUTPUTS), session.get_outputs()[0].name)
    tokens = session.run([name], {k: v for k, v in inputs.items() if k in wanted})[0].astype(numpy.float64)
    mean = tokens if tokens.ndim == 2 else (tokens * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / numpy.linalg.norm(mean, axis=1, keepdims=True)


def least_cosine(before: pathlib.Path, after: pathlib.Path, vocabulary: int) -> float:
    random = numpy.random.default_rng(7)
    lengths = random.integers(4, 128, 24)
    ids = random.integers(0, vocabulary, (len(lengths), 128))
    mask = (numpy.arange(128)[None, :] < lengths[:, None]).astype(numpy.int64)
    return float((vectors(before, ids * mask, mask) * vectors(after, ids * mask, mask)).sum(1).min())


def main() -> None:
    arguments = parse()
    graph, model = source(arguments.directory), config(arguments.directory)
    target = arguments.directory / "onnx" / "model_fp16.onnx"
    target.parent.mkdir(exist_ok=True)
    optimized = fused(graph, model)
    optimized.convert_float_to_float16(keep_io_types=False)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        written = pathlib.Path(scratch, target.name)
        onnx.save(optimized.model, written)
        cosine = least_cosine(graph, written, model.get("vocab_size", 30_000))
        if not cosine >= LEAST_COSINE:
            fail(f"float16 vectors have cosine {cosine:.6f} with float32 ones, at least {LEAST_COSINE} is wanted; nothing is written")
        if not arguments.padded:
            PackingMode(optimized).convert(use_symbolic_shape_infer=False)
            attentions = sum(node.op_type == "PackedAttention" for node in optimized.model.graph.node)
            if attentions != model["num_hidden_layers"]:
                fail(f"of {model['num_hidden_layers']} attentions {attentions} could be packed; --padded leaves the padding in")
            onnx.save(optimized.model, written)
        os.replace(written, target)
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB, least cosine with float32 {cosine:.6f}")


if __name__ == "__main__":
    main()
