"""The goods declaration: one typed document, its checks, and the messages that carry it."""

from sanzhi.declarations.document import (
    Charge,
    Container,
    Declaration,
    Document,
    Item,
    Party,
    ProofOfOrigin,
    RateOverrides,
    Regime,
    Source,
    Transport,
)

__all__ = [
    "Charge",
    "Container",
    "Declaration",
    "Document",
    "Item",
    "Party",
    "ProofOfOrigin",
    "RateOverrides",
    "Regime",
    "Source",
    "Transport",
]
