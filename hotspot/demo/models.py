"""The devices of the invented city: which models there are, and what each says of itself."""

from dataclasses import dataclass

from hotspot.demo.chance import share


@dataclass(frozen=True, slots=True)
class Model:
    """`family` names the objects it answers (hotspot.demo.tables) and the profile that reads them."""

    family: str
    vendor: str
    model: str
    firmware: str
    sys_object_id: str
    sys_descr: str
    weight: int
    serial_prefix: str = ""  # empty: the device does not tell its serial number over SNMP


NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
MODELS = (
    Model("unifi", "Ubiquiti", "U6-Mesh", "6.6.77.15402", NET_SNMP, "U6-Mesh 6.6.77.15402", 26),
    Model("unifi", "Ubiquiti", "UAP-AC-Mesh", "6.6.55.15189", NET_SNMP, "UAP-AC-Mesh 6.6.55.15189", 14),
    Model(
        "mikrotik",
        "MikroTik",
        "RBwAPG-5HacD2HnD",
        "7.15.3",
        "1.3.6.1.4.1.14988.1",
        "RouterOS RBwAPG-5HacD2HnD",
        22,
        "HC",
    ),
    Model("grandstream", "Grandstream", "GWN7660LR", "1.0.25.26", NET_SNMP, "Linux GWN7660LR 4.4.60 armv7l", 12),
    Model(
        "ruckus-standalone",
        "Ruckus",
        "T350D",
        "200.15.6.12.54",
        "1.3.6.1.4.1.25053.3.1.4.120",
        "Ruckus Wireless Inc (C) 2006",
        9,
        "3221",
    ),
    Model(
        "aruba-instant",
        "Aruba",
        "565",
        "8.10.0.9",
        "1.3.6.1.4.1.14823.1.2.116",
        "ArubaOS (MODEL: 565), Version 8.10.0.9",
        6,
        "CNK",
    ),
    Model(
        "cambium-epmp",
        "Cambium",
        "ePMP AP",
        "4.7.1",
        "1.3.6.1.4.1.17713.21",
        "Cambium ePMP 1000 Hotspot",
        4,
        "E",
    ),
    Model("openwrt", "OpenWrt", "GL.iNet GL-AX1800", "23.05.4", NET_SNMP, "Linux OpenWrt 5.15.162 armv7l", 7),
)
TOTAL = sum(model.weight for model in MODELS)


def model_of(ap_name: str) -> Model:
    """The same device for the same name, so that history and agents tell of one thing."""
    ticket = share("model", ap_name) * TOTAL
    for model in MODELS:
        ticket -= model.weight
        if ticket < 0:
            return model
    return MODELS[-1]


def serial_of(ap_name: str, model: Model) -> str:
    return f"{model.serial_prefix}{int(share('serial', ap_name) * 10**9):09}" if model.serial_prefix else ""
