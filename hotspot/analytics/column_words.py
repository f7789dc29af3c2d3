"""How lists of public Wi-Fi name their columns, in the languages of the cities that publish them.

Each of our columns with phrases; words of Latin scripts without accents, compared word by word, others as they are. The
columns under NOT_KEPT are known so that they are not taken for something else, and tell rows apart.
"""

KEPT: dict[str, str] = {
    "point_code": """
        point code|mgr no|mng no|mgr number|kode titik|id titik|code|kode|id|site id|hotspot id|ap id|wifi id|
        location id|device id|station id|object id|objectid|globalid|global id|fid|ogc fid|gid|uid|uuid|pk|key|
        no id|identifier|identificador|identifiant|identifikation|id punto|id sitio|id site|id borne|codigo|
        codigo punto|codigo ibge|clave|folio|cve|numero|nummer|kennung|code site|code borne|ref|reference|site code|
        asset id|asset code|kod|codice|identificativo|관리번호|고유번호|식별번호|설치번호|와이파이id|ap번호|
        장비번호|編號|编号|代號|代码|代碼|热点编号|熱點編號|站點編號|站点编号|序號代碼|識別番号|管理番号|整理番号|
        番号|id番号|施設id|код|идентификатор|رقم|الرمز|รหัส|mã|ma diem|kode lokasi|id lokasi|site no|mac|borough id|
        point id|poi id|wlan id|spot id|emplacement id|id wifi|cod|codigo unico|id espacio
    """,
    "point_name": """
        point name|main nm|nm|plc nm|fclty nm|place nm|localidade|nama titik|titik|name|nama|site name|nama lokasi|
        equipament|nom equipament|nom de l equipament|
        location name|hotspot name|hot spot name|place name|place|venue|venue name|facility name|facility|
        station name|title|label|spot name|ap location|wifi name|nombre|nombre sitio|nombre del sitio|nombre punto|
        nombre del punto|nombre lugar|nombre del lugar|nombre zona|lugar|sitio|espacio|punto|punto wifi|
        denominacion|titulo|nom|nom site|nom du site|nom lieu|nom du lieu|lieu|site|libelle|intitule|emplacement|
        designation|nome|nome local|nome do local|nome ponto|localidade nome|local|ponto|ponto de acesso|
        equipamento|denominacao|bezeichnung|standort|standortname|ort name|nome sito|luogo|denominazione|naam|
        locatie|locatienaam|nazwa|nazwa obiektu|nazwa lokalizacji|lokalizacja|nazev|nazov|navn|namn|plats|nimi|
        kohde|ad|adi|mekan|konum adi|lokasyon|tempat|nama tempat|lokasi|nama site|nama wifi|nama hotspot|
        nama di dokumen|ten|ten diem|dia diem|설치장소명|설치장소|설치위치명|장소명|장소|시설명|건물명|설치건물|
        명칭|이름|상호|지점명|설치지점|설치기관명|와이파이명|ap명|名稱|名称|地點名稱|地点名称|熱點名稱|热点名称|
        場所名稱|场所名称|站點名稱|站点名称|地點|地点|熱點|热点|場所|设施名称|設施名稱|單位名稱|施設名|施設名称|
        場所名|設置場所|設置場所名|名称漢字|スポット名|設置施設|設置施設名|設置地点|ホットスポット名|名前|地点名|
        название|наименование|место|объект|الاسم|اسم الموقع|الموقع|المكان|ชื่อ|ชื่อสถานที่|สถานที่|ονομα|ονομασια|
        τοποθεσια|שם|hotspot|park name|library name|building name|building|asset name|location t|borough name site|
        street point
    """,
    "detail": """
        detail|place detail|site detail|location detail|floor|area detail|sublocation|sub location|room|
        keterangan lokasi|lantai|posisi|ruangan|ruang|titik pasang|lokasi detail|planta|piso|ubicacion detallada|
        ubicacion exacta|zona cobertura|complement|complement adresse|etage|andar|detalhe|complemento|
        etage stockwerk|stockwerk|install place|spot|설치장소상세|상세위치|설치위치상세|상세설치위치|설치위치|
        세부위치|상세장소|설치장소세부|층|세부장소|詳細地點|位置|樓層|楼层|安裝位置|安装位置|詳細位置|详细位置|
        具体位置|設置位置|位置描述|場所詳細|設置場所詳細|フロア|設置フロア|階|方書|position|indoor location|
        location description|location lat long description
    """,
    "site_name": """
        site name of|kompleks|instansi|gedung|nama gedung|opd|nama opd|nama instansi|unit kerja
    """,
    "venue_kind": """
        venue kind|jenis lokasi|jenis tempat|kategori lokasi|venue type|venue|type|kind|category|kategori|jenis|
        location type|site type|place type|facility type|type of location|stype|e stype|tipo|tipo de lugar|
        tipo lugar|tipo sitio|tipo de sitio|tipo espacio|categoria|clase|clasificacion|tipologia|type de lieu|
        type lieu|type site|categorie|type de site|tipo de local|tipo local|tipo equipamento|art|kategorie|typ|
        einrichtung|soort|rodzaj|druh|tur|kategori tempat|fasilitas|설치시설구분|시설구분|장소구분|설치구분|
        시설유형|장소유형|분류|구분|카테고리|설치유형|설치시설|類型|类型|類別|类别|場所類型|场所类型|熱點類別|
        地點類型|地點類別|分類|种类|種類|種別|施設種別|施設分類|カテゴリ|ジャンル|тип|категория|вид|النوع|الفئة|
        ประเภท|loai|loai hinh
    """,
    "area_code": """
        area code|kode wilayah|kode kelurahan|kode desa|kode kemendagri|kode kel|village code|kode bps|kemendagri
    """,
    "area_name": """
        area name|kelurahan|desa|nama kelurahan|kelurahan desa|desa kelurahan|kel desa|nama desa|wilayah|village|
        barri|nom barri|
        subdistrict village|neighborhood|neighbourhood|nta name|barrio|colonia|bairro|quartier|ortsteil|stadtteil|
        viertel|wijk|buurt|barangay|phuong|읍면동|행정동|법정동|동|동명|읍면동명|행정동명|里|村里|里別|街道|社區|
        社区|町名|町|大字|町丁|町字|tambon|ตำบล|แขวง|แขวง ตำบล|microdistrict|район города|kel
    """,
    "district": """
        district|kecamatan|nama kecamatan|distrik|kec|borough|boro|boroname|borough name|wrdofc|signgu nm|
        districte|nom districte|
        sigungu nm|county district|distrito|alcaldia|delegacion|comuna|localidad|arrondissement|arrdt|district name|
        bezirk|stadtbezirk|subprefeitura|regiao|stadsdeel|sigungu|설치시군구명|시군구|시군구명|자치구|자치구명|구|
        구명|구군|지역구|區|区|行政區|行政区|區域|区域|地區|地区|鄉鎮市區|鄉鎮|區別|area|ward|ward name|区名|
        行政区名|市区町村|市区町村名|地域|район|округ|الحي|المنطقة|อำเภอ|เขต|quan|quan huyen|huyen|ilce|dzielnica|
        obvod|mestska cast|kommune
    """,
    "address": """
        address|adres1|adres|adres2|addr1|addr2|rdnmadr|lnmadr|alamat|alamat lokasi|full address|street address|
        adreca|adreca completa|
        location address|address 1|addr|site address|address line 1|location|street|street name|addressline|
        direccion|domicilio|calle|ubicacion|direccion completa|nombre via|via|adresse|adresse postale|
        adresse complete|rue|adresse1|voie|endereco|logradouro|rua|morada|anschrift|strasse|adresse strasse|
        indirizzo|straat|ulica|adresa|osoite|gatuadress|dia chi|jalan|nama jalan|lokasi alamat|소재지도로명주소|
        도로명주소|소재지지번주소|지번주소|주소|소재지|설치주소|상세주소|설치장소주소|new address|old address|地址|
        住址|詳細地址|详细地址|中文地址|所在地|住所|所在地住所|住所表記|所在地連結表記|адрес|адрес объекта|العنوان|
        الشارع|ที่อยู่|διευθυνση|כתובת
    """,
    "latitude": """
        latitude|lat|lintang|latitud|ycoord lat|y lat|lat wgs84|latitude wgs84|wgs84 lat|wgs lat|gps lat|geo lat|
        breite|breitengrad|geograph breite|latitudine|lattitude|latitudes|latitute|lintang selatan|garis lintang|
        szerokosc|breddegrad|leveysaste|enlem|vi do|위도|緯度|纬度|緯度座標|北緯|北纬|широта|خط العرض|دائرة العرض|
        ละติจูด|πλατος|קו רוחב|point lat|geometry latitude|lat dd|y wgs84|coordenada lat|coord lat
    """,
    "longitude": """
        longitude|lon|lng|long|lnt|bujur|longitud|xcoord lon|x lon|lon wgs84|longitude wgs84|wgs84 lon|wgs lon|
        wgs lng|gps lon|gps lng|geo lon|geo lng|geo long|laenge|lange|langengrad|laengengrad|geograph laenge|
        longitudine|longtitude|longitudes|longitute|bujur timur|garis bujur|dlugosc|lengdegrad|langdegrad|
        pituusaste|boylam|kinh do|경도|經度|经度|經度座標|東經|东经|東経|経度|долгота|خط الطول|ลองจิจูด|μηκος|
        קו אורך|point lon|point lng|geometry longitude|lon dd|long dd|x wgs84|coordenada lon|coordenada long|
        coord lon|coord long
    """,
    "coordinates": """
        coordinates|coordinate|koordinat|geo point|geopoint|geo point 2d|geolocation|geo location|geo|latlng|
        lat lng|lat lon|lat long|latlong|latitude longitude|location coordinates|location 1|the geom|geom|wkt|shape|
        geometry|point|gps|coordenadas|coordenada|coordonnees|coordonnees geographiques|geo shape|koordinaten|
        coordinate geografiche|georeferencia|titik koordinat|좌표|위경도|위치좌표|座標|坐标|經緯度|经纬度|緯度経度|
        координаты|geodata center|الإحداثيات|พิกัด|toa do|new georeferenced column
    """,
    "east": """
        east|easting|eastings|x|x coord|xcoord|x coordinate|coord x|coordx|coordenada x|coordonnee x|utm x|x utm|
        coordinata x|coordenada utm x|coord utm x|koordinate x|x koordinate|hochwert x|
        x utm etrs89|etrs89 x|x lambert93|point x|pos x|rechtswert|ostwert|x좌표|좌표x|x座標|x 座標|tm x|x tm|tmx|
        hgis x|x etrs89|x 25830|x 25831|wgs84 x|utm este|este
    """,
    "north": """
        north|northing|northings|y|y coord|ycoord|y coordinate|coord y|coordy|coordenada y|coordonnee y|utm y|y utm|
        coordinata y|coordenada utm y|coord utm y|koordinate y|y koordinate|
        y utm etrs89|etrs89 y|y lambert93|point y|pos y|hochwert|nordwert|y좌표|좌표y|y座標|y 座標|tm y|y tm|tmy|
        hgis y|y etrs89|y 25830|y 25831|wgs84 y|utm norte|norte
    """,
    "lifecycle": """
        lifecycle|tahap|tahapan|status titik|stage
    """,
    "installed_on": """
        installed on|cnstc year|instl ym|instl year|install ym|tanggal pasang|tgl pasang|tanggal terpasang|
        tanggal pemasangan|tahun pasang|tahun|tahun pemasangan|installation date|install date|date installed|
        installed|activated|date activated|activation date|activated on|launch date|start date|date opened|
        year installed|install year|go live date|fecha instalacion|fecha de instalacion|fecha alta|fecha inicio|
        fecha de activacion|ano instalacion|date installation|date d installation|date de mise en service|
        mise en service|annee installation|date ouverture|data instalacao|data de instalacao|data ativacao|
        data de inauguracao|inbetriebnahme|installationsdatum|data attivazione|data uruchomienia|설치년월|설치연월|
        설치일자|설치일|설치년도|설치연도|구축년도|구축연도|준공일|개통일자|啟用日期|启用日期|安裝日期|安装日期|
        建置日期|建置時間|開通日期|开通日期|設置日|設置年月日|提供開始日|利用開始日|設置年月|供用開始日|
        дата установки|дата ввода|تاريخ التركيب|วันที่ติดตั้ง|ngay lap dat|activated date|in service date
    """,
    "accepted_on": """
        accepted on|tanggal terima|tgl terima|tanggal bast|tanggal serah terima
    """,
    "fund": """
        fund|sumber dana|dana|pendanaan|sumber anggaran|funding|funding source|financement|fuente financiamiento|
        fuente de financiacion|anggaran
    """,
    "provider": """
        provider|penyedia|isp|penyedia layanan|operator|telco|service provider|network provider|vendor|vendor id|
        wifi provider|proveedor|operador|prestador|fournisseur|operateur|provedor|operadora|betreiber|anbieter|
        fornitore|gestore|aanbieder|서비스제공사명|서비스제공사|통신사|통신사명|제공사|사업자|서비스제공자|제공기관|
        업체|업체명|業者|業者名稱|電信業者|營運商|运营商|服務商|供應商|事業者|事業者名|提供者|提供事業者|通信事業者|
        оператор|провайдер|المزود|ผู้ให้บริการ|nha cung cap|internet provider
    """,
    "auth_mode": """
        auth mode|mode akses|jenis akses|akses|access mode
    """,
    "ap_name": """
        ap name|nama ap|nama perangkat|access point|device name|hostname
    """,
    "ap_address": """
        ap address|alamat ap|ip ap|alamat ip|ip|ip address|ap ip
    """,
}
NOT_KEPT: dict[str, str] = {
    "ssid": """
        ssid|wifi ssid|network name|nama ssid|nombre red|nombre de red|red|nom reseau|rede|와이파이ssid|
        와이파이 ssid|ssid명|熱點識別碼|網路名稱
    """,
    "phone": """
        phone|telephone|telepon|no telp|telp|tel|telefono|telefone|telefon|mng phone|contact|contact phone|
        관리기관전화번호|전화번호|연락처|聯絡電話|電話|电话|電話番号|連絡先電話番号|телефон|hp|no hp|fax
    """,
    "province": """
        province|provinsi|state|state name|provincia|estado|region|land|bundesland|departement|설치시도명|시도|
        시도명|省|省份|都道府県|都道府県名|область|uf|e city|county|kab kota
    """,
    "city": """
        city|kota|kabupaten|kabupaten kota|municipality|municipio|ciudad|ville|commune|cidade|stadt|ort|comune|
        gemeente|gmina|miasto|town|市|縣市|县市|城市|市町村|市名|都市|город|المدينة|จังหวัด|tinh|
        localidad municipio|nama resmi|kode kota|libelle commune|nom commune
    """,
    "postcode": """
        postcode|post code|postal code|zip|zipcode|zip code|kode pos|codigo postal|code postal|cp|cep|plz|
        postleitzahl|cap|우편번호|郵遞區號|邮编|郵便番号|индекс|รหัสไปรษณีย์
    """,
    "count": """
        count|number of aps|ap count|aps|access points|jumlah ap|jumlah|jumlah titik|quantity|qty|no of hotspots|
        number of hotspots|no of access points|cantidad|numero ap|nombre de bornes|nb bornes|quantidade|anzahl|
        설치대수|ap수|설치수|대수|수량|開通數|熱點數|热点数|ap數|数量|設置台数|aps conectadas|aps sin conexion
    """,
    "as_of": """
        as of|last updated|updated|update date|updated at|data date|reference date|fecha actualizacion|date maj|
        data atualizacao|stand|데이터기준일자|기준일자|기준일|작업일자|資料日期|更新日期|更新时间|更新日|
        データ更新日|created|created at|created on|last modified|date modified|editdate|creationdate
    """,
    "owner": """
        agency|agency name|ministry|manager|managed by|owner|mng name|department|organisation|organization|
        관리기관명|관리기관|운영기관|기관명|主管機關|管理單位|機關名稱|管理机构|管理者|設置者|dinas|pengelola|pic|
        penanggung jawab|entidad|responsable|gestion|propietario|agency codes|e agency|e ministry|organismo|
        ministerio|secretaria
    """,
    "order": """
        no|nr|nomor|no urut|nomor urut|number|num|row|row number|rownum|sr no|s no|sl no|연번|순번|번호|일련번호|
        項次|序號|序号|№|п п|no row|index|item|orden
    """,
    "url": """
        url|website|web|link|sitio web|content url|site web|homepage|홈페이지|網址|ホームページ|портал
    """,
    "email": """
        email|e mail|correo|correo electronico|courriel|surel
    """,
    "hours": """
        hours|opening hours|horario|horaires|jam|jam operasional|jam buka|operating hours|horas|oeffnungszeiten|
        開放時間|开放时间|利用可能時間|サービス時間|이용시간|운영시간|waktu
    """,
    "speed": """
        speed|bandwidth|kecepatan|velocidad|debit|velocidade|속도|速率|頻寬|带宽
    """,
    "state": """
        status|estado|estatus|statut|etat|situacao|conectividad|kondisi|keterangan status|상태|운영상태|狀態|状态|
        状況|active|aktif|operational
    """,
    "remark": """
        remark|remarks|note|notes|comment|comments|keterangan|catatan|description|descripcion|observaciones|
        observacion|observacoes|descricao|remarques|observations|bemerkung|bemerkungen|beschreibung|비고|설명|備註|
        备注|備考|說明|примечание|ملاحظات|หมายเหตุ|ghi chu|equipamiento|transporte
    """,
}


def phrases(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split("|") if (word := " ".join(part.split())))


WORDS = {column: phrases(text) for column, text in {**KEPT, **NOT_KEPT}.items()}
