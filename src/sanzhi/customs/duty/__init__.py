"""Duty and tax under dated law: what is owed, why, and by which rule.

`assess(declaration, pack)` serves the estimate, the assessment and the replay alike: the day of
the declaration (or the day passed) decides the law.
"""

from sanzhi.customs.duty.assessing import assess
from sanzhi.customs.duty.assessment import Assessment, ItemAssessment, Relief, Tax

__all__ = ["Assessment", "ItemAssessment", "Relief", "Tax", "assess"]
