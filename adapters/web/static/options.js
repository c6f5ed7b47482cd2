// The form of a command's options, drawn from the catalogue.

import { h } from "./dom.js";
import { plural } from "./format.js";
import { suggest } from "./suggest.js";

const SEGMENTS = 4;
const ACCEPT = {
  audio: "audio/*,video/*,.mp3,.m4a,.aac,.ogg,.opus,.flac,.wav,.aif,.aiff,.wma,.mka,.mkv,.webm,.mov",
  image: "image/*,.heic,.heif",
};

export const isFile = (option) => option.kind === "file" || option.kind === "files";

export function acceptOf(option) {
  return ACCEPT[option?.accepts] ?? "";
}

// What a text stands for, by the kind of its option.
export function fromText(option, text) {
  if (option.kind === "flag") return /^(true|yes|on|1)$/i.test(text);
  return option.kind === "number" ? text.replace(",", ".") : text;
}

export class OptionsForm {
  #command;
  #prefix;
  #fields = new Map();
  #counts = new Map();
  #pick;
  #changed;

  constructor(command, { values = {}, prefix = "option", pick, changed }) {
    this.#command = command;
    this.#prefix = prefix;
    this.#pick = pick;
    this.#changed = changed;
    this.element = h("div", { class: "options" }, command.options.map((option) => this.#draw(option, values[option.name])));
  }

  // Only what differs from the default, as a command wants it.
  get values() {
    const values = {};
    for (const [option, read] of this.#fields) {
      const value = read();
      const usual = option.kind === "flag" ? Boolean(option.default) : option.default;
      if (value !== "" && (option.personal || value !== usual)) values[option.name] = value;
    }
    return values;
  }

  // Each field as it is, emptied ones too, as a form wants it.
  get everything() {
    return Object.fromEntries([...this.#fields].map(([option, read]) => [option.name, read()]));
  }

  count(option, files) {
    const shown = this.#counts.get(option);
    if (shown) shown.textContent = files ? plural(files, "file") : "none yet";
  }

  #draw(option, value) {
    if (isFile(option)) return this.#drawFiles(option);
    const id = `${this.#prefix}-${option.name}`;
    const { element, read, group } = drawField(option, id, value);
    this.#fields.set(option, read);
    element.addEventListener("input", () => this.#changed());
    if (option.suggests && option.kind === "text") suggest(element, { command: this.#command.name, option: option.name });
    const name = h(group ? "span" : "label", group ? { id: `${id}--label` } : { for: id }, titled(option.name));
    return h(
      "div",
      { class: `option ${option.kind}` },
      h("div", { class: "option-name" }, name, h("small", { id: `${id}--help` }, option.summary)),
      element,
    );
  }

  #drawFiles(option) {
    const count = h("span", { class: "count" }, "none yet");
    this.#counts.set(option.name, count);
    return h(
      "div",
      { class: "option files" },
      h("div", { class: "option-name" }, h("span", {}, titled(option.name)), h("small", {}, option.summary)),
      h("div", { class: "picked" }, count, h("button", { type: "button", class: "quiet", onclick: () => this.#pick(option) },
        option.kind === "file" ? "Choose…" : "Add…", h("span", { class: "unseen" }, ` ${option.name}`))),
    );
  }
}

export function titled(name) {
  const words = name.replaceAll("_", " ").replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

function drawField(option, id, value) {
  if (option.kind === "number") return drawNumber(option, id, value);
  if (option.kind === "text") return drawText(option, id, value);
  // What people may have set for themselves has a third way: as they set it.
  if (option.personal) return drawPersonal(option, id, value);
  return option.kind === "flag" ? drawFlag(option, id, value) : drawChoice(option, id, value);
}

function described(id, props) {
  return { id, name: id, "aria-describedby": `${id}--help`, ...props };
}

function drawText(option, id, value) {
  const long = option.most > 300;
  const sheet = option.most > 2000;  // a table: each row on its line
  const input = h(long ? "textarea" : "input", described(id, {
    type: long ? undefined : "text", class: sheet ? "sheet" : undefined, wrap: sheet ? "off" : undefined, rows: sheet ? "12" : long ? "4" : undefined, value: value ?? "",
    maxlength: option.most ?? 4000, minlength: option.least ?? undefined, autocomplete: "off",
    placeholder: option.default || (option.required ? "needed" : "optional"), required: option.required,
  }));
  return { element: input, read: () => input.value.trim() };
}

function drawNumber(option, id, value) {
  const bounds = { min: option.least ?? undefined, max: option.most ?? undefined, step: "any" };
  const usual = option.default ?? "";
  const start = value ?? (option.personal ? "" : usual);
  const number = h("input", described(id, {
    type: "number", inputmode: "decimal", ...bounds, value: start, placeholder: start === "" ? String(usual || "–") : undefined,
  }));
  const unit = option.unit ? h("span", { class: "unit" }, option.unit) : null;
  const read = () => (number.value === "" ? "" : Number(number.value));
  // A slider is of use only where a hand can hit its values.
  const wide = option.most - option.least > 2000;
  if (option.least === null || option.most === null || wide) {
    return { element: h("div", { class: "amount" }, number, unit), read };
  }
  const span = option.most - option.least;
  const step = span > 200 ? 5 : span > 20 ? 1 : span > 5 ? 0.5 : 0.1;
  const slider = h("input", {
    type: "range", ...bounds, step, value: start === "" ? usual || option.least : start, tabindex: "-1", "aria-hidden": "true",
  });
  slider.addEventListener("input", () => (number.value = slider.value));
  number.addEventListener("input", () => number.value !== "" && (slider.value = number.value));
  return { element: h("div", { class: "amount" }, slider, number, unit), read };
}

function drawFlag(option, id, value) {
  const input = h("input", described(id, { type: "checkbox", role: "switch" }));
  input.checked = value ?? Boolean(option.default);
  return { element: input, read: () => input.checked };
}

function drawPersonal(option, id, value) {
  const choices = option.kind === "flag" ? ["yes", "no"] : option.choices;
  const select = h("select", described(id), h("option", { value: "" }, "as I have set it"), choices.map((choice) => h("option", { value: choice }, choice)));
  select.value = typeof value === "boolean" ? (value ? "yes" : "no") : (value ?? "");
  return { element: select, read: () => select.value };
}

function drawChoice(option, id, value) {
  const chosen = value ?? option.default ?? "";
  if (option.choices.length > SEGMENTS) return drawSelect(option, id, chosen);
  const inputs = option.choices.map((choice) =>
    h("input", { type: "radio", name: id, id: `${id}-${choice}`, value: choice }),
  );
  inputs.forEach((input) => (input.checked = input.value === chosen));
  const element = h(
    "div",
    { class: "segments", role: "radiogroup", "aria-labelledby": `${id}--label`, "aria-describedby": `${id}--help` },
    inputs.map((input) => [input, h("label", { for: input.id }, input.value)]),
  );
  const read = () => inputs.find((input) => input.checked)?.value ?? "";
  return { element, read, group: true };
}

function drawSelect(option, id, chosen) {
  const blank = option.default === null ? [h("option", { value: "" }, "–")] : [];
  const select = h("select", described(id), [...blank, ...option.choices.map((choice) => h("option", { value: choice }, choice))]);
  select.value = chosen;
  return { element: select, read: () => select.value };
}
