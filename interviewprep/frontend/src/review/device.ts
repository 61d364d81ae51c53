// What the device keeps, per account: what is still to be sent, the cards at hand, the version each
// card has reached, today's steps. In IndexedDB; in memory where a browser has none to give.

import { note, settle, unsettled } from "./journal.ts";
import { MemoryDevice } from "./memory.ts";
import type { Change, Held, Kept, Step, Waiting } from "./types.ts";

const NAME = "interviewprep";
const ACCOUNT_KEY = "interviewprep-account";
const STORES = ["outbox", "cards", "versions", "steps"] as const;
const MOST_VERSIONS = 5_000;

export interface Keeping {
  /** False where nothing outlives the page. */
  readonly lasting: boolean;
  load(study_day: string): Promise<Kept>;
  write(change: Change): Promise<void>;
  /** Replace the cards at hand. */
  hold(held: Held[]): Promise<void>;
  /** What is to be sent, oldest first. */
  outbox(limit: number): Promise<Waiting[]>;
  sent(seqs: number[]): Promise<void>;
  waiting(): Promise<number>;
  /** Drop cards, versions and steps of every account, or of all but this one; never the outbox. */
  forget(others?: boolean): Promise<void>;
}

export const Device = {
  async open(user: string): Promise<Keeping> {
    try {
      const device = new IndexedDevice(user, await openDatabase());
      await device.recover();
      return device;
    } catch {
      return new MemoryDevice();
    }
  },
};

/** The account that reviewed here last, if any. */
export function lastAccount(): string | null {
  try {
    return localStorage.getItem(ACCOUNT_KEY);
  } catch {
    return null;
  }
}

export function rememberAccount(user: string): void {
  try {
    localStorage.setItem(ACCOUNT_KEY, user);
  } catch {
    // Storage is switched off; only the warning at sign-out needs this.
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true }).createIndex("user", "user");
      for (const name of ["cards", "versions"]) {
        database.createObjectStore(name, { keyPath: ["user", "card_id"] }).createIndex("user", "user");
      }
      database.createObjectStore("steps", { keyPath: "seq", autoIncrement: true }).createIndex("user", "user");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

type Row<T> = T & { user: string };
type HeldRow = Row<{ card_id: number; place: number } & Held>;
type VersionRow = Row<{ card_id: number; version: number; at: number }>;
type StepRow = Row<{ seq: number; id: string; step: Step }>;

class IndexedDevice implements Keeping {
  readonly lasting = true;
  readonly #user: string;
  readonly #database: IDBDatabase;

  constructor(user: string, database: IDBDatabase) {
    this.#user = user;
    this.#database = database;
  }

