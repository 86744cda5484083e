"""fake_slack.py - a workspace that is as strict as Slack says it is.

The Web API (chat.postMessage, chat.update, conversations.open, .info,
.members, users.info, users.lookupByEmail, auth.test), incoming webhooks and
response_urls on loopback.  What it enforces, each from Slack's documentation:

- "Web API": POST; the token as a bearer; JSON only for methods that write,
  with it the token only in the header; an error is 200 with ok false;
- "Rate limits": one message a second and room, short bursts; tiers 3 and 4
  (50 and 100 a minute) per method; 429 with Retry-After.  A client that does
  not wait as long as it was told is in `violations`;
- "Reference: blocks" and "Secondary message attachments": block_kit.py;
- threads, edits by the author alone, archived rooms, membership, deactivated
  people.

Faults on demand: a share of 429, an outage, an error for a method or a room.

	slack = FakeSlack()
	... channels: { support: { type: slack, url: slack.url, ... } }
	slack.posts("C0SUPPORT"), slack.thread(root), slack.dms("U01DANA")

SPDX-License-Identifier: MIT
"""
import hashlib
import hmac
import http.server
import json
import random
import socket
import threading
import time
import urllib.parse

import block_kit

TOKEN = "xoxb-not-a-token"
SECRET = "not a signing secret"
BOT = "U0SLAWATCH"
ROOM = "C0SUPPORT"
USERS = {
    "U01DANA": "dana@example.com",
    "U01ELI": "eli@example.com",
    "U01MARA": "mara@example.com",
    "U01OMAR": "omar@example.com",
}

# method: (messages a minute or None: per room, may be JSON, arguments that
# must be there, and others that may)
METHODS = {
    "chat.postMessage": (
        None, True, ("channel",),
        ("text", "blocks", "attachments", "thread_ts", "reply_broadcast",
         "unfurl_links", "unfurl_media", "mrkdwn", "metadata")),
    "chat.update": (
        50, True, ("channel", "ts"), ("text", "blocks", "attachments")),
    "chat.postEphemeral": (
        100, True, ("channel", "user"),
        ("text", "blocks", "attachments", "thread_ts")),
    "conversations.open": (
        50, True, (), ("users", "channel", "return_im", "prevent_creation")),
    "conversations.info": (
        50, False, ("channel",), ("include_num_members", "include_locale")),
    "conversations.members": (
        100, False, ("channel",), ("cursor", "limit")),
    "users.info": (100, False, ("user",), ("include_locale",)),
    "users.lookupByEmail": (50, False, ("email",), ()),
    "auth.test": (600, True, (), ()),
}


# What is a boolean, and a word in a form.
FLAGS = ("reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn")


class Call:
    """A request that came, and what was answered."""

    def __init__(self, method, headers, body):
        self.at = time.monotonic()
        self.method = method        # "chat.postMessage", "hook", "response"
        self.headers = headers
        self.body = body
        self.args = {}
        self.status = 200
        self.answer = {}            # or a text
        self.retry_after = None

    @property
    def error(self):
        return self.answer.get("error") if isinstance(
            self.answer, dict) else self.answer

    @property
    def ok(self):
        return self.status == 200 and (
            self.answer == "ok" if isinstance(self.answer, str)
            else self.answer.get("ok", False))

    @property
    def room(self):
        return self.args.get("channel")

    def __repr__(self):
        return "%s %s: %d %s" % (self.method, self.room, self.status,
                                 json.dumps(self.answer)[:200])


