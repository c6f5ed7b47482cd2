// A form in a dialogue: fields by kind, filled with what they begin with, files as well.

import { h, icon } from "./dom.js";
import { OptionsForm, acceptOf, fromText } from "./options.js";
import { Tray } from "./uploads.js";

// Resolves to what was given, or to null when it was left.
export function openForm(form, { mostBytes }) {
  return new Promise((resolve) => new FormDialog(form, mostBytes, resolve));
}

class FormDialog {
  #form;
  #fields;
  #tray;
  #resolve;
  #dialog;
  #note;
  #send;
  #waiting = false;

  constructor(form, mostBytes, resolve) {
    this.#form = form;
    this.#resolve = resolve;
    this.#tray = new Tray(mostBytes);
    this.#tray.addEventListener("list", () => this.#count());
    this.#tray.addEventListener("item", () => this.#arrived());
    const values = Object.fromEntries(
      form.options.filter((option) => option.name in form.values).map((option) => [option.name, fromText(option, form.values[option.name])]),
    );
    this.#fields = new OptionsForm(
      { name: form.action.split(".")[0], options: form.options },
      { values, prefix: "form", pick: (option) => this.#pick(option), changed: () => {} },
    );
    this.#draw();
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  #draw() {
    this.#note = h("p", { class: "notice", role: "alert", hidden: true });
    this.#send = h("button", { type: "submit", class: "primary" }, "Send");
    const body = h(
      "form",
      { method: "dialog", onsubmit: (event) => this.#submit(event) },
      h("header", {}, h("h2", { id: "dialog-heading" }, this.#form.title),
        h("button", { type: "button", class: "round small", "aria-label": "Close", onclick: () => this.#dialog.close() }, icon("close"))),
      this.#fields.element,
      this.#note,
      h("footer", {}, h("button", { type: "button", class: "quiet", onclick: () => this.#dialog.close() }, "Cancel"), this.#send),
    );
    this.#dialog = h("dialog", { class: "form-dialog", "aria-labelledby": "dialog-heading" }, body);
    this.#dialog.addEventListener("close", () => this.#leave());
  }

  #pick(option) {
    const picker = h("input", { type: "file", accept: acceptOf(option), multiple: option.kind === "files" });
    picker.addEventListener("change", () => {
      if (option.kind === "file") this.#of(option).forEach((item) => this.#tray.remove(item));
      this.#tray.add([...picker.files], option.name);
    });
    picker.click();
  }

  #of(option) {
    return this.#tray.items.filter((item) => item.option === option.name);
  }

  #count() {
    for (const option of this.#form.options) this.#fields.count(option.name, this.#of(option).length);
  }

  #arrived() {
    const failed = this.#tray.items.find((item) => item.state === "failed");
    if (failed) this.#say(`${failed.label}: ${failed.error}`);
    if (this.#waiting && !this.#tray.busy && !failed) this.#finish();
  }

  #say(text) {
    this.#note.textContent = text;
    this.#note.hidden = false;
    this.#send.disabled = false;
    this.#waiting = false;
  }

  #submit(event) {
    event.preventDefault();
    if (this.#tray.busy) {
      this.#waiting = true;
      this.#send.disabled = true;
      this.#send.textContent = "Waiting for the files…";
    } else this.#finish();
  }

  #finish() {
    const files = {};
    for (const item of this.#tray.items.filter((each) => each.state === "here")) (files[item.option] ??= []).push(item.id);
    this.#resolve({ values: this.#fields.everything, files });
    this.#resolve = null;
    this.#dialog.close();
  }

  #leave() {
    this.#dialog.remove();
    if (!this.#resolve) return;
    this.#tray.clear();
    this.#resolve(null);
  }
}
