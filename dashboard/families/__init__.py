"""Each family's own analysis, as its page shows it below what a bad year costs.

show(answers, trade, on, fx, seat, facts)
"""
