"""Home health care routing and scheduling with synchronised visits (HHCRSP).

Mankowska, Meisel, Bierwirth: The home health care routing and scheduling problem with
interdependent services (Health Care Management Science 17, 2014); files in the JSON of Ceschia, Di
Gaspero, Schaerf (2024). Caregivers leave an office at 0 and return; each service of a visit needs
one who can; two services of a visit start together or within a gap of each other; none starts
before its window opens, and one that starts after it closes is late. The cost is a third of
distance, total tardiness and the largest tardiness together.
"""

from .checking import Verdict, Violation, check
from .instance_file import read_instance
from .problem import InstanceRefusedError, Pair, Problem, Shortcoming
from .solution_file import Route, Solution, Stop, as_document, read_solution

__all__ = [
    "InstanceRefusedError",
    "Pair",
    "Problem",
    "Route",
    "Shortcoming",
    "Solution",
    "Stop",
    "Verdict",
    "Violation",
    "as_document",
    "check",
    "read_instance",
    "read_solution",
]
