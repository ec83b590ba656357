"""Rules of the house that the application itself must keep; each message says what to write."""

import pytest
from flask import Flask
from sqlalchemy import create_engine

from marketplace.app import TEMPLATES, create_app
from marketplace.security.permissions import TABLE, Permission
from marketplace.settings import Settings
from migrations.check import differences, downgrade, upgrade
from tests.conftest import SECRET


def test_each_route_names_its_permission(site: Flask):
    nameless = [
        rule.endpoint
        for rule in site.url_map.iter_rules()
        if rule.endpoint != "static"
        and not hasattr(site.view_functions[rule.endpoint], "permission")
    ]
    assert nameless == [], f"write @requires(Permission.…) or @public above {nameless}"


def test_each_permission_has_a_line_in_the_table():
    assert set(TABLE) == set(Permission), "add a line to TABLE in security/permissions.py"


def test_each_template_compiles(site: Flask):
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    assert names
    for name in names:
        site.jinja_env.get_template(name)


def test_migrations_match_the_models_and_can_be_taken_back(database_url: str, request):
    if database_url.startswith("sqlite"):
        engine = create_engine("sqlite://")
    else:
        engine = create_engine(request.getfixturevalue("fresh_postgresql"))
    with engine.begin() as connection:
        upgrade(connection)
        assert differences(connection) == []
        downgrade(connection)
        upgrade(connection)
        assert differences(connection) == []
    engine.dispose()


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_an_address_that_does_not_exist_is_a_page_and_not_a_fault(browser, method):
    answer = getattr(browser.client, method)("/no/such/page")
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


def test_outside_the_demo_the_site_refuses_to_start_without_a_secret_key():
    from marketplace.settings import SettingsFault

    with pytest.raises(SettingsFault, match="MARKETPLACE_SECRET_KEY"):
        Settings.from_environment({})
    with pytest.raises(SettingsFault, match="shorter"):
        Settings.from_environment({"MARKETPLACE_SECRET_KEY": "short"})
    assert Settings.from_environment({"MARKETPLACE_DEMO": "1"}).demo


def test_each_answer_has_a_strict_content_security_policy(browser):
    policy = browser.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert browser.get("/").headers["Cache-Control"] == "no-store"


def test_outside_the_demo_browsers_are_told_to_use_tls_only(app, database_url):
    strict = create_app(Settings(SECRET, database_url, testing=True))
    answer = strict.test_client().get("/sign-in", base_url="https://tests.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert f"; {part}" in cookie
    assert "Domain" not in cookie
