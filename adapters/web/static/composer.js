// Where a message is made: words, a command with its options, and the tray of files.

import { Refused, ask, newKey } from "./api.js";
import { Chips } from "./chips.js";
import { h, icon } from "./dom.js";
import { plural, size } from "./format.js";
import { Menu } from "./menu.js";
import { OptionsForm, acceptOf, fromText, isFile, titled } from "./options.js";
import { asker } from "./suggest.js";
import { Tray } from "./uploads.js";
import { readWords } from "./words.js";

const DRAFT = "tapedeck-draft";
const PLACEHOLDER = matchMedia("(max-width: 560px)").matches ? "Type / or attach tracks" : "Type / for commands, or drop tracks here";

export class Composer {
  #commands;
  #collects;
  #tell;
  #command = null;
  #form = null;
  #key = newKey();
  #waiting = false;
  #sending = false;
  #chips;

  // `collects` says that files without a command go on the person's tray.
  constructor(element, { commands, collects, mostBytes, tell }) {
    this.#commands = commands;
    this.#collects = collects;
    this.#tell = tell;
    this.tray = new Tray(mostBytes);
    this.#chips = new Chips(this.tray, {
      uses: () => this.#command?.options ?? [],
      useOf: (item) => this.#optionOf(item),
      heard: (text) => this.#tell.heard(text),
      changed: () => this.#drawTray(),
    });
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

  // What an example says goes into the form's fields; an example may also explain in plain words.
  tryExample(command, example) {
    const { values } = readWords(example.replace(/^\/\S+\s*/, ""), command, {});
    const named = command.options.filter((option) => option.name in values);
    this.choose(command, { values: Object.fromEntries(named.map((option) => [option.name, fromText(option, values[option.name])])) });
    this.#panel.querySelector("details")?.setAttribute("open", "");
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
    this.#complete(text.trim());
    this.#say.placeholder = this.#command ? this.#textHint() : PLACEHOLDER;
    this.#say.style.height = "auto";
    this.#say.style.height = `${Math.min(this.#say.scrollHeight, 180)}px`;
    this.#state();
    this.#keepDraft();
  }

  // What is typed after a command is its first text, which the command may know how to complete.
  #complete(typed) {
    this.#forget();
    const option = this.#command && this.#textOption();
    if (option?.suggests && !this.#menu.open) this.#forget = this.#ask(this.#command.name, option.name, typed);
  }
  #forget = () => {};
  #ask = asker((values) => {
    this.#menu.offer(values.filter((value) => value !== this.#say.value.trim()), (value) => {
      this.#say.value = value;
      this.#typed();
      this.#forget();
      this.focus();
    });
  });

  #textOption() {
    return this.#command.options.find((each) => each.kind === "text");
  }

  #textHint() {
    const option = this.#textOption();
    return option ? `${titled(option.name)}…` : "Press Send";
  }

  #key_(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && this.#asksNothing()) {
      event.preventDefault();
      this.chooseByName(this.#say.value.trim().slice(1).toLowerCase());
      this.submit();
      return;
    }
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

  // A command typed in full that needs nothing is sent by the first Enter, as in any chat.
  #asksNothing() {
    const name = /^\/([a-z]+)$/i.exec(this.#say.value.trim())?.[1].toLowerCase();
    const command = this.#commands.find((each) => each.name === name);
    return command && !this.#command && !command.options.some((option) => option.required || isFile(option));
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
    if (!this.#collects && !this.#command && this.#suggested && !text) {
      this.choose(this.#suggested);
      return;
    }
    const loose = this.#collects && !this.#command && !unknown && this.tray.items.length > 0;
    if (!this.#command && !text && !loose) return;
    const call = this.#read(this.#say.value.trim(), unknown);
    if (!call) return;
    const takesFiles = this.#command || loose;
    if (takesFiles && this.tray.failed) {
      this.#tell.notice("Some files did not arrive: try them again, or remove them.");
      return;
    }
    if (takesFiles && this.tray.busy) {
      this.#waiting = true;
      this.#state();
      this.#tell.heard("This is sent as soon as the files are here.");
      return;
    }
    await this.#post(call);
  }

  #read(text, unknown) {
    const command = this.#command;
    // Words of an unknown command are not said twice; files without a command go on the tray.
    if (unknown) return { command: unknown[1], text: unknown[2], values: {}, files: {} };
    if (!command) return { command: "", text, values: {}, files: this.#collects && this.tray.items.length ? { "": this.tray.items } : {} };
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
    const shown = { form: this.#form, words: this.#say.value };
    const files = Object.fromEntries(Object.entries(call.files).map(([name, items]) => [name, items.map((item) => item.id)]));
    try {
      const answer = await ask("POST", "/api/calls", { ...call, files, key: this.#key });
      this.#sent(call, used, { ...answer, ...shown });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#tell.notice(error.message);
    } finally {
      this.#sending = false;
      this.#state();
    }
  }

  #sent(call, used, { messages, taken, form, words }) {
    // Whoever went on to something else while this was on its way keeps that.
    const same = this.#form === form;
    const command = same ? this.#command : null;
    this.#key = newKey();
    if (this.#say.value === words) this.#say.value = "";
    this.#tell.sent(messages);
    if (command) this.drop();
    this.tray.take(used);
    // A call that was turned down comes back, so that it can be mended.
    if (used.size && !taken) {
      this.tray.restore([...used]);
      if (command) this.choose(command, { values: call.values });
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
    this.#tray.hidden = !items.length;
    const focused = document.activeElement?.closest?.("[data-item]")?.dataset.item;
    const focusedName = document.activeElement?.getAttribute?.("aria-label");
    const rows = this.#chips.drawAll();
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
        ? [h("button", { type: "button", class: "suggestion", onclick: () => this.choose(command) }, h("code", {}, `/${command.name}`), h("span", {}, command.summary)),
           this.#collects ? h("p", { class: "small" }, "Or just send them: they wait on your tray.") : ""]
        : []),
    );
  }

  #drawItem(item) {
    this.#chips.drawItem(item);
    this.#state();
    if (item.state === "here" || item.state === "failed") this.#keepDraft();
    if (item.state === "failed") this.#tell.heard(`${item.label}: ${item.error}`);
    if (this.#waiting && !this.tray.busy) {
      this.#waiting = false;
      this.submit();
    }
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
