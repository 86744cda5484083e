"""mail.py - notices by mail, through real mail servers.

aiosmtpd with STARTTLS and a certificate made here, and OpenSMTPD, which relays
to aiosmtpd: each if it is installed, at least one of them.

SPDX-License-Identifier: MIT
"""
import email
import email.policy
import logging
import os
import re
import select
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    Controller = None
    if sys.executable != "/usr/bin/python3" and \
            os.path.exists("/usr/bin/python3"):
        # Debian's package is for Debian's interpreter.
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B"] + sys.argv)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (  # noqa: E402
    PATIENCE, Daemon, Scratch, Sink, at_a_pace, config, free_port,
    wait_until)

SMTPD = shutil.which("smtpd", path=os.environ.get("PATH", "") + ":/usr/sbin")
SUBJECT = "Anmeldung schlägt fehl – 日本語 🙈 & mehr als eine Zeile davon"
PASSWORD = "correct horse"
MAILS = []      # all that came, for the count at the end

ONE_STEP = "\n      - { notify: primary, via: [mail, hook] }"


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificates(scratch):
    """ca.pem, and cert.pem with key.pem for this machine signed by it."""
    scratch.file("san.txt", "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                 "basicConstraints=CA:FALSE\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=A test's own CA", cwd=scratch.path)
    openssl("req", *key, "-keyout", "key.pem", "-out", "cert.csr",
            "-subj", "/CN=localhost", cwd=scratch.path)
    openssl("x509", "-req", "-in", "cert.csr", "-CA", "ca.pem", "-CAkey",
            "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san.txt",
            "-out", "cert.pem", cwd=scratch.path)
    return scratch.file("ca.pem")


class Mail:
    def __init__(self, session, envelope):
        self.at = time.time()
        self.encrypted = session.ssl is not None
        self.user = getattr(session, "user", None)
        self.sender = envelope.mail_from
        self.to = envelope.rcpt_tos
        self.raw = envelope.original_content
        self.message = email.message_from_bytes(
            self.raw, policy=email.policy.default)

    def body(self, kind):
        return self.message.get_body((kind,)).get_content()


class Handler:
    """Takes mail, unless `answers` holds something else to say first."""

    def __init__(self):
        self.mails = []
        self.rcpt = []      # answers to RCPT, one for each attempt
        self.data = []      # answers to DATA
        self.attempts = []  # (time, recipient)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.attempts.append((time.time(), address))
        if self.rcpt:
            answer = self.rcpt.pop(0)
            if answer:
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            answer = self.data.pop(0)
            if answer:
                return answer
        mail = Mail(session, envelope)
        self.mails.append(mail)
        MAILS.append(mail)
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = getattr(data, "password", b"") == PASSWORD.encode()
    if good:
        session.user = data.login.decode()
    return AuthResult(success=good, handled=good)


def mail_server(handler, scratch=None):
    """An aiosmtpd; with STARTTLS and a login if there are certificates."""
    how = {}
    if scratch is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(scratch.file("cert.pem"), scratch.file("key.pem"))
        how = {"tls_context": tls, "require_starttls": True,
               "authenticator": authenticate, "auth_required": True}

    class Server(Controller):
        def factory(self):
            return SMTP(handler, hostname="localhost", **how)

    # Port 0 would leave the controller asking at port 0.
    server = Server(handler, hostname="127.0.0.1", port=free_port(),
                    ready_timeout=PATIENCE)
    server.start()
    return server


class Case(unittest.TestCase):

    def setUp(self):
        self.began = time.time()
        self.scratch = Scratch()
        self.sink = Sink()
        self.handler = Handler()
        self.server = None
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        if self.server:
            self.server.stop()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, port, more, chain=ONE_STEP, target="1s", warn="[ ]",
              daemon="", incidents="", scheme="smtp", **how):
        os.chmod(self.scratch.file("smtp.secret", PASSWORD + "\n"), 0o600)
        text = config(self.sink, chain=chain, warn=warn,
                      targets="P1: { first_reply: %s }" % target,
                      channels="  mail: { type: smtp, url: \"%s://127.0.0.1"
                      ":%d\", from: \"SLA-Wächter <sla@example.com>\"%s }\n" %
                      (scheme, port, more), daemon=daemon)
        self.d = Daemon(self.scratch, text + incidents, **how).start()
        return self.d

    def wait_mails(self, count=1, match=None):
        def come():
            mails = [m for m in self.handler.mails if not match or match(m)]
            return mails if len(mails) >= count else None
        return wait_until("%d mails" % count, come)

    def notices(self, ticket):
        return {n["channel"]: n["state"]
                for n in self.d.ticket(ticket)["notices"]}

    def assert_sound(self, mail):
        """What any mail of ours must be."""
        m = mail.message
        self.assertEqual(m.defects, [])
        self.assertEqual(m.get_content_type(), "multipart/alternative")
        self.assertEqual([p.get_content_type() for p in m.iter_parts()],
                         ["text/plain", "text/html"])
        self.assertEqual(mail.sender, "sla@example.com")
        self.assertEqual(m["From"].addresses[0].display_name, "SLA-Wächter")
        self.assertEqual(m["From"].addresses[0].addr_spec, "sla@example.com")
        self.assertEqual(m["Auto-Submitted"], "auto-generated")
        date = m["Date"].datetime.timestamp()   # whole seconds
        self.assertLessEqual(int(self.began), date)
        self.assertLessEqual(date, mail.at)
        for line in mail.raw.split(b"\r\n"):
            self.assertLessEqual(len(line), 998)
            self.assertNotIn(b"\n", line)
        head = mail.raw.split(b"\r\n\r\n")[0]
        head.decode("ascii")

    def told(self, mail, *words):
        for word in words:
            self.assertIn(word, mail.body("plain"))

    def a_thread(self, apart):
        """Three people in a row and the all-clear: one thread of mails."""
        d = self.d
        key = "zendesk:%d" % (4700 + apart)
        other = key + "0"
        d.created(key, subject=SUBJECT, customer={
            "id": "acme", "name": "Größe & Söhne <b>"},
            url="https://desk.example/4711")
        wait_until("the last step", lambda: any(
            row["step"] == 3 for row in d.steps(key)))
        d.need_unhurried(key)
        self.wait_mails(3, lambda m: key in m.message["Subject"])
        d.send(d.event(key, "status", status="solved", by="dana"))
        mails = self.wait_mails(6, lambda m: key in m.message["Subject"])
        for m in mails:
            self.assert_sound(m)
            self.told(m, key, SUBJECT, "Größe & Söhne <b>",
                      "https://desk.example/4711")
            self.assertIn("Größe &amp; Söhne &lt;b&gt;", m.body("html"))
            self.assertNotIn("<b>\n", m.body("html"))
            self.assertIn(SUBJECT.split(" &")[0], m.message["Subject"])
        to = [m.message["To"].addresses[0].addr_spec for m in mails]
        # A relay may change their order.
        self.assertEqual(sorted(to[:3]), [
            "dana@example.com", "eli@example.com", "mara@example.com"])
        self.assertEqual(sorted(to[3:]), sorted(to[:3]))
        self.assertEqual([m.to[0] for m in mails], to)
        self.assertEqual(len({m.message["References"] for m in mails}), 1)
        self.assertEqual(len({m.message["In-Reply-To"] for m in mails}), 1)
        self.assertEqual(len({m.message["Message-ID"] for m in mails}), 6)
        wait_until("success", lambda: all(
            n["state"] == "done" for n in d.ticket(key)["notices"]))
        # Another ticket is another thread.
        d.created(other, subject="Plain")
        others = self.wait_mails(1, lambda m: other in m.message["Subject"])
        self.assertNotEqual(others[0].message["References"],
                            mails[0].message["References"])

    def steps_apart(self, seconds):
        """A chain of three; what a former daemon did is forgotten."""
        if self.d:
            self.d.kill()
        del self.handler.mails[:]
        return {"name": "d%d" % seconds, "chain": """
      - { notify: primary, via: [mail] }
      - { after: %ds, notify: backup, via: [mail] }
      - { after: %ds, notify: lead, via: [mail] }""" % (seconds, seconds)}


