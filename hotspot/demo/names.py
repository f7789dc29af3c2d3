"""Invented but plausible names of places, streets, funds and providers; none is a real institution's."""

from random import Random

FUNDS = {  # name: share of the points
    "APBD Kota": 58,
    "CSR Bank Anggrek Sejahtera": 13,
    "CSR Griya Kenanga Properti": 11,
    "Hibah Provinsi": 10,
    "Investor Menara Cempaka": 8,
}
PROVIDERS = {"Serat Anggrek Data": 46, "Kawat Melati Net": 33, "Awan Kenanga Fiber": 21}

KINDS = {  # venue kind: share among the points that are not offices
    "community_hall": 26,
    "mosque": 19,
    "prayer_room": 13,
    "park": 10,
    "school": 9,
    "health_post": 8,
    "reading_garden": 4,
    "health_centre": 3,
    "market": 3,
    "church": 3,
    "buddhist_temple": 1,
}
MOSQUES = [
    "Al Ikhlas",
    "Nurul Iman",
    "Baiturrahman",
    "Al Hidayah",
    "Al Muhajirin",
    "Nurul Huda",
    "At Taqwa",
    "Al Falah",
    "Baitul Makmur",
    "Ar Rahmah",
    "Al Barokah",
    "Jami Al Amin",
    "Darussalam",
    "Nurul Yaqin",
    "Al Istiqomah",
    "As Salam",
    "Al Mukhlisin",
    "Raudhatul Jannah",
]
PRAYER_ROOMS = [
    "Al Jihad",
    "Nurul Falah",
    "At Taubah",
    "Al Husna",
    "Ar Ridho",
    "Al Munawwarah",
    "Baitus Salam",
    "An Nur",
    "Al Kautsar",
]
FLOWERS = [
    "Melati",
    "Mawar",
    "Anggrek",
    "Kenanga",
    "Cempaka",
    "Dahlia",
    "Flamboyan",
    "Bougenville",
    "Seruni",
    "Kamboja",
    "Teratai",
    "Soka",
]
BIRDS = ["Merpati", "Cendrawasih", "Kutilang", "Elang", "Rajawali", "Camar", "Merak", "Kepodang", "Nuri", "Cucakrawa"]
CHURCHES = ["Kasih Karunia", "Damai Sejahtera", "Terang Dunia", "Gembala Baik", "Sumber Hidup"]
TEMPLES = ["Cahaya Dharma", "Maitri Loka", "Bodhi Sasana", "Karuna Mandala"]
GARDENS = ["Pelangi", "Cakrawala", "Lentera", "Jendela Ilmu", "Rumah Cerita"]


def site_name(kind: str, village: str, number: int) -> str:
    """`number` counts the places of this kind in the village, from 1."""
    place = sum(map(ord, village)) + number  # villages begin at different names of a list
    patterns = {
        "community_hall": f"Balai Warga RW {number:02}",
        "mosque": f"Masjid {MOSQUES[place % len(MOSQUES)]}",
        "prayer_room": f"Musala {PRAYER_ROOMS[place % len(PRAYER_ROOMS)]}",
        "park": f"Taman {FLOWERS[place % len(FLOWERS)]}",
        "school": f"SDN {village} {number:02}",
        "health_post": f"Posyandu {FLOWERS[place % len(FLOWERS)]} {number}",
        "reading_garden": f"Taman Baca {GARDENS[place % len(GARDENS)]}",
        "health_centre": f"Puskesmas {village}" + (f" {number}" if number > 1 else ""),
        "market": f"Pasar {village}" + (f" Blok {chr(64 + number)}" if number > 1 else ""),
        "church": f"Gereja {CHURCHES[place % len(CHURCHES)]}",
        "buddhist_temple": f"Vihara {TEMPLES[place % len(TEMPLES)]}",
        "village_office": f"Kantor Kelurahan {village}",
        "district_office": f"Kantor Kecamatan {village}",
    }
    return patterns[kind]


def street(random: Random) -> str:
    name = random.choice((*FLOWERS, *BIRDS))
    kind = random.choice(("Raya", "Indah", "I", "II", "III", "Timur", "Barat"))
    return f"Jl. {name} {kind} No. {random.randint(1, 180)}, RT {random.randint(1, 9):02}/RW {random.randint(1, 16):02}"
