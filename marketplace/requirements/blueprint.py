"""The blueprint that the pages of this noun share."""

from flask import Blueprint

blueprint = Blueprint("requirements", __name__, url_prefix="/requirements")
