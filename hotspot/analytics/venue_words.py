"""Which kind of place a word in another language means; what is not known is another kind of place."""

import re
from functools import lru_cache

from hotspot.analytics.column_names import without_accents
from hotspot.analytics.import_row import WORDS, bare

KNOWN = {
    "mosque": """
        masjid mesjid mosque mezquita mosquee moschee mesquita cami 清真寺 이슬람사원 مسجد
    """,
    "prayer_room": """
        musala mushola musholla prayer
    """,
    "church": """
        church gereja iglesia eglise igreja kirche chiesa cathedral catedral parroquia 교회 성당 教會 教堂 教会
    """,
    "hindu_temple": """
        pura hindu
    """,
    "buddhist_temple": """
        vihara wihara temple templo 사찰 寺 วัด
    """,
    "school": """
        school sekolah sd sdn smp smpn sma sman smk paud tk universitas university campus college escuela colegio
        liceo instituto ecole lycee escola schule scuola szkola skola 학교 초등 중학 고등 대학 學校 学校 大學 大学
        國小 國中 小学 中学 школа مدرسة โรงเรียน
    """,
    "market": """
        market pasar mercado marche markt mercato feira shopping mall 시장 전통시장 상가 市場 市场 商圈 商場 рынок
        سوق ตลาด
    """,
    "health_centre": """
        puskesmas hospital clinic health clinica salud sante saude klinik krankenhaus hopital rumah_sakit rsud 병원
        보건소 보건 의료 醫院 医院 病院 衛生所 診所 больница поликлиника مستشفى โรงพยาบาล
    """,
    "health_post": """
        posyandu 보건지소 보건진료소
    """,
    "reading_garden": """
        library perpustakaan taman_baca biblioteca bibliotheque mediatheque bibliothek bucherei biblioteka knihovna
        도서관 圖書館 图书馆 図書館 библиотека مكتبة ห้องสมุด
    """,
    "village_office": """
        kelurahan kantor_lurah kantor_desa balai_desa 주민센터 행정복지센터 동사무소 읍사무소 면사무소 區公所
        里辦公處
    """,
    "district_office": """
        kecamatan kantor_camat 구청 군청 시청 도청 관공서 공공기관 行政機關 区役所 市役所 役場 city_hall town_hall
        ayuntamiento alcaldia mairie rathaus prefeitura municipio government government_building municipal_building
        government_agency 政府
    """,
    "service_mall": """
        mpp mal_pelayanan service_centre service_center centro_de_servicios atencion_ciudadana 민원실
    """,
    "terminal": """
        terminal station stasiun halte bus_stop bus bandara airport pelabuhan estacion gare bahnhof metro subway
        estacao aeropuerto transit 역 정류장 정류소 터미널 교통시설 公車站 車站 车站 捷運 地鐵 地铁 駅 バス停 空港
        вокзал станция محطة
    """,
    "community_hall": """
        balai community hall centre center rw rt gedung_serbaguna centro_cultural centro_social casa_de_cultura
        casa_civica maison_des kulturzentrum centro_deportivo polideportivo 복지 회관 경로당 마을회관 문화시설
        문화센터 社區中心 活動中心 公民館 センター центр
    """,
    "park": """
        park taman alun plaza plazas square playground garden parque parc jardin praca place_publique platz parco
        parken hutan_kota rptra lapangan 공원 광장 公園 公园 廣場 广场 парк حديقة สวน
    """,
}


@lru_cache(maxsize=8192)
def venue_of(text: str) -> str:
    """One of analytics.inventory.VENUE_KINDS, or empty where no word of the text is known."""
    if not text:
        return ""
    if own := WORDS["venue_kind"].get(bare(text)):
        return own
    plain = without_accents(text.casefold())
    words = re.findall(r"[^\W\d_]+", plain)
    joined = f" {' '.join(words)} "
    for venue, known in KNOWN.items():
        for word in known.split():
            if f" {word.replace('_', ' ')} " in joined if word.isascii() else word in plain:
                return venue
    return ""
