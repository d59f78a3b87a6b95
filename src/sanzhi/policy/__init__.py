"""The policy laboratory (政策实验室): measure a body of policy, and trust the numbers."""