  async load(study_day: string): Promise<Kept> {
    const [held, versions, steps, waiting] = await Promise.all([
      this.#all<HeldRow>("cards"),
      this.#all<VersionRow>("versions"),
      this.#all<StepRow>("steps"),
      this.outbox(Infinity),
    ]);
    held.sort((a, b) => a.place - b.place);
    void this.#prune(
      versions,
      steps.filter((row) => row.step.study_day !== study_day),
    );
    return {
      held: held.map(({ card, returns_at }) => ({ card, returns_at })),
      versions: new Map(versions.map((row) => [row.card_id, row.version])),
      steps: steps
        .filter((row) => row.step.study_day === study_day)
        .sort((a, b) => a.seq - b.seq)
        .map((row) => row.step),
      waiting,
    };
  }

  /** Write what an earlier page noted and was closed over. */
  async recover(): Promise<void> {
    for (const [key, change] of unsettled(this.#user)) {
      const steps = change.did ? await this.#all<StepRow>("steps") : [];
      if (steps.some((row) => row.id === change.did?.id)) settle(key);
      else await this.#write(change, key);
    }
  }

  write(change: Change): Promise<void> {
    return this.#write(change, note(this.#user, change));
  }

  async #write(change: Change, key: string | null): Promise<void> {
    const transaction = this.#database.transaction(STORES, "readwrite", { durability: "strict" });
    const user = this.#user;
    const now = Date.now();
    for (const item of change.send ?? []) transaction.objectStore("outbox").add({ ...item, user });
    const cards = transaction.objectStore("cards");
    for (const card_id of change.drop ?? []) cards.delete([user, card_id]);
    for (const held of change.keep ?? []) {
      cards.put({ user, card_id: held.card.card_id, place: -now, ...held });
    }
    for (const [card_id, version] of change.versions ?? []) {
      transaction.objectStore("versions").put({ user, card_id, version, at: now });
    }
    const steps = transaction.objectStore("steps");
    if (change.did) steps.add({ user, id: change.did.id, step: change.did });
    if (change.undid) this.#deleteStep(steps, change.undid);
    await finished(transaction);
    settle(key);
  }

  /** One transaction, so that what an answer writes afterwards comes after. */
  async hold(held: Held[]): Promise<void> {
    const transaction = this.#database.transaction("cards", "readwrite");
    const cards = transaction.objectStore("cards");
    const rows = held.map((item, place) => ({
      user: this.#user,
      card_id: item.card.card_id,
      place,
      ...item,
    }));
    const known = cards.index("user").getAll(this.#user);
    known.onsuccess = () => {
      // Repeats stay: another tab may be waiting for them.
      for (const row of known.result as HeldRow[]) {
        if (row.returns_at === null) cards.delete([row.user, row.card_id]);
      }
      for (const row of rows) cards.put(row);
    };
    await finished(transaction);
  }

  async outbox(limit: number): Promise<Waiting[]> {
    const count = Number.isFinite(limit) ? limit : undefined;
    const index = this.#database.transaction("outbox").objectStore("outbox").index("user");
    return result(index.getAll(this.#user, count)) as Promise<Waiting[]>;
  }

  sent(seqs: number[]): Promise<void> {
    const transaction = this.#database.transaction("outbox", "readwrite", { durability: "strict" });
    for (const seq of seqs) transaction.objectStore("outbox").delete(seq);
    return finished(transaction);
  }

  waiting(): Promise<number> {
    const index = this.#database.transaction("outbox").objectStore("outbox").index("user");
    return result(index.count(this.#user));
  }

  async forget(others = false): Promise<void> {
    const names = ["cards", "versions", "steps"];
    const transaction = this.#database.transaction(names, "readwrite");
    for (const name of names) {
      const store = transaction.objectStore(name);
      if (!others) {
        store.clear();
        continue;
      }
      const cursor = store.openCursor();
      cursor.onsuccess = () => {
        const found = cursor.result;
        if (!found) return;
        if ((found.value as { user: string }).user !== this.#user) found.delete();
        found.continue();
      };
    }
    await finished(transaction);
  }

  #all<T>(store: string): Promise<T[]> {
    const index = this.#database.transaction(store).objectStore(store).index("user");
    return result(index.getAll(this.#user)) as Promise<T[]>;
  }

  #deleteStep(steps: IDBObjectStore, id: string): void {
    const cursor = steps.index("user").openCursor(this.#user, "prev");
    cursor.onsuccess = () => {
      const found = cursor.result;
      if (!found) return;
      if ((found.value as StepRow).id === id) found.delete();
      else found.continue();
    };
  }

  /** Steps of earlier days cannot be undone; versions are kept for the cards met last. */
  async #prune(versions: VersionRow[], past: StepRow[]): Promise<void> {
    const excess = Math.max(0, versions.length - MOST_VERSIONS);
    if (!excess && !past.length) return;
    const transaction = this.#database.transaction(["versions", "steps"], "readwrite");
    for (const row of versions.sort((a, b) => a.at - b.at).slice(0, excess)) {
      transaction.objectStore("versions").delete([row.user, row.card_id]);
    }
    for (const row of past) transaction.objectStore("steps").delete(row.seq);
    await finished(transaction);
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

