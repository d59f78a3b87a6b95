"""Learning risk: what past outcomes say about a declaration, and how sure that is.

`read` takes a table of declarations, `train` makes a model, `score` ranks what is lodged, and
`evaluate` measures the ranking, always for goods seen before and for novel goods side by side.
Needs the extra `risk` (LightGBM, NumPy, Polars), imported when first used.
"""
