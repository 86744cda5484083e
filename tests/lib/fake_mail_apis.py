"""fake_mail_apis.py - four mail providers, as strict as their documentation.

Postmark, SendGrid, Mailgun and Amazon SES v2 on loopback.  Each checks path,
method, credentials, the form of the request and the documented limits, and
answers errors in the provider's own form.  What a provider would refuse is
also in `violations`, which must stay empty; what a test asked for by fail() is
not.  Whatever was taken is in `mails` as an email.message.

SES verifies Signature Version 4 itself, by AWS's published algorithm and with
the standard library only; verify_vectors() tries that verifier on AWS's
published test vectors.

	api = FakePostmark()
	... channels: { mail: api.channel() with the file mail.token }
	api.fail(422, {"ErrorCode": 406, ...})

SPDX-License-Identifier: MIT
"""
import base64
import calendar
import email
import email.message
import email.policy
import email.utils
import hashlib
import hmac
import http.server
import json
import re
import threading
import time
import urllib.parse

FROM = "sla@example.com"
TOKEN = "not-a-token"
ACCESS_KEY = "AKIDNOTAKEY"
REGION = "eu-central-1"
DOMAIN = "mg.example.com"

ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$")
HEADER_NAME = re.compile(r"^[!-9;-~]+$")


class Refused(Exception):
    """What the provider answers instead."""

    def __init__(self, status, body, headers=None):
        super().__init__("%d %r" % (status, body))
        self.status = status
        self.body = body
        self.headers = headers or {}


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("duplicate keys")
    return dict(pairs)


def compose(sender, to, subject, headers, text, html):
    """The message that a provider would make of the parts."""
    m = email.message.EmailMessage()
    m["From"], m["To"], m["Subject"] = sender, to, subject
    for name, value in headers:
        m[name] = value
    m.set_content(text)
    m.add_alternative(html, subtype="html")
    return email.message_from_bytes(m.as_bytes(),
                                    policy=email.policy.default)


class Request:
    def __init__(self, method, path, headers, body):
        self.at = time.monotonic()
        self.method = method
        self.path, _, self.query = path.partition("?")
        self.headers = headers
        self.body = body
        self.status = None


class FakeApi:
    """One provider.  A child says what take() makes of a request."""

    def __init__(self):
        self.mails = []
        self.requests = []
        self.violations = []
        self.suppressed = set()     # addresses that bounced
        self.faults = []            # (status, body, headers), one each
        self.lock = threading.Lock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                fake._serve(self)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def fail(self, status, body="", headers=None):
        """The next request is answered so."""
        with self.lock:
            self.faults.append((status, body, headers or {}))

    def _serve(self, handler):
        length = int(handler.headers.get("Content-Length", 0))
        request = Request(handler.command, handler.path, handler.headers,
                          handler.rfile.read(length))
        with self.lock:
            fault = self.faults.pop(0) if self.faults else None
        try:
            status, body, headers = fault or self.answer(request)
        except Refused as e:
            self.violations.append(str(e))
            status, body, headers = e.status, e.body, e.headers
        except Exception as e:  # the test must see it
            self.violations.append(repr(e))
            status, body, headers = 500, "", {}
        request.status = status
        with self.lock:
            self.requests.append(request)
        raw = body if isinstance(body, str) else json.dumps(body)
        raw = raw.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    def answer(self, request):
        """(status, body, headers), or raises Refused."""
        raise NotImplementedError

    def took(self, message):
        assert message.defects == [], message.defects
        with self.lock:
            self.mails.append(message)
            return len(self.mails)

    # what several check

    def json_body(self, request, refuse):
        if request.headers.get_content_type() != "application/json":
            refuse("Content-Type is not application/json")
        try:
            return json.loads(request.body.decode("utf-8"),
                              object_pairs_hook=no_duplicates)
        except ValueError as e:
            refuse("not JSON: %s" % e)

    def known_keys(self, what, allowed, refuse):
        for key in what:
            if key not in allowed:
                refuse("unknown member " + key)


