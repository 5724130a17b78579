"""Engines: token ids to unit vectors and hidden states. Model libraries are imported here only."""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib.util
import logging
import platform
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from framing.encoder.batching import Batch
from framing.encoder.convert import converted, import_openvino, not_convertible
from framing.encoder.models import Model
from framing.errors import missing_extra, problem

__all__ = ["Engine", "Floats", "OpenVINOEngine", "TorchEngine", "choose", "quiet"]

Floats: TypeAlias = NDArray[np.float32]


class Engine(Protocol):
    """What every engine offers.

    `budget` is its best number of tokens per batch, `note` what its user should know.
    """

    budget: int
    note: str

    def vectors(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, Floats]]:
        """Each batch with its unit vectors (n_windows, n_dims)."""

    def states(
        self, batches: Iterable[Batch], layers: Sequence[int]
    ) -> Iterator[tuple[Batch, Floats, list[Floats]]]:
        """Each batch with its unit vectors, and each layer's states (n_windows, n_tokens, n_dims).

        The arrays hold until the next batch is asked for: whoever wants them longer copies them.
        """


class TorchEngine:
    """The model as sentence-transformers runs it."""

    note = ""

    def __init__(self, model: Model, *, device: str | None, half: bool, skip: int) -> None:
        with quiet():
            import torch
            from sentence_transformers import SentenceTransformer

            self._torch = torch
            self._model: Any = SentenceTransformer(
                str(model.folder),
                device=device or _torch_device(torch),
                model_kwargs={"use_safetensors": True},
                local_files_only=True,
            )
        if half:
            self._model.half()
        self._model.eval()
        self._skip = skip
        self.budget = 1_024 if self._model.device.type == "cpu" else 32_768

    def vectors(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, Floats]]:
        """Each batch with its unit vectors (n_windows, n_dims)."""
        for batch in batches:
            with self._torch.inference_mode():
                yield batch, self._unit(self._model(self._features(batch)))

    def states(
        self, batches: Iterable[Batch], layers: Sequence[int]
    ) -> Iterator[tuple[Batch, Floats, list[Floats]]]:
        """Each batch with its unit vectors, and the states of each layer."""
        for batch in batches:
            yield batch, *self._vectors_and_states(batch, layers)

    def _vectors_and_states(
        self, batch: Batch, layers: Sequence[int]
    ) -> tuple[Floats, list[Floats]]:
        """Unit vectors, and the states of the chosen layers."""
        with self._torch.inference_mode():
            features = self._features(batch)
            output = self._model[0].auto_model(
                input_ids=features["input_ids"],
                attention_mask=features["attention_mask"],
                output_hidden_states=True,
                return_dict=True,
            )
            states = [output.hidden_states[layer].float().cpu().numpy() for layer in layers]
            features["token_embeddings"] = output.last_hidden_state
            for module in list(self._model)[1:]:
                features = module(features)
            return self._unit(features), states

    def _features(self, batch: Batch) -> dict[str, Any]:
        """The batch on the engine's device."""
        return {
            "input_ids": self._torch.from_numpy(batch.ids).to(self._model.device),
            "attention_mask": self._torch.from_numpy(batch.mask).to(self._model.device),
            "prompt_length": self._skip,
        }

    def _unit(self, features: dict[str, Any]) -> Floats:
        """Sentence vectors of a forward pass, scaled to length one."""
        pooled = features["sentence_embedding"].float()
        unit = self._torch.nn.functional.normalize(pooled, dim=-1)
        return np.asarray(unit.cpu().numpy(), dtype=np.float32)


