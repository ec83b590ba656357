"""The blueprint that the pages of this noun share."""

from flask import Blueprint

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")
