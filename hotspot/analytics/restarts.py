"""The kinds of event of a device that began anew, as device_event has them."""

REBOOT, AGENT_RESTART = "reboot", "agent_restart"
