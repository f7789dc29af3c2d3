"""What a search of the world's addresses found: one device of every state, with hostile names among them."""

from sqlalchemy.orm import Session

from hotspot.store.credential_sets import add_set
from hotspot.store.models import FoundDevice, Search

CANARY = '<img src=x onerror="alert(1)">'
NEW, NAMELESS, TWICE, CONTROLLER = "10.74.6.9", "10.99.0.4", "10.99.0.5", "10.99.0.6"
REFUSED, PING, KNOWN, IGNORED = "10.99.0.7", "10.99.0.8", "10.74.1.1", "10.99.0.9"


def add_found(session: Session, city: int, key: bytes, now: int) -> None:
    field = {"name": "field", "snmp_version": "2c", "snmp_community": "another-very-secret-community"}
    sets = add_set(session, key, city, field, now, "admin")
    row = {"city_id": city, "requested_at": now - 900, "requested_by": "admin", "port": 161, "rate": 100}
    done = Search(**row, ranges="10.99.0.1-10.99.0.254", credential_sets=str(sets), started_at=now - 898, addresses=254,
                  alive_at=now - 890, finished_at=now - 890, asked=254, pinged=7, answered=5)  # fmt: skip
    running = Search(**row, ranges="10.98.0.1-10.98.3.254", credential_sets=str(sets), started_at=now - 8,
                     addresses=1022, alive_at=now, holder="host:1", asked=600)  # fmt: skip
    session.add_all([done, running])
    session.flush()
    seen = {"city_id": city, "search_id": done.id, "port": 161, "first_seen": now - 890, "last_seen": now - 890}
    fits = seen | {"credential_set_id": sets, "rtt_us": 900, "sys_object_id": "1.3.6.1.4.1.9", "vendor": "Ubiquiti"}
    session.add_all(
        [
            FoundDevice(**fits, address=NEW, sys_name="TS-0006-lantai-2", model="U6-Lite", firmware="6.6.55",
                        serial="SN77777", profile="unifi", neighbour=f"{CANARY} port 7"),
            FoundDevice(**fits, address=NAMELESS, sys_name=CANARY, sys_descr=f"descr {CANARY}"),
            FoundDevice(**fits, address=TWICE, sys_name="=cmd()", serial="SN000030"),
            FoundDevice(**fits, address=CONTROLLER, sys_name="controller", managed=12),
            FoundDevice(**seen, address=REFUSED, rtt_us=900, error=f"answers SNMP, none fits: user {CANARY}"),
            FoundDevice(**seen, address=PING, rtt_us=1200),
            FoundDevice(**fits, address=KNOWN, sys_name="AP-001-1"),
            FoundDevice(**fits, address=IGNORED, sys_name="printer", decision="ignored", decided_by="admin"),
        ]
    )  # fmt: skip
    session.flush()
