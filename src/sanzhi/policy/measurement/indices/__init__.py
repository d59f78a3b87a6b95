"""Policy indices on plain tables: one file an index, all called the same way.

`INDICES[name](table)` takes a `Table` and gives one result a policy (or unit), with the index's
name as key. Definitions and sources stand in each module.
"""

from collections.abc import Callable
from typing import Any

from sanzhi.policy.measurement.indices.coupling import coupling
from sanzhi.policy.measurement.indices.oxcgrt import oxcgrt
from sanzhi.policy.measurement.indices.pmc import pmc
from sanzhi.policy.measurement.indices.portfolio import portfolio
from sanzhi.policy.measurement.indices.rile import rile
from sanzhi.policy.measurement.indices.table import Table, read_table
from sanzhi.policy.measurement.indices.tot import tot

INDICES: dict[str, Callable[[Table], list[dict[str, Any]]]] = {
    "coupling": coupling,
    "pmc": pmc,
    "tot": tot,
    "portfolio": portfolio,
    "oxcgrt": oxcgrt,
    "rile": rile,
}

__all__ = ["INDICES", "Table", "read_table"]
