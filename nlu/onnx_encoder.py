"""A sentence encoder packed for serving: an ONNX graph with weights in 8 bits, and a tokenizer. No torch is needed."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.yaml_file import ROOT
from nlu.swedish import normalise

PACKAGED = "all-MiniLM-L6-v2"
_GRAPH, _TOKENIZER = "encoder.onnx", "tokenizer.json"


class EncoderMissing(RuntimeError):
    """The encoder that config.yml names cannot be loaded; the message says what to do."""


def load_sentence_transformer(name: str) -> Any:
    """Load a model: the packaged MiniLM, a folder (from the project's root) or a name of the hub."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if name == PACKAGED:
        from nlu.encoder.teacher import packaged_minilm

        source = str(packaged_minilm())
    else:
        folder = Path(ROOT / name)
        source = str(folder) if folder.exists() else name
        if not folder.exists() and os.environ.get("HF_HUB_OFFLINE") == "1":
            raise EncoderMissing(
                f"config.yml: the encoder {name} is missing. Restore the folder (git checkout -- {name}), "
                f"make it again (make encoder), or set model: {PACKAGED}"
            )
    try:
        return SentenceTransformer(source, device="cpu").float().eval()
    except Exception as error:
        raise EncoderMissing(
            f"config.yml: the encoder {name} cannot be loaded ({type(error).__name__}): its files are damaged or "
            f"missing. Restore the folder (git checkout -- {name}), or set model: {PACKAGED}"
        ) from None


def pack(name: str, folder: Path, *, eight_bits: bool = True) -> None:
    """Write the encoder `name` into `folder` as an ONNX graph and a tokenizer.

    Weights of matrix products get 8 bits a number, scaled by channel: less than half the time a message, and vectors
    at a cosine of .996 to the whole ones (measured).
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = load_sentence_transformer(name)

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            vectors = self.model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]
            return torch.nn.functional.normalize(vectors)

    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.enable_truncation(min(model.max_seq_length or 256, 256))
    tokenizer.no_padding()
    tokenizer.save(str(folder / _TOKENIZER))
    ids = torch.ones(2, 8, dtype=torch.long)
    sizes = {"ids": {0: "texts", 1: "pieces"}, "mask": {0: "texts", 1: "pieces"}, "vectors": {0: "texts"}}
    whole = folder / "whole.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, about branches that these models take one way only
        torch.onnx.export(
            Graph(), (ids, torch.ones_like(ids)), str(whole), input_names=["ids", "mask"], output_names=["vectors"],
            dynamic_axes=sizes, opset_version=17, dynamo=False,
        )  # fmt: skip
    if eight_bits:
        quantize_dynamic(
            whole, folder / _GRAPH, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
        )
        whole.unlink()
    else:
        whole.rename(folder / _GRAPH)


class PackedEncoder:
    """Reads texts with what `pack` wrote, one core a text."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            (folder / _GRAPH).read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))

    def _vector(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(normalise(text) or ".").ids])
        result: np.ndarray = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0][0]
        return result

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return (texts, dimensions) unit vectors; a text that says nothing still gets one.

        Each text is read alone: in 8 bits, others in a batch would change its vector.
        """
        if len(texts) == 1:
            return self._vector(texts[0])[np.newaxis]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.stack(list(pool.map(self._vector, texts)))


@cache
def packed(name: str, *, eight_bits: bool = True) -> PackedEncoder:
    """Pack an encoder for this process only, as training and figures do."""
    with tempfile.TemporaryDirectory() as folder:
        pack(name, Path(folder), eight_bits=eight_bits)
        return PackedEncoder(Path(folder))


def encode(name: str, texts: list[str]) -> np.ndarray:
    """Return (texts, dimensions) unit vectors by the encoder `name`, as the bot reads them."""
    return packed(name).encode(texts)
