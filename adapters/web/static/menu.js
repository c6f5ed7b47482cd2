// The list of commands that opens on “/”.

import { h } from "./dom.js";

export class Menu {
  #commands;
  #choose;
  #input;
  #found = [];
  #at = 0;

  constructor(commands, input, choose) {
    this.#commands = commands;
    this.#input = input;
    this.#choose = choose;
    this.element = h("ul", { class: "menu", id: "menu", role: "listbox", "aria-label": "Commands", hidden: true });
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-controls": "menu", "aria-expanded": "false", "aria-haspopup": "listbox",
    })) input.setAttribute(name, value);
  }

  get open() {
    return !this.element.hidden;
  }

  look(text) {
    const typed = /^\/([a-z]*)$/i.exec(text);
    if (!typed) return this.close();
    const part = typed[1].toLowerCase();
    const starts = this.#commands.filter((command) => command.name.startsWith(part));
    const holds = this.#commands.filter((command) => !starts.includes(command) && part && command.summary.toLowerCase().includes(part));
    this.#found = [...starts, ...holds];
    this.#at = 0;
    this.#draw();
    return undefined;
  }

  close() {
    this.element.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  // Whether the key was for the menu.
  key(event) {
    if (!this.open) return false;
    const count = this.#found.length;
    if (event.key === "Escape") this.close();
    else if (!count) return false;
    else if (event.key === "ArrowDown") this.#mark((this.#at + 1) % count);
    else if (event.key === "ArrowUp") this.#mark((this.#at - 1 + count) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#choose(this.#found[this.#at]);
    else return false;
    event.preventDefault();
    return true;
  }

  #draw() {
    const rows = this.#found.map((command, index) =>
      h(
        "li",
        {
          id: `menu-${command.name}`, role: "option",
          // The input keeps the focus, so the list must not take it on the way.
          onpointerdown: (event) => event.preventDefault(),
          onclick: () => this.#choose(command),
          onpointermove: () => this.#at !== index && this.#mark(index),
        },
        h("code", {}, `/${command.name}`),
        h("span", {}, command.summary),
      ),
    );
    this.element.replaceChildren(...(rows.length ? rows : [h("li", { class: "none" }, "No command begins like that.")]));
    this.element.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    if (rows.length) this.#mark(0);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #mark(index) {
    this.#at = index;
    [...this.element.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === index)));
    const row = this.element.children[index];
    row.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", row.id);
  }
}
