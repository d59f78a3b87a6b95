"""The small kind of case of docs/guide/adding-a-kind.md, as the page declares it."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "adding-a-kind.md"
CODE = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))

exec(compile(CODE, str(PAGE), "exec"))
