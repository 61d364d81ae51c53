import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import { MemoryDevice } from "../src/review/memory.ts";
import { Sender, type Hearing, type Outcome } from "../src/review/sync.ts";
import type { Outgoing } from "../src/review/types.ts";

// A server small enough to read: it stores answers by id and can be told to fail.
const stored: string[] = [];
const requests: string[] = [];
let account = { user: "ada", csrf: "one" };
let signedIn = true;
let failures: number[] = [];
let refuse: string | null = null;

const server = createServer((request, response) => void answer(request, response));
await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const realFetch = globalThis.fetch;
globalThis.fetch = (path, init) => realFetch(base + String(path), init);
after(() => server.close());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const part of request) body += part;
  requests.push(`${request.method} ${request.url}`);
  const say = (status: number, value: object): void => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  };
  const failure = failures.shift();
  if (failure) return say(failure, {});
  if (!signedIn) return say(401, {});
  if (request.url === "/api/v1/session") return say(200, account);
  if (request.headers["x-csrftoken"] !== account.csrf) return say(400, { error: { code: "csrf", message: "old token" } });
  if (request.url !== "/api/v1/reviews") return say(200, { status: "stored", version: 2 });
  const { answers } = JSON.parse(body) as { answers: { id: string }[] };
  if (answers.some((one) => one.id === refuse)) return say(422, { error: { code: "invalid", message: "No such card." } });
  const results = answers.map(({ id }) => {
    const repeated = stored.includes(id);
    if (!repeated) stored.push(id);
    return { id, status: repeated ? "repeated" : "stored", version: 1, due_at: null };
  });
  say(200, { results, counts: { new: 0, learning: 0, due: 0 }, cards: [] });
}

beforeEach(() => {
  stored.length = requests.length = 0;
  account = { user: "ada", csrf: "one" };
  signedIn = true;
  failures = [];
  refuse = null;
});

function graded(id: string): Outgoing {
  const answer = {
    id,
    card_id: 1,
    version: 0,
    grade: "good" as const,
    answered_at: "2026-11-20T12:00:00Z",
    duration_ms: 1,
    promised_due_day: null,
  };
  return { kind: "answer", card_id: 1, answer };
}

async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await new Promise((later) => setTimeout(later, 10));
  }
}

async function holding(...items: Outgoing[]): Promise<MemoryDevice> {
  const device = new MemoryDevice();
  await device.write({ send: items });
  return device;
}

function sender(device: MemoryDevice, hearing: Hearing = {}, csrf = "one"): Sender {
  return new Sender(device, "ada", csrf, hearing);
}

test("answers go out in order, as one request, and leave the device", async () => {
  const device = await holding(graded("a"), graded("b"), graded("c"));
  const heard: Outcome[] = [];
  sender(device, { onOutcomes: (outcomes) => heard.push(...outcomes) }).drain();
  await until(async () => (await device.waiting()) === 0);
  assert.deepEqual(stored, ["a", "b", "c"]);
  assert.deepEqual(requests, ["GET /api/v1/session", "POST /api/v1/reviews"]);
  assert.deepEqual(heard.map((one) => [one.id, one.card_id, one.status]), [
    ["a", 1, "stored"],
    ["b", 1, "stored"],
    ["c", 1, "stored"],
  ]);
});

test("an undo between answers keeps its place", async () => {
  const device = await holding(graded("a"), { kind: "undo", card_id: 1, id: "a" }, graded("b"));
  sender(device).drain();
  await until(async () => (await device.waiting()) === 0);
  assert.deepEqual(requests.slice(1), [
    "POST /api/v1/reviews",
    "POST /api/v1/reviews/a/undo",
    "POST /api/v1/reviews",
  ]);
});

test("more than a hundred answers go out in batches of at most a hundred", async () => {
  const device = await holding(...Array.from({ length: 250 }, (_, at) => graded(`n${at}`)));
  sender(device).drain();
  await until(async () => (await device.waiting()) === 0);
  assert.equal(stored.length, 250);
  assert.equal(requests.filter((one) => one.startsWith("POST")).length, 3);
});

test("after failures of the server the answers are sent again, each stored once", async () => {
  failures = [503];
  const device = await holding(graded("a"));
  const links: string[] = [];
  sender(device, { onLink: (link) => links.push(link) }).drain();
  await until(async () => (await device.waiting()) === 0);
  assert.deepEqual(stored, ["a"]);
  assert.deepEqual(links, ["unreachable", "clear"]);
});

test("an old token is fetched anew", async () => {
  const device = await holding(graded("a"));
  const one = sender(device);
  one.drain();
  await until(() => stored.length === 1);
  account = { user: "ada", csrf: "two" };
  await device.write({ send: [graded("b")] });
  await until(() => {
    one.drain();
    return stored.length === 2;
  });
  assert.deepEqual(stored, ["a", "b"]);
});

test("signed out, the answers stay on the device until the next sign-in", async () => {
  signedIn = false;
  const device = await holding(graded("a"));
  const one = sender(device);
  one.drain();
  await until(() => one.link === "signed-out");
  assert.equal(await device.waiting(), 1);
  signedIn = true;
  one.drain();
  await until(() => stored.length === 1);
});

test("the answers of one account are never sent in another's session", async () => {
  account = { user: "bob", csrf: "one" };
  const device = await holding(graded("a"));
  const one = sender(device);
  one.drain();
  await until(() => one.link === "other-account");
  assert.equal(await device.waiting(), 1);
  assert.deepEqual(requests, ["GET /api/v1/session"]);
});

test("one answer that can never be stored does not hold up the others", async () => {
  refuse = "b";
  const device = await holding(graded("a"), graded("b"), graded("c"));
  const said: string[] = [];
  sender(device, { onRefused: (message) => said.push(message) }).drain();
  await until(async () => (await device.waiting()) === 0);
  assert.deepEqual(stored, ["a", "c"]);
  assert.deepEqual(said, ["No such card."]);
});
