"""Measuring a body of policy: yearly effectiveness, synergies, indices, and how much each finding
hangs on the choices behind it."""
