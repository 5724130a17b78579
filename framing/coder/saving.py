"""Coders on disk: JSON for what can be read, safetensors for what cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from framing.coder.blocks import Blocks
from framing.coder.definitions import as_codebook
from framing.coder.engines import Fitted
from framing.coder.examples import Content, Examples
from framing.coder.head import Calibration, Head
from framing.coder.learning import Learned
from framing.coder.ridge import ridge_arrays, ridge_facts, ridge_from
from framing.encoder import Encoder
from framing.errors import problem

if TYPE_CHECKING:
    from framing.codebook import Codebook
    from framing.coder.core import Coder

__all__ = ["load_coder", "save_coder"]

SCHEMA = 4
_FROZEN = "frozen_"  # before the names of arrays of a coder on the encoder as it was
_PARAMETERS = ("engine", "folds", "steps", "seed")


def save_coder(coder: Coder, folder: Path) -> None:
    """Write a fitted coder."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    fitted, examples = coder._fit, coder.examples_
    arrays = _arrays(fitted)
    if fitted.frozen is not None:
        arrays |= {_FROZEN + name: one for name, one in _arrays(fitted.frozen).items()}
    if examples is not None:
        arrays |= {"target": examples.target, "groups": examples.groups, "order": examples.order}
    save_file({name: np.ascontiguousarray(one) for name, one in arrays.items()},
              folder / "arrays.safetensors")  # fmt: skip
    if fitted.tuned is not None:
        home = Path(fitted.tuned._model.folder)
        if home.resolve() != (folder / "encoder").resolve():
            shutil.copytree(home, folder / "encoder", dirs_exist_ok=True)
    (folder / "coder.json").write_text(
        json.dumps(_facts(coder), indent=1, ensure_ascii=False, default=_plain), encoding="utf-8"
    )


def load_coder(
    cls: type[Coder], folder: Path, book: Codebook | None, encoder: Encoder | None
) -> Coder:
    """Read a coder, and check what it is used with."""
    from safetensors.numpy import load_file

    if not (folder / "coder.json").is_file():
        raise problem("a folder written by Coder.save", repr(str(folder)), "Check the path")
    facts = json.loads((folder / "coder.json").read_text(encoding="utf-8"))
    if facts["schema"] != SCHEMA:
        raise problem(
            f"a coder of schema {SCHEMA}", repr(facts["schema"]), "Use the version of framing that"
            f" wrote it ({facts['settings']['versions']['framing']}), or fit again"
        )  # fmt: skip
    _check_codebook(facts["codebook"], book)
    tuned = None
    if facts["tuned"] is not None:
        tuned = Encoder(folder / "encoder", engine="torch", device="cpu")
        _check_encoder(facts["tuned"], tuned)
    if facts["encoder"] is not None:
        _check_encoder(facts["encoder"], encoder or Encoder())
    coder = cls(codebook=book, encoder=encoder, **facts["parameters"])
    _restore(coder, facts, load_file(folder / "arrays.safetensors"), tuned)
    return coder


def _facts(coder: Coder) -> dict[str, Any]:
    """What is written as JSON."""
    fitted, examples, book = coder._fit, coder.examples_, as_codebook(coder.codebook)
    needed = coder.texts_ or book is not None
    frozen = fitted.tuned is None or fitted.frozen is not None
    return {
        "schema": SCHEMA,
        "parameters": {name: getattr(coder, name) for name in _PARAMETERS},
        "codebook": book and {"name": book.name, "version": book.version, "digest": book.digest},
        "encoder": _encoder_facts(coder.encoder or Encoder()) if needed and frozen else None,
        "tuned": fitted.tuned and _encoder_facts(fitted.tuned),
        "texts": coder.texts_,
        "multi": coder.multi_,
        "n_dims": coder.n_dims_,
        "classes": coder.classes_.tolist(),
        "ids": coder._ids,
        "rows": None if examples is None else [examples.n_rows, examples.n_missing],
        "fitted": _fitted_facts(fitted),
        "frozen": fitted.frozen and _fitted_facts(fitted.frozen),
        "settings": coder.settings_,
    }


def _encoder_facts(encoder: Encoder) -> dict[str, Any]:
    return {"model": Path(encoder.model).name, "fingerprint": encoder.fingerprint}


