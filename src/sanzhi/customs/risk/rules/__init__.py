"""Rules that officers write: decision tables over typed fields of a goods item.

One definition is compiled twice with equal results: `Online` answers for one goods item, `hits`
for a table of many. `analyse` finds rules that can never matter and rules that contradict each
other, `back_test` what a table would have hit.
"""
