"""Choosing the lane by rules: lanes, what a rule may ask for, conditions, and rules themselves.

There is one type of rule and one of condition. Tables differ in two things alone: the catalogue
of fields that their conditions speak of, and how they decide. The law's table asks for facts of a
consignment, and its first rule that holds decides (`first_match`); officers' tables
(`customs.risk.rules`) ask for fields of goods items, and the strictest of all that hold decides.
"""
