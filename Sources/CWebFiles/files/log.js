// The Log tab: entries by source, time and text, and the analyser of telegrams.

import * as api from './api.js';
import { download } from './dialog.js';
import { button, dataTable, el, fill, icon } from './dom.js';
import { plainKey } from './fields.js';
import { parsedTime, t, when, word } from './i18n.js';
import { momentField } from './moment.js';
import * as session from './session.js';
import { createAnalyser } from './telegram.js';

// Kept when the tab is left, as in the manual.
const filter = { source: 'application', isActive: false, from: '', to: '', text: '', isRegex: false };
let page = 0;
// The bytes of an entry, however they are written.
const digits = (hex) => hex.replace(/[^0-9A-Fa-f]/g, '');
const spaced = (hex) => digits(hex).replace(/(..)(?=.)/g, '$1 ');

export function create(host) {
  let answer = { entries: [] };
  let fault = '';
  // Whether the raw log is set to be recorded, as far as that may be seen.
  let isRecording = false;
  let parts = {};
  let isAnalysing = false;
  let asked = 0;
  let request;

  // A field of local date and time, as Unix time.
  const unix = (text) => (parsedTime(text) ? Math.floor(new Date(parsedTime(text)).getTime() / 1000) : undefined);

  const wanted = () => ({
    source: filter.source,
    ...filter.isActive ? { from: unix(filter.from), to: unix(filter.to), filter: filter.text, regex: filter.isRegex } : {},
  });

  async function load() {
    const turn = asked += 1;
    request?.abort();
    request = new AbortController();
    // A date that is none limits nothing, which nobody wants who has typed it.
    if (filter.isActive && [filter.from, filter.to].some((text) => text && !parsedTime(text))) {
      fault = t('time.wrong');
      answer = { entries: [] };
      return;
    }
    const { from, to } = wanted();
    if (from > to) {
      fault = t('time.swapped');
      answer = { entries: [] };
      return;
    }
    try {
      const fresh = await api.get(`log${api.query({ ...wanted(), page: String(page) })}`, { signal: request.signal });
      const isEmpty = filter.source === 'mbus' && !fresh.entries.length && session.mayRead('Configuration');
      const set = isEmpty ? await api.get('settings?tab=Configuration').catch(() => undefined) : undefined;
      if (turn !== asked) return;
      isRecording = set?.fields.some((field) => plainKey(field) === 'MBUSRAWLOGENABLE' && field.value === '1') ?? false;
      answer = fresh;
      fault = '';
    } catch (error) {
      if (turn !== asked) return;
      // A wrong expression is said at its field.
      if (error.status !== 422 && error.status !== 400) throw error;
      fault = error.message;
      answer = { entries: [] };
    }
  }

  const update = () => load().then(draw, host.failed);

  function control(name, label, node, whole = node) {
    parts[name] = node;
    node.id = `log-${name}`;
    return el('div.labelled', el('label', { for: node.id }, label), whole);
  }

  function change(name, value, isLate) {
    filter[name] = value;
    page = 0;
    clearTimeout(parts.timer);
    drawFilter();
    if (isLate) parts.timer = setTimeout(update, 350);
    else update();
  }

  function render() {
    isAnalysing = false;
    parts = { list: el('div.loglist'), error: el('p.error', { role: 'alert' }), pages: el('div.pages'), below: el('div.pages') };
    const time = (name) => {
      const made = momentField({}, (value) => change(name, value, true));
      made.show(filter[name]);
      return control(name, t(`log.${name}`), made.input, made.node);
    };
    fill(host.main, el('h1', t('title.Log')),
      el('div.panel.logfilter',
        control('source', t('log.source'), el('select', { onchange: (event) => change('source', event.target.value) },
          ['application', 'mbus'].map((id) => el('option', { value: id, selected: id === filter.source }, t(`log.${id}`))))),
        el('label.inline', parts.active = el('input', { type: 'checkbox', checked: filter.isActive, onchange: (event) => {
          change('isActive', event.target.checked);
          unfold(event.target.checked);
        } }), t('log.active')),
        parts.fold = button(t('log.filter'), { class: 'filterfold', 'aria-expanded': 'false', onclick: () => unfold(!parts.box.classList.contains('open')) }),
        parts.box = el('fieldset.filterbox', el('legend.visuallyhidden', t('log.filter')), time('from'), time('to'),
          control('text', t('log.filter'), el('input', {
            type: 'search', value: filter.text, placeholder: t('log.filter.hint'), spellcheck: 'false',
            oninput: (event) => change('text', event.target.value, true),
          })),
          el('label.inline', el('input', { type: 'checkbox', checked: filter.isRegex, onchange: (event) => change('isRegex', event.target.checked) }), t('log.regex')))),
      parts.error, parts.pages, parts.list, parts.below);
    drawFilter();
    draw();
  }

  // Where the window is narrow the fields of the filter are folded away.
  function unfold(isOpen) {
    parts.box.classList.toggle('open', isOpen);
    parts.fold.setAttribute('aria-expanded', String(isOpen));
  }

  function drawFilter() {
    if (parts.box) parts.box.disabled = !filter.isActive;
  }

  function draw() {
    if (isAnalysing || !parts.list) return;
    fill(parts.error, fault && icon('warning'), fault);
    const { entries } = answer;
    const isRaw = filter.source === 'mbus';
    const heads = ['time', isRaw ? 'meter' : 'level', 'message'].map((name) => t(`log.${name}`));
    fill(parts.list, fault ? [] : entries.length ? dataTable(t('title.Log'), heads, entries.map(isRaw ? rawRow : row), { class: 'log' })
      : el('p.none', t(filter.isActive ? 'log.noMatch' : !isRaw ? 'log.none' : isRecording ? 'log.notYet' : 'log.noRaw')));
    const first = page * 500 + 1;
    for (const node of [parts.pages, parts.below]) {
      fill(node, (page > 0 || answer.more) && [
        button(t('log.newer'), { disabled: page === 0, onclick: () => turn(-1) }),
        el('span', t('log.range', { first, last: first + entries.length - 1 })),
        button(t('log.older'), { disabled: !answer.more, onclick: () => turn(1) })]);
    }
  }

  function turn(step) {
    page = Math.max(0, page + step);
    update().then(() => { host.main.scrollTop = 0; });
  }

  function time(entry) {
    const date = new Date(entry.time * 1000);
    return el('td.time', el('time', { datetime: date.toISOString() }, `${when(entry.time)}.${String(date.getMilliseconds()).padStart(3, '0')}`));
  }

  function row(entry) {
    return el('tr', { class: `level-${entry.level}` }, time(entry), el('td', el('span.level', t(`level.${entry.level}`))),
      el('td.text', { lang: 'en' }, entry.text, entry.code && el('small.code', entry.code)));
  }

  function rawRow(entry) {
    return el('tr', time(entry), el('td.who', entry.direction, ' ', entry.serial && button(entry.serial, {
      class: 'link', title: t('log.only', { serial: entry.serial }), onclick: () => only(entry.serial),
    })), el('td.text', word(entry.text), ' ', entry.hex && [el('code', spaced(entry.hex)), ' ',
      el('a', { href: `#log/telegram/${digits(entry.hex)}` }, t('log.explain'))]));
  }

  function only(serial) {
    Object.assign(filter, { isActive: true, text: `serial=${serial}` });
    page = 0;
    render();
    update();
  }

  function show([what, hex]) {
    if (what === 'telegram') {
      isAnalysing = true;
      createAnalyser(host, hex ?? '');
      host.changed();
    } else if (isAnalysing) {
      render();
      host.changed();
    }
  }

  return {
    load, render, show,
    actions: () => (isAnalysing ? [] : [
      { text: t('do.export'), picture: 'download', run: () => download(`log.csv${api.query(wanted())}`, 'log.csv') },
      { text: t('telegram.title'), picture: 'search', run: () => { location.hash = '#log/telegram'; } },
    ]),
    topics: () => ['source', 'active', 'from', 'to', 'filter', 'regex'].map((name) => ({ label: t(`log.${name}`), help: t(`log.${name}.help`) })),
    resume: () => update(),
    close: () => {
      clearTimeout(parts.timer);
      asked += 1;
      request?.abort();
    },
  };
}

