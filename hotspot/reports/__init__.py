"""Reports of a month: the numbers the pages show, put on paper and into tables. `make` is the way in."""
