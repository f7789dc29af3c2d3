"""The demonstration city: an invented network on real areas, with a year of history and simulated access points."""
