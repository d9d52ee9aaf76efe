"""The kinds of jobs of this room."""

from balai.kernel.people.intake import jobs as intake_jobs  # noqa: F401 - declares its jobs
from balai.kernel.people.linkage import search  # noqa: F401 - declares its job