def _fitted_facts(fitted: Fitted) -> dict[str, Any]:
    """What `_fitted_from` reads besides arrays."""
    learned = fitted.learned
    return {
        "recipe": learned.recipe,
        "strength": learned.strength,
        "calibration": [learned.calibration.slope, learned.calibration.shift],
        "trials": [list(trial) for trial in learned.trials],
        "blocks": list(learned.blocks.names),
        "terms": _blocks(fitted).terms,
        "second": fitted.second and ridge_facts(fitted.second),
    }


def _arrays(fitted: Fitted) -> dict[str, Any]:
    """What is saved of it as arrays."""
    learned = fitted.learned
    arrays: dict[str, Any] = {
        "weights": learned.head.weights,
        "intercepts": learned.head.intercepts,
        "known": fitted.known,
        **{f"idf_{kind}": found for kind, found in _blocks(fitted).idf.items()},
    }
    if fitted.second is not None:
        arrays |= ridge_arrays(fitted.second)
    if learned.held_out is not None:
        arrays["held_out"] = learned.held_out
    return arrays


def _blocks(fitted: Fitted) -> Blocks:
    """Words and letters; both learners have the same, if they have any."""
    return fitted.learned.blocks if fitted.second is None else fitted.second.blocks


def _restore(
    coder: Coder, facts: dict[str, Any], arrays: dict[str, Any], tuned: Encoder | None
) -> None:
    """Put a coder into the state that it was saved in."""
    names = facts["classes"]
    texts = all(isinstance(name, str) for name in names)
    coder.classes_ = np.array(names, dtype=object if texts else None)
    coder.texts_, coder.multi_, coder.n_dims_ = facts["texts"], facts["multi"], facts["n_dims"]
    if not coder.texts_:
        coder.n_features_in_ = coder.n_dims_
    frozen = None
    if facts["frozen"] is not None:
        start = len(_FROZEN)
        own = {name[start:]: one for name, one in arrays.items() if name.startswith(_FROZEN)}
        frozen = _fitted_from(facts["frozen"], own)
    coder._fit = _fitted_from(facts["fitted"], arrays, tuned, frozen)
    coder.held_out_ = coder._fit.learned.held_out
    coder._ids, coder.settings_ = facts["ids"], facts["settings"]
    coder.examples_ = facts["rows"] and Examples(
        Content(None, arrays["known"]), arrays["target"], coder.classes_, coder.multi_,
        arrays["groups"], arrays["order"], *facts["rows"],
    )  # fmt: skip


def _fitted_from(
    facts: dict[str, Any],
    arrays: dict[str, Any],
    tuned: Encoder | None = None,
    frozen: Fitted | None = None,
) -> Fitted:
    """What was saved."""
    blocks = Blocks(
        facts["blocks"], facts["terms"], {kind: arrays[f"idf_{kind}"] for kind in facts["terms"]}
    )
    learned = Learned(
        Head(arrays["weights"], arrays["intercepts"]), blocks, facts["recipe"], facts["strength"],
        Calibration(*facts["calibration"]), arrays.get("held_out"),
        [tuple(trial) for trial in facts["trials"]],
    )  # fmt: skip
    second = facts["second"] and ridge_from(facts["second"], arrays, blocks)
    return Fitted(learned, arrays["known"], tuned, second, frozen)


def _check_codebook(saved: dict[str, Any] | None, book: Codebook | None) -> None:
    if saved is None or book is None or book.digest == saved["digest"]:
        return
    raise problem(
        f"codebook {saved['name']!r}, version {saved['version']}, digest {saved['digest'][:12]}",
        f"{book.name!r}, version {book.version}, digest {book.digest[:12]}",
        "Load with the codebook that the coder was fitted with, or fit it again with this one",
    )


def _check_encoder(saved: dict[str, Any], encoder: Encoder) -> None:
    if encoder.fingerprint != saved["fingerprint"]:
        raise problem(
            f"the encoder {saved['model']!r} with fingerprint {saved['fingerprint']}",
            f"{encoder.model!r} with {encoder.fingerprint}",
            "Pass the encoder that the coder was fitted with: others place texts elsewhere",
        )


def _plain(value: Any) -> Any:
    """Numbers of numpy as Python's; other ids as text."""
    return value.item() if isinstance(value, np.generic) else str(value)
