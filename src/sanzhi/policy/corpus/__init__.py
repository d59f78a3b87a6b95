"""The corpus: policy texts with their facts, read from many forms."""

from sanzhi.policy.corpus.document import Policy

__all__ = ["Policy"]
