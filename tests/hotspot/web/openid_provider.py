"""A small OpenID provider on this machine: code flow with PKCE, signed tokens, and ways to misbehave."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

CLIENT, SECRET = "hotspot", "a secret between two services"


@dataclass
class Provider:
    """`sub` is who sits before the browser; `claims` and `headers` are put over those of an honest token."""

    url: str = ""
    issuer: str = ""  # another than its address, when set
    sub: str = "1001"
    claims: dict[str, Any] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: ECKey | None = None
    without_token: bool = False
    granted: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/.well-known/openid-configuration", "metadata", self.metadata)
        app.add_url_rule("/authorize", "authorize", self.authorize)
        app.add_url_rule("/token", "token", self.token, methods=["POST"])
        app.add_url_rule("/keys", "keys", lambda: {"keys": [self.key.as_dict(private=False)]})
        return app

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def authorize(self) -> ResponseReturnValue:
        asked = request.args
        if asked["client_id"] != CLIENT or asked["response_type"] != "code" or asked["code_challenge_method"] != "S256":
            abort(400)
        code = secrets.token_urlsafe()
        self.granted[code] = {name: asked[name] for name in ("nonce", "code_challenge", "redirect_uri")}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> ResponseReturnValue:
        granted = self.granted.pop(request.form["code"], None)
        auth = request.authorization
        if granted is None or auth is None or (auth.username, auth.password) != (CLIENT, SECRET):
            return {"error": "invalid_grant"}, 400
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != granted["code_challenge"] or request.form["redirect_uri"] != granted["redirect_uri"]:
            return {"error": "invalid_grant"}, 400
        answer = {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "expires_in": 60}
        return answer if self.without_token else answer | {"id_token": self.signed(granted["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "sub": self.sub, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims | self.claims, self.signs_with or self.key)


@contextmanager
def serve() -> Iterator[Provider]:
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
