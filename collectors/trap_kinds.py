"""What notifications mean that are worth a poll: by snmpTrapOID, from the MIBs named.

Where a device is a controller, the kinds that begin with `ap_` tell of one of its access points.
"""

COLD_START, WARM_START, LINK_DOWN, LINK_UP = "cold_start", "warm_start", "link_down", "link_up"
AP_JOINED, AP_LEFT, AP_RESTARTED, AP_CHANGED = "ap_joined", "ap_left", "ap_restarted", "ap_changed"

KINDS = {
    # SNMPv2-MIB, IF-MIB; not authenticationFailure (.5): anybody can cause it
    "1.3.6.1.6.3.1.1.5.1": COLD_START,
    "1.3.6.1.6.3.1.1.5.2": WARM_START,
    "1.3.6.1.6.3.1.1.5.3": LINK_DOWN,
    "1.3.6.1.6.3.1.1.5.4": LINK_UP,
    # AIRESPACE-WIRELESS-MIB: bsnAPDisassociated, bsnAPAssociated; CISCO-LWAPP-AP-MIB: ciscoLwappApAssociated
    "1.3.6.1.4.1.14179.2.6.3.8": AP_LEFT,
    "1.3.6.1.4.1.14179.2.6.3.9": AP_JOINED,
    "1.3.6.1.4.1.9.9.513.0.4": AP_JOINED,
    # WLSX-TRAP-MIB (Aruba): wlsxNAccessPointIsUp, wlsxNAccessPointIsDown
    "1.3.6.1.4.1.14823.2.3.1.11.1.2.1040": AP_JOINED,
    "1.3.6.1.4.1.14823.2.3.1.11.1.2.1041": AP_LEFT,
    # RUCKUS-ZD-EVENT-MIB: ruckusZDEventAPJoinTrap, -APLost-, -APLostHeartbeat-, -APReset-, -System-, -APSystem-
    "1.3.6.1.4.1.25053.2.2.1.1": AP_JOINED,
    "1.3.6.1.4.1.25053.2.2.1.5": AP_LEFT,
    "1.3.6.1.4.1.25053.2.2.1.6": AP_LEFT,
    "1.3.6.1.4.1.25053.2.2.1.8": AP_RESTARTED,
    "1.3.6.1.4.1.25053.2.2.1.10": COLD_START,
    "1.3.6.1.4.1.25053.2.2.1.25": WARM_START,
    "1.3.6.1.4.1.25053.2.2.1.31": AP_RESTARTED,
    "1.3.6.1.4.1.25053.2.2.1.32": AP_RESTARTED,
    # RUCKUS-SZ-EVENT-MIB: ruckusSZAPConnectedTrap, -APDeleted-, -APDisconnected-, -APLostHeartbeat-
    "1.3.6.1.4.1.25053.2.11.1.21": AP_JOINED,
    "1.3.6.1.4.1.25053.2.11.1.22": AP_LEFT,
    "1.3.6.1.4.1.25053.2.11.1.23": AP_LEFT,
    "1.3.6.1.4.1.25053.2.11.1.24": AP_LEFT,
    # HH3C-DOT11-ACMT-MIB: hh3cDot11ACMtTunnelSetupTrap, hh3cDot11ACMtTunnelDownTrap
    "1.3.6.1.4.1.25506.2.75.1.3.0.1": AP_JOINED,
    "1.3.6.1.4.1.25506.2.75.1.3.0.2": AP_LEFT,
    # HUAWEI-WLAN-AP-MIB: every notification of its arc tells of an access point; hwApColdBoot-, hwApColdBootRestoreTrap
    "1.3.6.1.4.1.2011.6.139.13.1.1.30": AP_RESTARTED,
    "1.3.6.1.4.1.2011.6.139.13.1.1.31": AP_RESTARTED,
    "1.3.6.1.4.1.2011.6.139.13.1.1.*": AP_CHANGED,
}


def kind_of(oid: str) -> str:
    """Empty for a notification that is worth nothing. A 0 that RFC 3584 section 3.1 puts in for v1 may be there."""
    parent, _, last = oid.rpartition(".")
    names = (oid, f"{parent}.*", f"{parent.removesuffix('.0')}.{last}", f"{parent.removesuffix('.0')}.*")
    return next((KINDS[name] for name in names if name in KINDS), "")
