// Fetches the files that a frame cannot fetch itself, telling how far it has come.

declare const FILE_BYTES: Record<string, number>;

const SPARE_TRIES = 1;

/** The bytes of these files once they are here, as the build counted them. */
export function totalBytes(names: string[]): number {
  return names.reduce((sum, name) => sum + (FILE_BYTES[name] ?? 0), 0);
}

/** Fetch all; `onBytes` is called with the bytes of all files that have come so far. */
export async function fetchFiles(
  addresses: Record<string, string>,
  onBytes: (bytes: number) => void,
): Promise<Record<string, ArrayBuffer>> {
  const came = new Map<string, number>();
  const count = (name: string, bytes: number): void => {
    came.set(name, bytes);
    onBytes([...came.values()].reduce((sum, one) => sum + one, 0));
  };
  const all = Object.entries(addresses).map(
    async ([name, address]) => [name, await fetchFile(address, (bytes) => count(name, bytes))] as const,
  );
  return Object.fromEntries(await Promise.all(all));
}

async function fetchFile(address: string, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  for (let spare = SPARE_TRIES; ; spare -= 1) {
    try {
      return await fetchOnce(address, onBytes);
    } catch (error) {
      if (!spare) throw error;
    }
  }
}

async function fetchOnce(address: string, onBytes: (bytes: number) => void): Promise<ArrayBuffer> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parts.push(step.value);
    bytes += step.value.byteLength;
    onBytes(bytes);
  }
  return new Blob(parts).arrayBuffer();
}
