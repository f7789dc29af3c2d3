"""Pages of a list, counted from 1."""


def pages_of(total: int, per_page: int) -> int:
    """An empty list has one page."""
    return max(1, -(-total // per_page))


def paged(total: int, asked: int, per_page: int) -> tuple[int, int]:
    """The page that was asked for, or the nearest there is, and how many there are."""
    pages = pages_of(total, per_page)
    return min(max(1, asked), pages), pages
