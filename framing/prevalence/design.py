"""A formula and claims into a design matrix, by way of patsy, with house messages."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import check_columns
from framing.dates import read_dates
from framing.errors import listing, problem
from framing.prevalence.counts import Floats

__all__ = ["Design", "Effect", "covariates", "design_of", "formula_columns"]

DATE_STEP = 30  # days: the unit of a date among the covariates
_MOST_CELLS = 2 * 10**8


@dataclass(frozen=True)
class Effect:
    """What one column of a design stands for, where that is one change in one covariate.

    Attributes
    ----------
    covariate : str
    level, reference : str or None
        The two values that are compared; None for a number, whose slope it is.
    alone : bool
        False where the covariate stands in other terms, too.
    """

    covariate: str
    level: Any
    reference: Any
    alone: bool


@dataclass(frozen=True)
class Design:
    """A design matrix that can be built again with other values of a covariate.

    Attributes
    ----------
    names : list of str
        Columns, as patsy names them: ``voice[T.nato]``.
    matrix : ndarray of float, shape (n_rows, n_columns)
    effects : list of Effect or None
        One per column; None for the intercept, interactions and parts of curves.
    frame : DataFrame, shape (n_rows, n_covariates)
    info : patsy.DesignInfo
    """

    names: list[str]
    matrix: Floats
    effects: list[Effect | None]
    frame: pd.DataFrame
    info: Any

    def at_level(self, covariate: str, level: Any) -> Floats:
        """Give the matrix that this level of a covariate in all rows would have made."""
        column = self.frame[covariate]
        if isinstance(column.dtype, pd.CategoricalDtype):
            return self._with(covariate, pd.Categorical([level] * len(column), dtype=column.dtype))
        return self._with(covariate, np.full(len(column), level))

    def shifted(self, covariate: str, step: float) -> Floats:
        """Give the matrix that a covariate larger by a step in all rows would have made."""
        return self._with(covariate, self.frame[covariate] + step)

    def _with(self, covariate: str, values: Any) -> Floats:
        import patsy

        changed = self.frame.assign(**{covariate: values})
        (matrix,) = patsy.build_design_matrices([self.info], changed, NA_action="raise")
        return np.asarray(matrix)


def formula_columns(formula: str, claims: pd.DataFrame) -> list[str]:
    """Columns of claims that the right-hand side of a formula names, sorted.

    Raises
    ------
    FramingError
        If the formula cannot be read, has a left-hand side, or names what claims do not have.

    Examples
    --------
    >>> formula_columns("voice * np.log(length)", pd.DataFrame(columns=["voice", "length"]))
    ['length', 'voice']
    """
    import patsy
    import patsy.builtins

    fix = "Write the columns to hold apart, such as 'voice + outlet'"
    if "~" in formula:
        raise problem("the right-hand side of a formula only", repr(formula), fix)
    try:
        terms = patsy.ModelDesc.from_formula(formula).rhs_termlist
        trees = [ast.parse(factor.code) for term in terms for factor in term.factors]
    except (patsy.PatsyError, SyntaxError) as error:
        raise problem("a formula", repr(formula), fix) from error
    known = {"np", *patsy.builtins.__all__}
    named = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Name) and (node.id in claims.columns or node.id not in known):
            named.add(node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Q":
            named.update(str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
    check_columns(claims, sorted(map(str, named)))
    if not named:
        raise problem("a formula with at least one column of claims", repr(formula), fix)
    return sorted(map(str, named))


def covariates(claims: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Bring columns into the two kinds that a design knows: numbers, and categories.

    Dates (the column `date`, and columns of datetimes) become numbers in steps of 30 days since
    the first; text and flags become categories. The most frequent text comes first, as what the
    others are compared with, then the alphabet; categories keep their order, and flags begin with
    False. Missing values stay missing.

    Raises
    ------
    FramingError
        If a number is infinite, or a column holds what cannot be sorted.
    """
    return pd.DataFrame({name: _covariate(claims[name]) for name in columns})