@unittest.skipIf(Controller is None, "aiosmtpd is not installed "
                 "(Debian: python3-aiosmtpd)")
class Aiosmtpd(Case):
    """STARTTLS is needed, and a login."""

    def secured(self, **how):
        if self.server is None:
            certificates(self.scratch)
            self.server = mail_server(self.handler, self.scratch)
        return self.start(
            self.server.port, ", ca_file: ca.pem, user: sla, "
            "password: { file: smtp.secret }", **how)

    def test_a_thread(self):
        def play(apart):
            self.secured(**self.steps_apart(apart))
            self.a_thread(apart)
        at_a_pace(play, (1, 10, 30))
        for m in self.handler.mails:
            self.assertTrue(m.encrypted)
            self.assertEqual(m.user, "sla")

    def test_hostile_subject(self):
        d = self.secured()
        d.created("h:1", subject="x\r\nBcc: omar@example.com\r\n\r\n.\r\nQUIT"
                  + " é" * 300)
        mail = self.wait_mails()[0]
        self.assert_sound(mail)
        self.assertIsNone(mail.message["Bcc"])
        self.assertEqual(mail.to, ["dana@example.com"])

    def test_later_is_tried_again(self):
        self.handler.rcpt = ["451 4.3.0 greylisted"]
        self.handler.data = ["452 4.2.2 mailbox full"]
        d = self.secured(chain="\n      - { notify: primary, via: [mail] }")
        d.created("l:1")
        self.wait_mails()
        attempts = [at for at, _ in self.handler.attempts]
        self.assertEqual(len(attempts), 3)
        self.assertGreater(attempts[1] - attempts[0], 0.45)
        self.assertGreater(attempts[2] - attempts[1], 0.95)
        wait_until("success", lambda: self.notices("l:1") == {"mail": "done"})
        self.assertRegex(d.log(), "change=notice_retry .*code=45[12]")
        self.assertEqual(d.ticket("l:1")["notices"][0]["attempts"], 2)

    def never(self, code):
        d = self.d
        d.created("n:1")
        record = self.sink.wait(lambda r: r.json["reason"] == "chain")[0]
        self.assertEqual(record.json["person"], "dana")
        wait_until("an end", lambda: self.notices("n:1") == {
            "mail": "dead", "hook": "done"})
        self.assertRegex(d.log(), "change=notice_dead .*code=%d" % code)
        self.assertEqual(len(self.handler.attempts), 1)
        self.assertEqual(self.handler.mails, [])

    def test_an_unknown_recipient(self):
        self.handler.rcpt = ["550 5.1.1 no such user"]
        self.secured()
        self.never(550)

    def test_a_refused_content(self):
        self.handler.data = ["554 5.7.1 not that"]
        self.secured()
        self.never(554)

    def no_mail(self):
        """It goes the other way in the end, and never this way."""
        self.d.created("t:1")
        self.sink.wait(lambda r: r.json["reason"] == "chain")
        self.assertEqual(self.handler.mails, [])
        self.assertEqual(self.handler.attempts, [])
        self.assertNotIn(PASSWORD, self.d.log())

    def test_a_wrong_password(self):
        """Nothing by that channel will go: the other one, and an alarm."""
        certificates(self.scratch)
        self.server = mail_server(self.handler, self.scratch)
        os.chmod(self.scratch.file("wrong.secret", "guess\n"), 0o600)
        self.start(self.server.port, ", ca_file: ca.pem, user: sla, "
                   "password: { file: wrong.secret }")
        d = self.d
        d.created("w:1")
        self.sink.wait(lambda r: r.json["reason"] == "chain")
        wait_until("an end", lambda: self.notices("w:1") == {
            "mail": "dead", "hook": "done"})
        self.assertRegex(d.log(), "change=notice_dead .*code=535 .*"
                         "detail=\"login refused")
        self.assertEqual(self.handler.mails, [])
        self.assertNotIn("guess", d.log())

    def test_a_certificate_of_somebody_else(self):
        certificates(self.scratch)
        self.server = mail_server(self.handler, self.scratch)
        with Scratch() as other:
            ca = certificates(other)
            self.start(self.server.port, ", ca_file: \"%s\", user: sla, "
                       "password: { file: smtp.secret }" % ca)
            self.no_mail()

    def test_no_encryption_to_be_had(self):
        self.server = mail_server(self.handler)
        self.start(self.server.port, "")
        self.no_mail()


