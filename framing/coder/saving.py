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

SCHEMA = 3
_PARAMETERS = ("engine", "folds", "steps", "seed")


def save_coder(coder: Coder, folder: Path) -> None:
    """Write a fitted coder."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    learned, examples = coder._fit.learned, coder.examples_
    arrays: dict[str, Any] = {
        "weights": learned.head.weights,
        "intercepts": learned.head.intercepts,
        **{f"idf_{kind}": found for kind, found in _blocks(coder).idf.items()},
    }
    if coder._fit.second is not None:
        arrays |= ridge_arrays(coder._fit.second)
    arrays["known"] = coder._fit.known
    if examples is not None:
        arrays |= {"target": examples.target, "groups": examples.groups, "order": examples.order}
    if coder.held_out_ is not None:
        arrays["held_out"] = coder.held_out_
    save_file({name: np.ascontiguousarray(one) for name, one in arrays.items()},
              folder / "arrays.safetensors")  # fmt: skip
    if coder._fit.tuned is not None:
        home = Path(coder._fit.tuned._model.folder)
        if home.resolve() != (folder / "encoder").resolve():
            shutil.copytree(home, folder / "encoder", dirs_exist_ok=True)
    if coder._frozen is not None:
        coder._frozen.save(folder / "frozen")
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
    if facts["tuned"]:
        tuned = Encoder(folder / "encoder", engine="torch", device="cpu")
        _check_encoder(facts["encoder"], tuned)
    elif facts["encoder"] is not None:
        _check_encoder(facts["encoder"], encoder or Encoder())
    coder = cls(codebook=book, encoder=encoder, **facts["parameters"])
    arrays = load_file(folder / "arrays.safetensors")
    _restore(coder, facts, arrays, tuned)
    if facts["settings"]["averaged"]:
        coder._frozen = cls.load(folder / "frozen", codebook=book, encoder=encoder)
    return coder


def _facts(coder: Coder) -> dict[str, Any]:
    """What is written as JSON."""
    learned, examples, book = coder._fit.learned, coder.examples_, as_codebook(coder.codebook)
    used = coder._fit.tuned or coder.encoder
    needed = coder.texts_ or book is not None
    encoder = (used or Encoder()) if needed else None
    return {
        "schema": SCHEMA,
        "parameters": {name: getattr(coder, name) for name in _PARAMETERS},
        "codebook": book and {"name": book.name, "version": book.version, "digest": book.digest},
        "encoder": encoder
        and {"model": Path(encoder.model).name, "fingerprint": encoder.fingerprint},
        "tuned": coder._fit.tuned is not None,
        "texts": coder.texts_,
        "multi": coder.multi_,
        "n_dims": coder.n_dims_,
        "classes": coder.classes_.tolist(),
        "ids": coder._ids,
        "rows": None if examples is None else [examples.n_rows, examples.n_missing],
        "recipe": learned.recipe,
        "strength": learned.strength,
        "calibration": [learned.calibration.slope, learned.calibration.shift],
        "blocks": list(learned.blocks.names),
        "terms": _blocks(coder).terms,
        "second": coder._fit.second and ridge_facts(coder._fit.second),
        "settings": coder.settings_,
    }  # fmt: skip


def _blocks(coder: Coder) -> Blocks:
    """Words and letters; both learners have the same, if they have any."""
    second = coder._fit.second
    return coder._fit.learned.blocks if second is None else second.blocks


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
    blocks = Blocks(
        facts["blocks"], facts["terms"], {kind: arrays[f"idf_{kind}"] for kind in facts["terms"]}
    )
    coder.held_out_ = arrays.get("held_out")
    learned = Learned(
        Head(arrays["weights"], arrays["intercepts"]), blocks, facts["recipe"], facts["strength"],
        Calibration(*facts["calibration"]), coder.held_out_,
        [tuple(trial) for trial in facts["settings"]["trials"]],
    )  # fmt: skip
    coder._ids, coder.settings_ = facts["ids"], facts["settings"]
    second = facts["second"] and ridge_from(facts["second"], arrays, blocks)
    coder._fit, coder._frozen = Fitted(learned, arrays["known"], tuned, second), None
    coder.examples_ = facts["rows"] and Examples(
        Content(None, arrays["known"]), arrays["target"], coder.classes_, coder.multi_,
        arrays["groups"], arrays["order"], *facts["rows"],
    )  # fmt: skip


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
