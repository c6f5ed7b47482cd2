// Talks to the sidecar. What goes wrong comes as a sentence.

const { scriptHeader, trayHeader, tray } = document.body.dataset;
// An upload page names its tray, so that two of them open at once never mix.
const HEADERS = tray ? { [scriptHeader]: "1", [trayHeader]: tray } : { [scriptHeader]: "1" };
export const UPLOADS = tray ? "/api/tray/uploads" : "/api/uploads";
const LOST = "Tapedeck cannot be reached right now. Is it running?";

export class Refused extends Error {
  constructor(status, sentence, more = {}) {
    super(sentence);
    this.status = status;
    this.more = more;
  }
}

export async function ask(method, path, body) {
  const headers = { ...HEADERS };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused(0, LOST);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw refused(response.status, answer);
  return answer;
}

function refused(status, answer) {
  return new Refused(status, answer.error || `Something went wrong here (${status}).`, answer);
}

// fetch cannot tell how much it has sent; XMLHttpRequest can.
export function sendPiece(path, piece, { onprogress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.responseType = "json";
    for (const [name, value] of Object.entries(HEADERS)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => onprogress(event.loaded);
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else reject(refused(request.status, request.response || {}));
    };
    request.onerror = () => reject(new Refused(0, LOST));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(piece);
  });
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
