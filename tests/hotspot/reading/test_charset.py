"""The encoding of a text that does not name it."""

import pytest

from hotspot.reading.charset import decoded
from hotspot.reading.table import FileError

KOREAN = "설치장소명,상세,주소\n민원실,1층,경기도 안산시\n강남구청,2층,서울특별시 강남구 학동로"
SIMPLE = "热点名称,地址,经度\n北京图书馆,北京市海淀区中关村南大街33号\n人民医院,西城区西直门南大街11号"
TRADITIONAL = "熱點名稱,地址,經度\n臺北市立圖書館,臺北市大安區建國南路二段125號\n新北市政府,板橋區中山路一段161號"
JAPANESE = "名称,住所,緯度\n京都市役所,京都市中京区寺町通御池上る\n図書館フリーワイファイ,東京都千代田区"
SPANISH = "Nombre,Dirección,Año\nPlaza de España,Calle José Peñalver\nEstación,Av. Colón"
POLISH = "Nazwa,Położenie\nUrząd Miasta,ul. Święty Krzyż\nBiblioteka Łódź,Śródmieście żółta"
TURKISH = "Adı,İlçe\nTaksim Meydanı,Beyoğlu İstiklal Caddesi\nKadıköy İskelesi,Şehir Çarşı\nÜsküdar,Doğancılar"
RUSSIAN = "Название,Адрес\nБиблиотека имени Ленина,улица Воздвиженка дом 3\nПарк Горького,Москва"
GREEK = "Όνομα,Διεύθυνση\nΠλατεία Συντάγματος,Αθήνα\nΔημαρχείο,οδός Αθηνάς"
ARABIC = "الاسم,العنوان\nحديقة الملك فهد,شارع الملك عبدالعزيز\nمكتبة الرياض,حي العليا"
HEBREW = "שם,כתובת\nכיכר רבין,תל אביב\nספריה עירונית,רחוב הרצל"
THAI = "ชื่อสถานที่,ที่อยู่\nศาลากลางจังหวัด,ถนนราชดำเนิน\nโรงเรียนวัด,กรุงเทพมหานคร"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KOREAN, "cp949"),
        (SIMPLE, "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (SPANISH, "cp1252"),
        (SPANISH, "cp850"),
        (SPANISH, "mac_roman"),
        (POLISH, "cp1250"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "cp1253"),
        (ARABIC, "cp1256"),
        (HEBREW, "cp1255"),
        (THAI, "cp874"),
        *((text, encoding) for text in (KOREAN, SPANISH) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
        (SPANISH, "utf-16-le"),
        (SPANISH, "utf-16-be"),
    ],
)
def test_text_comes_back_whatever_its_encoding(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding))[0] == text


def test_a_few_broken_letters_do_not_change_the_encoding() -> None:
    content = (KOREAN * 20).encode()
    text, encoding = decoded(content[:400] + b"\xff" + content[400:])
    assert encoding == "utf-8"
    assert text.count("�") <= 4


def test_letters_of_another_encoding_among_utf8() -> None:
    content = (SPANISH * 9).encode()
    assert decoded(content.replace("ó".encode(), b"\xf3", 2))[0] == SPANISH * 9


def test_a_text_that_was_encoded_twice_is_as_it_was() -> None:
    for encoding in ("latin-1", "cp1252"):
        assert decoded(SPANISH.encode().decode(encoding).encode())[0] == SPANISH
    assert decoded("Ã© Ã© Ã© 길".encode())[0] == "Ã© Ã© Ã© 길"


def test_zero_bytes_are_no_text() -> None:
    with pytest.raises(FileError, match="zero bytes"):
        decoded(b"\x93\x00\x10" * 400)
