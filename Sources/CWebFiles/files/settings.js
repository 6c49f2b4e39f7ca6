// A tab that is a form made of the settings: General, Configuration, Server, Security.

import * as api from './api.js';
import { on } from './bus.js';
import { openDialog, problemLine, showAnswer } from './dialog.js';
import { add, el, fill, setText } from './dom.js';
import * as events from './events.js';
import { fieldRow, key, mistake, plainKey, refusal, shownValue } from './fields.js';
import { dateAndTime, isZone, localized, now, t, zoneName } from './i18n.js';
import { bySection, freeSpace, isFolded, isByDHCP, outerAddresses, reportNumber } from './sections.js';
import * as session from './session.js';

const checkWait = 350;

export function create(host, tab) {
  let fields = [];
  let file = {};
  let facts = {};
  let rows = new Map();
  let folds = [];
  let report = 1;
  let timer;
  let checking;
  const changes = new Map();
  // Headings of what does nothing yet that were opened.
  const unfolded = new Set();
  let problems = [];
  let reported = [];
  // What is on its way to the gateway.
  let sent;
  const unlisten = tab === 'General' ? on('second', drawClock) : () => undefined;
  const isWriter = session.mayWrite(tab);
  const byKey = (name) => fields.find((field) => key(field) === name);

  function valueOf(field) {
    if (!changes.has(key(field))) return field.value ?? '';
    return changes.get(key(field)) ?? field.default ?? '';
  }

  async function change(field, value) {
    const name = key(field);
    // A secret that is typed and taken away again is no change; it is removed by its own button. What is just being
    // saved is no longer as it was: to want it so is a change.
    if (field.kind === 'secret' ? value === undefined || value === '' : !sent?.has(name) && (value === undefined || value === field.value)) changes.delete(name);
    else changes.set(name, value === undefined ? field.value ?? null : value);
    problems = problems.filter((problem) => problem.field !== name);
    refresh();
    if (changes.size && !session.hasLock() && !await session.needLock()) {
      changes.delete(name);
      refresh();
      return;
    }
    clearTimeout(timer);
    if (sent) return;
    if (!changes.size) session.releaseLock();
    timer = setTimeout(check, checkWait);
  }

  async function check() {
    checking?.abort();
    if (!changes.size) {
      problems = [];
      return refresh();
    }
    const asked = checking = new AbortController();
    try {
      const answer = await api.post('settings/check', { changes: Object.fromEntries(changes) }, { signal: asked.signal });
      problems = answer.problems ?? [];
      refresh();
    } catch { /* saving says it again */ }
  }

  function stateOf(field) {
    const name = key(field);
    const own = changes.has(name) ? mistake(field, changes.get(name)) : undefined;
    const from = changes.size ? [...problems, ...reported.filter((one) => !changes.has(one.field))] : reported;
    const said = from.filter((problem) => problem.field === name || problem.field === field.id && field.bit === undefined);
    return {
      value: field.kind === 'secret' ? changes.get(name) ?? '' : valueOf(field), isChanged: changes.has(name),
      isOff: !isWriter || isByDHCP(field, fields, valueOf) && t('field.byDHCP'),
      problems: own ? [{ severity: 'error', message: own }] : said.map((problem) => refusal(field, problem, changes.has(name))),
    };
  }

  function refresh() {
    for (const field of fields) rows.get(key(field))?.show(stateOf(field));
    for (const fold of folds) fold();
    for (const box of host.main.querySelectorAll('.idle:has(.changed)')) box.open = true;
    drawClock();
    const shown = new Set(fields.map(key));
    const rest = (changes.size ? problems : reported).filter((one) => !shown.has(one.field));
    const box = host.main.querySelector('.formproblems');
    if (box) fill(box, rest.length > 0 && el('ul.problems.panel', rest.map(problemLine)));
    host.dirty();
  }

  // In the zone that the field names; one that nobody knows is that of the browser.
  function drawClock() {
    const parts = host.main.querySelectorAll('[data-clock]');
    if (!parts.length || !events.status) return;
    const field = byKey('DEVICE.TIMEZONE');
    const zone = field && [valueOf(field), field.value].find(isZone);
    const [date, time] = dateAndTime(now(), zone);
    setText(parts[0], date);
    setText(parts[1], `${time} ${zoneName(zone)}`);
  }

  function factRow(label, value, attributes) {
    return el('div.field.fact', el('span.label', label),
      el('div.control', el('output', attributes ?? {}, value ?? '')));
  }

  // What the manuals' General tab shows besides settings.
  function generalFacts() {
    return [
      factRow(t('general.serial'), session.current()?.device?.serial),
      ...freeSpace(facts).map(([label, text]) => factRow(label, text)),
      outerAddresses(events.status) && factRow(t('general.addresses'), outerAddresses(events.status)),
    ];
  }

  function sectionNode(id, members) {
    const body = el('div.fields');
    // What does something stands first.
    const isIdle = (field) => field.hasEffect === false;
    for (const field of [...members.filter((one) => !isIdle(one)), ...members.filter(isIdle)]) {
      const row = fieldRow(field, (value) => change(field, value));
      rows.set(key(field), row);
      body.append(row.node);
      folds.push(() => { row.node.hidden = isFolded(field, fields, valueOf) || reportNumber(field) !== undefined && reportNumber(field) !== report; });
      // The serial number follows the name, as on the manuals' pages.
      if (tab === 'General' && plainKey(field) === 'NAME') body.append(factRow(t('general.serial'), session.current()?.device?.serial));
      if (tab === 'General' && plainKey(field) === 'TIMEZONE') body.append(...zoneRows(row.node));
    }
    const choice = id === 'REPORT' && reportChoice(members);
    if (!members.every(isIdle)) return el('section.panel', el('h2', t(`section.${id}`)), choice, body);
    const node = el('details.panel.idle', { open: unfolded.has(id), ontoggle: () => unfolded[node.open ? 'add' : 'delete'](id) },
      el('summary', el('h2', t(`section.${id}`)), el('small.tag', t('field.noEffect'))), choice, body);
    return node;
  }

  // What the manuals' pages show beside the zone, and the zones that the browser knows.
  function zoneRows(node) {
    node.querySelector('input').setAttribute('list', 'zones');
    node.append(el('p.facts', t('general.zone.hint')));
    return [el('datalist', { id: 'zones' }, (Intl.supportedValuesOf?.('timeZone') ?? []).map((value) => el('option', { value }))),
      factRow(t('general.date'), '', { 'data-clock': 'date' }), factRow(t('general.time'), '', { 'data-clock': 'time' })];
  }

  function reportChoice(members) {
    const numbers = [...new Set(members.map(reportNumber))];
    const select = el('select', { id: 'report', onchange: () => { report = Number(select.value); refresh(); } },
      numbers.map((one) => el('option', { value: String(one), selected: one === report }, String(one))));
    return el('div.field', el('label.label', { for: 'report' }, t('server.report')), el('div.control', select));
  }

  function render() {
    rows = new Map();
    folds = [];
    fill(host.main, el('h1', t(`title.${tab}`)),
      el('div.formproblems', { role: 'alert' }),
      bySection(tab, fields).map(([id, members]) => sectionNode(id, members)));
    if (tab === 'General') {
      add(host.main, [el('section.panel', el('h2', t('section.device')), el('div.fields', generalFacts().slice(1)))]);
    }
    refresh();
  }

  async function load() {
    const [answer, device] = await Promise.all([
      api.get(`settings${api.query({ tab })}`),
      tab === 'General' && session.mayRead('Service') ? api.get('service').catch(() => ({})) : {},
    ]);
    fields = answer.fields ?? [];
    file = answer;
    reported = (answer.problems ?? []).map((problem) => ({ field: fieldOf(problem.message), ...problem }));
    facts = device ?? {};
  }

  function firstMistake() {
    return fields.find((field) => changes.has(key(field)) && mistake(field, changes.get(key(field))));
  }

  // Which field a message of the file is about.
  function fieldOf(message) {
    const [, group, name] = /^\[([^\]]+)\] (\w+)/.exec(message) ?? [];
    return fields.find((field) => field.id === `${group}.${name}`)?.id;
  }

  // All that is shown of the file.
  const shownFields = () => JSON.stringify(fields.map((field) => [key(field), field.value, field.isSet, field.source]));

  async function save(isAgain = false) {
    clearTimeout(timer);
    checking?.abort();
    const wrong = firstMistake();
    if (wrong) {
      const number = reportNumber(wrong);
      if (number !== undefined) { report = number; refresh(); }
      rows.get(key(wrong))?.focus();
      throw new Error(t('save.mistake', { label: localized(wrong.label) }));
    }
    if (!await session.needLock()) return false;
    sent = new Map(changes);
    try {
      const answer = await api.put('settings', { hash: file.hash, changes: Object.fromEntries(sent) });
      const told = changeLines(sent);
      const moved = newAddress(sent);
      // What has been typed since then stays.
      for (const [name, value] of sent) if (changes.get(name) === value) changes.delete(name);
      problems = [];
      if (moved) return follow(moved);
      await load();
      render();
      if (changes.size) timer = setTimeout(check, checkWait);
      // It has the name of the device and how long it lasts.
      await api.get('session').then(session.begin, () => undefined);
      // Whether HTTP goes on is seen when it does not.
      showAnswer(t('save.done', { file: answer?.saved ?? file.file }), { changes: told, others: answer?.others, notes: answer?.notes, problems: answer?.problems });
      return true;
    } catch (error) {
      if (error.status === 422) {
        problems = error.problems;
        refresh();
        rows.get(problems.find((problem) => rows.has(problem.field))?.field)?.focus();
        // People know a field by its label.
        error.body.problems = problems.map((problem) => {
          const field = byKey(problem.field);
          return field ? { severity: problem.severity, message: `${localized(field.label)}: ${refusal(field, problem, true).message}` } : problem;
        });
      }
      if (error.status === 409) {
        sent = undefined;
        return conflict(isAgain);
      }
      throw error;
    } finally {
      sent = undefined;
      for (const [name, value] of [...changes]) if (value === byKey(name)?.value) changes.delete(name);
    }
  }

  // What is another way now, as people know it.
  function changeLines(sent) {
    return [...sent].map(([name, value]) => [byKey(name), value]).filter(([field]) => field).map(([field, value]) => {
      const shown = (one) => (field.kind === 'secret' ? '•••' : shownValue(field, one));
      return { entry: localized(field.label), before: shown(field.value), now: shown(value ?? field.default) };
    });
  }

  // Where the page goes on when its own port is another one now.
  function newAddress(sent) {
    const scheme = location.protocol === 'https:' ? 'HTTPS' : 'HTTP';
    const port = byKey(`WEB.${scheme}_PORT`);
    if (!port || !sent.has(key(port)) || valueOf(port) === '0') return undefined;
    const address = new URL(location.href);
    address.port = valueOf(port);
    return address.href === location.href ? undefined : address.href;
  }

  async function follow(address) {
    const timer = setTimeout(() => location.assign(address), 4000);
    await openDialog({
      title: t('save.moved'), body: el('p', t('save.moved.text'), ' ', el('a', { href: address }, new URL(address).origin)),
      actions: [{ id: 'go', text: t('save.moved.go'), isDefault: true }],
    });
    clearTimeout(timer);
    location.assign(address);
    return true;
  }

  // The file was changed meanwhile: its new values are taken over, ours stay on top where that is wanted.
  async function conflict(isAgain) {
    const before = new Map(fields.map((field) => [key(field), field.value]));
    const told = shownFields();
    await load();
    const changed = [...changes.keys()].map(byKey).filter(Boolean);
    const isSecret = (field) => field.kind === 'secret';
    // Another file that shows the same, as after a new start of the gateway, is nobody's change; of a secret nothing is
    // shown, so that nobody knows.
    if (told === shownFields() && !isAgain && !changed.some(isSecret)) return save(true);
    const both = changed.map((field) => ({ field, isTheirs: isSecret(field) || field.value !== before.get(key(field)) }));
    const clashes = both.filter((one) => one.isTheirs);
    const mine = new Map(clashes.map(({ field }) => [key(field), true]));
    const list = clashes.map(({ field }) => {
      const name = key(field);
      const option = (isMine, text) => el('label.inline', el('input', {
        type: 'radio', name, checked: isMine, onchange: () => mine.set(name, isMine),
      }), text);
      const secret = (isSet) => t(isSet ? 'word.set' : 'word.notSet');
      return el('fieldset', el('legend', localized(field.label)),
        option(true, t('conflict.mine', { value: isSecret(field) ? secret(changes.get(name)) : shownValue(field, changes.get(name) ?? field.default) })),
        option(false, t('conflict.theirs', { value: isSecret(field) ? secret(field.isSet) : shownValue(field, field.value) })),
        isSecret(field) && el('p.facts', t('conflict.secret')));
    });
    render();
    const answer = await openDialog({
      title: t('conflict.title'), body: [el('p', t('conflict.text', { file: file.file })),
        clashes.length ? list : el('p', t('conflict.none'))],
      actions: [{ id: 'save', text: t('conflict.save'), isDefault: true }, { id: 'look', text: t('conflict.look') }],
    });
    for (const [name, isMine] of mine) if (!isMine) changes.delete(name);
    refresh();
    if (answer !== 'save') return false;
    return changes.size ? save() : true;
  }

  return {
    load, render, save,
    changeCount: () => changes.size,
    discard: () => { changes.clear(); problems = []; },
    topics: () => fields.filter((field) => !isFolded(field, fields, valueOf) && (reportNumber(field) ?? report) === report),
    resume: () => (changes.size ? undefined : load().then(render, () => undefined)),
    close: () => { unlisten(); clearTimeout(timer); checking?.abort(); },
  };
}
