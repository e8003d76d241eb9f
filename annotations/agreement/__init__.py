"""How much annotators agree: matching of whole quotes, and figures on WHERE, WHO, which kind and which claims.

Pure functions on small frozen inputs (`stories.py`). Standard library only, no clock, the same figures every time.
A metric is a tally of each story and a value of the sum of tallies (`metrics.py` is the registry). What cannot be
computed is a `Figure` with a reason, never NaN and never an exception.
"""
