"""Trains when something that the model is made of has changed, and says how long it takes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.yaml_file import ROOT

MODELS = ROOT / "models"
_DURATION = MODELS / "duration.json"
_FIRST_GUESS = 180.0  # seconds
# What a model is made of; the rest of nlu/ is read when the bot starts.
_PARTS = """config.yml bot/domain.yml bot/rules.yml constraints.txt nlu/data nlu/encoder/model nlu/components
nlu/importer.py nlu/linear.py nlu/noise.py nlu/onnx_encoder.py nlu/swedish.py nlu/utterances.py""".split()
_KINDS = {".py", ".yml", ".tsv", ".json", ".safetensors", ".txt"}


class TrainingFailed(RuntimeError):
    """`rasa train` failed; the message says where its output lies."""


def fingerprint() -> str:
    """Return a name for today's data, configuration and code of the pipeline."""
    digest = hashlib.sha256()
    for part in _PARTS:
        path = ROOT / part
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in _KINDS)
        for file in files:
            inner = file.relative_to(ROOT)
            if any(piece.startswith((".", "__")) for piece in inner.parts):
                continue
            digest.update(str(inner).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path() -> Path:
    """Return where today's model lies, or would."""
    return MODELS / f"{fingerprint()}.tar.gz"


def quiet_environment() -> dict[str, str]:
    """Return the environment in which Rasa calls nobody and prints little."""
    return os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
    }


def train(config: str = "config.yml", path: Path | None = None) -> Path:
    """Train a model for today's data and return its path. Raises TrainingFailed."""
    path = path or model_path()
    MODELS.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "rasa", "train", "--config", config, "--domain", "bot/domain.yml"]
    command += ["--data", "bot/rules.yml", "--out", str(MODELS), "--fixed-model-name", path.name, "--force"]
    expected = json.loads(_DURATION.read_text())["seconds"] if _DURATION.exists() else _FIRST_GUESS
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=quiet_environment(), stdout=output, stderr=subprocess.STDOUT)
        try:
            while process.poll() is None:
                passed = time.monotonic() - started
                left = f"about {expected - passed:.0f} s left" if passed < expected else "almost done"
                print(f"  trains: {passed:.0f} s, {left}", flush=True)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if process.returncode or not path.exists():
            output.seek(0)
            tail = "".join(output.readlines()[-15:])
            raise TrainingFailed(f"Training failed. The last lines of its output:\n{tail}")
    _DURATION.write_text(json.dumps({"seconds": round(time.monotonic() - started)}))
    return path


def main() -> None:
    """Train a new model (make train)."""
    print("Training a model:")
    try:
        print(f"  wrote {train().relative_to(ROOT)}")
    except TrainingFailed as failed:
        sys.exit(str(failed))


if __name__ == "__main__":
    main()
