// The rows of attached files: their progress, their use, their order by key and by hand.

import { newKey } from "./api.js";
import { h, icon } from "./dom.js";
import { size } from "./format.js";
import { isFile } from "./options.js";

export class Chips {
  #tray;
  #rows = new Map();
  #dragged = null;
  #uses;
  #useOf;
  #heard;
  #changed;

  // `uses` lists the file options there are, `useOf` tells which one an item is for.
  constructor(tray, { uses, useOf, heard, changed }) {
    this.#tray = tray;
    this.#uses = uses;
    this.#useOf = useOf;
    this.#heard = heard;
    this.#changed = changed;
  }

  drawAll() {
    this.#rows = new Map();
    return this.#tray.items.map((item, index) => this.#drawChip(item, index));
  }

  #drawChip(item, index) {
    item.mark ??= newKey();
    const last = this.#tray.items.length - 1;
    const button = (name, label, act, off) =>
      h("button", { type: "button", class: "round small", "aria-label": `${label} ${item.label}`, onclick: act, disabled: off }, icon(name));
    const bar = h("span", { class: "chip-bar" });
    const facts = h("span", { class: "size" });
    const retry = button("retry", "Try again", () => this.#tray.retry(item));
    const row = h(
      "li",
      {
        class: "chip", draggable: "true", "data-item": item.mark,
        onkeydown: (event) => this.#chipKey(event, item),
        ondragstart: (event) => this.#dragStart(event, item),
        ondragover: (event) => this.#dragOver(event, item),
        ondragend: () => this.#dragEnd(),
      },
      icon(item.looks === "image" ? "picture" : "note"),
      h("span", { class: "chip-text" }, h("bdi", { class: "chip-name", title: item.label }, item.label),
        h("span", { class: "chip-facts" }, facts, this.#drawUse(item))),
      h("span", { class: "chip-keys" }, retry,
        button("up", "Move up", () => this.#move(item, index - 1), index === 0),
        button("down", "Move down", () => this.#move(item, index + 1), index === last),
        button("close", "Remove", () => this.#tray.remove(item))),
      bar,
    );
    this.#rows.set(item, { row, bar, facts, retry });
    this.drawItem(item);
    return row;
  }

  #drawUse(item) {
    const options = this.#uses().filter(isFile);
    if (!options.length) return null;
    const now = this.#useOf(item) ?? "";
    if (options.length === 1 && now) return null;
    const select = h("select", { class: "use", "aria-label": `Use ${item.label} as` },
      options.map((option) => h("option", { value: option.name }, option.name)), h("option", { value: "" }, "not used"));
    select.value = now;
    select.addEventListener("change", () => {
      item.option = select.value;
      this.#changed();
    });
    return select;
  }

  drawItem(item) {
    const chip = this.#rows.get(item);
    if (!chip) return;
    const share = item.size ? item.received / item.size : 1;
    const going = item.state === "sending" || item.state === "waiting";
    chip.row.classList.toggle("going", going);
    chip.row.classList.toggle("failed", item.state === "failed");
    chip.bar.style.width = `${going ? Math.round(share * 100) : 0}%`;
    chip.retry.hidden = item.state !== "failed" || !item.file;
    if (item.state === "failed") chip.facts.textContent = item.error;
    else if (item.state === "waiting") chip.facts.textContent = `${size(item.size)} · waiting`;
    else if (going) chip.facts.textContent = `${size(item.received)} of ${size(item.size)}`;
    else chip.facts.textContent = size(item.size);
  }

  #move(item, to) {
    this.#tray.move(item, to);
    this.#heard(`${item.label}: place ${this.#tray.items.indexOf(item) + 1} of ${this.#tray.items.length}`);
  }

  #chipKey(event, item) {
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (event.altKey && event.key in steps) {
      event.preventDefault();
      this.#move(item, this.#tray.items.indexOf(item) + steps[event.key]);
    } else if (event.key === "Delete") {
      event.preventDefault();
      this.#tray.remove(item);
    }
  }

  #dragStart(event, item) {
    this.#dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.label);
    this.#rows.get(item).row.classList.add("dragged");
  }

  #dragOver(event, item) {
    if (!this.#dragged) return;
    event.preventDefault();
    if (this.#dragged === item) return;
    const dragged = this.#dragged;
    this.#tray.move(dragged, this.#tray.items.indexOf(item));
    this.#rows.get(dragged)?.row.classList.add("dragged");
  }

  #dragEnd() {
    this.#dragged = null;
    for (const { row } of this.#rows.values()) row.classList.remove("dragged");
  }

}
