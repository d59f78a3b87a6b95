"""Checks of a declaration against itself and the law of its day.

`check(declaration, pack)` returns findings. Each check is a small function registered with its
code, message in both languages, how to mend it, severity and citation; `CHECKS` lists them all,
and the reference documents each.
"""

from sanzhi.declarations.checks.registry import Check
from sanzhi.declarations.checks.running import CHECKS, check

__all__ = ["CHECKS", "Check", "check"]
