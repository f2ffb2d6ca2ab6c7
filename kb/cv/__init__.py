"""The parts of a CV: lines, sections, dates, names, contact, places, records of study and work.

Only `kb.profiles` is called from outside.
"""
