"""The report's words in both languages, and its style."""

from sanzhi.core.findings import Text

VERDICTS = {
    "holds": Text("holds", "成立"),
    "weakens": Text("weakens", "减弱"),
    "flips": Text("flips", "反转"),
    "appears": Text("appears elsewhere", "另有出现"),
    "undefined": Text("not tested", "未检验"),
}

WORDS = {
    "basis": Text(
        "Study {study}, version {version}: {policies} coded policies of {first}–{last}, {codings} "
        "scores, force scale {scale}. {uncoded} included policies are not coded and not measured.",
        "研究 {study} 第 {version} 版：{first}–{last} 年已编码政策 {policies} 件，"
        "评分 {codings} 条，效力量表 {scale}。另有 {uncoded} 件入选政策未编码，不计入。",
    ),
    "not_the_world": Text(
        "The figures describe the texts of this corpus as coded. They say nothing of policies "
        "outside it, nor of what the policies brought about.",
        "数据仅描述本语料及其编码，不说明语料之外的政策，也不说明政策的实际效果。",
    ),
    "findings": Text(
        "{holds} of {of} findings hold under every choice",
        "{of} 项结论中有 {holds} 项在所有选择下成立",
    ),
    "findings_how": Text(
        "Each finding of the study's own choices was sought again in all {cells} cells of the "
        "grid (force scale × laws × category × every measure and objective left out × total or "
        "average) and in {draws} draws of one coder for each policy. A result counts where p < "
        ".05 after Holm's correction over the series of the same choices.",
        "以研究自身选择得出的每项结论，均在全部 {cells} 种选择（效力量表 × 是否含法律 × 类别 × "
        "逐一去除措施与目标 × 总量或平均）以及 {draws} 次编码员抽样中重新检验。"
        "结果经同一选择下各序列的 Holm 校正后 p < 0.05 方予计入。",
    ),
    "band": Text(
        "Band: central 95 % of the coder draws. A gap is a year without a policy.",
        "色带：编码员抽样的中间 95%。间断处为没有政策的年份。",
    ),
    "heat": Text(
        "Darker is more synergy (Σ force × score × score). A dash is a year without a policy.",
        "颜色越深协同越强（Σ 效力 × 得分 × 得分）。横线为没有政策的年份。",
    ),
    "synergy_measures": Text(
        "“{first}” with “{second}” is the strongest pair of measures; {acting} of {of} pairs "
        "act together",
        "措施中“{first}”与“{second}”协同最强；{of} 对中有 {acting} 对曾协同",
    ),
    "synergy_objectives": Text(
        "“{first}” with “{second}” is the strongest pair of objectives; {acting} of {of} pairs "
        "act together",
        "目标中“{first}”与“{second}”协同最强；{of} 对中有 {acting} 对曾协同",
    ),
    "synergy_measures_objectives": Text(
        "“{first}” with “{second}” is the strongest pair of measure and objective; {acting} of "
        "{of} pairs act together",
        "措施与目标中“{first}”与“{second}”协同最强；{of} 对中有 {acting} 对曾协同",
    ),
    "synergy_none": Text("No pair acts together in any policy", "没有任何一对在同一政策中协同"),
    "nothing_coded": Text("Nothing is coded yet", "尚无编码"),
    "nothing_coded_how": Text(
        "There is nothing to measure until a policy that counts has a final score. Name the "
        "codings under `codings` in the study file.",
        "入选政策有定稿评分之后方可测量。请在研究文件的 codings 项下列出编码文件。",
    ),
    "network": Text(
        "“{measure}” is the measure most tied to the others", "“{measure}”与其他措施的联系最强"
    ),
    "network_how": Text(
        "Circles grow with a measure's effectiveness, ties with synergy.",
        "圆越大该措施效力越高，线越粗协同越强。",
    ),
    "grid_how": Text(
        "▲ rises, ▼ falls, · no trend, blank: too few years. Rows: measure left out; columns: "
        "objective left out, numbered in the table below the last grid.",
        "▲ 上升，▼ 下降，· 无趋势，空白：年份过少。"
        "行为去除的措施，列为去除的目标（编号见末图下表）。",
    ),
    "agreement": Text(
        "Coders agree at α {all} over all units and {coded} over coded ones (ordinal)",
        "编码员一致性（定序 α）：全部单元 {all}，已编码单元 {coded}",
    ),
    "agreement_none": Text(
        "No text was coded twice: agreement cannot be measured",
        "没有文本经两次编码，无法测量一致性",
    ),
    "gaps": Text("{n} gaps", "{n} 项缺口"),
    "agencies_pair": Text(
        "{first} and {second} issue together most often: {n} policies",
        "{first}与{second}联合发文最多，共 {n} 件",
    ),
    "agencies": Text(
        "{n} agencies, {pairs} pairs issue together (density {density})",
        "{n} 个发文机关，{pairs} 对联合发文（密度 {density}）",
    ),
    "stability": Text("How steady the policies are", "政策稳定性"),
    "reproduce": Text(
        "The tables stand beside this file as CSV; run.json says from what and with what they were "
        "made. `sanzhi policy report STUDY --check DIR` makes them again and compares every byte.",
        "数据表以 CSV 附于本文件旁；run.json 记录输入与软件版本。"
        "sanzhi policy report STUDY --check DIR 可重新生成并逐字节比对。",
    ),
    "laws_with": Text("with laws", "含法律"),
    "laws_without": Text("without laws", "不含法律"),
    "without": Text("without {code}", "不含{code}"),
    "nothing_out": Text("nothing left out", "全部"),
    "verdict": Text("verdict", "判断"),
    "finding": Text("finding", "结论"),
    "year": Text("year", "年份"),
    "policies": Text("policies", "政策数"),
    "total": Text("total", "总量"),
    "average": Text("average", "平均"),
    "low": Text("low", "下限"),
    "high": Text("high", "上限"),
    "pair": Text("pair", "组合"),
    "measure": Text("measure", "措施"),
    "ties": Text("synergy with others", "与其他措施的协同"),
    "column": Text("column", "列"),
    "left_out": Text("objective left out", "去除的目标"),
    "of": Text("of", "对象"),
    "over": Text("over", "范围"),
    "units": Text("units", "单元"),
    "coders": Text("coders", "编码员"),
    "percent": Text("equal", "相同比例"),
    "kappa": Text("κ", "κ"),
    "kappa_quadratic": Text("κ quadratic", "κ（二次加权）"),
    "alpha_nominal": Text("α nominal", "α（定类）"),
    "alpha_ordinal": Text("α ordinal", "α（定序）"),
    "alpha_interval": Text("α interval", "α（定距）"),
    "icc": Text("ICC(2,1)", "ICC(2,1)"),
    "ac2": Text("AC2", "AC2"),
    "gap": Text("gap", "缺口"),
    "advice": Text("advice", "建议"),
    "rows": Text("rows behind it", "依据"),
    "agency": Text("agency", "机关"),
    "joint": Text("issued jointly", "联合发文"),
    "degree": Text("ties", "联系数"),
    "betweenness": Text("betweenness", "中介中心度"),
    "category": Text("category", "类别"),
    "change": Text("mean yearly change", "年均变动"),
    "relative": Text("of the mean level", "占平均水平"),
    "policy_years": Text("policy-years", "政策年数"),
    "repeals": Text("repeals", "废止"),
    "amendments": Text("amendments", "修改"),
    "stability_value": Text("stability", "稳定性"),
    "half_life": Text("half-life, years", "半衰期（年）"),
}

STYLE = """
body{margin:0;background:#fff;color:#222;line-height:1.55;
font-family:system-ui,"Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.1rem;line-height:1.35;margin:2.4rem 0 .6rem}
p{max-width:46rem}
figure{margin:0 0 1rem;overflow-x:auto}
svg{max-width:100%;height:auto;min-width:34rem}
figcaption{color:#555;font-size:.85rem}
.table{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .7rem .25rem 0;border-bottom:1px solid #ddd;
vertical-align:top}
th{border-bottom-color:#888;font-weight:600}
.n{text-align:right}
@media print{main{max-width:none;padding:0}h2,figure{break-after:avoid}
figure,tr{break-inside:avoid}body{font-size:10pt}svg{min-width:0}}
""".replace("\n", "")
