"""Files that are broken or made to harm: what they are, and what must become of each.

`case` says what a case is, the modules beside it make them by class, `every` has them all.
"""
