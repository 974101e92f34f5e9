// The checking page: reads a token from the address, the camera, a picture or what was pasted, and says what is true.
"use strict";

(() => {
  const page = document.getElementById("check");
  const answer = document.getElementById("answer");
  const listKey = JSON.parse(page.dataset.listKey);
  const now = () => Math.floor(Date.now() / 1000);
  const word = (name) => document.getElementById("words").content.querySelector(`[data-word="${name}"]`).textContent;
  let trusted = null;

  async function judge(text) {
    show(await Verdict.of(text, trusted, now()));
  }

  // -- the answer

  function show(found) {
    const made = document.getElementById("answered").content.cloneNode(true);
    const kind = { valid: "ok", expired: "wait", replaced: "wait", foreign: "wait", unreadable: "wait" }[found.state];
    const waits = found.state === "no_keys" || found.state === "old_keys";
    made.querySelector(".verdict").classList.add(kind || (waits ? "wait" : "late"));
    made.querySelector(found.state === "valid" ? ".win.warns" : ".win.ticks").remove();
    made.querySelector("h2").textContent = word(`${found.state}.heading`);
    made.querySelector("h2 + p").textContent = word(`${found.state}.meaning`);
    for (const sentence of said(found)) made.querySelector(".said").append(paragraph(sentence));
    if (found.token) fill(made, found);
    else made.querySelectorAll(".certificate").forEach((part) => part.remove());
    answer.replaceChildren(made);
    answer.focus();
    answer.scrollIntoView({ block: "start" });
  }

  // What is known and what is not, one sentence each.
  function said(found) {
    const sentences = [];
    if (found.state === "valid") {
      const known = found.known;
      sentences.push(known ? word("status.known").replace("[date]", Showing.day(known.asOf)) : word("status.unknown"));
      sentences.push(word("compare"));
    }
    if (found.keysAsOf) sentences.push(word("keys").replace("[date]", Showing.day(found.keysAsOf)));
    return sentences;
  }

  function paragraph(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }

  function fill(made, { token }) {
    made.querySelector("h3").textContent = Showing.inLanguage(token.title);
    const rows = made.querySelector("dl");
    const code = token.code.match(/.{4}/g).join("-");
    rows.append(row(word("agency"), Showing.inLanguage(token.key.names)), row(word("issued"), Showing.day(token.issued)));
    if (token.expires !== null) rows.append(row(word("until"), Showing.day(token.expires - 1)));
    rows.append(row(word("code"), code, true));
    for (const field of token.fields) rows.append(row(Showing.inLanguage(field.label), Showing.words(field.value)));
    if (!token.key.demonstration) made.querySelector(".demonstration").remove();
  }

  function row(label, value, leftToRight = false) {
    const made = document.createElement("div");
    const term = document.createElement("dt");
    const said = document.createElement("dd");
    const text = document.createElement("bdi");
    term.textContent = label;
    text.textContent = value;
    if (leftToRight) text.dir = "ltr";
    said.append(text);
    made.append(term, said);
    return made;
  }

  // -- where tokens come from

  function fromAddress() {
    const token = Token.foundIn(location.hash.slice(1));
    for (const link of document.querySelectorAll(".tools a[hreflang]")) link.hash = location.hash;
    if (token) judge(token);
  }

  function fromForm(form) {
    form.addEventListener("submit", async (event) => {
      const text = form.elements.code.value;
      const token = Token.foundIn(text);
      const picture = form.elements.file.files[0];
      if (token) {
        event.preventDefault();
        judge(token);
      } else if (page.dataset.offline !== undefined) {
        event.preventDefault();
        fromPicture(picture, text);
      }
    });
  }

  // Without a network a picture can be read only by a browser that reads codes by itself.
  async function fromPicture(picture, text) {
    const found = picture && (await readsCodes()) ? await codeIn(await createImageBitmap(picture)) : null;
    if (found) judge(found);
    else showSentence(word(picture ? "no_code" : text.trim() ? "code_needs_network" : "nothing"));
  }

  async function codeIn(source) {
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(source);
    return codes.map((code) => Token.foundIn(code.rawValue)).find(Boolean) || null;
  }

  function showSentence(text) {
    answer.replaceChildren(paragraph(text));
    answer.focus();
  }

  // -- the camera, where the browser reads codes by itself

  async function readsCodes() {
    return "BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  }

  async function withCamera() {
    if (!navigator.mediaDevices || !(await readsCodes())) return;
    const button = document.getElementById("camera");
    button.hidden = false;
    button.addEventListener("click", () => look().catch(() => showSentence(word("no_camera"))));
  }

  async function look() {
    const video = document.getElementById("seen");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    let found = null;
    while (found === null && !video.hidden && video.srcObject.active) {
      found = await codeIn(video);
      await new Promise((ready) => setTimeout(ready, 200));
    }
    stream.getTracks().forEach((track) => track.stop());
    video.hidden = true;
    if (found) judge(found);
  }

  // -- for the next time, without a network

  async function keep() {
    if (!("serviceWorker" in navigator)) return;
    for (const [scope, script] of Object.entries(JSON.parse(page.dataset.workers))) {
      await active(await navigator.serviceWorker.register(script, { scope }));
    }
    if (trusted) await Trust.fetchAll(trusted);
    if (trusted) document.getElementById("ready").textContent = word("ready").replace("[date]", Showing.day(trusted.iat));
  }

  // Registering is done long before the worker has fetched its files: only an active one answers without a network.
  function active(registration) {
    const worker = registration.installing || registration.waiting || registration.active;
    return new Promise((done, failed) => {
      const look = () => {
        if (worker.state === "activated") done();
        if (worker.state === "redundant") failed(new Error("the worker was not installed"));
      };
      worker.addEventListener("statechange", look);
      look();
    });
  }

  async function begin() {
    const secure = window.isSecureContext && "caches" in window;
    if (!secure) return showSentence(word("no_script"));
    trusted = await Trust.keys(listKey);
    fromAddress();
    window.addEventListener("hashchange", fromAddress);
    fromForm(document.querySelector("#check form"));
    await withCamera();
    page.dataset.begun = "";
    await keep().catch(() => {});
    page.dataset.kept = "";
  }

  begin();
})();
