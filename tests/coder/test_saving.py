"""Coders on disk."""

import json

import numpy as np
import pandas as pd
import pytest
from toy import cloud

from framing import FramingError
from framing.coder import Coder


@pytest.mark.parametrize("lists", [False, True])
def test_what_is_loaded_predicts_bit_for_bit(tmp_path, lists):
    vectors, codes = cloud(90)
    given = [[code] if i % 5 else [] for i, code in enumerate(codes)] if lists else codes
    coder = Coder(seed=2).fit(vectors, given, groups=np.arange(90) // 2)
    coder.save(tmp_path / "coder")
    loaded = Coder.load(tmp_path / "coder")
    assert (loaded.predict_proba(vectors) == coder.predict_proba(vectors)).all()
    assert loaded.predict(vectors).tolist() == coder.predict(vectors).tolist()
    assert loaded.get_params() == coder.get_params()
    pd.testing.assert_frame_equal(loaded.decide(vectors), coder.decide(vectors))
    source = ["press"] * 30 + ["state"] * 60
    pd.testing.assert_frame_equal(loaded.report(source).table, coder.report(source).table)
    names = sorted(path.name for path in (tmp_path / "coder").iterdir())
    assert names == ["arrays.safetensors", "coder.json"]


def test_codes_keep_their_type(tmp_path):
    vectors, codes = cloud(60)
    Coder().fit(vectors, codes == "aid").save(tmp_path)
    assert Coder.load(tmp_path).predict(vectors[:1]).tolist() == [True]


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(FramingError, match=r"written by Coder\.save"):
        Coder.load(tmp_path)
    Coder().fit(*cloud(30)).save(tmp_path)
    facts = json.loads((tmp_path / "coder.json").read_text(encoding="utf-8"))
    (tmp_path / "coder.json").write_text(json.dumps(facts | {"schema": 99}), encoding="utf-8")
    with pytest.raises(FramingError, match="schema 4; got 99"):
        Coder.load(tmp_path)
