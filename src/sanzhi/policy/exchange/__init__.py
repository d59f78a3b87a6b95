"""Exchange with other tools of qualitative analysis: REFI-QDA projects and codebooks."""
