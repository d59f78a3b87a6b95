"""What clearance decides between: codes with their words."""

from sanzhi.core.codes import Code


class DocumentsDecision(Code):
    """How a documents review (审单) ends."""

    PASS = "pass", "passed", "通过"
    INSPECT = "inspect", "sent to inspection", "转查验"
    RETURN = "return", "returned for correction", "退回修改"


class InspectionResult(Code):
    """What an inspection (查验) found."""

    CONFORMS = "conforms", "goods as declared", "与申报相符"
    DISCREPANCY = "discrepancy", "goods not as declared", "与申报不符"


class AuditResult(Code):
    """What an audit after release (稽核) found."""

    CONFORMS = "conforms", "nothing to correct", "未发现问题"
    CORRECTION = "correction", "to be corrected", "须更正"


class ReviewOutcome(Code):
    """What became of a decision under appeal (复议)."""

    UPHELD = "upheld", "upheld", "维持原决定"
    OVERTURNED = "overturned", "overturned", "撤销原决定"


class SelectedBy(Code):
    """What decided a lane."""

    LAW = "law", "rule of law", "法定布控"
    RISK = "risk", "risk management", "风险布控"
    RULE = "rule", "officers' rule", "关员规则"
    RANDOM = "random", "drawn at random", "随机布控"
    EXPLORATION = "exploration", "drawn to learn", "探索性随机"
    RANKING = "ranking", "model's ranking", "模型排序"
    NONE = "none", "not selected", "未选中"
