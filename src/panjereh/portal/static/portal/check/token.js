// The token in a certificate's QR code: what it says, and which key signed it. Its form is told in documents/tokens.py.
"use strict";

const Token = (() => {
  const IN_TEXT = /PJ1\.([A-Z2-7]+)$/;
  const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const LARGEST = 600;
  const ISS = 1, EXP = 4, IAT = 6, CTI = 7;
  const LANGUAGES = -65537, TITLE = -65538, FIELDS = -65539, PLACE = -65540;
  const ES256 = { name: "ECDSA", hash: "SHA-256" };

  // `reason` is one of documents.checking.REASONS.
  class Refused extends Error {
    constructor(reason) {
      super(reason);
      this.reason = reason;
    }
  }

  const unread = () => new Refused("not_a_token");

  function foundIn(text) {
    const match = IN_TEXT.exec(text.trim());
    return match ? match[0] : null;
  }

  function bytesOf(text) {
    const match = IN_TEXT.exec(text.trim());
    if (!match) throw unread();
    const letters = match[1];
    const content = new Uint8Array(Math.floor((letters.length * 5) / 8));
    let held = 0, bits = 0, place = 0;
    for (const letter of letters) {
      held = ((held << 5) | BASE32.indexOf(letter)) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        content[place] = (held >> bits) & 0xff;
        place += 1;
      }
    }
    const shortest = Math.ceil((content.length * 8) / 5) === letters.length;
    if (!shortest || (held & ((1 << bits) - 1)) !== 0 || content.length > LARGEST) throw unread();
    return content;
  }

  function cbor(bytes) {
    try {
      return Cbor.read(bytes);
    } catch (error) {
      if (error instanceof Cbor.Malformed) throw unread();
      throw error;
    }
  }

  const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
  const isTexts = (value) => Array.isArray(value) && value.every((each) => typeof each === "string");

  // The three parts that matter of a COSE_Sign1 (RFC 9052): protected header, payload, signature.
  function parts(text) {
    const sign1 = cbor(bytesOf(text));
    if (!(sign1 instanceof Cbor.Tagged) || sign1.tag !== 18) throw unread();
    const value = sign1.value;
    if (!Array.isArray(value) || value.length !== 4) throw unread();
    const [header, open, payload, signature] = value;
    const fits = isBytes(header) && open instanceof Map && open.size === 0 && isBytes(payload) && isBytes(signature, 64);
    if (!fits) throw unread();
    return { header, payload, signature };
  }

  function keyNumber(header) {
    const map = cbor(header);
    const fits = map instanceof Map && map.size === 2 && map.get(1) === -7 && isBytes(map.get(4), 8);
    if (!fits) throw unread();
    return map.get(4);
  }

  function keyOf(header, keys) {
    const number = keyNumber(header);
    const found = keys.filter((key) => {
      const thumbprint = atob(key.kid.replaceAll("-", "+").replaceAll("_", "/"));
      return number.every((byte, place) => byte === thumbprint.charCodeAt(place));
    });
    return found.length === 1 ? found[0] : null;
  }

  // What the signature covers (RFC 9052, section 4.4): an array of a text and three byte strings.
  function covered(header, payload) {
    const context = new TextEncoder().encode("Signature1");
    return joined([Uint8Array.of(0x84, 0x6a), context, head(header), header, Uint8Array.of(0x40), head(payload), payload]);
  }

  function head(bytes) {
    if (bytes.length < 24) return Uint8Array.of(0x40 | bytes.length);
    if (bytes.length < 256) return Uint8Array.of(0x58, bytes.length);
    return Uint8Array.of(0x59, bytes.length >> 8, bytes.length & 255);
  }

  function joined(pieces) {
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  function claimsOf(payload) {
    const claims = cbor(payload);
    if (!(claims instanceof Map)) throw unread();
    const languages = claims.get(LANGUAGES), title = claims.get(TITLE), fields = claims.get(FIELDS);
    const sound =
      typeof claims.get(ISS) === "string" &&
      Number.isInteger(claims.get(IAT)) &&
      (!claims.has(EXP) || Number.isInteger(claims.get(EXP))) &&
      Number.isInteger(claims.get(PLACE)) &&
      isBytes(claims.get(CTI), 10) &&
      isTexts(languages) &&
      isTexts(title) &&
      title.length === languages.length &&
      Array.isArray(fields) &&
      fields.every((field) => Array.isArray(field) && field.length === languages.length + 1 && isTexts(field.slice(0, -1)));
    if (!sound) throw unread();
    const words = (texts) => Object.fromEntries(languages.map((language, place) => [language, texts[place]]));
    return {
      agency: claims.get(ISS),
      issued: claims.get(IAT),
      expires: claims.has(EXP) ? claims.get(EXP) : null,
      place: claims.get(PLACE),
      code: codeOf(claims.get(CTI)),
      title: words(title),
      fields: fields.map((field) => ({ label: words(field.slice(0, -1)), value: field[field.length - 1] })),
    };
  }

  function codeOf(bytes) {
    let bits = "";
    for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
    return bits.match(/.{5}/g).map((five) => CODE[parseInt(five, 2)]).join("");
  }

  function importKey(key) {
    const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
    return crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  }

  // What a token says, if one of `keys` signed it; throws Refused otherwise.
  async function read(text, keys) {
    const { header, payload, signature } = parts(text);
    const key = keyOf(header, keys);
    if (key === null) throw new Refused("unknown_key");
    const good = await crypto.subtle.verify(ES256, await importKey(key), signature, covered(header, payload));
    if (!good) throw new Refused("signature_wrong");
    const said = claimsOf(payload);
    if (said.agency !== key.agency) throw new Refused("other_agency");
    if (said.issued > key.until) throw new Refused("not_of_its_time");
    if (key.revoked && (key.revoked.theft || said.issued >= key.revoked.since)) throw new Refused("seal_revoked");
    return { ...said, key };
  }

  return { read, foundIn, Refused, importKey, ES256 };
})();