class FakePostmark(FakeApi):
    """api.postmarkapp.com"""

    KEYS = ("From", "To", "Cc", "Bcc", "Subject", "Tag", "HtmlBody",
            "TextBody", "ReplyTo", "Headers", "TrackOpens", "TrackLinks",
            "Metadata", "Attachments", "MessageStream")

    def channel(self):
        return ("{ type: postmark, url: \"%s\", token: { file: mail.token }, "
                "from: \"SLA-Wächter <%s>\" }" % (self.url, FROM))

    @staticmethod
    def error(status, code, message):
        raise Refused(status, {"ErrorCode": code, "Message": message})

    def answer(self, request):
        if request.headers.get("X-Postmark-Server-Token") != TOKEN:
            self.error(401, 10, "No Account or Server API tokens were "
                       "supplied in the HTTP headers.")
        if "application/json" not in request.headers.get("Accept", ""):
            self.error(406, 0, "Accept")
        if request.path == "/message-streams/outbound/suppressions/dump":
            return self.dump(request)
        if (request.method, request.path) != ("POST", "/email"):
            self.error(404, 0, "no such path")
        return self.send(request)

    def dump(self, request):
        who = urllib.parse.parse_qs(request.query)["EmailAddress"][0]
        found = [{"EmailAddress": a, "SuppressionReason": "HardBounce",
                  "Origin": "Recipient", "CreatedAt": "2026-01-01T00:00:00Z"}
                 for a in self.suppressed if a == who]
        return 200, {"Suppressions": found}, {}

    def mailbox(self, text, field):
        name, address = email.utils.parseaddr(text)
        if not ADDRESS.match(address) or "\n" in text:
            self.error(422, 300, "Invalid '%s' address: '%s'." % (field, text))
        return name, address

    def send(self, request):
        def refuse(why):
            self.error(422, 402, why)
        what = self.json_body(request, refuse)
        self.known_keys(what, self.KEYS, refuse)
        _, sender = self.mailbox(what["From"], "From")
        _, to = self.mailbox(what["To"], "To")
        if sender != FROM:
            self.error(422, 400, "The 'From' address you supplied is not a "
                       "Sender Signature on your account.")
        if len(what.get("Subject", "")) > 2000:
            self.error(422, 300, "Subject is longer than 2000 characters")
        for part in ("TextBody", "HtmlBody"):
            if not what.get(part) or len(what[part].encode()) > 5 << 20:
                self.error(422, 300, part + " is empty or too long")
        if what["TrackLinks"] not in ("None", "HtmlAndText", "HtmlOnly",
                                      "TextOnly"):
            self.error(422, 300, "TrackLinks")
        for header in what["Headers"]:
            if sorted(header) != ["Name", "Value"] or \
                    not HEADER_NAME.match(header["Name"]) or \
                    not header["Value"].isascii():
                self.error(422, 300, "header %r" % header)
        for key, value in what["Metadata"].items():
            if len(key) > 20 or len(value) > 80:
                self.error(422, 300, "metadata %r" % key)
        if to in self.suppressed:
            return 422, {"ErrorCode": 406, "Message": "You tried to send to "
                         "a recipient that has been marked as inactive."}, {}
        number = self.took(compose(
            what["From"], what["To"], what["Subject"],
            [(h["Name"], h["Value"]) for h in what["Headers"]],
            what["TextBody"], what["HtmlBody"]))
        return 200, {"To": to, "SubmittedAt": "2026-01-05T09:00:00Z",
                     "MessageID": "postmark-%d" % number, "ErrorCode": 0,
                     "Message": "OK"}, {}


