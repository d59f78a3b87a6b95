"""Selectivity lanes (通道): what happens before goods are released."""

from sanzhi.core.codes import Code
from sanzhi.core.findings import Text


class Lane(Code):
    """Nothing, documents, inspection; blue: audit after release."""

    GREEN = "green", "green", "绿色"
    BLUE = "blue", "blue", "蓝色"
    YELLOW = "yellow", "yellow", "黄色"
    RED = "red", "red", "红色"

    @property
    def noun(self) -> Text:
        """“red lane”, “红色通道”."""
        return Text(f"{self.text.en} lane", f"{self.text.zh}通道")

    @property
    def name_and_meaning(self) -> Text:
        """The lane with what it means for the goods: “red: inspection”, “红色通道：查验”."""
        meaning = _MEANING[self.value]
        return Text(f"{self.text.en}: {meaning.en}", f"{self.noun.zh}：{meaning.zh}")


_MEANING = {
    "green": Text("release", "放行"),
    "blue": Text("release, audit after", "放行后稽核"),
    "yellow": Text("documents review", "审单"),
    "red": Text("inspection", "查验"),
}

#: Strictness, so that of two lanes the stricter wins.
STRICTNESS = (Lane.GREEN, Lane.BLUE, Lane.YELLOW, Lane.RED)
#: The strictest first.
STRICTEST = tuple(reversed(STRICTNESS))


def stricter(first: Lane, second: Lane) -> Lane:
    return max(first, second, key=STRICTNESS.index)
