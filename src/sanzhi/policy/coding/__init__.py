"""Coding: a study's codebook, what coders gave, and how far they agree."""
