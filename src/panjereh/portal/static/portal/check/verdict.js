// What is true of a token, and what cannot be known here and now.
"use strict";

const Verdict = (() => {
  const OLDEST = 30 * 24 * 3600; // seconds that a list is relied upon

  // state: valid, expired, revoked, replaced: ours and unchanged; altered, foreign, unreadable: not
  //        seal_revoked: the key that signed it is not to be trusted; a network may tell more
  //        no_keys, old_keys: nothing can be said before this page has been online
  // known: {asOf} of the status list that says it still holds, or null: it may have been revoked
  async function of(text, trusted, now, statusOf = Trust.status) {
    if (trusted === null) return { state: "no_keys" };
    if (now - trusted.iat > OLDEST) return { state: "old_keys", keysAsOf: trusted.iat };
    let token;
    try {
      token = await Token.read(text, trusted.keys);
    } catch (error) {
      if (!(error instanceof Token.Refused)) throw error;
      return { state: stateOf(error.reason), reason: error.reason, keysAsOf: trusted.iat };
    }
    const found = await statusOf(trusted, token);
    return { state: standing(token, found, now), token, known: found && { asOf: found.asOf }, keysAsOf: trusted.iat };
  }

  function stateOf(reason) {
    return { not_a_token: "unreadable", unknown_key: "foreign", seal_revoked: "seal_revoked" }[reason] || "altered";
  }

  function standing(token, found, now) {
    if (found !== null && found.status === 3) return "replaced";
    if (found !== null && found.status !== 0) return "revoked";
    return token.expires !== null && token.expires <= now ? "expired" : "valid";
  }

  return { of };
})();
