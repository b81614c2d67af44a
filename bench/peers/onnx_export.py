"""Kokoro as ONNX: OUT/kokoro.onnx in float32 and OUT/kokoro-int8.onnx, quantised dynamically (weights and activations of convolutions, matrix products and LSTMs).

    KOKORO_SRC=SOURCES python onnx_export.py WEIGHTS OUT

SOURCES is hexgrad/kokoro with an emptied kokoro/__init__.py; WEIGHTS holds config.json and kokoro-v1_0.safetensors.
"""
import os, sys, tempfile
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from safetensors.torch import load_file

sys.path.insert(0, os.environ["KOKORO_SRC"])
from kokoro.model import KModel, KModelForONNX

weights, out = sys.argv[1:]
torch.set_grad_enabled(False)


def kokoro():
    state = {}
    for key, value in load_file(f"{weights}/kokoro-v1_0.safetensors").items():
        part, rest = key.split(".", 1); state.setdefault(part, {})[rest] = value.float()
    with tempfile.NamedTemporaryFile() as file:
        torch.save(state, file.name)
        model = KModel(repo_id="hexgrad/Kokoro-82M", config=f"{weights}/config.json", model=file.name, disable_complex=True).eval()
    for module in model.modules():
        if hasattr(module, "weight_g"): torch.nn.utils.remove_weight_norm(module)
    return KModelForONNX(model)


def repeat_interleave(indices, counts):
    """torch's own becomes a loop over sequences, which OpenVINO does not read. Frame f belongs to the token before which as many tokens have ended."""
    ends = counts.cumsum(0)
    return indices[(torch.arange(ends[-1]).unsqueeze(1) >= ends).sum(1)]


def squeeze(tensor, *axes, plain=torch.Tensor.squeeze):
    """Without axes the rank would follow from the shape, which OpenVINO does not take; Kokoro does it to durations and sound, both of one axis in the end."""
    return plain(tensor, *axes) if axes else tensor.reshape(-1)


def export(path):
    torch.repeat_interleave, torch.Tensor.squeeze = repeat_interleave, squeeze
    ids = torch.tensor([[0, *range(1, 49), 0]])
    torch.onnx.export(kokoro(), (ids, torch.randn(1, 256), torch.ones(1, dtype=torch.int32)), path, dynamo=False, opset_version=17,
                      input_names=["input_ids", "style", "speed"], output_names=["waveform", "duration"],
                      dynamic_axes={"input_ids": {1: "tokens"}, "waveform": {0: "samples"}, "duration": {0: "tokens"}})


def quantize(path, quantized):
    """Unsigned weights, since ONNX Runtime has no convolution of signed ones. Constants are folded first: what is not a constant is no weight to the quantiser."""
    with tempfile.TemporaryDirectory() as folder:
        quant_pre_process(path, f"{folder}/folded.onnx", skip_symbolic_shape=True)
        quantize_dynamic(f"{folder}/folded.onnx", quantized, weight_type=QuantType.QUInt8)


export(f"{out}/kokoro.onnx")
quantize(f"{out}/kokoro.onnx", f"{out}/kokoro-int8.onnx")
