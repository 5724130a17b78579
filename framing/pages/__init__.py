"""Pages to read and to hand on: the explorer, the report, the replication bundle.

All of them are single files in open formats that open without a network.
"""

from framing.pages.bundles import write_bundle
from framing.pages.checking import BundleCheck, check_bundle
from framing.pages.explorer import Explorer, explore
from framing.pages.reporting import report

__all__ = ["BundleCheck", "Explorer", "check_bundle", "explore", "report", "write_bundle"]
