"""Shares over time: known periods, laws, dates of all kinds, and the figure read back."""

import dataclasses
import datetime as dt

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from framing import FramingError, shares
from framing.dates import read_dates
from framing.plots.periods import over_time as plot
from framing.prevalence.periods import over_time

mpl.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def claims_on(*days, voice="nato"):
    """One claim per day given, each in a document of its own, labels 'aid' and 'cost' in turn."""
    return pd.DataFrame(
        {
            "doc_id": [f"d{i}" for i in range(len(days))],
            "voice": voice,
            "date": list(days),
            "label": ["aid", "cost"] * (len(days) // 2) + ["aid"] * (len(days) % 2),
        }
    )


def many(seed=0, n=400):
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2023-01-10") + pd.to_timedelta(rng.integers(0, 120, n), unit="D")
    return pd.DataFrame(
        {
            "doc_id": rng.integers(0, 60, n).astype(str),
            "voice": rng.choice(["nato", "un"], n),
            "date": days,
            "label": rng.choice(["aid", "cost", "talks"], n),
            "denied": rng.random(n) < 0.1,
        }
    )


def starts(result):
    return [str(day.date()) for day in result.table["period"].drop_duplicates()]


@pytest.mark.parametrize(
    ("every", "days", "expected"),
    [
        ("day", ["2023-02-27", "2023-03-01"], ["2023-02-27", "2023-02-28", "2023-03-01"]),
        # 19 March 2023 was a Sunday, 20 March a Monday.
        ("week", ["2023-03-19", "2023-03-20"], ["2023-03-13", "2023-03-20"]),
        ("week", ["1969-12-28", "1970-01-01"], ["1969-12-22", "1969-12-29"]),
        ("month", ["2022-12-31", "2023-02-01"], ["2022-12-01", "2023-01-01", "2023-02-01"]),
        ("quarter", ["2022-12-31", "2023-06-30"], ["2022-10-01", "2023-01-01", "2023-04-01"]),
        ("year", ["1968-05-01", "1970-01-01"], ["1968-01-01", "1969-01-01", "1970-01-01"]),
    ],
)
def test_periods_are_named_by_their_first_day(every, days, expected):
    claims = claims_on(*days)
    assert starts(over_time(claims["label"], claims, cluster="doc_id", every=every)) == expected


def test_a_period_has_the_share_and_interval_of_its_claims_alone():
    claims = many()
    result = over_time(claims["label"], claims, cluster="doc_id", every="month")
    february = claims[claims["date"].dt.month == 2]
    alone = shares(february["label"], february, cluster="doc_id").table
    found = result.table[result.table["period"] == "2023-02-01"].drop(columns="period")
    pd.testing.assert_frame_equal(found.reset_index(drop=True), alone)


def test_shares_of_each_period_add_up_to_one_and_claims_to_all():
    claims = many()
    table = over_time(claims["label"], claims, cluster="doc_id", every="week").table
    np.testing.assert_allclose(table.groupby(["voice", "period"])["estimate"].sum(), 1)
    sizes = table.drop_duplicates(["voice", "period"])["n_claims"].sum()
    assert sizes == len(claims) == table["count"].sum()


def test_row_order_changes_nothing():
    claims = many()
    shuffled = claims.sample(frac=1, random_state=2)
    one, two = (
        over_time(c["label"], c, cluster="doc_id", every="week").table for c in (claims, shuffled)
    )
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_empty_periods_are_rows_without_an_estimate_in_every_group():
    claims = pd.concat(
        [claims_on("2023-01-02", "2023-04-03"), claims_on("2023-02-05", voice="un")],
        ignore_index=True,
    ).assign(doc_id=lambda c: c.index.astype(str))
    table = over_time(claims["label"], claims, cluster="doc_id").table
    assert len(table) == 2 * 4 * 2  # voices, months, labels
    empty = table[table["n_claims"] == 0]
    assert len(empty) == (2 + 3) * 2
    assert empty[["estimate", "low", "high"]].isna().all(axis=None)
    assert set(empty["note"]) == {"no claims"}
    assert (empty[["n_documents", "n_clusters", "count"]] == 0).all(axis=None)


def test_without_groups_all_claims_are_one():
    claims = many()
    result = over_time(claims["label"], claims, by=None, cluster="doc_id", denied="together")
    assert list(result.table.columns[:2]) == ["period", "label"]
    assert result.table.drop_duplicates("period")["n_claims"].sum() == len(claims)


def test_claims_without_date_group_or_label_are_counted():
    claims = many()
    claims.loc[[0, 1, 2], "date"] = pd.NaT
    claims.loc[3, "voice"] = None
    claims.loc[[4, 5], "label"] = None
    result = over_time(claims["label"], claims, cluster="doc_id")
    assert result.settings["set_aside"] == {
        "claims without a date": 3,
        "claims without a label": 2,
        "labelled claims without a value in voice": 1,
    }
    assert result.settings["n_claims"] == 394
    assert "3 claims without a date" in result.methods()
    alone = over_time(claims["label"], claims, by=None, cluster="doc_id")
    assert alone.settings["set_aside"] == {"claims without a date": 3, "claims without a label": 2}


def test_documents_can_be_the_unit():
    claims = claims_on("2023-01-02", "2023-01-03", "2023-01-04").assign(doc_id=["a", "a", "b"])
    found = over_time(
        claims["label"], claims, by=None, cluster="doc_id", every="year", estimand="documents"
    ).table.set_index("label")
    assert found.loc["aid", "estimate"] == pytest.approx(3 / 4)


def test_dates_are_read_however_they_are_written():
    written = ["20 April 2023", "2023-04-20", "20230420", "April 20, 2023", "20/04/2023"]
    typed = [dt.date(2023, 4, 20), dt.datetime(2023, 4, 20, 5), pd.Timestamp("2023-04-20 23:59")]
    moments, zoned = read_dates(pd.Series([*written, *typed], dtype=object))
    assert set(moments.astype("datetime64[D]").astype(str)) == {"2023-04-20"}
    assert zoned == 0


def test_time_zones_become_utc():
    # Half past one at night in Kyiv is the evening before in UTC.
    text, _ = read_dates(pd.Series(["2023-05-01T01:30+03:00"]))
    typed, zoned = read_dates(
        pd.Series(pd.to_datetime(["2023-05-01 01:30"]).tz_localize("Europe/Kyiv"))
    )
    assert str(text[0])[:16] == str(typed[0])[:16] == "2023-04-30T22:30"
    assert zoned == 1
    claims = claims_on("2023-05-01T01:30+03:00", "2023-05-02")
    result = over_time(claims["label"], claims, cluster="doc_id")
    assert starts(result) == ["2023-04-01", "2023-05-01"]
    assert result.settings["zoned"] == 1


def test_nothing_to_count_is_an_empty_table():
    empty = pd.DataFrame({"doc_id": [], "voice": [], "date": []})
    result = over_time([], empty, cluster="doc_id")
    assert result.table.empty
    assert list(result.table.columns[:3]) == ["voice", "period", "label"]
    assert "Set aside: nothing" in result.methods()
    upper, _ = plot(result)
    assert [text.get_text() for text in upper.texts] == ["no claims to count"]


def test_methods_claim_no_turning_point():
    claims = many()
    text = over_time(claims["label"], claims, cluster="doc_id", every="week").methods()
    assert "nothing is smoothed, and no change is tested or dated" in text
    assert "first and the last week may be incomplete" in text


def test_faults_name_the_value():
    def run(claims, **changed):
        return over_time(claims["label"], claims, **{"cluster": "doc_id"} | changed)

    claims = claims_on("2023-01-02", "spring", "2023", "spring")
    with pytest.raises(FramingError, match=r"'date'; got 'spring', '2023' in rows 1, 2, 3"):
        run(claims)
    with pytest.raises(FramingError, match=r"read in one way.*got '03/04/2023' in rows 1"):
        run(claims_on("2023-01-02", "03/04/2023"))
    with pytest.raises(FramingError, match="got '20230420' in rows 0"):
        run(claims_on(20230420))
    with pytest.raises(FramingError, match="dates in 'date'; got none in 2 claims"):
        run(claims_on(None, " "))
    with pytest.raises(FramingError, match="20,000 periods; got 365,244, from 1023-04-05"):
        run(claims_on("1023-04-05", "2023-04-05"), every="day")
    with pytest.raises(FramingError, match=r"'quarter', 'year'; got 'yaer'\. Did you mean 'year'"):
        run(claims_on("2023-01-02"), every="yaer")
    with pytest.raises(FramingError, match=r"got 'dat'\. Did you mean 'date'"):
        run(claims_on("2023-01-02"), date="dat")
    with pytest.raises(FramingError, match=r"not called 'period'; got by=\['period'\]"):
        run(claims_on("2023-01-02").assign(period=1), by="period")
    with pytest.raises(FramingError, match=r"2 claims.*got 1 labels"):
        over_time(["aid"], claims_on("2023-01-02", "2023-01-03"), cluster="doc_id")


def drawn_shares(ax):
    """Places and heights of all dots."""
    dots = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    return sorted(
        (x, y) for line in dots for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    )


def test_figure_draws_every_share_interval_and_denominator():
    claims = many()
    result = over_time(claims["label"], claims, cluster="doc_id", denied="together")
    upper, lower = plot(result, label="aid")
    rows = result.table[result.table["label"] == "aid"]
    np.testing.assert_allclose(sorted(y for _, y in drawn_shares(upper)), sorted(rows["estimate"]))
    spans = [
        (float(low), float(high))
        for collection in upper.collections
        for (_, low), (_, high) in collection.get_segments()
    ]
    bounded = rows.dropna(subset=["low"])
    np.testing.assert_allclose(
        sorted(spans), sorted(zip(bounded["low"], bounded["high"], strict=True))
    )
    assert sorted(bar.get_height() for bar in lower.patches) == sorted(rows["n_claims"])
    texts = [text.get_text() for text in upper.get_legend().get_texts()]
    per_voice = claims["voice"].value_counts()
    assert texts == [f"nato: {per_voice['nato']}", f"un: {per_voice['un']}"]
    assert lower.get_xlabel() == "month (95% intervals, clusters: doc_id)"
    assert upper.get_title(loc="left") == "aid"


def test_figure_breaks_its_line_where_nothing_is_known():
    claims = claims_on("2023-01-02", "2023-01-03", "2023-03-05", "2023-03-06", "2023-03-07")
    claims["doc_id"] = list("aabbc")
    result = over_time(claims["label"], claims, cluster="doc_id")
    upper, lower = plot(result, label="cost")
    lines = [line for line in upper.lines if line.get_marker() == "None"]
    assert np.isnan(lines[0].get_ydata()).tolist() == [False, True, False]
    crosses = [line for line in upper.lines if line.get_marker() == "x"]
    assert [line.get_ydata().tolist() for line in crosses] == [[0.5]]  # one cluster: no interval
    assert sorted(bar.get_height() for bar in lower.patches) == [0, 2, 3]


def test_figure_of_labels_in_one_group_has_their_claims_once():
    claims = many()
    upper, lower = plot(over_time(claims["label"], claims, by=None, cluster="doc_id"))
    assert len(upper.get_legend().get_texts()) == 3
    assert sum(bar.get_height() for bar in lower.patches) == len(claims)
    markers = {line.get_marker() for line in upper.lines} - {"None", "x"}
    assert len(markers) == 3  # told apart without colour


def test_figure_takes_its_axes_and_refuses_what_it_cannot_draw():
    claims = many()
    result = over_time(claims["label"], claims, cluster="doc_id")
    pair = tuple(plt.subplots(2, 1, sharex=True)[1])
    assert plot(result, label="aid", axes=pair) == pair
    with pytest.raises(FramingError, match="labels 'aid', 'cost', 'talks'"):
        plot(result)
    with pytest.raises(FramingError, match=r"got 'tlaks'\. Did you mean 'talks'"):
        plot(result, label="tlaks")
    one = dataclasses.replace(result, table=result.table[result.table["voice"] == "un"])
    upper, _ = plot(one, names={"aid": "help"})
    assert upper.get_legend().get_texts()[0].get_text().startswith("help")
