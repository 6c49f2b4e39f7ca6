// The overview: how the gateway is, at a glance.

import * as api from './api.js';
import { on } from './bus.js';
import { dataTable, el, fill, icon, numberCell } from './dom.js';
import * as events from './events.js';
import { age, language, now, number, running, t, word } from './i18n.js';
import * as session from './session.js';

const order = ['ok', 'partly', 'failed', 'stale', 'never', 'off'];

// By the codes of errors what shows that they are over.
const mended = {
  'line-down': (status) => status.line?.state === 'up',
  'line-held-low': (status) => status.activity === 'idle' && status.line?.state === 'up' && !status.meters.failed,
  'meter-failed': (status) => !status.meters.failed,
};

export function create(host) {
  const maySeeMeters = session.mayRead('Meter');
  // Who may see the meters gets that part of the status that has to do with them.
  const maySeeAll = session.mayRead('General');
  const maySeeStatus = maySeeAll || maySeeMeters;
  let meters = new Map();
  let cards = {};
  let drawn = '';
  let isGone = false;
  const unlisten = [
    on('status', drawStatus),
    on('meters', (data) => {
      if (!data.removed) meters.clear();
      for (const meter of data.meters ?? []) meters.set(meter.id, slim(meter));
      for (const id of data.removed ?? []) meters.delete(id);
      drawMeters();
    }),
  ];

  // All that the overview needs of a meter.
  const slim = ({ id, name, label, medium, state, active, failure, register, values }) => ({
    id, name, label, medium, state: active ? state : 'off', failure,
    registers: [register, ...values.map((value) => value.register)].filter((one) => one !== undefined),
  });

  async function load() {
    const [status, list] = await Promise.all([maySeeStatus ? api.get('status') : undefined, maySeeMeters ? api.get('meters') : undefined]);
    meters = new Map((list?.meters ?? []).map((meter) => [meter.id, slim(meter)]));
    if (list && !isGone) events.follow(list);
    if (status) events.takeStatus(status);
  }

  function card(name, title) {
    cards[name] = el('div.body');
    return el('section', { class: `panel card-${name}`, 'aria-labelledby': `card-${name}` }, el('h2', { id: `card-${name}` }, title), cards[name]);
  }

  function render() {
    drawn = '';
    fill(host.main, el('h1.visuallyhidden', t('tab.Overview')),
      el('div.cards', maySeeStatus && [card('state', t('overview.state')), card('bus', t('overview.bus'))],
        maySeeMeters && card('meters', t('overview.meters')), maySeeAll && [card('modbus', t('overview.modbus')),
          card('registers', t('overview.registers')), card('errors', t('overview.errors'))]),
      !maySeeStatus && el('p.empty', t('overview.nothing')));
    drawStatus(events.status);
    drawMeters();
  }

  function drawStatus(status) {
    if (!status || !cards.state?.isConnected) return;
    // What only the clock changes is drawn by the timer of ages.
    const text = JSON.stringify({ ...status, time: 0, uptime: 0, meters: { ...status.meters, readouts: 0 } }) + language();
    if (text === drawn) return;
    drawn = text;
    drawMeters();
    fill(cards.state, stateBody(status));
    fill(cards.bus, busBody(status));
    if (!maySeeAll) return;
    fill(cards.modbus, modbusBody(status.modbus));
    fill(cards.registers, registersBody(status.registers));
    fill(cards.errors, errorsBody(status));
  }

  // The worst first: what the lamp says, and whether it is good, bad, or neither.
  function verdict(status) {
    const { meters: count, line } = status;
    if (status.errors?.length || status.pending?.isBlocked || count.notSaved || count.unread > 0 || status.registers?.isTestData
      || [status.modbus, status.web].some((one) => Object.keys(one?.problems ?? {}).length)) return ['bad', 'overview.wrong'];
    if (line?.state === 'down') return ['bad', 'overview.lineDown'];
    if (line?.heldLow) return ['bad', 'overview.lineHeld'];
    if (line?.state === 'lent') return ['none', 'overview.lineLent'];
    if (count.failed > 0) return ['bad', 'overview.failed'];
    if (!count.listed) return ['none', 'overview.noMeters'];
    if (maySeeAll && !line) return ['none', 'overview.noLine'];
    if (line?.state === 'opening' || count.never > 0) return ['none', 'overview.waiting'];
    return ['good', 'overview.good'];
  }

  // What is wrong in words, and what to do next.
  function stateNotes(status, text) {
    const { errors = [], modbus, web, line, meters: count } = status;
    const { isDefault } = session.current();
    const isOpen = isDefault && session.mayWriteAny();
    const login = isOpen ? t('overview.open') : !session.mayWriteAny() && session.whyReadOnly();
    const ports = [modbus, web].flatMap((one) => Object.entries(one?.problems ?? {})).map(([name, why]) => `${name.toUpperCase()}: ${word(why)}`);
    const held = status.pending?.isBlocked ? status.pending.problems ?? [] : [];
    const lines = [...new Set([...errors, ...held])].map(word).concat(ports, [count.unread > 0 && t('overview.unread', { count: count.unread }),
      status.registers?.isTestData && t('registers.test'), line?.heldLow && word(line.heldLow)]).filter(Boolean);
    return [login && el('p.hint', { class: isOpen ? 'warn' : '' }, icon(isOpen ? 'warning' : 'info'), el('span', login)),
      lines.length > 0 && el('ul.problems', lines.map((one) => el('li.error', one))),
      text === 'overview.noMeters' && maySeeMeters && el('p', el('a', { href: '#meter' }, t(session.mayWrite('Meter') ? 'overview.scanNext' : 'overview.toMeters'))),
      text === 'overview.noLine' && el('p', t('overview.lineNext'))];
  }

  function stateBody(status) {
    const { meters: count } = status;
    const [kind, text] = verdict(status);
    return [
      el('p', { class: `lamp ${kind}` }, icon({ good: 'check', bad: 'warning', none: 'info' }[kind]), el('strong', t(text, { count: count.failed }))),
      stateNotes(status, text),
      pairs([count.listed > 0 && [t('overview.read'), t('overview.readOf', { read: count.read, listed: count.listed })],
        count.failed > 0 && [t('overview.notRead'), number(count.failed)], count.never > 0 && [t('overview.never'), number(count.never)],
        count.valuesNotSent > 0 && [t('overview.notSent'), number(count.valuesNotSent)],
        count.invalidValues?.length > 0 && [t('overview.invalid'), count.invalidValues.map(word).join('; ')],
        count.notSaved && [t('overview.notSaved'), word(count.notSaved)],
        [t('overview.uptime'), running(status.uptime)], [t('service.version'), status.version]]),
    ];
  }

  function busBody(status) {
    const { line, scan } = status;
    const next = nextReadout(status);
    return [
      el('p.activity', el('span', { class: `pulse ${status.activity}` }), el('strong',
        status.activity === 'reading' && status.reading ? t('bus.readingMeter', { meter: status.reading }) : t(`bus.${status.activity ?? 'idle'}`))),
      scan && el('p', el('progress', { max: '1000', value: scan.thousandths, 'aria-label': t('scan.under') }), ' ', t('scan.found', { found: scan.found, fresh: scan.new })),
      line ? pairs([[t('bus.line'), line.path], [t('bus.state'), t(`line.${line.state}`)], line.reason && [t('bus.why'), word(line.reason)],
        line.transparent?.place && [t('bus.transparent'), `${line.transparent.place}${line.transparent.client ? ` ← ${line.transparent.client}` : ''}`],
        line.transparent?.problem && [t('bus.transparent'), word(line.transparent.problem)],
        line.serviceUntil !== undefined && [t('bus.service'), line.serviceUntil ? age(line.serviceUntil) : t('word.on')],
        next && [t('bus.next'), [next.next > now() ? age(next.next) : t('bus.due'), ` ${next.meter}`]]])
        : el('p.none', t('bus.none')),
    ];
  }

  function nextReadout(status) {
    return status.meters.readouts?.filter((one) => one.next !== undefined).reduce((best, one) => (best && best.next <= one.next ? best : one), undefined);
  }

  function modbusBody(modbus) {
    if (!modbus) return el('p.none', t('modbus.off'));
    return [
      pairs([...Object.entries(modbus.places).map(([name, place]) => [`Modbus ${name.toUpperCase()}`, place]),
        ...Object.entries(modbus.problems).map(([name, text]) => [`Modbus ${name.toUpperCase()}`, el('span.bad', word(text))])]),
      modbus.connections.length ? dataTable(t('modbus.clients'),
        ['client', 'since', 'reads', 'requests', 'last', 'exceptions'].map((name) => t(`modbus.${name}`)), modbus.connections.map(connectionRow))
        : el('p.none', t('modbus.noClient')),
      el('p.facts', t('modbus.total', { requests: modbus.total.requests, exceptions: sum(modbus.total.exceptions) })),
    ];
  }

  function connectionRow(one) {
    const { requests, lastRequest, exceptions, reads } = one.traffic;
    return [el('code', one.client), age(one.since), Object.entries(reads ?? {}).map(readLine), numberCell(number(requests)), lastRequest !== undefined && age(lastRequest),
      Object.entries(exceptions).map(([code, count]) => `${t('modbus.exception', { code })}: ${number(count)}`).join(', ')];
  }

  // Which registers a client has read, and which meters have theirs there. With multi slave several have the same ones.
  function readLine([code, { lowest, highest }]) {
    const all = [...meters.values()].filter((meter) => meter.registers.length);
    const isShared = new Set(all.map((meter) => meter.registers[0])).size < all.length;
    const names = isShared ? [] : all.filter((meter) => meter.registers.some((one) => one >= lowest && one <= highest)).map((meter) => meter.label || meter.name);
    const more = names.length - 3;
    return el('div', t('modbus.range', { code, lowest: String(lowest), highest: String(highest) }),
      names.length > 0 && el('small', ` ${names.slice(0, 3).join(', ')}${more > 0 ? ` ${t('overview.more', { count: more })}` : ''}`));
  }

  function registersBody(registers) {
    return [
      registers.isTestData && el('p.hint.warn', icon('warning'), t('registers.test')),
      pairs([[t('registers.layout'), word(registers.layout)], [t('registers.entries'), number(registers.entries)],
        registers.without > 0 && [t('registers.without'), number(registers.without)],
        registers.highest !== undefined && [t('registers.highest'), String(registers.highest)], [t('registers.free'), number(registers.free)]]),
    ];
  }

  function errorsBody(status) {
    const list = status.lastErrors ?? [];
    if (!list.length) return el('p.none', t('overview.noErrors'));
    const lines = (some) => el('ul.events', some.map((one) => el('li', age(one.time), ' ', el('span', { lang: word(one.text) === one.text ? 'en' : undefined }, word(one.text)))));
    const past = list.filter((one) => isPast(one, status));
    const open = list.filter((one) => !past.includes(one));
    return [open.length ? lines(open) : el('p.none', t('overview.noneOpen')),
      past.length > 0 && el('details', el('summary', t('overview.mended', { count: past.length })), lines(past)),
      session.mayRead('Log') && el('p', el('a', { href: '#log' }, t('overview.toLog')))];
  }

  // What is mended, by the code of its event, or long ago.
  const isPast = (one, status) => status.time - one.time > 3600 || mended[one.code]?.(status) === true;

  function drawMeters() {
    if (!cards.meters?.isConnected) return;
    const byMedium = new Map();
    for (const meter of meters.values()) {
      const medium = word(meter.medium) ?? t('overview.unknownMedium');
      if (!byMedium.has(medium)) byMedium.set(medium, { total: 0 });
      const row = byMedium.get(medium);
      row.total += 1;
      row[meter.state] = (row[meter.state] ?? 0) + 1;
    }
    const shown = order.filter((state) => [...byMedium.values()].some((row) => row[state]));
    const rows = [...byMedium].sort((a, b) => b[1].total - a[1].total);
    const failing = [...meters.values()].filter((meter) => ['failed', 'partly', 'stale'].includes(meter.state));
    // An empty list beside errors may be one that could not be read.
    const isFaulty = Boolean(events.status?.errors?.length || events.status?.pending?.isBlocked);
    const text = JSON.stringify([rows, failing, isFaulty, language()]);
    if (cards.meters.dataset.drawn === text) return;
    cards.meters.dataset.drawn = text;
    fill(cards.meters, rows.length ? mediumTable(rows, shown) : el('p.none', t(isFaulty ? 'overview.noList' : 'meter.empty')),
    failing.length > 0 && el('ul.failing', failing.slice(0, 8).map((meter) => el('li',
      el('a', { href: `#meter/${encodeURIComponent(meter.name)}` }, meter.name), meter.label ? ` ${meter.label}` : '', ' – ', word(meter.failure) ?? t(`state.${meter.state}`))),
    failing.length > 8 && el('li', t('overview.more', { count: failing.length - 8 }))));
  }

  function mediumTable(rows, shown) {
    const head = (text) => el('th.number', { scope: 'col' }, text);
    return dataTable(t('overview.meters'), [t('column.medium'), head(t('overview.total')), ...shown.map((state) => head(t(`state.${state}`)))],
      rows.map(([medium, row]) => [el('th', { scope: 'row' }, medium), numberCell(number(row.total)),
        ...shown.map((state) => el('td', { class: `number is-${state}` }, row[state] ? number(row[state]) : ''))]), { class: 'mediums' });
  }

  return { load, render, close: () => { for (const end of unlisten) end(); events.follow(); isGone = true; cards = {}; }, resume: () => load().then(drawMeters, () => undefined) };
}

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Names with what belongs to them; what is false is left out. */
export function pairs(list) {
  return el('dl.pairs', list.filter(Boolean).flatMap(([name, value]) => [el('dt', name), el('dd', value)]));
}
