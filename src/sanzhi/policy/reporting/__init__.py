"""Reporting a study: tables, report with charts, run record, exchange with other tools."""
