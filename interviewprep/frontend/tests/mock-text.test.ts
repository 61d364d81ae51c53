import assert from "node:assert/strict";
import { test } from "node:test";
import { Device, type Shelf } from "../src/mock/device.ts";
import { actOf } from "../src/mock/keys.ts";
import { RoundText, type Saving } from "../src/mock/text.ts";
import type { StoredText } from "../src/mock/types.ts";
import { Refused, SignedOut, Unreachable } from "../src/page/http.ts";

/** A browser's storage, as it is used here. */
class Memory implements Shelf {
  readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
  key(place: number): string | null {
    return [...this.kept.keys()][place] ?? null;
  }
}

/** A server that keeps one text as the real one does; `fails` is thrown instead, once for each. */
class Store {
  stored: StoredText = { text: "", version: 0 };
  fails: Error[] = [];
  puts = 0;
  async put(_name: string, { text, version }: StoredText): Promise<{ version: number }> {
    this.puts += 1;
    const failure = this.fails.shift();
    if (failure) throw failure;
    if (version !== this.stored.version && text !== this.stored.text) {
      throw new Refused(409, "moved-on", "another window was quicker", this.stored);
    }
    if (text !== this.stored.text) this.stored = { text, version: this.stored.version + 1 };
    return { version: this.stored.version };
  }
}

function open(store: Store, shelf = new Memory(), window = "a", initial = "", now = Date.now()) {
  const savings: Saving[] = [];
  const replaced: string[] = [];
  const text = new RoundText(
    "notes",
    { ...store.stored },
    new Device(shelf, "place", window),
    {
      put: (name, stored) => store.put(name, stored),
      onReplaced: (words) => replaced.push(words),
      onSaving: (saving) => savings.push(saving),
    },
    { initial },
    now,
  );
  return { text, savings, replaced, shelf };
}

test("what is typed is kept on the device until it is stored", async () => {
  const store = new Store();
  const { text, shelf, savings } = open(store);
  text.type("a plan");
  assert.equal(shelf.length, 1);
  await text.flush();
  assert.deepEqual(store.stored, { text: "a plan", version: 1 });
  assert.equal(shelf.length, 0);
  assert.equal(savings.at(-1), "stored");
});

test("typing is stored a moment after it ends, in one request", async () => {
  const store = new Store();
  const { text } = open(store);
  for (const words of ["a", "ab", "abc"]) text.type(words);
  const deadline = Date.now() + 5_000;
  while (store.stored.text !== "abc" && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual([store.stored.text, store.puts], ["abc", 1]);
});

test("without a server it stays on the device, and another window of it takes it up", async () => {
  const store = new Store();
  store.fails = [new Unreachable()];
  const { text, shelf, savings } = open(store);
  text.type("offline");
  await text.flush();
  assert.equal(savings.at(-1), "kept");
  const early = open(store, shelf, "b");
  assert.equal(early.text.text, ""); // the first window may still be at it
  const later = open(store, shelf, "b", "", Date.now() + 60_000);
  assert.equal(later.text.text, "offline");
  await later.text.flush();
  assert.equal(store.stored.text, "offline");
});

test("two windows do not overwrite each other", async () => {
  const store = new Store();
  const [first, second] = [open(store), open(store, new Memory(), "b")];
  first.text.type("mine");
  await first.text.flush();
  second.text.type("yours");
  await second.text.flush();
  assert.equal(store.stored.text, "mine\nyours");
  assert.deepEqual(second.replaced, ["mine\nyours"]);
  first.text.hear(store.stored);
  assert.equal(first.text.text, "mine\nyours");
});

test("a newer text is taken up below what is being typed", () => {
  const store = new Store();
  const { text } = open(store);
  text.type("typing");
  text.hear({ text: "theirs", version: 3 });
  assert.equal(text.text, "theirs\ntyping");
  assert.ok(text.isPending);
  text.hear({ text: "old", version: 2 });
  assert.equal(text.text, "theirs\ntyping");
});

test("what is there from the start is not stored, and comes back under what was typed", async () => {
  const store = new Store();
  const { text } = open(store, new Memory(), "a", "def f(): ...");
  assert.equal(text.text, "def f(): ...");
  await text.flush();
  assert.equal(store.puts, 0);
});

test("signed out or refused, nothing is tried for ever and nothing is lost", async () => {
  for (const [failure, saving] of [
    [new SignedOut(), "signed-out"],
    [new Refused(422, "invalid", "too long"), "refused"],
  ] as const) {
    const store = new Store();
    store.fails = [failure];
    const { text, savings, shelf } = open(store);
    text.type("words");
    await text.flush();
    assert.equal(savings.at(-1), saving);
    assert.equal(shelf.length, 1);
  }
});

const plain = { code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test("with Alt a key means the same while typing; without it, it is a letter", () => {
  const alt = { ...plain, altKey: true };
  assert.deepEqual(actOf({ ...alt, key: "n", code: "KeyN" }, true), { act: "next" });
  assert.deepEqual(actOf({ ...alt, key: "˜", code: "KeyN" }, true), { act: "next" });
  assert.equal(actOf({ ...alt, key: "ñ", code: "KeyN", ctrlKey: true }, true), null); // AltGr
  assert.equal(actOf({ ...plain, key: "?" }, true), null);
  assert.deepEqual(actOf({ ...plain, key: "?" }, false), { act: "keys" });
  assert.deepEqual(actOf({ ...plain, key: "&", code: "Digit1" }, false), { act: "grade", grade: "again" });
  assert.equal(actOf({ ...plain, key: "5", code: "Digit5" }, false), null);
});
