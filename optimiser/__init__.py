"""Group requirements of many authorities into lots of greatest net benefit, and prove it.

A pure package: it knows no database, no web application and no clock but the stopwatch of a
time limit. `problem` holds the data, `lots` the rules, `grouping` the answer.
"""
