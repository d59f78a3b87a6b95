"""What the coding of a study decides between: codes with their words."""

from sanzhi.core.codes import Code


class StudyRole(Code):
    """A person's part in a study."""

    CODER = "coder", "coder", "编码员"
    LEAD = "lead", "study lead", "研究负责人"


class TextState(Code):
    """How far the coding of a text has come."""

    UNASSIGNED = "unassigned", "not assigned", "未分配"
    CODING = "coding", "being coded", "编码中"
    ADJUDICATION = "adjudication", "to adjudicate", "待仲裁"
    SETTLED = "settled", "settled", "已定案"


class SheetKind(Code):
    """Whose marks a sheet holds."""

    CODING = "coding", "coding", "编码"
    ADJUDICATION = "adjudication", "adjudication", "仲裁"


class Settling(Code):
    """How the marks of a text came to stand."""

    AGREED = "agreed", "the coders agree", "编码员一致"
    ONE_CODER = "one_coder", "one coder", "单人编码"
    ADJUDICATED = "adjudicated", "adjudicated by one who did not code it", "由未参与编码者仲裁"
    ELSEWHERE = "elsewhere", "coded elsewhere", "外部编码"