class FakeSendGrid(FakeApi):
    """api.sendgrid.com"""

    KEYS = ("personalizations", "from", "reply_to", "subject", "content",
            "attachments", "template_id", "headers", "categories",
            "custom_args", "send_at", "batch_id", "asm", "ip_pool_name",
            "mail_settings", "tracking_settings")
    RESERVED = ("x-sg-id", "x-sg-eid", "received", "dkim-signature",
                "content-type", "content-transfer-encoding", "to", "from",
                "subject", "reply-to", "cc", "bcc")

    def channel(self):
        return ("{ type: sendgrid, url: \"%s\", token: { file: mail.token }, "
                "from: \"SLA-Wächter <%s>\" }" % (self.url, FROM))

    @staticmethod
    def error(status, message, field=None):
        raise Refused(status, {"errors": [
            {"message": message, "field": field, "help": None}]})

    def answer(self, request):
        if request.headers.get("Authorization") != "Bearer " + TOKEN:
            self.error(401, "The provided authorization grant is invalid, "
                       "expired, or revoked")
        if "application/json" not in request.headers.get("Accept", ""):
            self.error(406, "Missing Accept header")
        bounces = "/v3/suppression/bounces/"
        if request.method == "GET" and request.path.startswith(bounces):
            who = urllib.parse.unquote(request.path[len(bounces):])
            return 200, [{"created": 1443651125, "email": a, "status":
                          "5.1.1", "reason": "550"}
                         for a in self.suppressed if a == who], {}
        if (request.method, request.path) != ("POST", "/v3/mail/send"):
            self.error(404, "not found")
        return self.send(request)

    def send(self, request):
        def refuse(why):
            self.error(400, why)
        what = self.json_body(request, refuse)
        self.known_keys(what, self.KEYS, refuse)
        if what["from"]["email"] != FROM:
            self.error(403, "The from address does not match a verified "
                       "Sender Identity.", "from")
        if len(what["personalizations"]) != 1:
            refuse("one personalization was expected")
        to = what["personalizations"][0]["to"][0]
        for who in (to, what["from"]):
            self.known_keys(who, ("email", "name"), refuse)
        if not ADDRESS.match(to["email"]):
            self.error(400, "Does not contain a valid address.",
                       "personalizations.0.to.0.email")
        if not what["subject"] or "\n" in what["subject"]:
            self.error(400, "The subject is required.", "subject")
        if [c["type"] for c in what["content"]] != ["text/plain", "text/html"]:
            refuse("text/plain must be first, followed by text/html")
        for part in what["content"]:
            if not part["value"]:
                self.error(400, "The content value must be a string at least "
                           "one character in length.", "content.0.value")
        for name, value in what["headers"].items():
            if name.lower() in self.RESERVED or not value.isascii() or \
                    not HEADER_NAME.match(name):
                self.error(400, "header " + name, "headers")
        if len(json.dumps(what["custom_args"])) > 10000:
            self.error(400, "custom_args", "custom_args")
        number = self.took(compose(
            email.utils.formataddr((what["from"].get("name"), FROM)),
            email.utils.formataddr((to.get("name"), to["email"])),
            what["subject"], what["headers"].items(),
            what["content"][0]["value"], what["content"][1]["value"]))
        return 202, "", {"X-Message-Id": "sendgrid-%d" % number}