def _covariate(values: pd.Series[Any]) -> pd.Series[Any]:
    """One column as float or categorical."""
    name = values.name
    values = values.reset_index(drop=True).infer_objects()
    if name == "date" or pd.api.types.is_datetime64_any_dtype(values):
        moments, _ = read_dates(values)
        days = pd.Series((moments - np.datetime64(0, "us")) / np.timedelta64(1, "D"))
        return (days - days.min()) / DATE_STEP
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = pd.Series(values.to_numpy(dtype=float, na_value=np.nan))
        infinite = np.flatnonzero(np.isinf(numbers))
        if infinite.size:
            raise problem(
                f"finite numbers in {name!r}", f"infinity in rows {listing(infinite.tolist())}",
                "Correct them, or leave them empty",
            )  # fmt: skip
        return numbers
    try:
        levels = sorted(values.dropna().unique())
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in values.dropna()})
        raise problem(
            f"values of {name!r} that can be sorted", listing(kinds), "Convert them all to text"
        ) from error
    if not pd.api.types.is_bool_dtype(values):
        counts = values.value_counts()
        levels.sort(key=lambda value: value != min(counts.index[counts == counts.max()]))
    return pd.Series(pd.Categorical(values, categories=levels))


def design_of(formula: str, frame: pd.DataFrame, full: pd.DataFrame) -> Design:
    """Build the design matrix of a formula for the rows of a table.

    Parameters
    ----------
    formula : str
        The right-hand side; evaluated by patsy with numpy as ``np`` and nothing else in reach.
    frame : DataFrame
        From `covariates`, without missing values; may hold every combination of values once.
    full : DataFrame
        All rows, from which curves and centred numbers take their knots and means.

    Raises
    ------
    FramingError
        If a category has one value only, patsy cannot evaluate the formula, or the matrix would
        have more than 200 million cells.
    """
    import patsy

    for name in full.columns:
        if isinstance(full[name].dtype, pd.CategoricalDtype) and full[name].nunique() < 2:
            only = listing(full[name].unique().tolist())
            raise problem(
                f"at least two values of {name!r}", f"only {only}", "Leave it out of the formula"
            )
    environment = patsy.EvalEnvironment([{"np": np}])
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # looked at below
            info = patsy.incr_dbuilder(
                formula, lambda: iter([full]), environment, NA_action="raise"
            )
            n_cells = len(frame) * len(info.column_names)
            if n_cells > _MOST_CELLS:
                raise problem(
                    f"a design of at most {_MOST_CELLS:,} cells", f"{n_cells:,}",
                    "Leave out columns with very many values, or join their values",
                )  # fmt: skip
            (built,) = patsy.build_design_matrices([info], frame, NA_action="raise")
    except patsy.PatsyError as error:
        raise problem(
            "a formula that can be evaluated", f"{formula!r} ({error.message})", "Correct it"
        ) from error
    matrix = np.asarray(built)
    infinite = np.flatnonzero(~np.isfinite(matrix).all(axis=0))
    if infinite.size:
        names = listing([info.column_names[place] for place in infinite])
        raise problem("terms that are finite", f"infinity in {names}", "Change the formula")
    effects = [_effect(info, place, full) for place in range(len(info.column_names))]
    return Design(list(info.column_names), matrix, effects, frame, info)


def _effect(info: Any, place: int, full: pd.DataFrame) -> Effect | None:
    """What a column stands for, or None."""
    (term,) = [term for term, part in info.term_slices.items() if part.start <= place < part.stop]
    if len(term.factors) != 1:
        return None
    (factor,) = term.factors
    (covariate, *more) = formula_columns(factor.code, full)
    others = [other for other in info.terms if other is not term]
    alone = not any(covariate in _used(other, full) for other in others)
    facts = info.factor_infos[factor]
    if facts.type == "numerical":
        plain = factor.code == covariate or factor.code.startswith("Q(")
        return Effect(covariate, None, None, alone) if plain and facts.num_columns == 1 else None
    columns = {f"{factor.name()}[T.{level}]": level for level in facts.categories}
    absent = [level for name, level in columns.items() if name not in info.column_names]
    name = info.column_names[place]
    if more or name not in columns or len(absent) != 1:
        return None
    return Effect(covariate, columns[name], absent[0], alone)


def _used(term: Any, full: pd.DataFrame) -> set[str]:
    """Covariates that a term names."""
    return {name for factor in term.factors for name in formula_columns(factor.code, full)}
