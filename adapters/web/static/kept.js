// Remembers files on their way, so that a page that was closed goes on where it stopped.

import { Refused, UPLOADS, ask } from "./api.js";

export class Kept {
  #name;
  #items;

  constructor(name) {
    this.#name = name;
    this.#items = JSON.parse(localStorage.getItem(name) ?? "[]");
  }

  add(item) {
    if (this.#items.some((each) => each.id === item.id)) return;
    this.#items.push({ id: item.id, name: item.file.name, label: item.label, size: item.size, received: 0, taken: true });
    this.#save();
  }

  drop(id) {
    this.#items = this.#items.filter((each) => each.id !== id);
    this.#save();
  }

  // The upload that a file belongs to, when it was begun before.
  match(file) {
    const found = this.open().find((each) => each.name === file.name && each.size === file.size);
    if (found) found.taken = true;
    return found ?? null;
  }

  // What was begun by an earlier page and not chosen again yet.
  open() {
    return this.#items.filter((each) => !each.taken);
  }

  // Asks how far each file is. What is whole comes back; what the tray has is forgotten.
  async look() {
    const answers = await Promise.all(this.#items.map((each) => ask("GET", `${UPLOADS}/${each.id}`).catch((error) => error)));
    const whole = [];
    this.#items = this.#items.filter((each, index) => {
      const answer = answers[index];
      if (answer instanceof Refused) return answer.status === 0;
      each.received = answer.received;
      each.taken = answer.received === each.size;
      if (each.taken && !answer.sent) whole.push(each);
      return !answer.sent;
    });
    this.#save();
    return whole.map(({ id, label, size }) => ({ id, label, size }));
  }

  #save() {
    localStorage.setItem(this.#name, JSON.stringify(this.#items));
  }
}
