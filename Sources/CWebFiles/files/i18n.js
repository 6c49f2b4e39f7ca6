// Texts, numbers and times for people. Words and times follow the chosen language, numbers the browser's country.

import english from './texts-en.js';
import german from './texts-de.js';
import germanMessages from './messages-de.js';
import germanWords from './words-de.js';
import { emit } from './bus.js';
import { el, setText } from './dom.js';

const tables = { en: parse(english), de: parse(german) };
const memory = 'metergate.language';
const locales = navigator.languages?.length ? [...navigator.languages] : [navigator.language];
let current = chosen();
let table = tables[current];
let clockOffset = 0;

function parse(text) {
  const names = {};
  let group = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) group = line.slice(1, -1);
    else if (line) {
      const end = line.indexOf('=');
      names[`${group}.${line.slice(0, end)}`] = line.slice(end + 1).replaceAll('¶', '\n');
    }
  }
  return names;
}

function chosen() {
  const kept = recall(memory);
  return kept in tables ? kept : navigator.language?.startsWith('de') ? 'de' : 'en';
}

/** What was kept in this browser under a name; undefined where that is forbidden. */
export function recall(name) {
  try { return localStorage.getItem(name) ?? undefined; } catch { return undefined; }
}

/** Keeps a text in this browser, where that is allowed. */
export function keep(name, text) {
  try { localStorage.setItem(name, text); } catch { /* private windows may forbid it */ }
}

/** `en` or `de` */
export const language = () => current;

/** Changes the language of the whole page at once. */
export function setLanguage(name) {
  current = name;
  table = tables[name];
  document.documentElement.lang = name;
  keep(memory, name);
  emit('language', name);
}

/** The text of a name, with {places} filled. With `count` the one of `name.one` is taken for 1. */
export function t(name, values) {
  const key = values?.count === 1 && `${name}.one` in table ? `${name}.one` : name;
  const text = table[key] ?? tables.en[key] ?? name;
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (place, key) => {
    const value = values[key];
    return value === undefined ? place : typeof value === 'number' ? number(value) : value;
  });
}

// What the gateway says in English, in other languages: whole texts, and patterns in the order of the list.
const words = { de: phrases(germanMessages + germanWords) };

