// slack_bolt.js - an app by Slack's own framework, to be compared with.
//
// Listens on loopback as the receiver of an app's requests; a line of JSON in,
// one out:
//	{"do": "port"}				where it listens
//	{"do": "verify", secret, body, headers}	does Bolt's check take it?
//	{"do": "seen"}				what the handlers were given
//	{"do": "respond", url, message}		as a handler's respond() does it
//
// SPDX-License-Identifier: MIT
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const { App, HTTPReceiver, LogLevel } = require("@slack/bolt");
const { verifySlackRequest } = require(path.join(
  path.dirname(require.resolve("@slack/bolt")),
  "receivers/verify-request.js"));

const [secret] = process.argv.slice(2);
const seen = [];
let respond = null;

const receiver = new HTTPReceiver({
  signingSecret: secret,
  endpoints: ["/slack/actions", "/slack/commands"],
  logLevel: LogLevel.ERROR,
  logger: { debug() {}, info() {}, warn() {}, error() {}, setLevel() {},
    getLevel() { return LogLevel.ERROR; }, setName() {} },
});

// Nobody is asked who the app is.
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: "xoxb-none", botId: "B0",
    botUserId: "U0" }),
});

app.action({ type: "block_actions", block_id: /^t:./ }, async (given) => {
  await given.ack();
  respond = given.respond;
  seen.push({ action: given.action, user: given.body.user.id,
    trigger: given.body.trigger_id });
});

app.command("/sla", async (given) => {
  await given.ack();
  respond = given.respond;
  seen.push({ command: given.command });
});

function verify(q) {
  const headers = {};
  for (const name of Object.keys(q.headers)) {
    headers[name.toLowerCase()] = q.headers[name];
  }
  // As Bolt's receivers hand it over: the timestamp is a number.
  const stamp = "x-slack-request-timestamp";
  if (headers[stamp] === undefined ||
      headers["x-slack-signature"] === undefined) {
    return { ok: false, why: "a header is missing" };
  }
  try {
    verifySlackRequest({ signingSecret: q.secret,
      body: Buffer.from(q.body, "base64").toString("latin1"),
      headers: { ...headers, [stamp]: parseInt(headers[stamp], 10) } });
    return { ok: true };
  } catch (e) {
    return { ok: false, why: e.message };
  }
}

async function answer(q, server) {
  switch (q.do) {
    case "port":
      return { port: server.address().port };
    case "verify":
      return verify(q);
    case "seen":
      return { seen: seen.splice(0) };
    case "respond":
      await respond(q.message);
      return { ok: true };
    default:
      return { error: "no such question" };
  }
}

(async () => {
  const server = await receiver.start({ port: 0, host: "127.0.0.1" });
  const lines = readline.createInterface({ input: process.stdin });
  for await (const line of lines) {
    let out;
    try {
      out = await answer(JSON.parse(line), server);
    } catch (e) {
      out = { error: String(e) };
    }
    process.stdout.write(JSON.stringify(out) + "\n");
  }
  process.exit(0);
})();
