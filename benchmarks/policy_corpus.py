"""The corpus pages of a study of three thousand policies.

    python benchmarks/policy_corpus.py [CORPUS.jsonl]

Each page answers within 300 ms once the corpus is in memory: the best of five, since others may
be at work on the machine. Without a corpus one is generated.
"""

import os
import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from marks import told

#: Milliseconds.
MARK = 300
PAGES = (
    "corpus/",
    "corpus/?q=电子&on=2019-06-01",
    "corpus/?type=announcement",
    "graph/",
    "texts/{text}/?q=检疫",
    "years.csv",
)
WORDS = ("通关", "无纸化", "单一窗口", "电子", "数据", "跨境", "监管", "信用", "检疫", "成本")


def generated(count: int) -> list[dict[str, str]]:
    """Announcements that name each other."""
    draw = random.Random(1)
    return [
        {
            "id": f"p{number}",
            "title": f"关于{draw.choice(WORDS)}的公告",
            "doc_type": "announcement",
            "number": f"海关总署公告{2001 + number % 20}年第{number}号",
            "issued": date(2001 + number % 20, 3, 1).isoformat(),
            "text": "，".join(draw.choice(WORDS) for _ in range(300))
            + f"，海关总署公告{2001 + number % 7}年第{draw.randrange(count)}号同时废止。",
        }
        for number in range(count)
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["SANZHI_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanzhi.site.settings")
        measure(sys.argv[1] if len(sys.argv) > 1 else "")


def measure(source: str) -> None:
    """Begin a study of the corpus and time its pages."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from sanzhi.policy.coding.shipped import located
    from sanzhi.policy.coding.study import load_study
    from sanzhi.policy.coding.study_actions import Beginning
    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.corpus.importing import complete, read_and_complete
    from sanzhi.site.accounts.access import actor_of
    from sanzhi.site.accounts.models import User
    from sanzhi.site.cases.actions import begin

    call_command("migrate", verbosity=0)
    lead = User.objects.create_user("lead", "lead@example.org", is_analyst=True)
    policies = (
        read_and_complete([Path(source)])
        if source
        else complete(Policy.model_validate(one) for one in generated(3_000))
    ).policies
    study = load_study(located(Path("customs-facilitation")))
    said = Beginning(study=study, policies={one.id: one for one in policies})
    begun = begin(actor_of(lead, date(2026, 6, 1)), "study", "begin", said)
    client = Client(SERVER_NAME="localhost")
    client.force_login(lead)
    root = f"/policy/{begun.key}/"
    client.get(f"{root}corpus/")
    text = begun.texts.order_by("position")[len(policies) // 2].pk
    print(f"{len(policies):,} policies, {source or 'generated'}")
    for page in PAGES:
        taken = []
        for _ in range(5):
            at = time.perf_counter()
            reply = client.get(root + page.format(text=text))
            reply.getvalue()
            taken.append(time.perf_counter() - at)
            if reply.status_code != 200:
                raise SystemExit(f"{page}: {reply.status_code}")
        told(page, min(taken) * 1000, "ms", most=MARK)


if __name__ == "__main__":
    main()
