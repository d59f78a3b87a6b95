"""The project's own sample messages, and edits that tests make to declarations."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "docs" / "samples"
CHINA_IMPORT = FOLDER / "china-import.xml"
CHINA_EXPORT = FOLDER / "china-export.xml"
WCO = FOLDER / "wco-import-to-china.xml"
CIGARETTES = FOLDER / "cigarettes.json"
BULK = FOLDER / "bulk.csv"
SINGLE = (CHINA_IMPORT, CHINA_EXPORT, WCO, CIGARETTES)
