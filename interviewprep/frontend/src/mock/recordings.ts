// Recordings of the learner's voice, on this device only, by account, mock, round and prompt.

const NAME = "interviewprep-recordings";
const STORE = "recordings";

export type Recording = { blob: Blob; seconds: number; at: number };

/** The place of one recording; deleting everything of an account or a mock goes by its beginning. */
export function placeOf(user: string, mock: string, round: number, item: number): string {
  return [user, mock, round, item].join("/");
}

export async function getRecording(place: string): Promise<Recording | null> {
  return (await within("readonly", (store) => store.get(place) as IDBRequest<Recording | undefined>)) ?? null;
}

export async function keepRecording(place: string, recording: Recording): Promise<void> {
  await within("readwrite", (store) => store.put(recording, place));
}

export async function deleteRecording(place: string): Promise<void> {
  await within("readwrite", (store) => store.delete(place));
}

/** Delete what an account (`user`), or one of its mocks (`user/mock`), has here. */
export async function deleteRecordings(beginning: string): Promise<void> {
  await within("readwrite", (store) => store.delete(IDBKeyRange.bound(`${beginning}/`, `${beginning}0`, false, true)));
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.addEventListener("complete", () => resolve(request.result));
      transaction.addEventListener("abort", () => reject(transaction.error));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("blocked")));
  });
}