function phrases(text) {
  const table = { whole: new Map(), patterns: [], known: new Map() };
  for (const line of text.split('\n').filter(Boolean)) {
    const [sign] = / ⇒ /.exec(line) ?? ['='];
    const end = line.indexOf(sign);
    const [source, target] = [line.slice(0, end), line.slice(end + sign.length)];
    if (/[#*]/.test(source)) {
      const pattern = source.replace(/[.+?^${}()|[\]\\/]/g, '\\$&').replace(/[#*]/g, (sign) => (sign === '#' ? '([0-9][0-9.]*)' : '(.+)'));
      table.patterns.push({ pattern: new RegExp(`^${pattern}$`), signs: source.match(/[#*]/g), target });
    } else table.whole.set(source, target);
  }
  return table;
}

/** What the gateway says, in the language chosen, as far as that is known. */
export function word(text) {
  const table = words[current];
  if (!table || !text) return text;
  if (!table.known.has(text)) {
    // Values come and go; what has been looked up is kept for a while.
    if (table.known.size > 5000) table.known.clear();
    table.known.set(text, phrase(table, text));
  }
  return table.known.get(text);
}

function phrase(table, text) {
  const whole = table.whole.get(text);
  if (whole !== undefined) return whole;
  for (const { pattern, signs, target } of table.patterns) {
    const match = pattern.exec(text);
    if (match) {
      const numbers = match.slice(1).filter((part, index) => signs[index] === '#');
      const others = match.slice(1).filter((part, index) => signs[index] === '*').map(word);
      return target.replace(/#/g, () => numbers.shift() ?? '').replace(/\$(\d)/g, (place, index) => others[index - 1] ?? '');
    }
  }
  // What tells one value from others stands behind its description: [storage] (tariff) {function} # bytes.
  const behind = /^(.*?)((?: (?:\[\d+\]|\(\d+\)|<\d+>|\{\w+\}))+(?: #.*)?| # .*)$/.exec(text);
  if (behind) return word(behind[1]) + behind[2];
  const parts = text.split(/([,;:] )/);
  return parts.length > 1 ? parts.map((part, index) => (index % 2 ? part : word(part))).join('') : text;
}

/** A text of the gateway as a sentence of its own: names of users, files and keys stay as they are. */
export const sentence = (text) => text.replace(/^(?!(?:admin|web|users) )\p{Ll}(?=\p{L}*[ ,])/u, (letter) => letter.toUpperCase());

/** The text of `{en, de}` in the language chosen. */
export const localized = (texts) => (typeof texts === 'string' ? texts : texts?.[current] ?? texts?.en ?? '');

const plain = new Intl.NumberFormat(locales, { maximumFractionDigits: 6 });
const decimalMark = plain.formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';
const numeric = /^(-?)(0|[1-9]\d*)(\.\d+)?$/;

/** A number as the browser's country writes it. */
export const number = (value) => plain.format(value);

/** The text of a value with thin spaces between groups of digits, as in the manuals: 25 541. */
export function grouped(text) {
  const match = numeric.exec(text ?? '');
  if (!match) return text ?? '';
  const whole = match[2].replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return match[1] + whole + (match[3] ? decimalMark + match[3].slice(1) : '');
}

/** Whether a value is a number that names something, whose digits stand together. */
export const isName = ({ unit, description }) => (!unit || unit === 'None')
  && /^(Fabrication|Identification|Address|Manufacturer|Device type|Parameter set|Model|.* [Vv]ersion|Customer|Access code)/.test(description ?? '');

/** The text of a value. */
export const valueText = (value) => (isName(value) ? value.value ?? '' : grouped(value.value));

/** The same for tables that go into a spreadsheet: no groups, decimals as the browser's country writes them. */
export function ungrouped(text) {
  return numeric.test(text ?? '') ? text.replace('.', decimalMark) : text ?? '';
}

/** Bytes in a unit that leaves one to four digits. */
export function bytes(count) {
  const place = Math.min(3, Math.max(0, Math.floor(Math.log2(Math.max(1, count)) / 10)));
  const value = count / 1024 ** place;
  return `${number(value < 10 && place ? Math.round(value * 10) / 10 : Math.round(value))} ${['B', 'KiB', 'MiB', 'GiB'][place]}`;
}

// Dates have one form in each language, which browsers would give another one by their country.
const dayText = (year, month, day) => (current === 'de' ? `${day}.${month}.${year}` : `${year}-${month}-${day}`);
const zones = new Map();

/** The date and the time of day of a Unix time, in a time zone; undefined: that of the browser. */
export function dateAndTime(unix, zone) {
  if (!zones.has(zone)) {
    zones.set(zone, new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    }));
  }
  const parts = Object.fromEntries(zones.get(zone).formatToParts(new Date(unix * 1000)).map(({ type, value }) => [type, value]));
  return [dayText(parts.year, parts.month, parts.day), `${parts.hour}:${parts.minute}:${parts.second}`];
}

/** Whether the browser knows a time zone. */
export function isZone(name) {
  try { return Boolean(name && new Intl.DateTimeFormat('en', { timeZone: name })); } catch { return false; }
}

/** The offset of a time zone just now, or the letters that it is known by. */
export const zoneName = (timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' })
  .formatToParts(new Date(now() * 1000)).find((part) => part.type === 'timeZoneName')?.value ?? '';

/** Date and time of a Unix time: 22.11.2026 14:05:09 or 2026-11-22 14:05:09. */
export const when = (unix) => dateAndTime(unix).join(' ');
/** The date. */
export const day = (unix) => dateAndTime(unix)[0];
/** The time of day, with the date before it when it is another day. */
export const clock = (unix) => (day(unix) === day(Date.now() / 1000) ? dateAndTime(unix)[1] : when(unix));

/** A local time that is given as 2026-11-22T14:05:09, in the form of the language; other texts stay. */
export const localTime = (text) => String(text).replace(/^(\d{4})-(\d\d)-(\d\d)(?:[T ](?=\d)|$)/, (all, year, month, date) => `${dayText(year, month, date)}${all.length > 10 ? ' ' : ''}`);

const forms = [/^(?<year>\d{4})-(?<month>\d\d?)-(?<date>\d\d?)(?:[T ]+(?<time>.+))?$/, /^(?<date>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4})(?:,? +(?<time>.+))?$/];

/** A date with or without a time of day, in the form of either language, as 2026-11-22T14:05; undefined: it is none. */
export function parsedTime(text) {
  const found = forms.map((form) => form.exec(text.trim())?.groups).find(Boolean);
  const time = /^([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?$/.exec(found?.time?.trim() ?? '0:00');
  if (!found || !time) return undefined;
  const iso = `${found.year}-${found.month.padStart(2, '0')}-${found.date.padStart(2, '0')}`;
  const known = new Date(`${iso}T00:00Z`);
  // The 31st of February is the 3rd of March to browsers.
  return !Number.isNaN(known.getTime()) && known.toISOString().startsWith(iso) ? `${iso}T${time[1].padStart(2, '0')}:${time[2]}${time[3] ?? ''}` : undefined;
}

/** The gateway's time; its clock may differ from ours. */
export const now = () => Date.now() / 1000 + clockOffset;
/** Takes the gateway's clock over. */
export function setClock(unix) { clockOffset = unix - Date.now() / 1000; }

/** A span of seconds in two of its largest units at most: 2 h 5 min. */
export function span(seconds) {
  let rest = Math.max(0, Math.round(seconds));
  const words = [];
  for (const [size, unit] of [[86400, t('unit.day')], [3600, 'h'], [60, 'min'], [1, 's']]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || (unit === 's' && !words.length)) words.push(`${number(count)}\u00a0${unit}`);
    if (words.length === 2 || (words.length && !rest)) break;
  }
  return words.join(' ');
}

/** How long ago, or in how long. */
export function ago(unix) {
  const seconds = now() - unix;
  return seconds >= -0.5 ? t('time.ago', { span: span(seconds) }) : t('time.in', { span: span(-seconds) });
}

/** A text that says how old a time is, and goes on saying so. */
export function age(unix, attributes = {}) {
  return el('time', { 'data-at': unix, title: when(unix), ...attributes }, ago(unix));
}

/** For how long something has been running, and goes on. */
export function running(seconds) {
  return el('span', { 'data-since': now() - seconds }, span(seconds));
}

// The one timer for everything on the page that has an age.
setInterval(() => {
  for (const node of document.querySelectorAll('[data-since]')) setText(node, span(now() - Number(node.dataset.since)));
  for (const node of document.querySelectorAll('[data-at]')) {
    setText(node, ago(Number(node.dataset.at)));
  }
  emit('second');
}, 1000);