class OpenVINOEngine:
    """The converted model; torch is not imported.

    Batches run side by side, one per core: on small matrices that beats splitting each of them.
    """

    budget = 1_024

    def __init__(self, model: Model, *, precision: str, threads: int | None) -> None:
        self._openvino = import_openvino()
        self._core = self._openvino.Core()
        self._model = model
        self._settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            # On CPUs with AMX the plug-in would otherwise drop to bfloat16 by itself.
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
        }
        if threads:
            self._settings |= {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        content = converted(model, int8=precision == "int8")
        self._compiled = self._compile(content, ["vector"], self._settings)
        self._with_states: dict[tuple[int, ...], Any] = {}
        able = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.note = "" if able or precision != "bf16" else "in float32: this CPU has no bfloat16"

    def vectors(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, Floats]]:
        """Each batch with its unit vectors (n_windows, n_dims)."""
        for batch, [vectors] in self._run(self._compiled, batches):
            yield batch, vectors.copy()

    def states(
        self, batches: Iterable[Batch], layers: Sequence[int]
    ) -> Iterator[tuple[Batch, Floats, list[Floats]]]:
        """Each batch with its unit vectors, and the states of each layer."""
        key = tuple(layers)
        if key not in self._with_states:
            names = ["vector", *(f"layer_{layer}" for layer in layers)]
            # Never int8: it rounds away what attribution needs.
            content = converted(self._model, int8=False)
            self._with_states[key] = self._compile(content, names, self._settings)
        compiled = self._with_states[key]
        place = {name: k for k, out in enumerate(compiled.outputs) for name in out.get_names()}
        for batch, found in self._run(compiled, batches):
            hidden = [found[place[f"layer_{layer}"]] for layer in layers]
            yield batch, found[place["vector"]], hidden

    def _run(self, compiled: Any, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Floats]]]:
        """Each batch with the outputs of a compiled graph, several batches under way at a time.

        The outputs are OpenVINO's own memory, and good until the next batch is asked for.
        """
        wanted = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        idle = [compiled.create_infer_request() for _ in range(2 * int(wanted))]
        running: deque[tuple[Batch, Any]] = deque()
        try:
            for batch in batches:
                if not idle:
                    yield from self._finished(running, idle)
                request = idle.pop()
                request.start_async([batch.ids, batch.mask], share_inputs=True)
                running.append((batch, request))
            while running:
                yield from self._finished(running, idle)
        finally:
            for _, request in running:
                request.wait()

    def _finished(
        self, running: deque[tuple[Batch, Any]], idle: list[Any]
    ) -> Iterator[tuple[Batch, list[Floats]]]:
        """Wait for the oldest batch, show its outputs, and free its request once they are used."""
        batch, request = running.popleft()
        request.wait()
        yield batch, [tensor.data for tensor in request.output_tensors]
        idle.append(request)

    def _compile(
        self, content: dict[str, bytes], names: Sequence[str], settings: dict[str, Any]
    ) -> Any:
        """The graph cut down to the named outputs, ready to run."""
        weights = np.frombuffer(content["model.bin"], dtype=np.uint8)
        # Copied, so that OpenVINO owns what the compiled graph may point into.
        graph = self._core.read_model(content["model.xml"], self._openvino.Tensor(weights))
        for output in list(graph.outputs):
            if not output.get_names() & set(names):
                graph.remove_result(output.get_node())
        return self._core.compile_model(graph, "CPU", settings)


def choose(
    engine: str, model: Model, *, device: str | None, half: bool, prompt: str
) -> tuple[str, str]:
    """Settle which engine computes, and say why.

    Returns
    -------
    tuple of str
        The engine's name, and the reason in words.

    Raises
    ------
    FramingError
        If an OpenVINO engine was asked for that is not installed or cannot run the model.
    """
    if engine.startswith("openvino"):
        _require_openvino(engine, model, prompt=prompt)
    if engine != "auto":
        return engine, "as asked"
    if device or half:
        return "torch", "a device or half precision was asked for"
    if _gpu_likely():
        return "torch", "this machine has a GPU"
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return "torch", f"OpenVINO is not tried on {platform.machine()}"
    if not importlib.util.find_spec("openvino"):
        return "torch", 'OpenVINO is not installed (pip install "framing[openvino]" is faster)'
    reason = not_convertible(model, prompt=prompt)
    if reason:
        return "torch", f"the model is not for OpenVINO: {reason}"
    return "openvino", "fastest in full precision on this CPU"


def _require_openvino(engine: str, model: Model, *, prompt: str) -> None:
    """Refuse an OpenVINO engine that was asked for and cannot run."""
    for package in ("openvino", "nncf") if engine.endswith("int8") else ("openvino",):
        if not importlib.util.find_spec(package):
            raise missing_extra(package, "openvino", f"The engine {engine!r}")
    reason = not_convertible(model, prompt=prompt)
    if reason:
        raise problem(
            f"a model that OpenVINO can run for the engine {engine!r}",
            f"{model.name!r}: {reason}",
            "Use the engine 'torch'",
        )


def _gpu_likely() -> bool:
    """Whether torch would find a GPU, told without the seconds that importing torch costs."""
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    try:
        built_for_cpu = version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False
    library = "nvcuda" if platform.system() == "Windows" else "cuda"
    return not built_for_cpu and ctypes.util.find_library(library) is not None


def _torch_device(torch: Any) -> str:
    """The fastest device that torch sees."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep progress bars and notices of the model libraries off the screen while they load."""
    from transformers.utils import logging as chatter

    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers")]
    levels = [logger.level for logger in loggers]
    bars = chatter.is_progress_bar_enabled()
    try:
        chatter.disable_progress_bar()
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            chatter.enable_progress_bar()
