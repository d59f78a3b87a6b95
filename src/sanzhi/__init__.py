"""Sanzhi (三智): an open customs platform.

The library knows customs and policy and no web; the site (`sanzhi.site`) stores, shows and
lets people act.
"""

__version__ = "0.1.0"
