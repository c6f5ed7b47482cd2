// Plays a result: sound or picture, a waveform to seek in, and the tracklist as chapters.

import { h, icon, svg } from "./dom.js";
import { clock, spoken } from "./format.js";

const BARS = matchMedia("(max-width: 560px)").matches ? 90 : 170;
const STEP = 5;
let playing = null;
let clips = 0;

export class Player {
  #media = {};
  #current = null;
  #message;
  #rows = [];
  #track = -1;
  #refresh;
  #asked = false;
  #dragging = false;

  constructor(message, refresh) {
    this.#message = message;
    this.#refresh = refresh;
    const sound = message.products.find((product) => product.role === "audio");
    const picture = message.products.find((product) => product.role === "video");
    if (sound) this.#media.audio = this.#make("audio", sound);
    if (picture) this.#media.video = this.#make("video", picture);
    this.#current = this.#media.audio ?? this.#media.video ?? null;
    if (!this.#current) {
      this.element = h("div");
      this.tracks = this.#drawTracks();
      return;
    }
    this.element = h("div", { class: "player" }, this.#drawStage(), this.#drawDeck());
    this.tracks = this.#drawTracks();
    this.#show();
  }

  // Links expire: new ones take the place of old ones, but not under a playing tape.
  relink(message) {
    this.#message = message;
    for (const [role, media] of Object.entries(this.#media)) {
      const product = message.products.find((each) => each.role === role);
      if (!product || !media.paused) continue;
      this.#load(media, `${product.link}?play`, media.currentTime);
    }
  }

  get #length() {
    const known = this.#current?.duration;
    return Number.isFinite(known) && known > 0 ? known : this.#message.duration || 0;
  }

  #make(role, product) {
    const media = h(role, { preload: role === "video" ? "none" : "metadata" });
    media.src = `${product.link}?play`;
    if (role === "video") {
      media.controls = true;
      media.playsInline = true;
      media.setAttribute("aria-label", `Video: ${this.#message.title}`);
      const cover = this.#message.products.find((each) => each.role === "cover");
      if (cover) media.poster = `${cover.link}?play`;
    }
    for (const name of ["timeupdate", "seeked", "durationchange", "play", "pause", "ended"]) {
      media.addEventListener(name, () => media === this.#current && this.#show());
    }
    media.addEventListener("play", () => this.#claim(media));
    media.addEventListener("error", () => this.#mend(media, role));
    return media;
  }

  #claim(media) {
    if (playing && playing !== media) playing.pause();
    playing = media;
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({ title: this.#message.title });
    navigator.mediaSession.setActionHandler("previoustrack", () => this.#skip(-1));
    navigator.mediaSession.setActionHandler("nexttrack", () => this.#skip(1));
  }

  async #mend(media, role) {
    if (this.#asked) return this.#lament();
    this.#asked = true;
    try {
      const fresh = await this.#refresh();
      this.#message = fresh;
      const product = fresh.products.find((each) => each.role === role);
      this.#load(media, `${product.link}?play`, media.currentTime);
    } catch {
      this.#lament();
    }
    return undefined;
  }

  #load(media, source, at) {
    media.src = source;
    if (at > 0) media.addEventListener("loadedmetadata", () => (media.currentTime = at), { once: true });
  }

  #lament() {
    this.#note.textContent = "This recording can no longer be played here.";
    this.#note.hidden = false;
  }

  #drawStage() {
    this.#note = h("p", { class: "notice", role: "alert", hidden: true });
    const stage = h("div", { class: "stage" }, this.#note, this.#media.audio ?? []);
    if (!this.#media.video) return stage;
    stage.append(this.#media.video);
    if (!this.#media.audio) return stage;
    this.#media.video.hidden = true;
    return stage;
  }
  #note;

  #drawDeck() {
    this.#button = h("button", { class: "play", type: "button", onclick: () => this.toggle() });
    this.#slider = h("div", {
      class: "wave",
      role: "slider",
      tabindex: "0",
      "aria-label": "Position",
      "aria-valuemin": "0",
      onkeydown: (event) => this.#key(event),
      onpointerdown: (event) => this.#grab(event),
      onpointermove: (event) => this.#hover(event),
      onpointerleave: () => (this.#tip.hidden = true),
    });
    this.#tip = h("span", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.#slider.append(this.#drawWave(), this.#tip);
    this.#now = h("span", { class: "now" }, "0:00");
    this.#whole = h("span", {}, clock(this.#message.duration));
    const many = this.#message.tracks.length > 1;
    const skip = (name, label, by) =>
      many &&
      h("button", { class: "skip-track", type: "button", "aria-label": label, onclick: () => this.#skip(by) }, icon(name));
    return h(
      "div",
      { class: "transport" },
      h("div", { class: "keys" }, [
        skip("previous", "Previous track", -1),
        this.#button,
        skip("next", "Next track", 1),
      ].filter(Boolean)),
      this.#slider,
      h("div", { class: "times" }, h("span", { class: "time" }, this.#now, " / ", this.#whole), this.#drawSwitch(), this.#drawVolume()),
    );
  }
  #button;
  #slider;
  #tip;
  #now;
  #whole;

  #drawSwitch() {
    if (!this.#media.audio || !this.#media.video) return null;
    const button = h(
      "button",
      { class: "watch", type: "button", "aria-pressed": "false", onclick: () => this.#watch(button) },
      "Watch",
    );
    return button;
  }

  #watch(button) {
    const video = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(video));
    const before = this.#current;
    const went = !before.paused;
    const at = before.currentTime;
    before.pause();
    this.#current = video ? this.#media.video : this.#media.audio;
    this.#media.video.hidden = !video;
    this.#seek(at);
    if (went || video) this.#current.play().catch(() => {});
    if (video) this.#current.scrollIntoView({ block: "nearest" });
    this.#show();
  }

  #drawVolume() {
    const slider = h("input", {
      type: "range", min: "0", max: "1", step: "0.05", value: "1", class: "volume", "aria-label": "Volume",
      oninput: () => Object.values(this.#media).forEach((media) => (media.volume = Number(slider.value))),
    });
    return h("span", { class: "loudness" }, icon("loud"), slider);
  }

  #drawWave() {
    const given = this.#message.waveform ?? [];
    const path = waveform(given.length ? given : null);
    const id = `clip-${(clips += 1)}`;
    this.#played = svg("rect", { x: 0, y: 0, width: 0, height: 100 });
    const marks = this.#message.tracks
      .slice(1)
      .map((track) => (1000 * track.start) / (this.#message.duration || 1))
      .map((x) => svg("path", { class: "mark", d: `M${x.toFixed(2)} 0V100` }));
    return svg(
      "svg",
      { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      svg("defs", {}, svg("clipPath", { id }, this.#played)),
      svg("path", { class: "peaks", d: path }),
      svg("path", { class: "peaks played", d: path, "clip-path": `url(#${id})` }),
      ...marks,
    );
  }
  #played;

  #drawTracks() {
    const { tracks } = this.#message;
    if (!tracks.length) return null;
    this.#rows = tracks.map((track, index) => {
      const words = [
        h("span", { class: "track-number" }, String(index + 1)),
        h("span", { class: "track-name" },
          h("bdi", { class: "track-title" }, track.title || track.source || `Track ${index + 1}`),
          track.artist ? h("bdi", { class: "track-artist" }, track.artist) : null),
        h("span", { class: "track-time" }, clock(track.start)),
      ];
      if (!this.#current) return h("div", { class: "track" }, words);
      const button = h("button", { class: "track", type: "button", onclick: () => this.#jump(index) }, words);
      button.setAttribute("aria-label", `Play ${track.title || track.source}${track.artist ? ` by ${track.artist}` : ""}, at ${spoken(track.start)}`);
      return button;
    });
    return h("ol", { class: "tracks", "aria-label": "Tracklist" }, this.#rows.map((row) => h("li", {}, row)));
  }

  toggle() {
    if (this.#current.paused) this.#current.play().catch(() => {});
    else this.#current.pause();
  }

  #jump(index) {
    const at = this.#message.tracks[index]?.start;
    if (at === undefined || at === null) return;
    this.#seek(at);
    this.#current.play().catch(() => {});
  }

  #skip(by) {
    const { tracks } = this.#message;
    const at = this.#current.currentTime;
    const here = current(tracks, at);
    // Like a deck: back goes to the start of this track first.
    const target = by < 0 && here >= 0 && at - tracks[here].start > 3 ? here : here + by;
    this.#seek(tracks[Math.max(0, Math.min(tracks.length - 1, target))]?.start ?? 0);
  }

  #seek(seconds) {
    const at = Math.max(0, Math.min(seconds, this.#length || seconds));
    const media = this.#current;
    if (media.readyState >= 1) media.currentTime = at;
    else {
      media.addEventListener("loadedmetadata", () => (media.currentTime = at), { once: true });
      if (media.preload === "none") media.preload = "metadata";
      media.load();
    }
    this.#show(at);
  }

  #key(event) {
    const steps = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP };
    const at = this.#current.currentTime;
    if (event.key in steps) this.#seek(at + steps[event.key]);
    else if (event.key === "Home") this.#seek(0);
    else if (event.key === "End") this.#seek(this.#length - 0.5);
    else if (event.key === "PageUp") this.#skip(-1);
    else if (event.key === "PageDown") this.#skip(1);
    else if (event.key === " " || event.key === "Enter") this.toggle();
    else return;
    event.preventDefault();
  }

  #at(event) {
    const box = this.#slider.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.#length;
  }

  #grab(event) {
    if (event.button) return;
    this.#slider.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.#seek(this.#at(event));
    const end = () => (this.#dragging = false);
    this.#slider.addEventListener("pointerup", end, { once: true });
    this.#slider.addEventListener("pointercancel", end, { once: true });
  }

  #hover(event) {
    const at = this.#at(event);
    if (this.#dragging) this.#seek(at);
    if (event.pointerType !== "mouse") return;
    const track = this.#message.tracks[current(this.#message.tracks, at)];
    this.#tip.textContent = track ? `${clock(at)}  ${track.title || track.source}` : clock(at);
    this.#tip.hidden = false;
    const box = this.#slider.getBoundingClientRect();
    const half = this.#tip.offsetWidth / 2;
    const x = Math.max(half, Math.min(box.width - half, event.clientX - box.left));
    this.#tip.style.left = `${x}px`;
  }

  #show(at = this.#current.currentTime) {
    const length = this.#length;
    const share = length ? Math.min(1, at / length) : 0;
    this.#played.setAttribute("width", (1000 * share).toFixed(2));
    this.#now.textContent = clock(at);
    this.#whole.textContent = clock(length);
    this.#slider.setAttribute("aria-valuemax", String(Math.round(length)));
    this.#slider.setAttribute("aria-valuenow", String(Math.round(at)));
    const track = current(this.#message.tracks, at);
    const title = this.#message.tracks[track]?.title;
    this.#slider.setAttribute("aria-valuetext", `${spoken(at)} of ${spoken(length)}${title ? `, ${title}` : ""}`);
    const going = !this.#current.paused;
    if (this.#button.dataset.going !== String(going)) {
      this.#button.dataset.going = String(going);
      this.#button.replaceChildren(icon(going ? "pause" : "play"));
      this.#button.setAttribute("aria-label", going ? "Pause" : "Play");
    }
    this.#mark(at > 0 || going ? track : -1);
  }

  #mark(track) {
    if (track === this.#track) return;
    this.#rows[this.#track]?.removeAttribute("aria-current");
    this.#rows[track]?.setAttribute("aria-current", "true");
    this.#track = track;
    const row = this.#rows[track];
    const list = row?.closest(".tracks");
    if (!list || list.matches(":hover, :focus-within")) return;
    const item = row.parentElement;
    const hidden = item.offsetTop < list.scrollTop || item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight;
    if (hidden) list.scrollTop = item.offsetTop - list.clientHeight / 3;
  }
}

export function current(tracks, at) {
  let found = -1;
  tracks.forEach((track, index) => {
    if (track.start !== null && track.start <= at + 0.05) found = index;
  });
  return found;
}

function waveform(peaks) {
  const bars = peaks ? Math.min(BARS, peaks.length) : 1;
  if (!peaks) return "M0 44h1000v12h-1000z";
  const width = 1000 / bars;
  // The loudest reaches the edge; near silence stays small.
  const most = Math.max(0.1, ...peaks);
  let path = "";
  for (let bar = 0; bar < bars; bar += 1) {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    const height = Math.max(3, (96 * Math.max(...peaks.slice(from, to))) / most);
    path += `M${(bar * width + width * 0.14).toFixed(2)} ${(50 - height / 2).toFixed(2)}h${(width * 0.72).toFixed(2)}v${height.toFixed(2)}h${(-width * 0.72).toFixed(2)}z`;
  }
  return path;
}