@unittest.skipIf(Controller is None, "aiosmtpd is not installed")
class Contents(Case):
    """What the mails of a day look like; in plain, for nobody is near."""

    def begin(self, more="", daemon="", **how):
        self.server = mail_server(self.handler)
        return self.start(self.server.port, ", starttls: false" + more,
                          daemon=daemon, **how)

    def every_ticket(self):
        """Tickets by how many mails name them."""
        text = " ".join(m.body("plain") for m in self.handler.mails)
        names = re.findall("[a-z]+:[0-9]+", text)
        return {name for name in names if name.startswith("zendesk:")}

    def test_acknowledge_by_a_link(self):
        port = free_port()
        d = self.begin(daemon="  listen: \"127.0.0.1:%d\"\n  public_url: "
                       "\"http://127.0.0.1:%d/\"\n" % (port, port))
        d.created("zendesk:1", subject=SUBJECT)
        mail = self.wait_mails()[0]
        self.assert_sound(mail)
        links = [re.findall(r"http://127\.0\.0\.1:%d/m/ack/[\w.~-]+" % port,
                            mail.body(kind)) for kind in ("plain", "html")]
        self.assertEqual(links[0], links[1])
        self.assertEqual(len(links[0]), 1)
        path = urllib.parse.urlsplit(links[0][0]).path

        def state():
            return d.ticket("zendesk:1")["chains"][0]["state"]
        before = state()
        # What scanners of mail do.
        self.assertEqual(d.get(path, port=port).status, 200)
        self.assertEqual(state(), before)
        done = d.post(path, "", port=port, headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(done.status, 200)
        wait_until("an ack", lambda: state() != before)
        d.send(d.event("zendesk:1", "status", status="solved", by="eli"))
        over = self.wait_mails(2)[1]
        self.assertEqual(over.message["References"],
                         mail.message["References"])
        self.assertEqual(over.message["Subject"], mail.message["Subject"])
        self.assertNotIn("/m/ack/", over.body("plain") + over.body("html"))

    def test_a_digest(self):
        """More than the budget lets go one by one goes together, and all of
        it is named."""
        count = 12
        d = self.begin(", budget: { every: 2s, burst: 1, reserve: 0 }",
                       chain="\n      - { notify: primary, via: [mail] }")
        fields = {"subject": SUBJECT, "severity": "P1", "status": "new"}
        d.send(*[d.event("zendesk:%d" % n, "created", fields=fields)
                 for n in range(1, count + 1)])
        wait_until("every ticket", lambda: len(self.every_ticket()) == count)
        digest = max(self.handler.mails, key=lambda m: len(m.raw))
        self.assert_sound(digest)
        self.assertRegex(digest.message["Subject"],
                         r"^\[P1\] [0-9]+ notices$")
        self.assertIsNone(digest.message["References"])
        self.told(digest, "\n1. ", SUBJECT)
        self.assertLess(len(self.handler.mails), count)
        wait_until("success", lambda: all(
            self.notices("zendesk:%d" % n) == {"mail": "done"}
            for n in range(1, count + 1)))
        ids = [m.message["Message-ID"] for m in self.handler.mails]
        self.assertEqual(len(set(ids)), len(ids))

    def test_an_incident(self):
        d = self.begin(chain="\n      - { notify: primary, via: [mail] }",
                       incidents="incidents: [ { same: category, count: 3, "
                       "within: 10m, every: 1s } ]\n")
        fields = {"subject": SUBJECT, "severity": "P1", "status": "new",
                  "category": "login"}
        for n in range(1, 9):
            d.send(d.event("zendesk:%d" % n, "created", fields=fields))
        wait_until("every ticket", lambda: len(self.every_ticket()) == 8)
        mails = [m for m in self.handler.mails
                 if "Incident: " in m.message["Subject"]]
        self.assertGreater(len(mails), 0)
        for m in mails:
            self.assert_sound(m)
            self.assertRegex(m.message["Subject"], r"^\[P1\] Incident: "
                             "[0-9]+ tickets with the same category, login$")
            self.assertTrue(m.message["References"].startswith(
                "<incident.category.login."))
            self.told(m, "Since ")

    def test_a_test(self):
        d = self.begin()
        reply = d.post("/v1/test-notice", {
            "to": "dana", "channel": "mail", "by": "mara"})
        self.assertEqual(reply.status, 200, reply)
        mail = self.wait_mails()[0]
        self.assertRegex(mail.message["Subject"], "^TEST: ")
        self.assertRegex(mail.body("plain"), "^TEST: ")
        self.assertIn("TEST: ", mail.body("html"))
        self.assertEqual(mail.to, ["dana@example.com"])


class Opensmtpd:
    """In a mount namespace, for its folders of state are built in."""

    SETUP = """
set -e
umask 022
mount -t tmpfs -o mode=755 tmpfs /var/spool
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 711 /var/spool/smtpd
exec "$0" -d -f "$1"
"""

    def __init__(self, scratch, relay_port):
        self.port = free_port()
        self.log = scratch.file("smtpd.log")
        conf = scratch.file("smtpd.conf", """
listen on 127.0.0.1 port %d
action "sink" relay host smtp://127.0.0.1:%d
match from any for domain "example.com" action "sink"
""" % (self.port, relay_port))
        os.chmod(scratch.path, 0o755)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", self.SETUP, SMTPD, conf],
                stdout=log, stderr=log)

    def wait(self):
        def up():
            if self.process.poll() is not None:
                with open(self.log) as f:
                    raise unittest.SkipTest("OpenSMTPD does not run here: " +
                                            f.read()[-500:])
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) \
                        as s:
                    return s.recv(3) == b"220"
            except OSError:
                return False
        wait_until("OpenSMTPD", up)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class TlsFront:
    """TLS in front of a server without.

    OpenSMTPD 6.8 as Debian 12 builds it against OpenSSL 3 cannot sign with its
    key ("EVP lib"), so that no handshake with it ever ends well."""

    def __init__(self, scratch, port):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(scratch.file("cert.pem"), scratch.file("key.pem"))
        self.count = 0
        front = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with tls.wrap_socket(self.request, server_side=True) as near, \
                        socket.create_connection(("127.0.0.1", port)) as far:
                    front.count += 1
                    front.pass_on(near, far)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    @staticmethod
    def pass_on(near, far):
        """Both ways on one thread: an SSL object is not for two."""
        while True:
            ready = [near] if near.pending() else \
                select.select([near, far], [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (far if source is near else near).sendall(data)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipIf(SMTPD is None, "OpenSMTPD is not installed")
@unittest.skipIf(os.geteuid() != 0, "OpenSMTPD runs as root only")
@unittest.skipIf(Controller is None, "there is nobody to relay to")
class Relay(Case):

    def setUp(self):
        super().setUp()
        self.server = mail_server(self.handler)
        self.relay = Opensmtpd(self.scratch, self.server.port)
        self.addCleanup(self.relay.stop)
        self.relay.wait()

    def wait_mails(self, count=1, match=None):
        try:
            return super().wait_mails(count, match)
        except AssertionError as e:
            with open(self.relay.log) as f:
                raise AssertionError("%s\n%s\n%s" % (
                    e, f.read()[-2000:], self.d.log()[-2000:])) from None

    def test_a_thread(self):
        """By smtps, as it stands on the net."""
        certificates(self.scratch)
        front = TlsFront(self.scratch, self.relay.port)
        self.addCleanup(front.stop)

        def play(apart):
            self.start(front.port, ", ca_file: ca.pem", scheme="smtps",
                       **self.steps_apart(apart))
            self.a_thread(apart)
        at_a_pace(play, (1, 10, 30))
        for m in self.handler.mails:
            self.assertIn("OpenSMTPD", "".join(m.message.get_all("Received")))
        self.assertGreater(front.count, 0)

    def test_without_tls(self):
        d = self.start(self.relay.port, ", starttls: false")
        d.created("zendesk:1", subject=SUBJECT)
        self.assert_sound(self.wait_mails()[0])

    def test_a_recipient_it_refuses(self):
        d = self.start(self.relay.port, ", starttls: false")
        d.scratch.file("d.yaml", self.text().replace(
            "email: dana@example.com", "email: dana@refused.example"))
        self.assertEqual(d.post("/v1/reload").status, 200)
        d.created("n:1")
        self.sink.wait(lambda r: r.json["reason"] == "chain")
        wait_until("an end", lambda: self.notices("n:1") == {
            "mail": "dead", "hook": "done"})
        self.assertRegex(d.log(), "change=notice_dead .*code=55")
        self.assertEqual(self.handler.mails, [])

    def text(self):
        with open(self.d.config, encoding="utf-8") as f:
            return f.read()


if __name__ == "__main__":
    # aiosmtpd tells of each handshake that is refused here on purpose.
    logging.disable(logging.CRITICAL)
    program = unittest.main(verbosity=2, exit=False, warnings="ignore")
    print("%d mails came" % len(MAILS))
    sys.exit(not program.result.wasSuccessful() or not MAILS)
