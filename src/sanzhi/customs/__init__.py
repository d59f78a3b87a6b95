"""Smart Customs (智慧海关)."""
