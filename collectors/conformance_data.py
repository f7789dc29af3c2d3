"""What is known of collections of recordings: their names for systems, and where we differ from them on purpose."""

import re

from collectors.judgement import Difference

PROFILES = {  # of vendors with several profiles: names of systems in such collections, and what we may call them
    "unifi": ("unifi",),
    "airos": ("airmax",),
    "routeros": ("mikrotik",),
    "ruckuswireless-hotzone": ("ruckus-standalone",),
    "ruckuswireless-sz": ("ruckus-smartzone",),
    "ruckuswireless": ("ruckus-zonedirector", "ruckus-unleashed"),
    "ruckuswireless-unleashed": ("ruckus-unleashed",),
    "aruba-instant": ("aruba-instant",),
    "arubaos": ("aruba-controller", "aruba-instant"),
    "ciscowlc": ("cisco-aireos",),
    "epmp": ("cambium-epmp",),
    "pmp": ("cambium-pmp",),
    "fortiap": ("fortiap",),
    "fortigate": ("fortigate",),
    "ewc": ("extreme-wireless",),
}
SAME_VENDOR = (  # names under which one maker's devices are sold
    {"hp", "hpe", "h3c"},
    {"peplink", "pepwave"},
    {"symbol", "zebra", "motorola", "extreme"},
    {"juniper", "trapeze"},
    {"meru", "fortinet"},
    {"ubiquiti", "ubnt"},
    {"meraki", "cisco"},
)
DIFFERENCES = (
    Difference(
        re.compile(r"^noise-floor Radio \d"), "noise is below zero; there it is without its sign", system="arubaos"
    ),
    Difference(re.compile(r"^rate ubntWlStat"), "bit/s: firmware 5 tells kbit/s", system="airos"),
    Difference(re.compile(r"^snr SINR$"), "as the device tells it: there the sign is turned", system="rutos-2xx"),
    Difference(re.compile(r"^cell .*CELL ID$"), "the name of a cell is no measurement"),
    Difference(re.compile(r"^temperature sfp"), "the device's own temperature, not that of a plugged module"),
    Difference(re.compile(r"^clients Online APs$"), "access points that are online are no stations", system="pepwave"),
    Difference(re.compile(r"^ap-count AP Count$"), "a router that controls nothing counts nothing", system="vrp"),
)
