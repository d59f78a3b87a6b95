"""What becomes of rules and models: codes with their words."""

from sanzhi.core.codes import Code


class SettingState(Code):
    """How far a version of rules and policy has come."""

    DRAFT = "draft", "draft", "草稿"
    PROPOSED = "proposed", "proposed", "待审批"
    ACTIVE = "active", "in force", "生效中"
    RETIRED = "retired", "retired", "已失效"
    REFUSED = "refused", "refused", "已退回"


class ModelRole(Code):
    """What a trained model does."""

    TRIED = "tried", "trained, not at work", "已训练未启用"
    CHALLENGER = "challenger", "challenger, in shadow", "挑战者（影子运行）"
    CHAMPION = "champion", "champion", "现行模型"
    RETIRED = "retired", "retired", "已停用"
