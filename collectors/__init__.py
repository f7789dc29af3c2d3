"""Asks access points how they are. Knows SNMP; knows nothing of Flask, SQL or the inventory."""
