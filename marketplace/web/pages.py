"""What a route answers with."""

from flask import Response
from werkzeug.wrappers import Response as Answer

Page = str | tuple[str, int] | Answer | Response
