// Where a message is made: words, a command with its options, and the tray of files.

import { Refused, ask, newKey } from "./api.js";
import { h, icon } from "./dom.js";
import { plural, size } from "./format.js";
import { Menu } from "./menu.js";
import { OptionsForm, acceptOf, isFile, titled } from "./options.js";
import { Tray } from "./uploads.js";
import { readWords } from "./words.js";

const DRAFT = "tapedeck-draft";
const PLACEHOLDER = matchMedia("(max-width: 560px)").matches ? "Type / or attach tracks" : "Type / for commands, or drop tracks here";

export class Composer {
  #commands;
  #tell;
  #command = null;
  #form = null;
  #key = newKey();
  #waiting = false;
  #sending = false;
  #chips = new Map();

  constructor(element, { commands, mostBytes, tell }) {
    this.#commands = commands;
    this.#tell = tell;
    this.tray = new Tray(mostBytes);
    this.tray.addEventListener("list", () => this.#drawTray());
    this.tray.addEventListener("item", (event) => this.#drawItem(event.detail));
    this.#build(element);
    this.#restore();
  }

  #build(element) {
    this.#say = h("textarea", {
      id: "say", rows: "1", placeholder: PLACEHOLDER, "aria-label": "Message", maxlength: "4000", autocomplete: "off", spellcheck: "true",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key_(event),
    });
    this.#menu = new Menu(this.#commands, this.#say, (command) => this.choose(command));
    this.#say.addEventListener("blur", () => this.#menu.close());
    this.#picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    this.#picker.addEventListener("change", () => this.#picked());
    this.#panel = h("section", { class: "panel", hidden: true });
    this.#tray = h("section", { class: "tray", "aria-label": "Attached files", hidden: true });
    this.#hint = h("div", { class: "hint", hidden: true });
    this.#send = h("button", { type: "submit", class: "send" }, icon("send"));
    element.append(
      this.#menu.element,
      this.#panel,
      this.#tray,
      this.#hint,
      h(
        "div",
        { class: "line" },
        h("button", { type: "button", class: "round", "aria-label": "Attach files", onclick: () => this.pick() }, icon("attach")),
        this.#say,
        this.#send,
      ),
      this.#picker,
    );
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#state();
  }
  #say;
  #menu;
  #picker;
  #panel;
  #tray;
  #hint;
  #send;

  focus() {
    this.#say.focus();
  }

  // Opens the system's file window, for one option or for whatever fits.
  pick(option = null) {
    this.#pickedFor = option;
    this.#picker.accept = option ? acceptOf(option) : "";
    this.#picker.multiple = option?.kind !== "file";
    this.#picker.click();
  }
  #pickedFor = null;

  #picked() {
    const option = this.#pickedFor;
    if (option?.kind === "file") {
      for (const item of this.tray.items) if (this.#optionOf(item) === option.name) this.tray.remove(item);
    }
    this.tray.add([...this.#picker.files], option?.name ?? null);
    this.#picker.value = "";
  }

  add(files) {
    if (files.length) this.tray.add(files);
  }

  // Chosen again, a command keeps what was set.
  choose(command, { values = command === this.#command ? this.#form.values : {}, focus = true } = {}) {
    this.#menu.close();
    this.#command = command;
    if (/^\/\S*$/.test(this.#say.value)) this.#say.value = "";
    this.#drawPanel(values);
    this.#drawTray();
    this.#typed();
    if (focus) this.focus();
    this.#tell.heard(`${command.name} chosen. ${plural(command.options.length, "option")}.`);
  }

  chooseByName(name, text = "") {
    const command = this.#commands.find((each) => each.name === name);
    if (!command) return;
    this.choose(command);
    this.#say.value = text;
    this.#typed();
  }

  // An example may explain in plain words; only what sets an option is taken over.
  tryExample(command, example) {
    const text = example.replace(/^\/\S+\s*/, "");
    const { values } = readWords(text, command, {});
    this.chooseByName(command.name, Object.keys(values).length ? text : "");
  }

  drop() {
    this.#command = null;
    this.#form = null;
    this.#panel.replaceChildren();
    this.#panel.hidden = true;
    this.#drawTray();
    this.#typed();
    this.focus();
  }

  #drawPanel(values) {
    const command = this.#command;
    this.#form = new OptionsForm(command, {
      values,
      pick: (option) => this.pick(option),
      changed: () => this.#keepDraft(),
    });
    const close = h("button", { type: "button", class: "round small", "aria-label": `Leave /${command.name}`, onclick: () => this.drop() }, icon("close"));
    const details = h("details", { class: "more" }, h("summary", {}, "Options"), this.#form.element);
    details.open = matchMedia("(min-width: 700px) and (min-height: 640px)").matches;
    this.#panel.replaceChildren(
      h("header", {}, h("code", { class: "chosen" }, `/${command.name}`), h("span", { class: "summary" }, command.summary), close),
      command.options.length ? details : "",
    );
    this.#panel.setAttribute("aria-label", `/${command.name}`);
    this.#panel.hidden = false;
  }

  #typed() {
    const text = this.#say.value;
    const whole = /^\/([a-z]+)\s/i.exec(text);
    const command = whole && this.#commands.find((each) => each.name === whole[1].toLowerCase());
    if (command) {
      this.#say.value = text.slice(whole[0].length);
      this.choose(command);
      return;
    }
    this.#menu.look(text);
    this.#say.placeholder = this.#command ? this.#textHint() : PLACEHOLDER;
    this.#say.style.height = "auto";
    this.#say.style.height = `${Math.min(this.#say.scrollHeight, 180)}px`;
    this.#state();
    this.#keepDraft();
  }

  #textHint() {
    const option = this.#command.options.find((each) => each.kind === "text");
    return option ? `${titled(option.name)}…` : "Press Send";
  }

  #key_(event) {
    if (event.isComposing) return;
    if (this.#menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if ((event.key === "Backspace" || event.key === "Escape") && this.#command && !this.#say.value) {
      event.preventDefault();
      this.drop();
    } else if (event.key === "Tab" && !event.shiftKey && this.#suggested && !this.#say.value) {
      event.preventDefault();
      this.choose(this.#suggested);
    }
  }

  async submit() {
    if (this.#sending) return;
    const text = this.#say.value.trim();
    const unknown = !this.#command && /^\/([a-z]+)\s*(.*)$/is.exec(text);
    if (unknown) {
      const command = this.#commands.find((each) => each.name === unknown[1].toLowerCase());
      if (command) {
        this.chooseByName(command.name, unknown[2]);
        // A command without options has nothing more to ask.
        if (command.options.length) return;
      }
    }
    if (!this.#command && this.#suggested && !text) {
      this.choose(this.#suggested);
      return;
    }
    if (!this.#command && !text) return;
    const call = this.#read(this.#say.value.trim(), unknown);
    if (!call) return;
    if (this.#command && this.tray.failed) {
      this.#tell.notice("Some files did not arrive: try them again, or remove them.");
      return;
    }
    if (this.#command && this.tray.busy) {
      this.#waiting = true;
      this.#state();
      this.#tell.heard("This is sent as soon as the files are here.");
      return;
    }
    await this.#post(call);
  }

  #read(text, unknown) {
    const command = this.#command;
    if (!command) return { command: unknown ? unknown[1] : "", text, values: {}, files: {} };
    const { values, rest } = readWords(text, command, this.#form.values);
    const words = command.options.find((option) => option.kind === "text" && !(option.name in values));
    if (rest && !words) {
      this.#tell.notice(`/${command.name} takes no more words than its options: “${rest.slice(0, 60)}”.`);
      return null;
    }
    if (rest) values[words.name] = rest;
    const files = {};
    for (const item of this.tray.items) {
      const option = this.#optionOf(item);
      if (option) (files[option] ??= []).push(item);
    }
    return { command: command.name, text: "", values, files };
  }

  async #post(call) {
    this.#sending = true;
    this.#waiting = false;
    this.#state();
    const used = new Set(Object.values(call.files).flat());
    const files = Object.fromEntries(Object.entries(call.files).map(([name, items]) => [name, items.map((item) => item.id)]));
    try {
      const answer = await ask("POST", "/api/calls", { ...call, files, key: this.#key });
      this.#sent(call, used, answer.messages);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#tell.notice(error.message);
    } finally {
      this.#sending = false;
      this.#state();
    }
  }

  #sent(call, used, messages) {
    const command = this.#command;
    this.#key = newKey();
    this.#say.value = "";
    this.#tell.sent(messages);
    if (command) this.drop();
    const accepted = messages.some((message) => message.kind === "job");
    this.tray.take(used);
    // A call that was turned down comes back, so that it can be mended.
    if (command && used.size && !accepted) {
      this.tray.restore([...used]);
      this.choose(command, { values: call.values });
    }
    this.#typed();
  }

  #optionOf(item) {
    if (!this.#command) return null;
    const options = this.#command.options.filter(isFile);
    if (item.option === "") return null;
    if (item.option && options.some((option) => option.name === item.option)) return item.option;
    const fitting = options.filter((option) => !option.accepts || option.accepts === item.looks);
    const many = fitting.find((option) => option.kind === "files");
    if (many) return many.name;
    const first = this.tray.items.find((other) => !other.option && other.looks === item.looks);
    return first === item ? (fitting[0]?.name ?? null) : null;
  }

  #suggest() {
    if (this.#command || !this.tray.items.length) return null;
    const kinds = new Set(this.tray.items.map((item) => item.looks));
    const looks = kinds.has("audio") ? "audio" : "image";
    const takes = (command, kind) =>
      command.options.some((option) => option.kind === kind && (!option.accepts || option.accepts === looks));
    return this.#commands.find((command) => takes(command, "files")) ?? this.#commands.find((command) => takes(command, "file")) ?? null;
  }

  #drawTray() {
    const { items } = this.tray;
    this.#chips = new Map();
    this.#tray.hidden = !items.length;
    const focused = document.activeElement?.closest?.("[data-item]")?.dataset.item;
    const focusedName = document.activeElement?.getAttribute?.("aria-label");
    const rows = items.map((item, index) => this.#drawChip(item, index));
    const total = items.reduce((sum, item) => sum + item.size, 0);
    this.#tray.replaceChildren(
      h("header", {}, h("span", {}, `${plural(items.length, "file")} · ${size(total)}`),
        h("button", { type: "button", class: "quiet", onclick: () => this.tray.clear() }, "Remove all")),
      h("ol", {}, rows),
    );
    if (focused !== undefined) this.#refocus(focused, focusedName);
    for (const option of this.#command?.options ?? []) {
      if (isFile(option)) this.#form.count(option.name, items.filter((item) => this.#optionOf(item) === option.name).length);
    }
    this.#suggested = this.#suggest();
    this.#drawHint();
    this.#state();
    this.#keepDraft();
  }
  #suggested = null;

  #refocus(id, name) {
    const row = [...this.#tray.querySelectorAll("[data-item]")].find((each) => each.dataset.item === id);
    const same = row && [...row.querySelectorAll("button:not(:disabled)")].find((button) => button.getAttribute("aria-label") === name);
    (same ?? row?.querySelector("button:not(:disabled)") ?? this.#say).focus();
  }

  #drawHint() {
    const command = this.#suggested;
    this.#hint.hidden = !command;
    this.#hint.replaceChildren(
      ...(command
        ? [h("button", { type: "button", class: "suggestion", onclick: () => this.choose(command) }, h("code", {}, `/${command.name}`), h("span", {}, command.summary))]
        : []),
    );
  }

  #drawChip(item, index) {
    item.mark ??= newKey();
    const last = this.tray.items.length - 1;
    const button = (name, label, act, off) =>
      h("button", { type: "button", class: "round small", "aria-label": `${label} ${item.label}`, onclick: act, disabled: off }, icon(name));
    const bar = h("span", { class: "chip-bar" });
    const facts = h("span", { class: "size" });
    const retry = button("retry", "Try again", () => this.tray.retry(item));
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
        button("close", "Remove", () => this.tray.remove(item))),
      bar,
    );
    this.#chips.set(item, { row, bar, facts, retry });
    this.#drawItem(item, true);
    return row;
  }

  #drawUse(item) {
    const options = this.#command?.options.filter(isFile) ?? [];
    if (!options.length) return null;
    const now = this.#optionOf(item) ?? "";
    if (options.length === 1 && now) return null;
    const select = h("select", { class: "use", "aria-label": `Use ${item.label} as` },
      options.map((option) => h("option", { value: option.name }, option.name)), h("option", { value: "" }, "not used"));
    select.value = now;
    select.addEventListener("change", () => {
      item.option = select.value;
      this.#drawTray();
    });
    return select;
  }

  #drawItem(item, first = false) {
    const chip = this.#chips.get(item);
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
    if (first) return;
    this.#state();
    if (item.state === "here" || item.state === "failed") this.#keepDraft();
    if (item.state === "failed") this.#tell.heard(`${item.label}: ${item.error}`);
    if (this.#waiting && !this.tray.busy) {
      this.#waiting = false;
      this.submit();
    }
  }

  #move(item, to) {
    this.tray.move(item, to);
    this.#tell.heard(`${item.label}: place ${this.tray.items.indexOf(item) + 1} of ${this.tray.items.length}`);
  }

  #chipKey(event, item) {
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (event.altKey && event.key in steps) {
      event.preventDefault();
      this.#move(item, this.tray.items.indexOf(item) + steps[event.key]);
    } else if (event.key === "Delete") {
      event.preventDefault();
      this.tray.remove(item);
    }
  }

  #dragStart(event, item) {
    this.#dragged = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.label);
    this.#chips.get(item).row.classList.add("dragged");
  }
  #dragged = null;

  #dragOver(event, item) {
    if (!this.#dragged) return;
    event.preventDefault();
    if (this.#dragged === item) return;
    const dragged = this.#dragged;
    this.tray.move(dragged, this.tray.items.indexOf(item));
    this.#chips.get(dragged)?.row.classList.add("dragged");
  }

  #dragEnd() {
    this.#dragged = null;
    for (const { row } of this.#chips.values()) row.classList.remove("dragged");
  }

  #state() {
    const something = this.#command || this.#say.value.trim() || this.tray.items.length;
    this.#send.disabled = !something || this.#sending;
    this.#send.classList.toggle("waiting", this.#waiting || this.#sending);
    this.#send.setAttribute("aria-label", this.#waiting ? "Sends when the files are here" : "Send");
    this.#send.title = this.#waiting ? "Sends when the files are here" : "Send";
  }

  #keepDraft() {
    const draft = {
      text: this.#say.value,
      command: this.#command?.name ?? null,
      values: this.#form?.values ?? {},
      files: this.tray.items
        .filter((item) => item.id && item.state === "here")
        .map(({ id, label, size: bytes, looks, option }) => ({ id, label, size: bytes, looks, option })),
    };
    sessionStorage.setItem(DRAFT, JSON.stringify(draft));
  }

  // A reload loses no finished upload; what was on its way has to be attached again.
  async #restore() {
    const kept = sessionStorage.getItem(DRAFT);
    if (!kept) return;
    const draft = JSON.parse(kept);
    const looks = await Promise.all(draft.files.map((file) => ask("GET", `/api/uploads/${file.id}`).catch(() => null)));
    const here = draft.files.filter((_, index) => looks[index] && !looks[index].sent && looks[index].received === looks[index].size);
    this.#say.value = draft.text;
    const command = this.#commands.find((each) => each.name === draft.command);
    if (here.length) this.tray.restore(here);
    if (command) this.choose(command, { values: draft.values, focus: false });
    else this.#typed();
  }
}
