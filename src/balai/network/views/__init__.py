"""The network's pages."""

from balai.network.views.downloads import cities_csv, records_csv, values_csv
from balai.network.views.indicators import indicator, publish, record, recount
from balai.network.views.members import city, home
from balai.network.views.plans import plan

__all__ = [
    "cities_csv",
    "city",
    "home",
    "indicator",
    "plan",
    "publish",
    "record",
    "records_csv",
    "recount",
    "values_csv",
]
