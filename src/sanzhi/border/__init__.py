"""Smart Border (智能边境)."""
