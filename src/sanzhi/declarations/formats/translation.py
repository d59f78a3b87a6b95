"""Where one format's place for a fact is another's: applied when a fresh message is made.

A Chinese declaration names the domestic party `trader` and keeps documents on the head; the WCO
declaration names an importer or exporter and keeps documents with the items.
"""

from sanzhi.declarations.document import Declaration, Regime


def for_china(declaration: Declaration) -> Declaration:
    """The declaration with its parties and documents where a Chinese message has them."""
    made = declaration.model_copy(deep=True)
    exporting = made.regime is Regime.EXPORT
    _rename(made, "exporter" if exporting else "importer", "trader")
    if exporting:
        _rename(made, "buyer", "consignee")
    else:
        _rename(made, "exporter", "consignor")
    made.border_office = made.border_office or made.office
    for item in made.items:
        made.documents += [d for d in item.documents if d not in made.documents]
        item.documents = []
    return made


def for_wco(declaration: Declaration) -> Declaration:
    """The declaration with its parties and masses where the WCO message has them."""
    made = declaration.model_copy(deep=True)
    _rename(made, "trader", "exporter" if made.regime is Regime.EXPORT else "importer")
    # A Chinese head repeats the trader as owner; the WCO message has no such party.
    trader = made.party("importer", "exporter")
    made.parties = [
        party
        for party in made.parties
        if party.role != "owner" or trader is None or party.credit_code != trader.credit_code
    ]
    for item in made.items:
        if item.net_mass is None and item.statutory_unit in {"035", "kg"}:
            item.net_mass, item.statutory_quantity = item.statutory_quantity, None
            item.statutory_unit = None
    return made


def _rename(declaration: Declaration, role: str, new: str) -> None:
    """Give a party the role another message knows it by, where that role is free."""
    party = declaration.party(role)
    if party is not None and declaration.party(new) is None:
        party.role = new
