"""The figures of docs/performance.md: ratios taken in one run, each with its limit.

`python -m benchmarks` runs all, `python -m benchmarks NAME…` some; exit code 1 where one fails.
"""
