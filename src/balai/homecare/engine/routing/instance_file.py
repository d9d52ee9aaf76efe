"""Reading a benchmark instance: patients, services, caregivers, distances."""

from __future__ import annotations

from typing import Any

import numpy as np

from .document import Reading
from .problem import Pair, Problem

SIMULTANEOUS, SEQUENTIAL = "simultaneous", "sequential"


def read_instance(document: Any) -> Problem:
    """The problem that a parsed JSON document says.

    `patients` have id, time_window, required_caregivers (one or two of service and duration) and,
    where two, synchronization (type simultaneous, or sequential with distance [least, most] from
    start to start); `caregivers` have id and abilities; `distances` is a square matrix, the
    office first, then the patients in their order. Raises InstanceRefusedError with all that is
    wrong.
    """
    reading = Reading()
    patients = reading.items(document, "patients")
    caregivers = reading.items(document, "caregivers")
    distance = _matrix(reading, document, len(patients) + 1)
    names = _names(reading, patients, "patients")
    rows: list[tuple[str, str, int, float, float, float]] = []
    pairs: list[Pair] = []
    for number, (patient, name) in enumerate(zip(patients, names, strict=True)):
        where = f"patients[{number}]"
        opens, closes = reading.numbers(patient.get("time_window"), f"{where}.time_window")
        wanted = _wanted(reading, patient, where)
        if len(wanted) == 2:
            pairs.append(_pair(reading, patient, where, len(rows)))
        rows += [
            (name, service, number + 1, duration, opens, closes) for service, duration in wanted
        ]
    people = _names(reading, caregivers, "caregivers")
    abilities = [_abilities(reading, each, at) for at, each in enumerate(caregivers)]
    able = np.array([[row[1] in skills for row in rows] for skills in abilities], np.bool_)
    able = able.reshape(len(caregivers), len(rows))
    for node in np.flatnonzero(~able.any(axis=0)).tolist() if not reading.shortcomings else ():
        reading.note(
            f"patients[{rows[node][2] - 1}].required_caregivers", rows[node][1],
            "is a service that no caregiver can give", "Give a caregiver that ability",
        )  # fmt: skip
    reading.refuse_if_short()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return Problem(
        patient_ids=tuple(columns[0]),
        service_ids=tuple(columns[1]),
        caregiver_ids=tuple(people),
        place=np.array(columns[2], np.int32),
        duration=np.array(columns[3], np.float64),
        opens=np.array(columns[4], np.float64),
        closes=np.array(columns[5], np.float64),
        able=able,
        pairs=tuple(pairs),
        distance=distance,
    )


def _names(reading: Reading, items: list[dict[str, Any]], field: str) -> list[str]:
    """The ids of some items; one that comes twice is noted."""
    names = [reading.text(item, "id", f"{field}[{at}]") for at, item in enumerate(items)]
    for at, name in enumerate(names):
        if name and name in names[:at]:
            reading.note(f"{field}[{at}].id", name, "comes twice", "Give each an id of its own")
    return names


def _wanted(reading: Reading, patient: dict[str, Any], where: str) -> list[tuple[str, float]]:
    field = f"{where}.required_caregivers"
    wanted = reading.items(patient, "required_caregivers", f"{where}.")
    if len(wanted) not in (1, 2):
        reading.note(field, len(wanted), "is not one service or two", "Split the visit")
    return [
        (
            reading.text(each, "service", f"{field}[{at}]"),
            reading.number(each.get("duration"), f"{field}[{at}].duration", least=0),
        )
        for at, each in enumerate(wanted)
    ]


def _pair(reading: Reading, patient: dict[str, Any], where: str, node: int) -> Pair:
    said = patient.get("synchronization")
    kind = said.get("type") if isinstance(said, dict) else None
    if kind == SIMULTANEOUS:
        return Pair(node, node + 1, 0.0, 0.0)
    if kind == SEQUENTIAL:
        assert isinstance(said, dict)
        field = f"{where}.synchronization.distance"
        least, most = reading.numbers(said.get("distance"), field, least=0)
        return Pair(node, node + 1, least, most)
    remedy = f"Say {SIMULTANEOUS}, or {SEQUENTIAL} with a distance"
    reading.note(f"{where}.synchronization.type", kind, "is none that is known", remedy)
    return Pair(node, node + 1, 0.0, 0.0)


def _abilities(reading: Reading, caregiver: dict[str, Any], at: int) -> set[str]:
    given = caregiver.get("abilities")
    if isinstance(given, list) and all(isinstance(each, str) for each in given):
        return set(given)
    reading.note(f"caregivers[{at}].abilities", given, "is not a list of services", "Name them")
    return set()


def _matrix(reading: Reading, document: Any, size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    given = document.get("distances") if isinstance(document, dict) else None
    try:
        matrix = np.array(given, np.float64)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (size, size):
        problem = f"is not a square of {size} rows: the office and each patient"
        told = "x".join(map(str, matrix.shape))
        reading.note("distances", told, problem, "Give a row and a column for each")
        return np.zeros((size, size))
    bad = ~np.isfinite(matrix) | (matrix < 0)
    for row, column in np.argwhere(bad)[:5].tolist():
        reading.note(
            f"distances[{row}][{column}]", matrix[row, column], "is no distance",
            "Give a finite number of 0 or more",
        )  # fmt: skip
    return matrix
