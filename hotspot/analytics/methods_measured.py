"""How what is measured and counted is computed: definitions for analytics.methods."""

from hotspot.analytics.method import Method

MEASURED: tuple[Method, ...] = (
    Method(
        "availability",
        "measured",
        ("Ketersediaan", "Availability"),
        ("A = hidup / (hidup + mati)", "A = up / (up + down)"),
        (
            "Ketersediaan = waktu hidup / (waktu hidup + waktu mati), dihitung per detik.",
            "Availability = time up / (time up + time down), to the second.",
        ),
        (
            "Setiap access point setiap saat hidup, mati, tidak diketahui, atau dalam pemeliharaan yang diumumkan. "
            "Detik dijumlahkan dari rentang waktu, bukan dari contoh. Ketersediaan sebuah titik, kecamatan, atau kota "
            "adalah jumlah detik semua access point-nya, bukan rata-rata persentase. Waktu yang tidak diketahui dan "
            "pemeliharaan tidak ikut dibagi. Yang tidak pernah diamati: tidak ada data, bukan 0.",
            "At every moment each access point is up, down, unknown, or in announced maintenance. Seconds are added "
            "up from stretches of time, not from samples. The availability of a point, a kecamatan or the city is the "
            "sum of the seconds of all its access points, not a mean of percentages. Unknown time and maintenance "
            "are not divided by. What was never observed has no data, which is not 0.",
        ),
    ),
    Method(
        "coverage",
        "measured",
        ("Cakupan", "Coverage"),
        ("C = (semua waktu − tidak diketahui) / semua waktu", "C = (all time − unknown) / all time"),
        (
            "Cakupan = bagian waktu yang benar-benar diamati; selalu di samping ketersediaan.",
            "Coverage = the share of the time in which somebody looked; always beside the availability.",
        ),
        (
            "Bagian dari jendela waktu yang diamati atau yang sudah diumumkan sebagai pemeliharaan. Di bawah 50 % "
            "ketersediaan lebih banyak bercerita tentang pengamatan daripada tentang titiknya, dan titik itu tidak "
            "masuk daftar yang terburuk.",
            "The share of the window that was looked at or announced as maintenance. Below 50 % an availability says "
            "more about the looking than about the point, and such a point is in no list of the worst.",
        ),
    ),
    Method(
        "bounds",
        "measured",
        ("Batas bawah dan atas", "Bounds"),
        (
            "terburuk = hidup / (hidup + mati + tidak diketahui); "
            "terbaik = (hidup + tidak diketahui) / (hidup + mati + tidak diketahui)",
            "worst = up / (up + down + unknown); best = (up + unknown) / (up + down + unknown)",
        ),
        (
            "Batas = ketersediaan bila semua waktu yang tidak diketahui mati, atau hidup.",
            "Bounds = the availability had all unknown time been down, or up.",
        ),
        (
            "Ketersediaan yang sebenarnya terletak di antara keduanya, apa pun yang terjadi selama tidak ada yang "
            "mengamati.",
            "The true availability lies between the two, whatever happened while nobody looked.",
        ),
    ),
    Method(
        "outage",
        "measured",
        ("Gangguan", "Outage"),
        (
            "mulai = pertanyaan pertama yang tak dijawab; selesai = jawaban pertama",
            "begins = first unanswered poll; ends = first answer",
        ),
        (
            "Gangguan mulai pada pertanyaan pertama yang tidak dijawab dan selesai pada jawaban pertama.",
            "An outage begins with the first unanswered poll and ends with the first answer.",
        ),
        (
            "Beberapa pertanyaan berturut-turut tanpa jawaban (lazimnya dua) menjadi gangguan, yang dimulai pada yang "
            "pertama. Kalau sebelum atau sesudahnya tidak ada yang mengamati, awal atau akhirnya tidak diketahui dan "
            "disebut demikian. Gangguan di dalam pemeliharaan yang diumumkan tidak dihitung; yang lebih lama mulai "
            "dihitung ketika pemeliharaan selesai. Sebuah jendela waktu menghitung gangguan yang mengambil "
            "setidaknya satu detik darinya.",
            "Several unanswered polls in a row (usually two) make an outage, which begins at the first of them. Where "
            "nobody looked before or after it, its beginning or end is unknown and said to be. What lies in announced "
            "maintenance does not count; what lasts longer counts from the end of the maintenance. A window counts "
            "the outages that cost it at least a second.",
        ),
    ),
    Method(
        "mttr",
        "measured",
        ("MTTR dan MTBF", "MTTR and MTBF"),
        (
            "MTTR = lama gangguan yang selesai / banyaknya; MTBF = waktu hidup / gangguan yang mulai",
            "MTTR = length of the outages that ended / their number; MTBF = time up / outages that began",
        ),
        (
            "MTTR = rata-rata lama gangguan yang selesai dalam bulan ini, dengan jawaban perangkat.",
            "MTTR = mean length of the outages that ended in the month, the device having answered.",
        ),
        (
            "Gangguan dihitung dengan seluruh lamanya, juga yang di luar jendela waktu. Yang belum selesai, atau yang "
            "hilang dari pengamatan, tidak ikut MTTR.",
            "Outages count with their whole length, also beyond the window. Those still open, or lost from sight, are "
            "no part of the MTTR.",
        ),
    ),
    Method(
        "clients",
        "measured",
        ("Pengguna", "Clients"),
        ("rata-rata = jumlah bacaan / banyaknya bacaan", "mean = sum of the readings / their number"),
        (
            "Pengguna = rata-rata perangkat yang tersambung; hanya dihitung, tidak pernah dikenali.",
            "Clients = mean number of connected devices; only counted, never known.",
        ),
        (
            "Setiap kali ditanya, access point menyebut banyaknya perangkat yang tersambung. Rata-rata sebuah titik "
            "adalah jumlah rata-rata access point-nya; puncak adalah bacaan tertinggi satu access point. Orang tidak "
            "dihitung: seorang bisa membawa dua perangkat, dan sebuah perangkat bisa kembali esok hari.",
            "With each poll an access point tells how many devices are connected. The mean of a point is the sum of "
            "the means of its access points; the peak is the highest reading of one access point. People are not "
            "counted: one may carry two devices, and a device may come back tomorrow.",
        ),
    ),
    Method(
        "traffic",
        "measured",
        ("Lalu lintas", "Traffic"),
        ("selisih penghitung, kedua arah; 1 GB = 10⁹ bita", "differences of counters, both ways; 1 GB = 10⁹ bytes"),
        (
            "Lalu lintas = yang dikirim dan diterima pada sambungan ke internet; 1 GB = 10⁹ bita.",
            "Traffic = what the uplink sent and received; 1 GB = 10⁹ bytes.",
        ),
        (
            "Selisih dua bacaan berturut-turut dari penghitung perangkat. Penghitung yang berputar dikenali; sesudah "
            "perangkat menyala ulang selisihnya tidak diketahui, bukan 0.",
            "The difference of two consecutive readings of the device's counters. A counter that wrapped is "
            "recognised; after a reboot the difference is unknown, which is not 0.",
        ),
    ),
    Method(
        "counts",
        "counts",
        ("Empat hitungan", "The four counts"),
        ("terpasang ⊇ diterima ⊇ layak bayar; aktif diukur", "installed ⊇ accepted ⊇ payable; active is measured"),
        (
            "Aktif = beroperasi dan sebuah access point hidup pada hari itu (hari ini: dalam 24 jam terakhir).",
            "Active = in service, and an access point was up on that day (today: in the last 24 hours).",
        ),
        (
            "Terpasang: perangkat tergantung, dan tanggal pemasangan sudah tiba. Diterima: terpasang, dan tanggal "
            "penerimaan sudah tiba. Aktif: beroperasi dan diukur hidup pada hari itu; untuk hari ini dalam 24 jam "
            "terakhir. Layak bayar: diterima, beroperasi, hidup pada suatu saat dalam 30 hari sebelumnya, dan ada di "
            "lampiran kontrak yang berlaku hari itu; di kota tanpa kontrak syarat terakhir tidak dipakai. "
            "Direncanakan: semua yang belum dibangun. Setiap hari yang lalu bisa dihitung kembali.",
            "Installed: the devices hang on the wall and the day of installation has come. Accepted: installed, and "
            "the day of acceptance has come. Active: in service and measured to be up on that day; for today within "
            "the last 24 hours. Payable: accepted, in service, up at some time of the 30 days before, and on a line "
            "of a contract in force that day; in a city without any contract the last condition falls away. Planned: "
            "everything not built yet. Every past day can be counted again.",
        ),
    ),
    Method(
        "target",
        "counts",
        ("Target dan garisnya", "Target and its line"),
        (
            "garis(h) = awal + (akhir − awal) × hari yang lewat / semua hari",
            "line(d) = start + (end − start) × days gone / all days",
        ),
        (
            "Garis target naik lurus dari yang terpasang saat target mulai; titik aktif dibandingkan dengannya.",
            "The line of a target rises straight from what stood when it began; active points are held against it.",
        ),
        (
            "Target adalah banyaknya titik sampai suatu tanggal: semuanya, atau tambahan atas yang terpasang pada "
            "awalnya. Versi yang lebih baru menggantikan yang lama; garis yang lama tetap tampak.",
            "A target is a number of points by a date: in all, or more than stood at its beginning. A newer version "
            "takes the place of an older one, whose line stays visible.",
        ),
    ),
)
