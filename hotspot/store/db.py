"""The database of the web application: a session for each request, for questions; changes use `writing(db.engine)`."""

from flask_sqlalchemy import SQLAlchemy

from hotspot.store.base import Base

db = SQLAlchemy(model_class=Base)
