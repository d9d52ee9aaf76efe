"""What the application's role may never rewrite here, and which tables are guarded by row.

Jobs name no person (arguments are ids), so their rows are chosen by who started them and by role,
not by region. Ended jobs are swept away with their steps and lines after some months.
"""

APPEND_ONLY = ()
