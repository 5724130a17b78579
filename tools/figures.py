"""Draw the README's figure from the bundled corpus: python tools/figures.py."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

import framing

FRAMES = ["threat_to_russia", "proxy_war", "solidarity_support", "aggression", "peace_talks"]
VOICES = ["russian_state", "nato", "ukraine"]
TARGET = Path(__file__).resolve().parent.parent / "docs" / "figures" / "shares.png"


def main() -> None:
    """Draw shares of claims by frame and voice, as coded by hand."""
    mpl.use("agg")
    codes = framing.load_corpus("kyiv_visit").codes
    codes = codes[codes["voice"].isin(VOICES)]
    result = framing.shares(codes["frames"], codes, by="voice", cluster="doc_id")
    ax = framing.plots.shares(result.only(FRAMES))
    figure = ax.get_figure(root=True)
    figure.set_size_inches(7, 4.2)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(TARGET, dpi=110)


if __name__ == "__main__":
    main()
