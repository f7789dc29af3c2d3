"""The words of the inventory: venue kinds, life-cycle stages, authentication modes, and the four counts."""

# Key: (Indonesian, English). The order is that of every list.
VENUE_KINDS = {
    "community_hall": ("Balai warga", "Community hall"),
    "park": ("Taman", "Park"),
    "mosque": ("Masjid", "Mosque"),
    "prayer_room": ("Musala", "Prayer room"),
    "church": ("Gereja", "Church"),
    "hindu_temple": ("Pura", "Hindu temple"),
    "buddhist_temple": ("Vihara", "Buddhist temple"),
    "confucian_temple": ("Kelenteng", "Confucian temple"),
    "other_worship": ("Rumah ibadah lain", "Other house of worship"),
    "school": ("Sekolah", "School"),
    "market": ("Pasar", "Market"),
    "health_centre": ("Puskesmas", "Health centre"),
    "health_post": ("Posyandu", "Health post"),
    "reading_garden": ("Taman baca", "Reading garden"),
    "village_office": ("Kantor kelurahan", "Village office"),
    "district_office": ("Kantor kecamatan", "District office"),
    "service_mall": ("Mal pelayanan publik", "Public service mall"),
    "terminal": ("Terminal", "Terminal"),
    "other": ("Lainnya", "Other"),
}

LIFECYCLE = {
    "proposed": ("Diusulkan", "Proposed"),
    "planned": ("Direncanakan", "Planned"),
    "surveyed": ("Disurvei", "Surveyed"),
    "funded": ("Didanai", "Funded"),
    "installed": ("Terpasang", "Installed"),
    "accepted": ("Diterima", "Accepted"),
    "active": ("Aktif", "Active"),
    "suspended": ("Dihentikan sementara", "Suspended"),
    "relocated": ("Dipindahkan", "Relocated"),
    "retired": ("Dinonaktifkan", "Retired"),
}
BUILT = frozenset({"installed", "accepted", "active", "suspended"})  # stages in which the devices hang on the wall
PRE_BUILT = frozenset({"proposed", "planned", "surveyed", "funded"})  # stages in which nothing hangs on the wall yet
IN_SERVICE = frozenset({"installed", "accepted", "active"})  # stages in which a point is expected to run
GONE = frozenset({"relocated", "retired"})  # stages in which the devices were taken down

AUTH_MODES = {
    "open": ("Terbuka tanpa sandi", "Open, no password"),
    "portal": ("Halaman persetujuan", "Captive portal"),
    "voucher": ("Voucer", "Voucher"),
    "password": ("Bersandi", "Password"),
    "login": ("Masuk dengan akun", "Sign-in with an account"),
}
FUND_KINDS = {
    "city": ("APBD kota", "City budget (APBD)"),
    "csr": ("CSR perusahaan", "Company CSR"),
    "grant": ("Hibah", "Grant"),
    "investor": ("Investor", "Investor"),
    "government": ("Pemerintah lain", "Other level of government"),
}
DEVICE_KINDS = {
    "access_point": ("Titik akses", "Access point"),
    "controller": ("Pengendali", "Controller"),
}
OPEN_MODES = frozenset({"open"})  # the rest breaks the promise of access without a password, and is listed
