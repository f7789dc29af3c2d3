"""The commands of `hotspot`, a module each; edges that read the settings, act and print."""
