"""BERT as an ONNX graph, in float32 or in int8: token ids (b, n) to unit vectors (b, dim).

All rows of a batch are of one length, so that there is no padding and no mask. The layers follow
Devlin et al. 2019 (post-norm), the sentence is the mean of its tokens' last states (Reimers &
Gurevych 2019).

In int8 the inputs of all linear layers are rounded to 8 bits with one fixed scale a tensor, their
weights with one scale an output. Where few input channels are much larger than the rest, one
scale would leave these few steps: each channel is divided by s and its weights multiplied by it,
s = a^t / w^(1-t) of the largest absolute values in channel and weights (SmoothQuant, Xiao et al.
2023). Fixed scales make a text's vector independent of the texts in the same batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    #: The least and greatest value of each channel of a tensor, by the tensor's name.
    Ranges = Mapping[str, tuple[Array, Array]]

#: t of SmoothQuant. Higher is better for values within the ranges, lower for those outside.
SMOOTHING = 0.75
#: What the output "check" holds where the processor multiplies int8 exactly; it needs no input.
_CHECKED = 64
CHECK = _CHECKED * 255 * 127
_CONTRIB = "com.microsoft"
_OPSETS = {"": 20, _CONTRIB: 1}
_IR = 10


class Linear(NamedTuple):
    weight: Array  # (out, in)
    bias: Array  # (out,)


def model(
    weights: Mapping[str, Array],
    config: Mapping[str, Any],
    *,
    ranges: Ranges | None = None,
    probe: bool = False,
) -> bytes:
    """The graph as a serialised ONNX model: int8 with `ranges`, float32 without.

    `probe` adds outputs "least:X" and "most:X", (in,): the extremes of each channel of the input
    X of every linear layer, from which `ranges` are made.
    """
    return _Graph(weights, config, ranges).bert(probe=probe)


def probed(config: Mapping[str, Any]) -> list[str]:
    """Names of the tensors whose ranges int8 needs."""
    return [f"{part}{i}" for i in range(config["num_hidden_layers"]) for part in "xcyg"]


def rounded_rows(table: Array) -> tuple[NDArray[np.int8], Array]:
    """(n, k) to its int8 image and the scale of each row, (n,)."""
    scale = np.abs(table).max(axis=1) / np.float32(127)
    scale[scale == 0] = 1
    return np.rint(table / scale[:, None]).astype(np.int8), scale


class _Graph:
    def __init__(
        self, weights: Mapping[str, Array], config: Mapping[str, Any], ranges: Ranges | None
    ) -> None:
        self.weights = weights
        self.config = config
        self.ranges = ranges
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def bert(self, *, probe: bool) -> bytes:
        """One graph, whole."""
        from onnx import TensorProto, helper

        x = self.embeddings()
        for layer in range(self.config["num_hidden_layers"]):
            x = self.layer(x, layer)
        axis = self.constant("tokens_axis", np.array([1], np.int64))
        mean = self.node("ReduceMean", [x, axis], "mean", keepdims=0)
        outputs = [self.node("LpNormalization", [mean], "vector", axis=-1, p=2)]
        most = self.constant("most", np.full((1, _CHECKED), 255, np.uint8))
        large = self.constant("large", np.full((_CHECKED, 1), 127, np.int8))
        check = self.node("MatMulInteger", [most, large], "check")
        if probe:
            both = self.constant("both_axes", np.array([0, 1], np.int64))
            for name in probed(self.config):
                outputs.append(self.node("ReduceMin", [name, both], f"least:{name}", keepdims=0))
                outputs.append(self.node("ReduceMax", [name, both], f"most:{name}", keepdims=0))
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"])],
            [
                *(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs),
                helper.make_tensor_value_info(check, TensorProto.INT32, None),
            ],
            list(self.constants.values()),
        )
        opsets = [helper.make_opsetid(name, version) for name, version in _OPSETS.items()]
        whole = helper.make_model(graph, opset_imports=opsets, ir_version=_IR)
        helper.set_model_props(whole, {"arithmetic": "int8" if self.ranges else "float32"})
        found: bytes = whole.SerializeToString()
        return found

    def embeddings(self) -> str:
        """Words, positions and the first of the two segments, added and normed."""
        from onnx import TensorProto

        words = self.weights["embeddings.word_embeddings.weight"]
        if self.ranges is None:
            word = self.node("Gather", [self.constant("words", words), "ids"], "word")
        else:
            table, scale = rounded_rows(words)
            small = self.node("Gather", [self.constant("words", table), "ids"], "word_int8")
            plain = self.node("Cast", [small], "word_steps", to=TensorProto.FLOAT)
            scales = self.constant("word_scales", scale[:, None])
            row = self.node("Gather", [scales, "ids"], "word_scale")
            word = self.node("Mul", [plain, row], "word")
        places = (
            self.weights["embeddings.position_embeddings.weight"]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        )
        count = self.node("Shape", ["ids"], "count", start=1, end=2)
        zero = self.constant("zero", np.array([0], np.int64))
        place = self.node("Slice", [self.constant("places", places), zero, count, zero], "place")
        return self.norm(self.node("Add", [word, place], "x_sum"), "embeddings.LayerNorm", "x0")

    def layer(self, x: str, i: int) -> str:
        """(b, n, dim) to (b, n, dim)."""
        name = f"encoder.layer.{i}"
        parts = [self.stored(f"{name}.attention.self.{p}") for p in ("query", "key", "value")]
        joint = Linear(
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.bias for part in parts]),
        )
        joined = self.linear(x, joint, f"qkv{i}")
        heads = [f"q{i}", f"k{i}", f"v{i}"]
        self.node("Split", [joined], *heads, axis=-1, num_outputs=3)
        self.node(
            "MultiHeadAttention",
            heads,
            f"c{i}",
            domain=_CONTRIB,
            num_heads=self.config["num_attention_heads"],
        )
        out = self.linear(f"c{i}", self.stored(f"{name}.attention.output.dense"), f"o{i}")
        # An addition and a norm are three times as fast as the one SkipLayerNormalization.
        summed = self.node("Add", [out, x], f"y_sum{i}")
        y = self.norm(summed, f"{name}.attention.output.LayerNorm", f"y{i}")
        wide = self.linear(y, self.stored(f"{name}.intermediate.dense"), f"i{i}")
        self.node("Gelu", [wide], f"g{i}")
        out = self.linear(f"g{i}", self.stored(f"{name}.output.dense"), f"f{i}")
        summed = self.node("Add", [out, y], f"x_sum{i + 1}")
        return self.norm(summed, f"{name}.output.LayerNorm", f"x{i + 1}")

    def linear(self, x: str, layer: Linear, out: str) -> str:
        """x @ weight' + bias."""
        bias = self.constant(f"{out}.bias", layer.bias)
        if self.ranges is None:
            weight = self.constant(f"{out}.weight", layer.weight.T)
            return self.node("Add", [self.node("MatMul", [x, weight], f"{out}.product"), bias], out)
        low, high = self.ranges[x]
        smooth = _smoothing(np.maximum(-low, high), np.abs(layer.weight).max(axis=0))
        table, steps = rounded_rows(layer.weight * smooth)
        least, most = min(float((low / smooth).min()), 0.0), max(float((high / smooth).max()), 0.0)
        step = np.float32(max(most - least, 1e-12) / 255)
        zero = np.uint8(np.rint(-least / step))
        names = [f"{out}.step", f"{out}.zero"]
        for name, value in zip(names, (step, zero), strict=True):
            self.constant(name, np.asarray(value))
        even = self.node("Mul", [x, self.constant(f"{out}.even", 1 / smooth)], f"{out}.smooth")
        small = self.node("QuantizeLinear", [even, *names], f"{out}.int8")
        # Weights signed, inputs unsigned: what processors multiply fastest.
        weight = self.constant(f"{out}.weight", table.T)
        scales = self.constant(f"{out}.steps", steps)
        inputs = [small, weight, names[0], scales, names[1], "", bias]
        return self.node("MatMulIntegerToFloat", inputs, out, domain=_CONTRIB)

    def norm(self, x: str, stored: str, out: str) -> str:
        layer = self.stored(stored)
        inputs = [x, self.constant(f"{out}.gain", layer.weight)]
        inputs.append(self.constant(f"{out}.shift", layer.bias))
        epsilon = self.config["layer_norm_eps"]
        return self.node("LayerNormalization", inputs, out, axis=-1, epsilon=epsilon)

    def stored(self, name: str) -> Linear:
        return Linear(self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(
        self, kind: str, inputs: Sequence[str], *out: str, domain: str = "", **attributes: Any
    ) -> str:
        """Adds an operator that gives the tensors `out`; returns the first one's name."""
        from onnx import helper

        self.nodes.append(
            helper.make_node(kind, inputs, out, name=out[0], domain=domain, **attributes)
        )
        return out[0]


def _smoothing(channel: Array, weight: Array) -> Array:
    """What each input channel is divided by, (in,); never near 0."""
    channel = np.maximum(channel, 1e-3 * channel.max())
    weight = np.maximum(weight, 1e-3 * weight.max())
    found = np.maximum(channel, 1e-6) ** SMOOTHING / np.maximum(weight, 1e-6) ** (1 - SMOOTHING)
    return found.astype(np.float32)
