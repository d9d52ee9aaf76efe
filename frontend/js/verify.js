// The page of verification: reads a document's QR code and checks the city's signature on this
// device. What the code says stays here; only its short code is asked about, where there is a network.
import jsQR from "jsqr";
import { decode, revocations } from "./verify-claims.js";

const words = JSON.parse(document.getElementById("verify-words").textContent);
const keys = JSON.parse(document.getElementById("city-keys").textContent);
const result = document.getElementById("offline");
const video = document.getElementById("camera");
const startButton = document.getElementById("camera-start");
const stopButton = document.getElementById("camera-stop");
const detector = "BarcodeDetector" in window ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
const LISTS = "revocations";
let stream = null;

async function check(text) {
  let found;
  try {
    found = await decode(text, keys);
  } catch {
    show("late", words.unreadable, words.unreadable_text);
    return;
  }
  const { claims, verdict } = found;
  if (verdict === "false") return show("late", words.false, words.false_text);
  if (verdict === "unknown") return show("wait", words.unknown, words.unknown_text);
  const expired = claims.expires !== null && claims.expires * 1000 < Date.now();
  show(expired ? "late" : "ok", words.genuine, expired ? words.expired : words.genuine_text, claims);
  await ask(claims);
}

function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
}

function show(status, title, text, claims) {
  const note = element("div", `note ${status}`);
  note.append(element("p", "b", title), element("p", "", text));
  result.replaceChildren(note);
  result.dataset.verdict = status;
  if (claims) result.append(facts(claims), asked());
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

function facts(claims) {
  const list = element("dl", "kv mt4");
  const { name: city = claims.city, zone = "UTC" } = keys.find((key) => key.city === claims.city) ?? {};
  const day = (moment, timeZone) =>
    new Date(moment * 1000).toLocaleDateString(words.language, { dateStyle: "long", timeZone });
  const rows = [
    [words.city, city], [words.title, claims.title], [words.number, claims.number],
    [words.office, claims.office], [words.day, day(claims.day * 86400, "UTC")], [words.holder, claims.holder],
    [words.signers, claims.signers.join("; ")],
    [words.until, claims.expires === null ? "" : day(claims.expires - 1, zone)],
    [words.code, claims.code.replace(/(.{4})(?=.)/g, "$1-")], [words.digest, claims.digest],
  ];
  for (const [term, text] of rows) if (text) list.append(element("dt", "", term), element("dd", "", text));
  return list;
}

function asked() {
  const line = element("p", "mt4 b", words.issued_only);
  line.id = "still-stands";
  return line;
}

// Revocation needs the city: without a network the page says what the city's last list says, as of
// when, and plainly what it cannot know.
async function ask({ code, city }) {
  const line = document.getElementById("still-stands");
  if (!navigator.onLine) return listed(line, code, city);
  line.textContent = words.asking;
  try {
    const answer = await fetch(words.state.replace("CODE", code), { credentials: "omit" });
    const state = answer.status === 404 ? "missing" : answer.ok ? (await answer.json()).state : "";
    line.textContent = words[state] ?? words.issued_only;
    if (state && state !== "valid") result.dataset.verdict = result.firstChild.className = "note late";
    result.dataset.state = state;
  } catch {
    await listed(line, code, city);
  }
}

async function listed(line, code, city) {
  const kept = await (await caches.open(LISTS)).match(words.revoked.replace("CITY", city)).catch(() => null);
  const list = kept ? await revocations(new Uint8Array(await kept.arrayBuffer()), keys).catch(() => null) : null;
  line.textContent = words.issued_only;
  if (!list || list.city !== city) return;
  const as_of = new Date(list.issued * 1000).toLocaleString(words.language, { dateStyle: "long", timeStyle: "short" });
  const entry = list.ended.get(code);
  line.textContent = entry ? words[entry.state] : words.not_listed;
  line.append(" ", words.list_of.replace("WHEN", as_of));
  if (entry) result.dataset.verdict = result.firstChild.className = "note late";
  result.dataset.state = entry ? entry.state : "";
}

// The lists of the cities whose keys this page knows are kept for when there is no network.
async function keepLists() {
  if (!navigator.onLine || !("caches" in window)) return;
  const kept = await caches.open(LISTS);
  for (const city of new Set(keys.map((key) => key.city))) {
    const address = words.revoked.replace("CITY", city);
    const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
    if (answer?.ok) await kept.put(address, answer);
  }
}

async function read(source, width, height) {
  if (detector) {
    const found = await detector.detect(source).catch(() => []);
    if (found.length) return found[0].rawValue;
  }
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, 1600 / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, canvas.width, canvas.height)?.data ?? "";
}

async function startCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return show("wait", words.no_camera, "");
  }
  video.srcObject = stream;
  video.hidden = stopButton.hidden = false;
  startButton.hidden = true;
  await video.play();
  look();
}

async function look() {
  if (!stream) return;
  const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : "";
  if (!text) return setTimeout(look, 150);
  stopCamera();
  check(text);
}

function stopCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  video.hidden = stopButton.hidden = true;
  startButton.hidden = false;
}

async function readPicture(event) {
  const [file] = event.target.files;
  if (!file) return;
  const picture = await createImageBitmap(file).catch(() => null);
  const text = picture ? await read(picture, picture.width, picture.height) : "";
  if (text) await check(text);
  else show("wait", words.no_code, words.unreadable_text);
}

document.getElementById("scan").hidden = false;
startButton.addEventListener("click", startCamera);
stopButton.addEventListener("click", stopCamera);
document.getElementById("picture").addEventListener("change", readPicture);
document.getElementById("pasted-check").addEventListener("click", () =>
  check(document.getElementById("pasted").value));
const fromAddress = () => location.hash.length > 40 && check(location.hash);
window.addEventListener("hashchange", fromAddress);
fromAddress();
keepLists();
navigator.serviceWorker?.register("/verify/worker.js").catch(() => {});
