// Reads CBOR (RFC 8949) in its one deterministic form (section 4.2.1) and nothing else: a second spelling of the same
// value is refused, and so is whatever our tokens do not use (floats, lengths left open, tags other than the outermost).
"use strict";

const Cbor = (() => {
  const DEEPEST = 8;

  class Malformed extends Error {}

  class Tagged {
    constructor(tag, value) {
      this.tag = tag;
      this.value = value;
    }
  }

  function reader(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;

    function take(count) {
      if (count > bytes.length - at) throw new Malformed("ends too early");
      at += count;
      return at - count;
    }

    // A number in the fewest bytes that hold it.
    function argument(short) {
      if (short < 24) return short;
      if (short === 24) return atLeast(view.getUint8(take(1)), 24);
      if (short === 25) return atLeast(view.getUint16(take(2)), 0x100);
      if (short === 26) return atLeast(view.getUint32(take(4)), 0x10000);
      if (short === 27) return atLeast(safe(view.getBigUint64(take(8))), 0x100000000);
      throw new Malformed("a length left open");
    }

    function atLeast(value, least) {
      if (value < least) throw new Malformed("a number in more bytes than it needs");
      return value;
    }

    function safe(value) {
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed("a number beyond 2^53");
      return Number(value);
    }

    function slice(length) {
      const start = take(length);
      return bytes.subarray(start, start + length);
    }

    function text(length) {
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(slice(length));
      } catch (error) {
        throw error instanceof Malformed ? error : new Malformed("not UTF-8");
      }
    }

    function list(length, depth) {
      const items = [];
      for (let count = 0; count < length; count += 1) items.push(value(depth + 1));
      return items;
    }

    function map(length, depth) {
      const found = new Map();
      let last = null;
      for (let count = 0; count < length; count += 1) {
        const start = at;
        const key = value(depth + 1);
        if (typeof key !== "number" && typeof key !== "string") throw new Malformed("a key of another kind");
        const spelled = bytes.subarray(start, at);
        if (last !== null && compare(last, spelled) >= 0) throw new Malformed("keys out of order or twice");
        last = spelled;
        found.set(key, value(depth + 1));
      }
      return found;
    }

    function simple(short) {
      if (short === 20) return false;
      if (short === 21) return true;
      if (short === 22) return null;
      throw new Malformed("a value of another kind");
    }

    function value(depth) {
      if (depth > DEEPEST) throw new Malformed("too deep");
      const first = view.getUint8(take(1));
      const kind = first >> 5;
      const short = first & 31;
      if (kind === 7) return simple(short);
      const number = argument(short);
      if (kind === 0) return number;
      if (kind === 1) return -1 - number;
      if (kind === 2) return slice(number);
      if (kind === 3) return text(number);
      if (kind === 4) return list(number, depth);
      if (kind === 5) return map(number, depth);
      if (depth > 0) throw new Malformed("a tag within");
      return new Tagged(number, value(depth + 1));
    }

    const whole = value(0);
    if (at !== bytes.length) throw new Malformed("more than one value");
    return whole;
  }

  function compare(a, b) {
    for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
      if (a[place] !== b[place]) return a[place] - b[place];
    }
    return a.length - b.length;
  }

  return { read: reader, Malformed, Tagged };
})();
