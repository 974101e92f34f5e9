// Which keys are trusted and what has ended: signed lists (JSON Web Tokens), fetched when there is a network and kept.
"use strict";

const Trust = (() => {
  const KEPT = "panjereh-check-lists";
  const KEYS = "/check/keys.jwt";

  class Untrusted extends Error {}

  function bytesOf(text) {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Untrusted("not base64url");
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  }

  const json = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(text)));

  // The claims of a token that `keyOf(kid)` verifies; anything else throws.
  async function claims(jwt, typ, keyOf) {
    const pieces = jwt.trim().split(".");
    if (pieces.length !== 3) throw new Untrusted("not a token");
    const header = json(pieces[0]);
    const key = header.alg === "ES256" && header.typ === typ ? keyOf(header.kid) : null;
    if (!key) throw new Untrusted("no such key");
    const message = new TextEncoder().encode(`${pieces[0]}.${pieces[1]}`);
    const good = await crypto.subtle.verify(Token.ES256, await Token.importKey(key), bytesOf(pieces[2]), message);
    if (!good) throw new Untrusted("signature");
    return json(pieces[1]);
  }

  // A list from the network, else the kept one; null if there is neither. What `check` refuses is not kept.
  async function list(path, check) {
    const kept = await caches.open(KEPT);
    try {
      const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
      if (answer.ok) {
        const text = await answer.text();
        const read = await check(text);
        await kept.put(path, new Response(text));
        return read;
      }
    } catch (error) {
      if (error instanceof Untrusted) console.warn(path, error.message);
    }
    const old = await kept.match(path);
    return old ? check(await old.text()).catch(() => null) : null;
  }

  // `listKey`: the key of the list itself, which stands in our page.
  function keys(listKey) {
    return list(KEYS, (text) => claims(text, "panjereh-keys+jwt", (kid) => (kid === listKey.kid ? listKey : null)));
  }

  const pathOf = (trusted, agency, place) => `/statuslists/${agency}/${Math.floor(place / trusted.size)}`;

  function statusList(trusted, agency, path) {
    const keyOf = (kid) => trusted.keys.find((key) => key.kid === kid && key.agency === agency);
    return list(path, async (text) => {
      const read = await claims(text, "statuslist+jwt", keyOf);
      if (new URL(read.sub).pathname !== path) throw new Untrusted("another list");
      return read;
    });
  }

  // {status, asOf} of a token, or null when no list is at hand. 0: valid, 3: replaced, else revoked.
  async function status(trusted, token) {
    const read = await statusList(trusted, token.agency, pathOf(trusted, token.agency, token.place));
    if (read === null || read.status_list.bits !== 2) return null;
    const content = await inflated(bytesOf(read.status_list.lst));
    const index = token.place % trusted.size;
    if (index >> 2 >= content.length) return null;
    return { status: (content[index >> 2] >> ((index & 3) * 2)) & 3, asOf: read.iat };
  }

  async function inflated(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // Fetch every list, so that all is at hand when the network is not.
  async function fetchAll(trusted) {
    for (const [agency, addresses] of Object.entries(trusted.lists)) {
      for (const address of addresses) await statusList(trusted, agency, new URL(address).pathname);
    }
  }

  return { keys, status, fetchAll, claims, Untrusted };
})();
