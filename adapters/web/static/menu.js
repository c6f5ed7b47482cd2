// The list above the message box: commands after “/”, or what completes a command's words.

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
    this.#take = (command) => this.#choose(command);
    const starts = this.#commands.filter((command) => command.name.startsWith(part));
    const holds = this.#commands.filter((command) => !starts.includes(command) && part && command.summary.toLowerCase().includes(part));
    this.#found = [...starts, ...holds];
    this.#draw();
    return undefined;
  }
  #take = null;

  // Values to take over as they are. None is chosen until one moves there, so that Enter sends.
  offer(values, take) {
    if (!values.length) return this.close();
    this.#take = ({ value }) => take(value);
    this.#found = values.map((value) => ({ value }));
    this.#draw({ at: -1 });
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
    else if (event.key === "ArrowUp") this.#mark(this.#at < 1 ? count - 1 : this.#at - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.#at >= 0) this.#take(this.#found[this.#at]);
    else return false;
    event.preventDefault();
    return true;
  }

  #draw({ at = 0 } = {}) {
    const rows = this.#found.map((found, index) =>
      h(
        "li",
        {
          id: `menu-${index}`, role: "option", "aria-selected": "false",
          // The input keeps the focus, so the list must not take it on the way.
          onpointerdown: (event) => event.preventDefault(),
          onclick: () => this.#take(found),
          onpointermove: () => this.#at !== index && this.#mark(index),
        },
        found.name ? [h("code", {}, `/${found.name}`), h("span", {}, found.summary)] : h("bdi", {}, found.value),
      ),
    );
    this.element.replaceChildren(...(rows.length ? rows : [h("li", { class: "none" }, "No command begins like that.")]));
    this.element.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#at = at;
    if (rows.length && at >= 0) this.#mark(at);
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
