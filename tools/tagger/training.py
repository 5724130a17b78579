"""Fitting the network to the annotators' spans and links."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from framing.attribution.learned.decoding import LabelledSpan, to_tags
from tagger.corpus import Annotation, Article, Window, in_batches, padded
from tagger.network import TAGS, Network, Settings, chain_loss

__all__ = ["in_window", "losses", "train"]

Targets = dict[tuple[int, str], int | None]
"""A content's place among the spans of a window, and "Cue" or "Source", to the linked span."""

_WARM_UP = 100  # steps until the rate is at its height


def train(network: Network, windows: Sequence[Window], *, device: str) -> None:
    """Fit a network with AdamW, one cosine, and averaged weights, which it holds in the end.

    Parameters
    ----------
    network : Network
    windows : sequence of Window
        Of all training articles. Where one has several annotations, each epoch draws one.
    device : str
        Torch device such as ``"cpu"`` or ``"cuda"``.
    """
    settings = network.settings
    rng = np.random.default_rng(settings.seed)
    network.to(device).train()
    weights = list(network.parameters())
    averaged = [weight.detach().clone() for weight in weights]
    n_batches = math.ceil(len(windows) / settings.batch)
    optimizer, schedule = _optimizer(network, settings, settings.epochs * n_batches)
    articles = {window.article.name: window.article for window in windows}
    step, started = 0, time.time()
    for epoch in range(settings.epochs):
        chosen = _drawn(articles, rng)
        totals = np.zeros(2)
        for batch in in_batches(windows, settings.batch, rng):
            chain, link = losses(network, batch, chosen, device=device)
            optimizer.zero_grad()
            (chain + settings.link_weight * link).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            keep = min(settings.ema, step / (step + 10))
            for mean, weight in zip(averaged, weights, strict=True):
                mean.lerp_(weight.detach(), 1 - keep)
            totals += (chain.item(), link.item())
        chain_mean, link_mean = totals / n_batches
        seconds = time.time() - started
        print(
            f"epoch {epoch + 1}: chain {chain_mean:.4f} link {link_mean:.4f} {seconds:.0f} s",
            flush=True,
        )
    for mean, weight in zip(averaged, weights, strict=True):
        weight.data.copy_(mean)


def losses(
    network: Network, windows: Sequence[Window], chosen: Mapping[str, Annotation], *, device: str
) -> tuple[Tensor, Tensor]:
    """Chain loss per ten words, and link loss per content, on the annotators' spans."""
    states, features, lengths = (torch.from_numpy(part).to(device) for part in padded(windows))
    kind = torch.device(device).type
    with torch.autocast(kind, torch.bfloat16, enabled=network.settings.bf16):
        scores, context = network(states, features, lengths)
    tags = np.zeros(states.shape[:2], dtype=np.int64)
    link, n_links = scores.new_zeros(()), 0
    for row, window in enumerate(windows):
        spans, targets = in_window(chosen[window.article.name], window)
        for span in spans:
            tags[row, span[1] : span[2]] = to_tags(span, TAGS)
        if not targets:
            continue
        found = network.links(context[row], spans, window.article.words, window.start)
        for label, (contents, others, rows) in found.items():
            known = [n for n, place in enumerate(contents) if (place, label) in targets]
            wanted = [targets[(contents[n], label)] for n in known]
            target = [0 if other is None else 1 + others.index(other) for other in wanted]
            link = link + nn.functional.cross_entropy(
                rows[known], torch.tensor(target, device=rows.device), reduction="sum"
            )
            n_links += len(known)
    chain = chain_loss(network.chain(), scores, torch.from_numpy(tags).to(device), lengths)
    return chain * 10 / lengths.sum(), link / max(1, n_links)


def in_window(annotation: Annotation, window: Window) -> tuple[list[LabelledSpan], Targets]:
    """The annotated spans inside a window, and each content's cue and source among them."""
    spans: list[LabelledSpan] = []
    local: dict[int, int] = {}
    for place, (label, start, end) in enumerate(annotation.spans):
        start, end = max(start, window.start), min(end, window.end)
        if start < end:
            local[place] = len(spans)
            spans.append((label, start - window.start, end - window.start))
    targets: Targets = {}
    for sources, cues, contents in annotation.relations:
        for content in contents:
            if content in local:
                for link, wanted in (("Source", sources), ("Cue", cues)):
                    found = [local[place] for place in wanted if place in local]
                    targets[(local[content], link)] = found[0] if found else None
    return spans, targets


def _drawn(articles: Mapping[str, Article], rng: np.random.Generator) -> dict[str, Annotation]:
    """One annotation of each article."""
    return {
        name: article.annotations[rng.integers(len(article.annotations))]
        for name, article in articles.items()
    }


def _optimizer(
    network: Network, settings: Settings, n_steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW with a short warm-up and a cosine that ends at zero."""
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.rate,
        weight_decay=settings.weight_decay,
        betas=(0.9, 0.98),
    )

    def share(step: int) -> float:
        return min(1.0, (step + 1) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / n_steps))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)
