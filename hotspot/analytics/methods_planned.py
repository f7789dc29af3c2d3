"""How plans and money are computed, and the rules for all figures: definitions for analytics.methods."""

from hotspot.analytics.method import Method

PLANNED: tuple[Method, ...] = (
    Method(
        "forecast",
        "planning",
        ("Prakiraan", "Forecast"),
        (
            "1.000 masa depan dari bulan-bulan yang lalu; P10, P50, P90",
            "1,000 futures drawn from the months so far; P10, P50, P90",
        ),
        (
            "Prakiraan = 1.000 kali memainkan bulan-bulan yang lalu; rentangnya berlaku dalam 80 dari 100 masa depan.",
            "Forecast = the months so far played 1,000 times; its range holds in 80 of 100 futures.",
        ),
        (
            "Setiap masa depan mengambil bulan-bulannya dari 6, 12, 24, atau 48 bulan terakhir, dikalikan langkah acak "
            "(program bisa lebih cepat dan bisa macet). Rentang dari P10 sampai P90 berisi 80 dari 100 masa depan. "
            "Tanpa sedikitnya enam bulan dengan pemasangan tidak ada prakiraan, dan alasannya disebut.",
            "Each future draws its months from the last 6, 12, 24 or 48, times a random walk (programmes speed up and "
            "stall). The range from P10 to P90 holds 80 of 100 futures. Without at least six months in which points "
            "were added there is no forecast, and the reason is told.",
        ),
    ),
    Method(
        "per_people",
        "planning",
        ("Titik per penduduk", "Points per people"),
        (
            "titik × 10.000 / penduduk; penduduk / titik; titik / km²",
            "points × 10,000 / people; people / points; points / km²",
        ),
        (
            "Titik per 10.000 penduduk menurut angka penduduk terakhir yang diimpor.",
            "Points per 10,000 people, by the newest imported number of people.",
        ),
        (
            "Penduduk, penduduk miskin, sekolah, dan UMKM diimpor dengan tanggal dan sumbernya; perkiraan ditandai. "
            "Kelurahan tanpa angka penduduk tidak ikut.",
            "People, poor people, schools and small businesses are imported with their date and source; estimates are "
            "marked. A kelurahan whose people nobody stated takes no part.",
        ),
    ),
    Method(
        "reach",
        "planning",
        ("Jangkauan", "Reach"),
        ("petak dengan titik dalam 300 m (500 m) / semua petak", "cells with a point within 300 m (500 m) / all cells"),
        (
            "Jangkauan = bagian wilayah yang berjarak paling jauh 300 m (500 m) dari sebuah titik.",
            "Reach = the share of the ground at most 300 m (500 m) from a point.",
        ),
        (
            "Kelurahan dibagi menjadi petak 150 m; jarak lurus diukur dari tengah petak ke titik terdekat. Penduduk "
            "dalam jangkauan dianggap tersebar rata di kelurahannya.",
            "A kelurahan is cut into cells of 150 m; the straight distance is measured from the middle of a cell to "
            "the nearest point. People within reach are taken to live evenly over their kelurahan.",
        ),
    ),
    Method(
        "gini",
        "planning",
        ("Pemerataan (Gini)", "Evenness (Gini)"),
        ("G = 1 − 2 × luas di bawah kurva Lorenz", "G = 1 − 2 × the area under the Lorenz curve"),
        (
            "Gini: 0 = setiap penduduk punya titik sama banyak, 1 = semua titik di satu tempat.",
            "Gini: 0 = everybody has equally many points, 1 = all points are in one place.",
        ),
        (
            "Kurva Lorenz mengurutkan kelurahan dari yang paling sedikit titik per penduduk, lalu menjumlahkan bagian "
            "penduduk dan bagian titik.",
            "The Lorenz curve takes the kelurahan in order of their points per person, the fewest first, and adds up "
            "their shares of the people and of the points.",
        ),
    ),
    Method(
        "underserved",
        "planning",
        ("Urutan kelurahan yang kurang terlayani", "Ranking of underserved kelurahan"),
        ("skor = Σ bobot × kebutuhan / Σ bobot", "score = Σ weight × need / Σ weights"),
        (
            "Skor kebutuhan kelurahan dari bagian-bagian berbobot yang semuanya terlihat.",
            "The need of a kelurahan as a score of weighted parts that everybody can see.",
        ),
        (
            "Bagiannya: titik per penduduk, jangkauan, penduduk miskin, sekolah, UMKM. Bobotnya bisa diubah di "
            "halaman; kestabilan adalah bagian dari 200 percobaan dengan bobot lain yang tetap menempatkan kelurahan "
            "itu di sepuluh besar. Bila kurang dari separuh bobot diketahui, kelurahan tidak mendapat urutan.",
            "The parts: points per people, reach, poor people, schools, small businesses. The weights can be changed "
            "on the page; the stability is the share of 200 trials with other weights that keep the kelurahan among "
            "the first ten. Where less than half of the weights is known a kelurahan has no place.",
        ),
    ),
    Method(
        "sla",
        "money",
        ("Potongan SLA", "SLA deduction"),
        (
            "dibayar = biaya × (1 − potongan), dibulatkan sekali ke rupiah",
            "paid = fee × (1 − share deducted), rounded once to the rupiah",
        ),
        (
            "Potongan dihitung dari aturan kontrak dan detik yang diukur; dibulatkan sekali per baris ke rupiah.",
            "The deduction follows the contract's rule and the measured seconds; rounded once a line to the rupiah.",
        ),
        (
            "Aturan kontrak adalah data: target, jam layanan, cara menghitung waktu yang tidak diketahui, cakupan "
            "minimum, dan potongan menurut tangga (di bawah sekian persen dipotong sekian persen), sebanding "
            "(1 − A / target), atau per jam (waktu mati di atas yang diizinkan / seluruh jam layanan), paling banyak "
            "sebesar batasnya. Waktu yang dikecualikan beririsan dengan gangguan, tidak dikurangkan panjangnya. Semua "
            "dihitung sebagai pecahan tepat; setengah rupiah dibulatkan ke atas. Baris yang berlaku sebagian bulan "
            "dibayar menurut harinya.",
            "The rule of a contract is data: the target, service hours, how unknown time counts, the least coverage, "
            "and a deduction by steps (below so many percent so many percent), proportional (1 − A / target) or by "
            "the hour (time down beyond what is allowed / all service hours), at most its cap. Excluded time is "
            "intersected with outages, never subtracted by its length. Everything is computed in exact fractions; "
            "half a rupiah is rounded up. A line in force for part of a month is paid by its days.",
        ),
    ),
    Method(
        "costs",
        "money",
        ("Biaya satuan", "Unit costs"),
        (
            "Rp / bulan-titik; Rp / jam-pengguna; Rp / GB",
            "Rp / point-month; Rp / user-hour; Rp / GB",
        ),
        (
            "Biaya menurut lampiran kontrak, tanpa potongan; per bulan-titik, per jam-pengguna, per GB.",
            "Costs by the annexes of the contracts, nothing deducted; per point-month, per user-hour, per GB.",
        ),
        (
            "Bulan yang hanya sebagian berlaku dihitung menurut harinya. Jam-pengguna adalah rata-rata pengguna setiap "
            "hari kali jam hidup hari itu. Yang tidak terbaca bukan 0: biaya per jam dan per GB hanya atas baris yang "
            "pemakaiannya terbaca.",
            "A month in force in part counts by its days. User-hours are the mean clients of each day times the hours "
            "up on it. What nobody read is not 0: the cost of an hour or a GB is told over the lines whose use was "
            "read alone.",
        ),
    ),
    Method(
        "keep",
        "money",
        ("Pertahankan yang muat", "Keep what fits"),
        ("urut menurut jam-pengguna per rupiah", "in order of user-hours per rupiah"),
        (
            "Titik dipertahankan menurut jam-pengguna per rupiah, dari yang terbanyak, selama masih muat.",
            "Points are kept by user-hours per rupiah, the most first, as long as they fit.",
        ),
        (
            "Setiap titik yang masih muat dalam uangnya dipertahankan. Titik yang tidak cukup diamati tidak dinilai: "
            "biayanya disisihkan dahulu dan daftarnya tersendiri.",
            "Each point that still fits into the money is kept. A point that was not observed enough is not judged: "
            "its fee is set aside first, and it is listed on its own.",
        ),
    ),
    Method(
        "rounding",
        "rules",
        ("Dipotong, bukan dibulatkan", "Cut, not rounded"),
        ("99,996 % tampil sebagai 99,99 %", "99.996 % is shown as 99.99 %"),
        (
            "Persentase dipotong, bukan dibulatkan: hanya yang sempurna tampil sebagai 100 %.",
            "Percentages are cut, not rounded: only what is perfect shows as 100 %.",
        ),
        (
            "Detik adalah bilangan bulat dan tidak pernah dibulatkan; rupiah dibulatkan sekali, di akhir. Lama waktu "
            "ditulis dengan dua satuan terbesarnya.",
            "Seconds are whole numbers and never rounded; rupiah are rounded once, at the end. Lengths of time are "
            "written with their two largest units.",
        ),
    ),
    Method(
        "zones",
        "rules",
        ("Zona waktu", "Time zones"),
        (
            "hari dan bulan dipotong di zona kota (WIB, WITA, WIT)",
            "days and months are cut in the city's zone (WIB, WITA, WIT)",
        ),
        (
            "Hari dan bulan adalah hari dan bulan di zona waktu kota.",
            "Days and months are those of the city's time zone.",
        ),
        (
            "Saat disimpan dalam UTC. Bulan mulai pada tengah malam tanggal 1 menurut jam kota dan berakhir pada "
            "tengah malam tanggal 1 bulan berikutnya.",
            "Instants are stored in UTC. A month begins at midnight of the 1st on the city's clocks and ends at "
            "midnight of the next 1st.",
        ),
    ),
    Method(
        "privacy",
        "rules",
        ("Privasi", "Privacy"),
        ("", ""),
        (
            "Perangkat warga tidak pernah dikenali: tidak ada MAC, IP, atau nama yang disimpan.",
            "Citizens' devices are never known: no MAC, IP address or name is stored.",
        ),
        (
            "Yang disimpan hanyalah banyaknya perangkat yang tersambung.",
            "Only the number of connected devices is stored.",
        ),
    ),
)
