"""Evidence of a contract's month: packs that anybody can check with Python alone, without this service or its database.

Nothing here imports what Python does not bring along, so that `python -m hotspot.evidence PACK` needs no more.
"""