class FakeMailgun(FakeApi):
    """api.mailgun.net"""

    def channel(self):
        return ("{ type: mailgun, url: \"%s\", token: { file: mail.token }, "
                "domain: %s, from: \"SLA-Wächter <%s>\" }" %
                (self.url, DOMAIN, FROM))

    @staticmethod
    def error(status, message):
        raise Refused(status, {"message": message})

    def answer(self, request):
        want = "Basic " + base64.b64encode(
            ("api:" + TOKEN).encode()).decode()
        if request.headers.get("Authorization") != want:
            raise Refused(401, "Forbidden")
        if not request.path.startswith("/v3/%s/" % DOMAIN):
            self.error(404, "Domain not found")
        path = request.path[len("/v3/%s" % DOMAIN):]
        if request.method == "GET" and path.startswith("/bounces/"):
            who = urllib.parse.unquote(path[len("/bounces/"):])
            if who in self.suppressed:
                return 200, {"address": who, "code": "550", "error": "",
                             "created_at": "Fri, 21 Oct 2011 11:02:55 GMT"}, {}
            return 404, {"message": "Address not found in bounces table"}, {}
        if (request.method, path) != ("POST", "/messages.mime"):
            raise Refused(404, "404 page not found")
        return self.send(request)

    def form(self, request):
        """Name to (value, file name), by Python's own reader of MIME."""
        head = "Content-Type: %s\r\n\r\n" % request.headers["Content-Type"]
        form = email.message_from_bytes(head.encode() + request.body,
                                        policy=email.policy.HTTP)
        if form.get_content_type() != "multipart/form-data" or form.defects:
            self.error(400, "form: %s" % form.defects)
        boundary = form.get_boundary().encode()
        pieces = request.body.split(b"--" + boundary)
        if pieces[0] != b"" or pieces[-1].strip() != b"--":
            self.error(400, "the form's boundaries")
        fields = {}
        for piece in pieces[1:-1]:
            head, value = piece.split(b"\r\n\r\n", 1)
            part = email.message_from_bytes(head.lstrip() + b"\r\n\r\n",
                                            policy=email.policy.HTTP)
            how = part["Content-Disposition"]
            if how.content_disposition != "form-data":
                self.error(400, "Content-Disposition")
            name = how.params["name"]
            if name in fields:
                self.error(400, name + " is there twice")
            fields[name] = (value[:-2], how.params.get("filename"))
        return fields

    def send(self, request):
        fields = self.form(request)
        for name in fields:
            if name not in ("to", "message") and not name.startswith("o:"):
                self.error(400, "parameter " + name)
        for name in ("o:tracking", "o:tracking-clicks", "o:tracking-opens"):
            if fields[name][0] not in (b"yes", b"no"):
                self.error(400, name)
        if not fields["message"][1]:
            self.error(400, "'message' parameter is not a file")
        to = fields["to"][0].decode()
        if not ADDRESS.match(to):
            self.error(400, "'to' parameter is not a valid address. please "
                       "check documentation")
        raw = fields["message"][0]
        if b"\n" in raw.replace(b"\r\n", b""):
            self.error(400, "bare line ends")
        number = self.took(email.message_from_bytes(
            raw, policy=email.policy.default))
        return 200, {"id": "<mailgun-%d@%s>" % (number, DOMAIN),
                     "message": "Queued. Thank you."}, {}


# --- Amazon SES ---------------------------------------------------------------


def aws_encode(text):
    return urllib.parse.quote(text, safe="-_.~")


def canonical_request(method, path, query, headers, signed, body):
    """AWS, "Create a signed AWS API request", step 1; not S3: the path is
    encoded once more."""
    segments = [aws_encode(s) for s in path.split("/")]
    pairs = sorted((aws_encode(k), aws_encode(v)) for k, v in
                   urllib.parse.parse_qsl(query, keep_blank_values=True))
    lines = ["%s:%s" % (n, " ".join(headers[n].split())) for n in signed]
    return "\n".join([
        method, "/".join(segments) or "/",
        "&".join("%s=%s" % p for p in pairs),
        "\n".join(lines) + "\n", ";".join(signed),
        hashlib.sha256(body).hexdigest()])


