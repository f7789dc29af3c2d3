import pytest
from sqlalchemy import Engine, select, update

from hotspot.analytics.import_row import RejectedError
from hotspot.store.attachments import DamagedError, File, add_attachment, attachment
from hotspot.store.base import reading, writing
from hotspot.store.models import Attachment, AuditEntry
from tests.hotspot import small_city
from tests.hotspot.analytics.pictures import PDF_FILE, SECRET, jpeg, png

NOW = 1_795_244_400


def add(engine: Engine, city: int, data: bytes, kind: str = "photo", name: str = "a.jpg", said: str = "") -> int:
    with writing(engine) as session:
        return add_attachment(
            session, city, kind=kind, name=name, media_type=said, data=data, now=NOW, actor="ani", field="photo"
        )


def test_a_photograph_is_kept_without_its_place(engine: Engine) -> None:
    city = small_city.build(engine)
    added = add(engine, city, jpeg(), said="image/jpeg")

    with reading(engine) as session:
        found = attachment(session, city, added)
        assert found is not None
        assert (found.kind, found.name, found.media_type) == ("photo", "a.jpg", "image/jpeg")
        assert SECRET not in found.data
        assert session.scalars(select(AuditEntry.actor).where(AuditEntry.subject == "photo a.jpg")).all() == ["ani"]
        assert attachment(session, city + 1, added) is None


def test_the_same_file_is_kept_once(engine: Engine) -> None:
    city = small_city.build(engine)

    assert add(engine, city, png()) == add(engine, city, png())


@pytest.mark.parametrize(
    ("data", "kind", "said", "reason"),
    [
        (b"", "photo", "image/png", "empty"),
        (b"GIF89a...", "photo", "image/gif", "no photograph"),
        (PDF_FILE, "photo", "application/pdf", "no photograph"),
        (b"<svg onload='x'>", "document", "image/svg+xml", "neither a PDF"),
        (png(), "photo", "image/jpeg", "says it is image/jpeg"),
        (jpeg()[:200], "photo", "image/jpeg", "damaged"),
        (b"%PDF-1.7" + bytes(10_000_000), "document", "application/pdf", "larger than 10 MB"),
    ],
)
def test_what_is_no_proof_is_refused_at_its_field(
    sqlite_engine: Engine, data: bytes, kind: str, said: str, reason: str
) -> None:
    city = small_city.build(sqlite_engine)
    with pytest.raises(RejectedError, match=reason) as error:
        add(sqlite_engine, city, data, kind, said=said)
    assert error.value.column == "photo"
    with reading(sqlite_engine) as session:
        assert session.scalars(select(Attachment.id)).all() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ani\\BAST 12.PDF", "BAST 12.pdf"),
        ("evil.html", "evil.pdf"),
        ("\u202egpj.exe\n", "gpj.pdf"),
        ("...", "file.pdf"),
        ("a" * 500, "a" * 100 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(sqlite_engine: Engine, name: str, kept: str) -> None:
    city = small_city.build(sqlite_engine)
    added = add(sqlite_engine, city, PDF_FILE, "document", name)
    with reading(sqlite_engine) as session:
        assert attachment(session, city, added) == File("document", kept, "application/pdf", PDF_FILE)


def test_a_changed_byte_is_noticed(engine: Engine) -> None:
    city = small_city.build(engine)
    added = add(engine, city, png())
    with writing(engine) as session:
        session.execute(update(Attachment).values(data=png()[:-1]))
    with reading(engine) as session, pytest.raises(DamagedError):
        attachment(session, city, added)
