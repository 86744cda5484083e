// slack_sdk.js - Slack's own SDK as a client; a line of JSON in, one out.
//
//	{"method": "chat.postMessage", "args": {...}}
//	-> {"ok": true, "answer": {...}, "waited": times it was rate limited}
//	-> {"ok": false, "error": "channel_not_found", "code": "slack_webapi_..."}
//
//	node slack_sdk.js URL TOKEN
//
// SPDX-License-Identifier: MIT
"use strict";

const readline = require("node:readline");

const { WebClient, LogLevel, WebClientEvent } = require("@slack/web-api");

const [url, token] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {},
  getLevel() { return LogLevel.ERROR; }, setName() {} };
let waited = 0;

const client = new WebClient(token, {
  slackApiUrl: url,
  logger: quiet,
  retryConfig: { retries: 2, minTimeout: 50, maxTimeout: 200 },
});

client.on(WebClientEvent.RATE_LIMITED, () => { waited += 1; });

async function answer(line) {
  const { method, args } = JSON.parse(line);

  waited = 0;
  try {
    return { ok: true, answer: await client.apiCall(method, args), waited };
  } catch (e) {
    return { ok: false, error: e.data && e.data.error, code: e.code, waited };
  }
}

async function main() {
  const lines = readline.createInterface({ input: process.stdin });

  for await (const line of lines)
    process.stdout.write(JSON.stringify(await answer(line)) + "\n");
}

main();
