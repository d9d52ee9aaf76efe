"""GTFS-Realtime: messages in, expected runs, vehicles and alerts out.

    whole = merge(before, content)              # FULL_DATASET or DIFFERENTIAL, as bytes
    dataset = decode(whole)                     # plain values, problems by entity and field
    predictions = predict(dataset, schedule)    # held against the timetable, call by call

After the GTFS-Realtime reference, version 2.0.
"""

from .decode import decode
from .errors import RealtimeRefused
from .merging import merge
from .messages import Alert, Dataset, Problem, TripRef, VehicleReport
from .naming import renamed
from .predictions import Prediction, Predictions, predict
from .schedule import Calls, Repeat, Schedule, ScheduledTrip

__all__ = [
    "Alert",
    "Calls",
    "Dataset",
    "Prediction",
    "Predictions",
    "Problem",
    "RealtimeRefused",
    "Repeat",
    "Schedule",
    "ScheduledTrip",
    "TripRef",
    "VehicleReport",
    "decode",
    "merge",
    "predict",
    "renamed",
]
