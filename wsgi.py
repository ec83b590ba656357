"""The entry point for a WSGI server: `gunicorn wsgi:app`."""

from marketplace import pulse
from marketplace.app import create_app

app = create_app()
pulse.start(app)
