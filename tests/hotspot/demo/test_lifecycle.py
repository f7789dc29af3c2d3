from hotspot.analytics.media import PNG, media_type, without_metadata
from hotspot.demo.lifecycle import EXCUSES, drawing, excuse


def test_the_drawings_are_whole_pictures_and_differ() -> None:
    pictures = [drawing(number, 8, 6) for number in range(6)]

    assert {media_type(one) for one in pictures} == {PNG}
    assert [without_metadata(one, PNG) for one in pictures] == pictures
    assert len(set(pictures)) == 6


def test_few_acceptances_lack_a_proof() -> None:
    found = [excuse(f"TS-{number:04}") for number in range(1000)]

    assert 20 < sum(map(bool, found)) < 80
    assert {gate for one in found for gate in one} == {gate for gate, _ in EXCUSES}
