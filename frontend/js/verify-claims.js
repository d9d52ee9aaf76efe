// A document's claims out of the text of its QR code: base 32, deflate, CBOR (RFC 8949), COSE_Sign1
// (RFC 9052) with ES256. Mirrors engine/claims.py.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const COSE_SIGN1 = 18;
const ES256 = -7;
const DOCUMENT = -65537;
const REVOKED = -65538;
const MOST_BYTES = 4096;
const MOST_LISTED = 1_000_000;

// {claims, verdict}: "true", "false" (the signature does not fit) or "unknown" (no such key here).
// Throws where the text is no claims at all.
export async function decode(text, keys) {
  const message = cbor(await inflated(base32(text.slice(text.lastIndexOf("#") + 1))));
  if (message.tag !== COSE_SIGN1) throw new Error("no COSE_Sign1 message");
  const [head, , payload, signature] = message.value;
  const header = cbor(head);
  if (header.get(1) !== ES256) throw new Error("another algorithm");
  const claims = read(cbor(payload));
  const id = hex(header.get(4));
  const key = keys.find((each) => each.id === id && each.city === claims.city);
  if (!key) return { claims, verdict: "unknown" };
  const good = await verified(key.spki, structure(head, payload), signature);
  return { claims, verdict: good ? "true" : "false" };
}

// A city's signed list of what no longer stands: {city, issued, ended: Map(code -> {state, day})}.
// Throws where the bytes are none, or no known key of the city signed them. Mirrors
// engine/revocations.py.
export async function revocations(bytes, keys) {
  const message = cbor(bytes, MOST_LISTED);
  if (message.tag !== COSE_SIGN1) throw new Error("no COSE_Sign1 message");
  const [head, , payload, signature] = message.value;
  const header = cbor(head);
  const body = cbor(payload, MOST_LISTED);
  const city = body.get(1);
  const key = keys.find((each) => each.id === hex(header.get(4)) && each.city === city);
  if (header.get(1) !== ES256 || !key) throw new Error("signed by nobody known");
  if (!(await verified(key.spki, structure(head, payload), signature))) throw new Error("forged");
  const ended = new Map(body.get(REVOKED).map(([code, state, day]) => [code, { state: ["", "void", "replaced"][state], day }]));
  return { city, issued: body.get(6), ended };
}

function read(body) {
  const own = body.get(DOCUMENT);
  return {
    city: body.get(1), issued: body.get(6), expires: body.get(4) ?? null,
    code: own.get(1), kind: own.get(2), title: own.get(3), number: own.get(4), office: own.get(5),
    day: own.get(6), holder: own.get(7), signers: own.get(8), digest: hex(own.get(9)),
  };
}

async function verified(spki, signed, signature) {
  const raw = Uint8Array.from(atob(spki), (letter) => letter.charCodeAt(0));
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", raw, curve, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
}

// ["Signature1", protected, external (empty), payload] as RFC 9052, 4.4 has it signed.
function structure(head, payload) {
  const context = new TextEncoder().encode("Signature1");
  return joined([
    [0x84, 0x60 | context.length], context, prefix(head.length), head, [0x40], prefix(payload.length), payload,
  ]);
}

function prefix(length) {
  if (length < 24) return [0x40 | length];
  if (length < 256) return [0x58, length];
  if (length < 65536) return [0x59, length >> 8, length & 255];
  return [0x5a, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
}

function joined(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function base32(text) {
  const out = [];
  let bits = 0;
  let held = 0;
  for (const letter of text.replace(/\s/g, "").toUpperCase()) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) throw new Error("no base 32");
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push((held >> bits) & 255);
    }
  }
  return new Uint8Array(out);
}

async function inflated(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const parts = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(parts);
    size += value.length;
    if (size > MOST_BYTES) throw new Error("longer than any claims");
    parts.push(value);
  }
}

function cbor(bytes, most = MOST_BYTES) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const item = (depth) => {
    if (depth > 8) throw new Error("nested too deep");
    const first = view.getUint8(at++);
    const count = argument(first & 31);
    switch (first >> 5) {
      case 0: return count;
      case 1: return -1 - count;
      case 2: return taken(count);
      case 3: return new TextDecoder("utf-8", { fatal: true }).decode(taken(count));
      case 4: return Array.from({ length: checked(count) }, () => item(depth + 1));
      case 5: return new Map(Array.from({ length: checked(count) }, () => [item(depth + 1), item(depth + 1)]));
      case 6: return { tag: count, value: item(depth + 1) };
      default: throw new Error("an unexpected kind of value");
    }
  };
  const argument = (short) => {
    if (short < 24) return short;
    const size = { 24: 1, 25: 2, 26: 4 }[short];
    if (!size) throw new Error("a number too large");
    const value = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
    at += size;
    return value;
  };
  const checked = (count) => {
    if (count > most) throw new Error("too many values");
    return count;
  };
  const taken = (count) => {
    if (at + count > bytes.length) throw new Error("cut short");
    at += count;
    return bytes.slice(at - count, at);
  };
  const value = item(0);
  if (at !== bytes.length) throw new Error("something follows the value");
  return value;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
