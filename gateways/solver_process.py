"""The solver's process (processo del risolutore): reads one question from standard input, answers on standard output.

The library takes a second and a hundred megabytes to load; both are given back when the answer is there. Nothing of
ours is imported here but this file.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any


def main() -> None:
    """One question, one answer."""
    asked = json.load(sys.stdin)
    routes = solve(asked)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump({"routes": routes, "peak_kb": peak_kb}, sys.stdout)


def solve(asked: dict[str, Any]) -> list[list[int]]:
    """The order of jobs for each vehicle."""
    import numpy
    import vroom

    problem = vroom.Input()
    problem.set_durations_matrix("car", numpy.array(asked["durations"], dtype=numpy.uint32))
    problem.set_costs_matrix("car", numpy.array(asked["costs"], dtype=numpy.uint32))
    for n, one in enumerate(asked["vehicles"]):
        breaks = [
            vroom.Break(number, time_windows=[vroom.TimeWindow(*window)], service=service)
            for number, (window, service) in enumerate(one["breaks"])
        ]
        window = vroom.TimeWindow(*one["window"])
        skills = set(one["skills"])
        problem.add_vehicle(
            vroom.Vehicle(n, start=one["start"], end=one["end"], skills=skills, time_window=window, breaks=breaks)
        )
    for one in asked["jobs"]:
        windows = [vroom.TimeWindow(*window) for window in one["windows"]]
        problem.add_job(
            vroom.Job(
                one["id"],
                location=one["location"],
                default_service=one["service"],
                skills=set(one["skills"]),
                time_windows=windows,
                priority=one["priority"],
            )
        )
    answer = problem.solve(exploration_level=asked["level"], nb_threads=asked["threads"])
    routes: list[list[int]] = [[] for _ in asked["vehicles"]]
    steps = answer.routes
    if "id" not in steps:
        return routes  # nobody is sent anywhere
    for vehicle, kind, job in zip(steps["vehicle_id"], steps["type"], steps["id"], strict=True):
        if kind == "job":
            routes[int(vehicle)].append(int(job))
    return routes


if __name__ == "__main__":
    main()