class Message:
    """What stands in a room now."""

    def __init__(self, room, ts, args):
        self.at = time.monotonic()
        self.room = room
        self.ts = ts
        self.thread_ts = args.get("thread_ts")
        self.shown = [args]         # every state, the present one last
        self.gone = False

    @property
    def now(self):
        return self.shown[-1]

    @property
    def text(self):
        return self.now.get("text", "")

    @property
    def blocks(self):
        """Of the message and its attachments."""
        out = list(self.now.get("blocks", []))
        for a in self.now.get("attachments", []):
            out += a.get("blocks", [])
        return out

    @property
    def colour(self):
        for a in self.now.get("attachments", []):
            return a.get("color")
        return None

    @property
    def all_text(self):
        """Everything that a reader sees, and the fallback."""
        return json.dumps(self.now, ensure_ascii=False)

    def element(self, action_id, key=None):
        """(block, element) of that action, or None."""
        for block in self.blocks:
            if key and block.get("block_id") != "t:" + key:
                continue
            for e in block.get("elements", []) + [block.get("accessory")]:
                if isinstance(e, dict) and e.get("action_id") == action_id:
                    return block, e
        return None


class Bucket:
    def __init__(self, per_second, burst):
        self.per_second = per_second
        self.burst = burst
        self.left = burst
        self.at = time.monotonic()

    def take(self, now):
        """Seconds to wait, 0 if there is room."""
        self.left = min(self.burst,
                        self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.per_second


class Fault:
    def __init__(self, error, method, room, times, status, retry_after):
        self.error = error
        self.method = method
        self.room = room
        self.times = times          # None: for ever
        self.status = status
        self.retry_after = retry_after

    def fits(self, call):
        return (self.times is None or self.times > 0) and \
            (self.method is None or self.method == call.method) and \
            (self.room is None or self.room in
             (call.room, call.args.get("user"), call.args.get("users")))


class FakeSlack:
    """burst: what a room takes at once.  Half a message more is for the
    network, which may bring two closer together than they left."""

    def __init__(self, per_second=1.0, burst=3, seed=1):
        self.lock = threading.RLock()
        self.per_second = per_second
        self.burst = burst
        self.random = random.Random(seed)
        self.users = {u: {"id": u, "email": e, "deleted": False,
                          "is_bot": False, "real_name": e.split("@")[0]}
                      for u, e in USERS.items()}
        self.users[BOT] = {"id": BOT, "email": None, "deleted": False,
                           "is_bot": True, "real_name": "slawatch"}
        self.rooms = {}
        self.add_room(ROOM, "support")
        self.hooks = {}             # path: room
        self.token = TOKEN
        self.scopes = {"chat:write", "im:write", "users:read",
                       "users:read.email", "channels:read", "commands"}
        self.calls = []
        self.messages = []
        self.responses = []         # (path, JSON) to response_urls
        self.violations = []        # limits that were not kept
        self.complaints = []        # requests that no Slack would take
        self.faults = []
        self.share_429 = 0.0
        self.outage = None          # None, "503", "500", "drop", "hang"
        self.slow = None            # a method: answered when mended
        self.release = threading.Event()    # ends what hangs
        self.buckets = {}
        self.told_to_wait = {}      # (what, room): until, monotonic
        self.last_ts = 0
        self._serve()

    # --- the workspace ---

    def add_room(self, room, name="room", members=(), archived=False):
        self.rooms[room] = {"id": room, "name": name, "archived": archived,
                            "members": {BOT, *USERS, *members},
                            "im": None}

    def add_hook(self, name="T000/B000/secret", room=ROOM):
        self.hooks["/services/" + name] = room
        return "http://127.0.0.1:%d/services/%s" % (self.port, name)

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def url(self):
        return "http://127.0.0.1:%d/api" % self.port

    def channel(self, name="support", room=ROOM, more=""):
        """Its line for `channels:` of a matrix."""
        return ('  %s: { type: slack, url: "%s", token: { file: slack.token }'
                ', channel: %s%s }\n' % (name, self.url, room, more))

    def response_url(self, name="r1"):
        return "http://127.0.0.1:%d/response/%s" % (self.port, name)

    def fail(self, error, method=None, room=None, times=None, status=200,
             retry_after=None):
        """From now on, so many times."""
        with self.lock:
            self.faults.append(Fault(error, method, room, times, status,
                                     retry_after))

    def mend(self):
        with self.lock:
            self.faults = []
            self.share_429 = 0.0
            self.outage = self.slow = None
            self.release.set()

    # --- what became of it ---

    def posts(self, room=ROOM, match=None):
        """Messages at the top of a room, oldest first."""
        with self.lock:
            return [m for m in self.messages if m.room == room and
                    not m.thread_ts and not m.gone and
                    (match is None or match(m))]

    def thread(self, root):
        with self.lock:
            return [m for m in self.messages if m.room == root.room and
                    m.thread_ts == root.ts and not m.gone]

    def dms(self, user):
        with self.lock:
            rooms = [r for r, i in self.rooms.items() if i["im"] == user]
            return [m for m in self.messages if m.room in rooms]

    def named(self, key):
        """Messages in which that word stands."""
        with self.lock:
            return [m for m in self.messages if key in m.all_text]

    def called(self, method, match=None):
        with self.lock:
            return [c for c in self.calls if c.method == method and
                    (match is None or match(c))]

    def delete(self, message):
        """As a person would, by hand."""
        with self.lock:
            message.gone = True

    # --- the other direction ---

    def click(self, message, action_id, user, key=None, option=None,
              trigger="t1"):
        """The block_actions payload of a click there."""
        found = message.element(action_id, key)
        if found is None:
            raise KeyError("no %s in %s" % (action_id, message.all_text))
        block, element = found
        action = {"type": element["type"], "action_id": action_id,
                  "block_id": block["block_id"],
                  "action_ts": "%.6f" % time.time()}
        if option is not None:
            values = [o["value"] for o in element["options"]]
            if option not in values:
                raise KeyError("no option %s in %s" % (option, values))
            action["selected_option"] = element["options"][
                values.index(option)]
        return {
            "type": "block_actions", "trigger_id": trigger,
            "team": {"id": "T0TEAM", "domain": "example"},
            "user": {"id": user, "username": user.lower(),
                     "team_id": "T0TEAM"},
            "api_app_id": "A0APP", "token": "verification",
            "container": {"type": "message", "message_ts": message.ts,
                          "channel_id": message.room,
                          "is_ephemeral": False},
            "channel": {"id": message.room, "name": "support"},
            "message": {"type": "message", "user": BOT, "ts": message.ts,
                        **message.now},
            "response_url": self.response_url(trigger),
            "actions": [action]}

    @staticmethod
    def signed(body, secret=SECRET, at=None):
        """Headers of a request of Slack's, as "Verifying requests from
        Slack" has them."""
        at = str(int(time.time() if at is None else at))
        base = b"v0:" + at.encode() + b":" + body
        mac = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at,
                "X-Slack-Signature": "v0=" + mac,
                "Content-Type": "application/x-www-form-urlencoded"}

    # --- the server ---

    def _serve(self):
        slack = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                slack._answer(self)

            def do_GET(self):
                slack._answer(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread_ = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread_.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def _answer(self, h):
        size = int(h.headers.get("Content-Length", 0))
        call = Call("", h.headers, h.rfile.read(size))
        outage = self.outage
        if outage == "hang":
            self.release.wait(60)
        if outage in ("drop", "hang"):
            with self.lock:
                call.status, call.method = 0, h.path
                self.calls.append(call)
            h.close_connection = True
            h.connection.shutdown(socket.SHUT_RDWR)
            return
        with self.lock:
            self._judge(h, call)
            self.calls.append(call)
            slow = self.slow == call.method
        if slow:
            self.release.wait(60)
        text = isinstance(call.answer, str)
        body = (call.answer if text else json.dumps(call.answer)).encode()
        h.send_response(call.status)
        h.send_header("Content-Type", "text/html" if text
                      else "application/json; charset=utf-8")
        if call.retry_after is not None:
            h.send_header("Retry-After", str(call.retry_after))
        h.send_header("Content-Length", str(len(body)))
        h.end_headers()
        h.wfile.write(body)

    def _judge(self, h, call):
        url = urllib.parse.urlsplit(h.path)
        if url.path.startswith("/api/"):
            call.method = url.path[len("/api/"):]
            kind = self._api
        elif url.path.startswith("/response/"):
            call.method = "response"
            kind = self._response
        else:
            call.method = "hook"
            kind = self._hook
        if self.outage:
            call.status = int(self.outage)
            call.answer = "upstream connect error"
            return
        kind(h, url, call)

    # --- limits ---

    def _wait(self, call, seconds):
        call.status = 429
        call.retry_after = max(1, int(seconds + 0.999))
        call.answer = {"ok": False, "error": "ratelimited"} \
            if call.method != "hook" else "rate_limited"
        self.told_to_wait[(call.method, call.room)] = \
            call.at + call.retry_after

    def _limited(self, call, per_minute):
        """Is it too much?  Then it is answered."""
        what = (call.method, call.room) if per_minute is None else \
            (call.method, None)
        if what not in self.buckets:
            self.buckets[what] = Bucket(
                self.per_second, self.burst + 0.5) if per_minute is None \
                else Bucket(per_minute / 60, per_minute)
        until = self.told_to_wait.get((call.method, call.room), 0)
        if call.at < until - 0.02:
            self.violations.append("%r came %.2f s before its Retry-After "
                                   "was over" % (call, until - call.at))
        wait = self.buckets[what].take(call.at)
        if wait > 0:
            self.violations.append("%r is %.2f s too early" % (call, wait))
            self._wait(call, wait)
            return True
        if self.share_429 and self.random.random() < self.share_429:
            self._wait(call, 1)
            return True
        return False

    def _faulty(self, call):
        for fault in self.faults:
            if not fault.fits(call):
                continue
            if fault.times is not None:
                fault.times -= 1
            call.status = fault.status
            call.retry_after = fault.retry_after
            call.answer = fault.error if call.method == "hook" else \
                {"ok": False, "error": fault.error}
            return True
        return False

    # --- incoming webhooks, response_urls ---

    def _hook(self, h, url, call):
        room = self.hooks.get(url.path)
        call.args = {"channel": room}
        if room is None:
            call.status, call.answer = 404, "no_service"
            return
        if self._limited(call, None) or self._faulty(call):
            return
        if h.command != "POST":
            call.status, call.answer = 400, "invalid_payload"
            return
        why = block_kit.check(call.body)
        if why is not None:
            self.complaints.append(why)
            call.status, call.answer = 400, "invalid_payload"
            return
        if self.rooms[room]["archived"]:
            call.status, call.answer = 410, "channel_is_archived"
            return
        self._add(room, json.loads(call.body))
        call.answer = "ok"

    def _response(self, h, url, call):
        try:
            args = json.loads(call.body)
        except ValueError:
            args = None
        why = block_kit.check_response(args)
        if why is not None:
            self.complaints.append(why)
            call.status, call.answer = 400, {"ok": False,
                                             "error": "invalid_payload"}
            return
        self.responses.append((url.path[len("/response/"):], args))
        call.answer = {"ok": True}

    # --- the Web API ---

    def _error(self, call, word, *why):
        call.answer = {"ok": False, "error": word}
        if why:
            call.answer["response_metadata"] = {
                "messages": ["[ERROR] " + w for w in why]}
            self.complaints.append("%s: %s: %s" % (
                call.method, word, "; ".join(why)))

    def _read(self, h, url, call, may_be_json):
        """The arguments; None if it was answered."""
        kind = h.headers.get("Content-Type", "")
        bare = kind.split(";")[0].strip().lower()
        if bare == "application/json" and may_be_json and \
                h.command == "POST":
            if "charset" not in kind.lower():
                call.answer["warning"] = "missing_charset"
            try:
                args = block_kit.loads(call.body)
            except ValueError as e:
                self._error(call, "invalid_json", str(e))
                return None
            if not isinstance(args, dict):
                self._error(call, "json_not_object", "no object")
                return None
            return args
        args = dict(urllib.parse.parse_qsl(url.query,
                                           keep_blank_values=True))
        if h.command == "POST":
            if bare == "application/x-www-form-urlencoded":
                args.update(urllib.parse.parse_qsl(
                    call.body.decode("utf-8"), keep_blank_values=True))
            elif call.body and bare != "application/json":
                self._error(call, "invalid_post_type", kind)
                return None
            # JSON for a method that only reads: as if nothing was said.
        for name in ("blocks", "attachments"):
            if name in args:
                try:
                    args[name] = block_kit.loads(args[name].encode())
                except ValueError:
                    self._error(call, "invalid_" + name, "no JSON")
                    return None
        for name in FLAGS:
            if args.get(name) in ("true", "false"):
                args[name] = args[name] == "true"
        return args

    def _authorized(self, h, call):
        auth = h.headers.get("Authorization", "")
        token = auth[len("Bearer "):] if auth.startswith("Bearer ") else \
            call.args.pop("token", None)
        if not token:
            self._error(call, "not_authed")
            return False
        if token != self.token:
            self._error(call, "invalid_auth")
            return False
        return True

    def _api(self, h, url, call):
        if call.method not in METHODS:
            self._error(call, "unknown_method", call.method)
            return
        per_minute, may_be_json, needed, allowed = METHODS[call.method]
        args = self._read(h, url, call, may_be_json)
        if args is None:
            return
        call.args = args
        if not self._authorized(h, call):
            return
        if self._limited(call, per_minute) or self._faulty(call):
            return
        for name in needed:
            if not args.get(name):
                self._error(call, "invalid_arguments",
                            "missing required field: " + name)
                return
        for name in args:
            if name not in needed and name not in allowed:
                self._error(call, "invalid_arg_name", name)
                return
        getattr(self, "_" + call.method.replace(".", "_"))(call, args)
        if call.answer.get("ok") is None:
            call.answer["ok"] = True

    def _lacks(self, call, scope):
        if scope in self.scopes:
            return False
        self._error(call, "missing_scope")
        call.answer["needed"] = scope
        call.answer["provided"] = ",".join(sorted(self.scopes))
        return True

    def _room(self, call, room):
        """The room's entry; None if it was answered."""
        if room in self.users and self.users[room]["is_bot"] is False:
            room = self._im(room)
        found = self.rooms.get(room)
        if found is None:
            self._error(call, "channel_not_found")
        elif found["archived"]:
            self._error(call, "is_archived")
        elif BOT not in found["members"]:
            self._error(call, "not_in_channel")
        else:
            return found
        return None

    def _malformed(self, call, args):
        why = block_kit.post(args)
        if why is None:
            return False
        text = args.get("text")
        if isinstance(text, str) and len(text) > 40000:
            self._error(call, "msg_too_long", why)
        elif not text and not args.get("blocks") and \
                not args.get("attachments"):
            self._error(call, "no_text", why)
        else:
            self._error(call, "invalid_blocks", why)
        return True

    def _add(self, room, args):
        now = max(int(time.time() * 1e6), self.last_ts + 1)
        self.last_ts = now
        ts = "%d.%06d" % divmod(now, 1000000)
        message = Message(room, ts, {k: v for k, v in args.items()
                                     if k != "channel"})
        self.messages.append(message)
        return message

    def _find(self, room, ts):
        for m in self.messages:
            if m.room == room and m.ts == ts and not m.gone:
                return m
        return None

    def _chat_postMessage(self, call, args):
        if self._lacks(call, "chat:write"):
            return
        room = self._room(call, args["channel"])
        if room is None or self._malformed(call, args):
            return
        thread = args.get("thread_ts")
        if thread is not None:
            root = self._find(room["id"], thread)
            if root is None or root.thread_ts:
                self._error(call, "thread_not_found")
                return
        m = self._add(room["id"], args)
        call.answer = {"ok": True, "channel": m.room, "ts": m.ts,
                       "message": {"type": "message", "user": BOT,
                                   "ts": m.ts, **m.now}}

    def _chat_postEphemeral(self, call, args):
        room = self._room(call, args["channel"])
        if room is None or self._malformed(call, args):
            return
        if args["user"] not in room["members"]:
            self._error(call, "user_not_in_channel")
            return
        call.answer["message_ts"] = "1.000000"

    def _chat_update(self, call, args):
        if self._lacks(call, "chat:write"):
            return
        room = self._room(call, args["channel"])
        if room is None or self._malformed(call, args):
            return
        m = self._find(room["id"], args["ts"])
        if m is None:
            self._error(call, "message_not_found")
            return
        m.shown.append({k: v for k, v in args.items()
                        if k not in ("channel", "ts")})
        call.answer = {"ok": True, "channel": m.room, "ts": m.ts,
                       "text": m.text}

    def _im(self, user):
        room = "D0" + user[1:]
        if room not in self.rooms:
            self.rooms[room] = {"id": room, "name": user, "archived": False,
                                "members": {BOT, user}, "im": user}
        return room

    def _conversations_open(self, call, args):
        if self._lacks(call, "im:write"):
            return
        users = args.get("users")
        if not users:
            self._error(call, "users_list_not_supplied", "users")
            return
        user = self.users.get(users)
        if user is None:
            self._error(call, "user_not_found")
        elif user["deleted"]:
            self._error(call, "user_disabled")
        elif user["is_bot"]:
            self._error(call, "cannot_dm_bot")
        else:
            call.answer["channel"] = {"id": self._im(users)}

    def _conversations_info(self, call, args):
        if self._lacks(call, "channels:read"):
            return
        room = self.rooms.get(args["channel"])
        if room is None:
            self._error(call, "channel_not_found")
            return
        call.answer["channel"] = {
            "id": room["id"], "name": room["name"],
            "is_archived": room["archived"], "is_channel": True,
            "is_member": BOT in room["members"]}

    def _conversations_members(self, call, args):
        if self._lacks(call, "channels:read"):
            return
        room = self.rooms.get(args["channel"])
        if room is None:
            self._error(call, "channel_not_found")
            return
        try:
            limit = int(args.get("limit", 100))
            start = int(args.get("cursor") or 0)
        except ValueError:
            self._error(call, "invalid_cursor")
            return
        if not 1 <= limit <= 1000:
            self._error(call, "invalid_limit")
            return
        members = sorted(room["members"])
        end = start + limit
        call.answer["members"] = members[start:end]
        call.answer["response_metadata"] = {
            "next_cursor": str(end) if end < len(members) else ""}

    @staticmethod
    def _profile(user):
        return {"id": user["id"], "team_id": "T0TEAM",
                "name": user["real_name"], "deleted": user["deleted"],
                "is_bot": user["is_bot"],
                "profile": {"real_name": user["real_name"],
                            "email": user["email"]}}

    def _users_info(self, call, args):
        if self._lacks(call, "users:read"):
            return
        user = self.users.get(args["user"])
        if user is None:
            self._error(call, "user_not_found")
            return
        call.answer["user"] = self._profile(user)

    def _users_lookupByEmail(self, call, args):
        if self._lacks(call, "users:read.email"):
            return
        for user in self.users.values():
            if user["email"] == args["email"].lower() and \
                    not user["deleted"]:
                call.answer["user"] = self._profile(user)
                return
        self._error(call, "users_not_found")

    def _auth_test(self, call, args):
        call.answer.update({"url": "https://example.slack.com/",
                            "team": "Example", "user": "slawatch",
                            "team_id": "T0TEAM", "user_id": BOT,
                            "bot_id": "B0SLAWATCH"})
