"""Claims, documents and a codebook for the tests of coding, all invented."""

import pandas as pd

from framing.codebook import Codebook, Frame, Variable

FRAMES = (
    Frame(
        "aid",
        "Aid as help",
        "Deliveries are presented as help that is needed.",
        counts=("deliveries called necessary", "thanks for them"),
        does_not_count=("a bare list of deliveries",),
        near_misses=(("cost", "there the burden counts, here the help"),),
        examples=("The convoy was called a lifeline.",),
    ),
    Frame(
        "cost",
        "Costs",
        "The matter is presented by what it costs, and whom.",
        near_misses=(("aid", "there the help counts, here the burden"),),
    ),
    Frame("talks", "Talks", "The matter is presented as one for negotiation."),
)
STANCE = Variable(
    "stance",
    "Stance",
    "How far does the outlet commit itself?",
    "one",
    (("report", "Passes it on"), ("reject", "Calls it false")),
)
DENIED = Variable("denied", "Denied", "Does the speaker deny it?", "yes_no")
SPEAKER = Variable("speaker", "Speaker", "Who says it?", "text")


def codebook(version=1, *variables):
    return Codebook("invented", version, FRAMES, variables, rules=("Code what is said.",))


def corpus(n_documents=3, per_document=4):
    """Documents of a title and a paragraph; each sentence of it is a claim by a speaker."""
    documents, claims = [], []
    for d in range(n_documents):
        doc_id, title = f"d{d}", f"Talks about aid, day {d}"
        text, rows = f"{title}\n\n", []
        for i in range(per_document):
            who = f"Envoy Berta Lind{i}"
            words = f"convoy {d}.{i} would cost {i + 2} crowns"
            start = len(text) + len(f"{who} said that ")
            speaker = len(text)
            text += f"{who} said that {words}. "
            rows.append(
                {
                    "claim_id": f"{doc_id}:{i}",
                    "doc_id": doc_id,
                    "start": start,
                    "end": start + len(words),
                    "text": words,
                    "speaker": who,
                    "speaker_start": speaker,
                    "speaker_end": speaker + len(who),
                    "chain": [who, "Harbour Post"],
                    "voice": "aid_group",
                    "stance": "report",
                    "denied": False,
                    "outlet": "Harbour Post",
                }
            )
        text += "The Harbour Post carried it.\n\nMore was expected."
        documents.append({"doc_id": doc_id, "text": text, "title": title, "outlet": "Harbour Post",
                          "date": pd.Timestamp("2026-03-01"), "lang": "en"})  # fmt: skip
        claims += rows
    return pd.DataFrame(claims), pd.DataFrame(documents)


CLAIMS, DOCUMENTS = corpus()
