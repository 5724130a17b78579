"""How far people agree on codes, and a machine with people."""

from framing.agreement.codes import wide_to_codes
from framing.agreement.differences import disagreements
from framing.agreement.kappas import cohen_kappa, fleiss_kappa, percent_agreement
from framing.agreement.machine import Validity, validity
from framing.agreement.pairwise import pairs
from framing.agreement.reliability import Agreement, alpha

__all__ = [
    "Agreement",
    "Validity",
    "alpha",
    "cohen_kappa",
    "disagreements",
    "fleiss_kappa",
    "pairs",
    "percent_agreement",
    "validity",
    "wide_to_codes",
]
