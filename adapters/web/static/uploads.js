// The tray: attached files in their order, each on its way or here.

import { Refused, UPLOADS, ask, sendPiece } from "./api.js";

const PIECE = 8 * 1024 * 1024;
const AT_ONCE = 2;
const TRIES = 7;
const PICTURES = /\.(jpe?g|png|webp|gif|heic|heif|avif|bmp|tiff?)$/i;

// As the server will name it: no control characters, and nothing that turns the writing round.
function plainName(name) {
  return name.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").trim() || "file";
}

export function looksLike(file) {
  if (file.type?.startsWith("image/") || PICTURES.test(file.name ?? file.label)) return "image";
  return "audio";
}

export class Tray extends EventTarget {
  items = [];
  #most;

  constructor(most) {
    super();
    this.#most = most;
  }

  get busy() {
    return this.items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  get failed() {
    return this.items.some((item) => item.state === "failed");
  }

  // `begun` tells of a file whether an earlier page began to send it.
  add(files, option = null, begun = () => null) {
    for (const file of files) {
      const known = begun(file);
      const item = {
        file,
        label: plainName(file.name),
        size: file.size,
        looks: looksLike(file),
        option,
        id: known?.id ?? null,
        received: known?.received ?? 0,
        state: "waiting",
        error: "",
        stop: new AbortController(),
      };
      if (file.size > this.#most) {
        item.state = "failed";
        item.error = "Too large to take in here.";
      }
      this.items.push(item);
    }
    this.#changed("list");
    this.#work();
  }

  // Files that are on the server already: after a reload, or when a call was turned down.
  restore(items) {
    this.items.push(
      ...items.map((item) => ({
        ...item,
        file: null,
        received: item.size,
        state: "here",
        error: "",
        stop: new AbortController(),
      })),
    );
    this.#changed("list");
  }

  remove(item) {
    this.items = this.items.filter((other) => other !== item);
    item.stop.abort();
    if (item.id) ask("DELETE", `${UPLOADS}/${item.id}`).catch(() => {});
    this.#changed("list");
  }

  // After sending: these files belong to the call now. Others may still be on their way.
  take(used) {
    this.items = this.items.filter((item) => !used.has(item));
    this.#changed("list");
  }

  clear() {
    for (const item of [...this.items]) this.remove(item);
  }

  move(item, to) {
    const from = this.items.indexOf(item);
    const place = Math.max(0, Math.min(this.items.length - 1, to));
    if (from < 0 || from === place) return;
    this.items.splice(from, 1);
    this.items.splice(place, 0, item);
    this.#changed("list");
  }

  retry(item) {
    if (!item.file) return;
    item.state = "waiting";
    item.error = "";
    item.stop = new AbortController();
    this.#changed("list");
    this.#work();
  }

  #work() {
    const sending = this.items.filter((item) => item.state === "sending").length;
    const waiting = this.items.filter((item) => item.state === "waiting");
    for (const item of waiting.slice(0, Math.max(0, AT_ONCE - sending))) this.#send(item);
  }

  async #send(item) {
    item.state = "sending";
    this.#changed("item", item);
    try {
      await this.#hand(item);
      item.state = "here";
    } catch (error) {
      if (item.stop.signal.aborted) return;
      item.state = "failed";
      item.error = error.message;
    } finally {
      if (this.items.includes(item)) this.#changed("item", item);
      this.#work();
    }
  }

  async #hand(item) {
    if (!item.id) {
      const begun = await ask("POST", UPLOADS, { label: item.label, size: item.size });
      item.id = begun.id;
      item.label = begun.label;
      if (item.stop.signal.aborted) {
        ask("DELETE", `${UPLOADS}/${item.id}`).catch(() => {});
        throw new DOMException("stopped", "AbortError");
      }
    }
    let tries = 0;
    while (item.received < item.size) {
      const before = item.received;
      try {
        await this.#piece(item);
        tries = 0;
      } catch (error) {
        if (item.stop.signal.aborted) throw error;
        item.received = before;
        tries = await this.#recover(item, error, tries + 1);
      }
    }
  }

  async #piece(item) {
    const start = item.received;
    const path = `${UPLOADS}/${item.id}?offset=${start}`;
    const answer = await sendPiece(path, item.file.slice(start, start + PIECE), {
      signal: item.stop.signal,
      onprogress: (loaded) => {
        item.received = Math.min(item.size, start + loaded);
        this.#changed("item", item);
      },
    });
    item.received = answer.received;
    this.#changed("item", item);
  }

  // A broken connection goes on from what the server really has.
  async #recover(item, error, tries) {
    const passing = error.status === 0 || error.status === 409 || error.status === 400;
    if (!passing || tries >= TRIES) throw error;
    await new Promise((done) => setTimeout(done, Math.min(400 * 2 ** tries, 10000)));
    try {
      item.received = (await ask("GET", `${UPLOADS}/${item.id}`)).received;
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status !== 0) throw problem;
    }
    return tries;
  }

  #changed(type, item) {
    this.dispatchEvent(new CustomEvent(type, { detail: item }));
  }
}

// Folders are walked, so that an album can be dropped as a whole; files come in their order.
export async function droppedFiles(transfer) {
  const entries = [...(transfer.items ?? [])]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const found = [];
  for (const entry of entries) if (entry) await walk(entry, found, 0);
  return found;
}

async function walk(entry, found, depth) {
  if (entry.name.startsWith(".") || found.length >= 400) return;
  if (entry.isFile) {
    found.push(await new Promise((done, fail) => entry.file(done, fail)));
    return;
  }
  if (depth >= 4) return;
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) break;
    inside.push(...some);
  }
  inside.sort((one, two) => one.name.localeCompare(two.name, undefined, { numeric: true }));
  for (const each of inside) await walk(each, found, depth + 1);
}
