"""The estimators against a worked example, to the ninth digit.

100 coded claims: 24 rightly and 7 wrongly found, 6 missed, 63 rightly left; 340 found among 1,000
that were not coded. The numbers were computed by an independent script, and by ppi_py where its
definitions agree (PPI with lambda 1: .33; its interval uses other degrees of freedom).
"""

import numpy as np
import pytest
from noisy import worked_example

from framing.correct.influence import Design, acc, cluster_sums, dsl, ppi, tuned


def example(**counts):
    machine, human, coded, _ = worked_example(**counts)
    inclusion = np.full(len(coded), coded.mean())
    return machine, human, Design(coded, inclusion, np.arange(len(coded)), len(coded))


B = {"tp": 15, "fn": 5, "fp": 20, "tn": 60, "n_positive": 450}


def se(mean, design):
    return np.sqrt(np.square(cluster_sums(mean.influence, design)).sum())


def se_plain(mean):
    return np.sqrt(np.square(mean.influence).sum())  # HC0: no n / (n - 1)


def test_ppi_with_the_whole_machine():
    machine, human, design = example()
    found = ppi(machine, human, design, tuning=1.0)
    assert found.estimate == pytest.approx(0.33, abs=1e-9)
    assert se(found, design) == pytest.approx(0.03920134993524888, abs=1e-9)


def test_ppi_tuned():
    machine, human, design = example()
    found = ppi(machine, human, design, tuning=tuned(machine, human, design))
    assert found.tuning == pytest.approx(0.6033626112824806, abs=1e-9)
    assert found.estimate == pytest.approx(0.31810087833847445, abs=1e-9)
    assert se(found, design) == pytest.approx(0.034608420132238166, abs=1e-9)


def test_human_codes_alone():
    machine, human, design = example()
    found = ppi(machine, human, design, tuning=0.0)
    assert found.estimate == pytest.approx(0.30, abs=1e-9)
    # .30 plus or minus 1.96 standard errors is .21018317 to .38981683
    assert se(found, design) == pytest.approx(0.0458257569 * np.sqrt(100 / 99), abs=1e-9)


def test_design_based_mean_and_difference():
    machine, human, design = example()
    a, b = dsl(machine, human, design), dsl(*example(**B))
    assert a.estimate == pytest.approx(0.32727272727272727, abs=1e-9)
    assert se_plain(a) == pytest.approx(0.03717483617688667, abs=1e-9)
    assert b.estimate == pytest.approx(0.2909090909090909, abs=1e-9)
    assert se_plain(b) == pytest.approx(0.04960096215833224, abs=1e-9)
    assert a.estimate - b.estimate == pytest.approx(0.03636363636363638, abs=1e-9)
    assert np.hypot(se_plain(a), se_plain(b)) == pytest.approx(0.0619856748919512, abs=1e-9)


def test_adjusted_count():
    machine, human, design = example()
    found = acc(machine, human, design.coded, ~design.coded)
    assert found.estimate == pytest.approx(12 / 35, abs=1e-9)
    assert se_plain(found) == pytest.approx(0.05357728414478743, abs=1e-9)
    rarely = example(n_positive=50)
    low = acc(rarely[0], rarely[1], rarely[2].coded, ~rarely[2].coded)
    assert low.estimate == pytest.approx(-0.07142857142857142, abs=1e-9)


def test_lambda_stays_between_0_and_1():
    machine, human, design = example()
    assert tuned(1 - machine, human, design) == 0  # worse than chance: not used
    assert tuned(human, human, design) == 1  # codes vary more than the machine: used whole


def test_influence_adds_up_to_nothing():
    machine, human, design = example()
    for found in (
        ppi(machine, human, design, tuning=0.6),
        dsl(machine, human, design),
        acc(machine, human, design.coded, ~design.coded),
    ):
        assert found.influence.sum() == pytest.approx(0, abs=1e-12)


def test_uneven_weights_written_as_repeated_claims():
    # Chances 1/2 and 1/4: the mean of the codes is that of 2 and 4 copies of each.
    machine = np.array([1.0, 0, 1, 0, 1, 1, 1, 0])
    human = np.array([1.0, 0, 0, 1, 0, 0, 0, 0])
    coded = np.array([True] * 4 + [False] * 4)
    chances = np.array([0.5, 0.5, 0.25, 0.25] + [np.nan] * 4)
    design = Design(coded, chances, np.arange(8), 8)
    copies = np.repeat([1, 0, 0, 1], [2, 2, 4, 4])
    assert ppi(machine, human, design, tuning=0.0).estimate == pytest.approx(copies.mean())
    # lambda .5 is half the machine's move over uncoded claims: slope 1 on the mean over all
    residuals = np.repeat([0.0, 0, -1, 1], [2, 2, 4, 4])
    moved = ppi(machine, human, design, tuning=0.5)
    assert moved.estimate == pytest.approx(machine.mean() + residuals.mean())
    # Hajek: each claim's share of the machine's mean, and each coded one's weighted residual.
    weights = np.array([2, 2, 4, 4, 0, 0, 0, 0]) / 12
    residual = np.array([0.0, 0, -1, 1, 0, 0, 0, 0])
    expected = (machine - 5 / 8) / 8 + weights * (residual - weights @ residual)
    np.testing.assert_allclose(moved.influence, expected, atol=1e-12)
    assert dsl(machine, human, design).estimate == pytest.approx((5 - 4 + 4) / 8)


def test_few_coded_documents_are_not_taken_for_many():
    # Four coded documents among a hundred: their part grows by 4/3, not by 100/99.
    clusters = np.arange(100)
    coded = clusters < 4
    design = Design(coded, np.full(100, 0.04), clusters, 100)
    sums = cluster_sums(np.ones(100), design)
    assert sums[:4] ** 2 == pytest.approx(4 / 3)
    assert sums[4:] ** 2 == pytest.approx(96 / 95)
