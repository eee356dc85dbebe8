"""Destroys the keys of what was forgotten (chiavi distrutte): the recorded decision made true in the database.

What is due is derived, keys that are to be gone minus keys that are gone; a crash between the two is made up for.
"""

from __future__ import annotations

from gateways.wiring import House

DUE = """
select f.hour_id from {position_hour_forgotten} f
  join subject_key s on s.subject_id = f.hour_id and s.wrapped is not null
 order by f.hour_id limit 1000"""


def destroy_forgotten_keys(house: House) -> int:
    """Destroy every key that is due in a company; how many it were."""
    destroyed = 0
    while True:
        due = [row["hour_id"] for row in house.reader.rows(DUE)]
        for key_id in due:
            house.keys.destroy(key_id)
        destroyed += len(due)
        if not due:
            return destroyed
