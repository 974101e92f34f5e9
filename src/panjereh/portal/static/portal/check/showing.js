// Values in the reader's words, as documents/values.py shows them.
"use strict";

const Showing = (() => {
  const persian = () => document.documentElement.lang === "fa";
  const locale = () => (persian() ? "fa-IR-u-ca-persian-nu-arabext" : "en-GB");
  const LANGUAGE = /^[a-z]{2,3}$/;

  function inLanguage(words) {
    const language = document.documentElement.lang;
    return words[language] || words.fa || Object.values(words)[0] || "";
  }

  const digits = (text) => (persian() ? text.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : text);

  // `seconds` since 1970, as a day where the person is.
  function day(seconds) {
    const format = { day: "numeric", month: "long", year: "numeric" };
    return new Intl.DateTimeFormat(locale(), format).format(new Date(seconds * 1000));
  }

  function civil(text) {
    const [year, month, date] = text.split("-").map(Number);
    const moment = new Date(Date.UTC(year, month - 1, date));
    const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    const own = new Intl.DateTimeFormat(locale(), format).format(moment);
    if (persian()) return own;
    const solar = new Intl.DateTimeFormat("en-GB-u-ca-persian", format).format(moment).replace(/ AP$/, "");
    return `${own} (${solar})`;
  }

  function words(value) {
    if (value === null) return "";
    if (typeof value === "boolean") return persian() ? (value ? "بله" : "خیر") : value ? "Yes" : "No";
    if (typeof value === "number") return value.toLocaleString(locale());
    if (typeof value === "string") return /^\d{4}-\d\d-\d\d$/.test(value) ? civil(value) : digits(value);
    if (Array.isArray(value)) return value.map(words).join(persian() ? "، " : ", ");
    return value instanceof Map ? mapping(Object.fromEntries(value)) : "";
  }

  function mapping(value) {
    const keys = Object.keys(value);
    if (keys.length > 0 && keys.every((key) => LANGUAGE.test(key))) return words(inLanguage(value));
    if (value.currency === "IRR") return money(value.amount);
    if (value.given_name || value.family_name) return [value.given_name, value.family_name].filter(Boolean).join(" ");
    return words(Object.values(value).filter((each) => each !== null && each !== ""));
  }

  function money(rials) {
    const toman = (rials / 10).toLocaleString(locale());
    return persian() ? `${toman} تومان` : `${toman} toman`;
  }

  return { words, day, digits, inLanguage };
})();