def signature(secret, stamp, region, service, canonical):
    """Steps 2 to 4."""
    day = stamp[:8]
    scope = "%s/%s/%s/aws4_request" % (day, region, service)
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify_vectors():
    """AWS's own: of the test suite, and of the documentation's example."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    stamp = "20150830T123600Z"
    plain = {"host": "example.amazonaws.com", "x-amz-date": stamp}
    listing = {"host": "iam.amazonaws.com", "x-amz-date": stamp,
               "content-type":
               "application/x-www-form-urlencoded; charset=utf-8"}
    vectors = [
        ("GET", "/", "", plain, "service",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "/", "", plain, "service",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("GET", "/", "Action=ListUsers&Version=2010-05-08", listing, "iam",
         "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
    ]
    for method, path, query, headers, service, want in vectors:
        canonical = canonical_request(method, path, query, headers,
                                      sorted(headers), b"")
        got = signature(secret, stamp, "us-east-1", service, canonical)
        assert got == want, (method, service, got)
    return len(vectors)


class FakeSes(FakeApi):
    """email.REGION.amazonaws.com"""

    AUTHORIZATION = re.compile(
        r"^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/"
        r"aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?"
        r"Signature=([0-9a-f]{64})$")
    KEYS = ("FromEmailAddress", "FromEmailAddressIdentityArn", "Destination",
            "ReplyToAddresses", "FeedbackForwardingEmailAddress", "Content",
            "EmailTags", "ConfigurationSetName", "ListManagementOptions")

    def __init__(self):
        super().__init__()
        self.secret = TOKEN

    def channel(self):
        return ("{ type: ses, url: \"%s\", region: %s, access_key_id: %s, "
                "secret_access_key: { file: mail.token }, "
                "from: \"SLA-Wächter <%s>\" }" %
                (self.url, REGION, ACCESS_KEY, FROM))

    @staticmethod
    def error(status, kind, message):
        raise Refused(status, {"message": message},
                      {"x-amzn-ErrorType": kind})

    def verify(self, request):
        found = self.AUTHORIZATION.match(
            request.headers.get("Authorization", ""))
        if not found:
            self.error(403, "MissingAuthenticationTokenException",
                       "Missing Authentication Token")
        key, day, region, service, signed, said = found.groups()
        stamp = request.headers.get("X-Amz-Date", "")
        headers = {n.lower(): v for n, v in request.headers.items()}
        if key != ACCESS_KEY:
            self.error(403, "UnrecognizedClientException", "The security "
                       "token included in the request is invalid.")
        if (region, service) != (REGION, "ses") or \
                not re.match(day + r"T\d{6}Z$", stamp):
            self.error(403, "InvalidSignatureException", "Credential scope")
        then = calendar.timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
        if abs(time.time() - then) > 300:
            self.error(403, "InvalidSignatureException", "Signature expired")
        names = signed.split(";")
        must = {"host", "x-amz-date"}
        if names != sorted(names) or not must.issubset(names):
            self.error(403, "InvalidSignatureException", "SignedHeaders")
        canonical = canonical_request(request.method, request.path,
                                      request.query, headers, names,
                                      request.body)
        want = signature(self.secret, stamp, region, service, canonical)
        if not hmac.compare_digest(want, said):
            self.error(403, "InvalidSignatureException", "The request "
                       "signature we calculated does not match the signature "
                       "you provided.")

    def answer(self, request):
        self.verify(request)
        if (request.method, request.path) != \
                ("POST", "/v2/email/outbound-emails"):
            self.error(404, "UnknownOperationException", "")

        def refuse(why):
            self.error(400, "BadRequestException", why)
        what = self.json_body(request, refuse)
        self.known_keys(what, self.KEYS, refuse)
        self.known_keys(what["Content"], ("Raw",), refuse)
        to = what["Destination"]["ToAddresses"]
        if len(to) != 1 or not ADDRESS.match(to[0]):
            refuse("Invalid address")
        raw = base64.b64decode(what["Content"]["Raw"]["Data"], validate=True)
        if len(raw) > 40 << 20 or b"\n" in raw.replace(b"\r\n", b""):
            refuse("message")
        message = email.message_from_bytes(raw, policy=email.policy.default)
        sender = message["From"].addresses[0].addr_spec
        if sender != FROM or what["FromEmailAddress"] != FROM:
            self.error(400, "MessageRejected", "Email address is not "
                       "verified. The following identities failed the check "
                       "in region %s: %s" % (REGION.upper(), sender))
        if to[0] != message["To"].addresses[0].addr_spec:
            refuse("Destination")
        number = self.took(message)
        return 200, {"MessageId": "ses-%d" % number}, {}


if __name__ == "__main__":
    print(verify_vectors(), "vectors of Signature Version 4 hold")
