"""`judge_tasks`: intrusion and assignment tasks, judged by keyboard in the notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.coding.desk import Desk
from framing.coding.journal import Journal
from framing.coding.main import make_widget, setup_of
from framing.coding.units import Unit, text_digest
from framing.columns import check_columns
from framing.errors import listing, problem

if TYPE_CHECKING:
    from framing.codebook import Variable
    from framing.coding.widgets import CodingWidget
    from framing.intrusion import Tasks

__all__ = ["judge_tasks", "task_answers"]

_INTRUDER = "Which of these does not belong with the others?"
_ASSIGN = "Where does the claim belong?"
_MOST = 9  # a key each


def judge_tasks(tasks: Tasks | pd.DataFrame, *, judge: str, path: str | Path) -> CodingWidget:
    """Show tasks one after the other for a judge to answer, by keyboard, in the notebook.

    Answers are kept as codes are in `code_claims`: on disk before the next task shows. They
    mislead where judges know the corpus, or talk with one another.

    Parameters
    ----------
    tasks : Tasks or DataFrame, shape (n_tasks, ...)
        From `intrusion_tasks` or `assignment_tasks`, or their sheet: `task_id, option_1,
        option_2` and so on, and `text` where a claim is to be assigned. The key is not needed.
    judge : str
    path : str or Path
        The journal, a file that is made where there is none; not one that holds codes.

    Returns
    -------
    CodingWidget
        ``task_answers(widget.journal)`` goes into `intrusion_scores`.

    Raises
    ------
    FramingError
        If a column is missing, a task stands twice or has fewer than two options, or the journal
        holds something else.

    References
    ----------
    Chang, J., et al. (2009). Reading tea leaves: How humans interpret topic models. NIPS 22.

    Examples
    --------
    >>> import tempfile
    >>> from framing.coding import judge_tasks
    >>> sheet = pd.DataFrame({"task_id": ["t1"], "option_1": ["Aid came."],
    ...                       "option_2": ["More aid came."], "option_3": ["Talks began."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     judge_tasks(sheet, judge="Ann", path=f"{folder}/answers.sqlite")
    Judging: 0 of 1 done
    """
    sheets = TaskSheets(tasks if isinstance(tasks, pd.DataFrame) else tasks.table)
    journal = Journal(path)
    question = sheets.question
    journal.start_units(sheets.units, name="tasks", version=1, digest=text_digest(question))
    name = journal.check_coder(judge)
    setup = setup_of(None, title="Judging", role="Judge", who=name, unit="Task")
    return make_widget(Desk(journal, sheets, coder=name), journal, setup)


def task_answers(journal: Journal) -> pd.DataFrame:
    """Read the answers of all judges.

    Parameters
    ----------
    journal : Journal
        Written by `judge_tasks`.

    Returns
    -------
    DataFrame
        `task_id, judge, answer` (the number of an option, 0 for none of them), sorted.

    Examples
    --------
    >>> import tempfile
    >>> from framing.coding import judge_tasks, task_answers
    >>> sheet = pd.DataFrame({"task_id": ["t1"], "option_1": ["Aid."], "option_2": ["Talks."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     widget = judge_tasks(sheet, judge="Ann", path=f"{folder}/answers.sqlite")
    ...     entry = widget.journal.store("t1", {"answer": "2"}, coder="Ann")
    ...     task_answers(widget.journal)
      task_id judge  answer
    0      t1   Ann       2
    """
    codes = journal.codes()
    own = codes.loc[codes["variable"] == "answer"].reset_index(drop=True)
    answers = pd.to_numeric(own["code"].astype("str")).astype("Int64")
    named = own[["claim_id", "coder"]].set_axis(["task_id", "judge"], axis="columns")
    return named.assign(answer=answers)


class TaskSheets:
    """Tasks as a desk shows them: options to choose from, and perhaps a claim."""

    def __init__(self, table: pd.DataFrame) -> None:
        check_columns(table, ["task_id", "option_1", "option_2"])
        n = len([name for name in table.columns if str(name).startswith("option_")])
        self._options = [f"option_{i}" for i in range(1, n + 1)]
        check_columns(table, self._options)
        _check(table, self._options)
        self._claim = "text" in table.columns
        self._rows = {str(row["task_id"]): row for row in table.to_dict("records")}
        self.question = _ASSIGN if self._claim else _INTRUDER
        self.ids: Sequence[str] = list(self._rows)

    @property
    def units(self) -> list[Unit]:
        """The tasks, as a journal registers them."""
        shown = [*(["text"] if self._claim else []), *self._options]
        return [
            Unit(task_id, text_digest(json.dumps([str(row[name]) for name in shown])))
            for task_id, row in self._rows.items()
        ]

    def variables(self, claim_id: str) -> Sequence[Variable]:
        """The one question: the number of an option, 0 for none of them."""
        from framing.codebook import Variable

        row = self._rows[claim_id]
        values = [(name.removeprefix("option_"), str(row[name])) for name in self._options]
        return [
            Variable("answer", "Answer", self.question, "one", (*values, ("0", "None of them")))
        ]

    def show(self, claim_id: str, *, wide: bool) -> dict[str, Any]:  # noqa: ARG002
        """The claim, where there is one, and the options, each under its number."""
        (variable,) = self.variables(claim_id)
        asked = {"id": variable.id, "name": variable.name, "question": variable.question}
        values = [{"id": value, "name": name, "key": value} for value, name in variable.values]
        text = str(self._rows[claim_id]["text"]) if self._claim else ""
        return {
            "passage": [{"text": text, "claim": True, "hidden": False}] if text else [],
            "more": False,
            "title": [],
            "lang": "",
            "facts": [],
            "others": [],
            "questions": [asked | {"kind": "one", "values": values, "machine": None}],
        }

    def seen(self, claim_id: str) -> Mapping[str, Any]:  # noqa: ARG002
        """Nothing is hidden, and no machine has a say."""
        return {}


def _check(table: pd.DataFrame, options: Sequence[str]) -> None:
    if table.empty:
        raise problem("tasks to judge", "an empty table", "Check how they were made")
    if len(options) > _MOST:
        raise problem(f"at most {_MOST} options", f"{len(options)}", "Draw tasks with fewer")
    names = table["task_id"]
    if names.isna().any() or names.astype(str).duplicated().any():
        twice = names[names.astype(str).duplicated() | names.isna()].tolist()
        raise problem("each task_id once", f"twice, or missing, {listing(twice)}", "Correct them")
    blank = table.loc[table[list(options)].isna().any(axis=1), "task_id"].tolist()
    if blank:
        raise problem("a text for every option", f"gaps in {listing(blank)}", "Correct them")
