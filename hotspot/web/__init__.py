"""The pages. To add one: write its module, list its blueprint below, put its templates in templates/<page>/."""

from flask import Blueprint, Flask

BLUEPRINTS: tuple[Blueprint, ...] = ()


def init_app(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
