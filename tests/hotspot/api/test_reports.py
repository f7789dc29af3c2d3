from flask.testing import FlaskClient

from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.test_reports import make


def test_archive_is_listed_and_a_file_is_the_one_of_the_page(asker: Asker, city_admin: FlaskClient) -> None:
    make(city_admin, form="csv")
    make(city_admin, "provider:Nusa Link")

    found = asker.json("/api/v1/reports")
    assert [(row["number"], row["kind"], row["key"], row["form"]) for row in found["items"]] == [
        (2, "provider", "Nusa Link", "pdf"),
        (1, "mayor", "", "csv"),
    ]
    assert asker.json("/api/v1/reports/1")["item"] == found["items"][1]
    assert asker.get("/api/v1/reports/1?format=file").data == city_admin.get("/reports/1").data


def test_unknown_report_is_404(asker: Asker) -> None:
    assert asker.get("/api/v1/reports/7").status_code == 404
    assert asker.get("/api/v1/reports/x").status_code == 404
    assert asker.get("/api/v1/reports/99999999999999999999").status_code == 404
