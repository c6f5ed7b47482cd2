// Hears of new messages and of progress; comes back by itself and misses nothing.

const LONGEST_WAIT = 15000;

export class Live extends EventTarget {
  #revision;
  #wait = 500;
  #socket = null;
  #timer = null;

  constructor(revision) {
    super();
    this.#revision = revision;
    addEventListener("online", () => this.#now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#now());
    addEventListener("pageshow", (event) => event.persisted && this.#now());
    this.#connect();
  }

  #now() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#wait = 500;
    this.#connect();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/api/live?since=${this.#revision}`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait = 500;
      this.#tell("state", { connected: true });
    };
    socket.onmessage = (event) => {
      const told = JSON.parse(event.data);
      if (told.type === "message") {
        this.#revision = Math.max(this.#revision, told.message.revision);
      }
      this.#tell(told.type, told);
    };
    socket.onclose = () => {
      this.#socket = null;
      this.#tell("state", { connected: false });
      this.#timer = setTimeout(() => this.#connect(), this.#wait * (0.7 + Math.random() * 0.6));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    };
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
