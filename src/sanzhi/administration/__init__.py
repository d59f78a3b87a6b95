"""Administration: who may act, and how that is decided."""
