// The print page: the complete configuration that the user may see, in the manuals' order. The meter list is a plain
// table that goes into a spreadsheet as it is. It is of no use after log-out.

import * as api from './api.js';
import { columns } from './columns.js';
import { dataTable, el, fill } from './dom.js';
import { key, mostSessions, shownValue } from './fields.js';
import { dateAndTime, isZone, language, localized, t, when, word, zoneName } from './i18n.js';
import { bySection, freeSpace, isFolded, outerAddresses, reportNumber } from './sections.js';

const page = document.getElementById('page');
const forms = ['General', 'Meter', 'Output', 'Configuration', 'Server', 'Security', 'User', 'Log', 'Service'];
let user;
let source;

function empty() {
  source?.close();
  fill(page, el('p', t('print.ended')));
  // Works where a script has opened the window; else it stays, empty.
  window.close();
}

function pairs(list) {
  return el('dl', list.flatMap(([name, value]) => [el('dt', name), el('dd', value)]));
}

// Of reports that are off only that they are.
function formSection(tab, settings, facts = [], addresses = undefined) {
  const fields = settings.fields.filter((field) => field.tab === tab);
  if (!fields.length) return undefined;
  const valueOf = (field) => field.value ?? '';
  const groups = new Map();
  for (const [id, members] of bySection(tab, fields)) {
    for (const field of members) {
      const report = reportNumber(field);
      if (report !== undefined && isFolded(field, fields, valueOf)) continue;
      const title = report === undefined ? t(`section.${id}`) : `${t('section.REPORT')} ${report}`;
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push([[localized(field.label), field.hasEffect === false && el('small', ` (${t('field.noEffect')})`)],
        field.kind === 'secret' ? t(field.isSet ? 'word.set' : 'word.notSet') : shownValue(field, field.value)]);
    }
  }
  if (facts.length) groups.set(t('section.device'), facts);
  // What the machine has, which the settings beside it do not make yet.
  if (addresses) groups.get(t('section.network'))?.push([t('general.addresses'), addresses]);
  return el('section', el('h2', t(`title.${tab}`)), [...groups].map(([title, lines]) => [groups.size > 1 && el('h3', title), pairs(lines)]));
}

function meterTable(meters) {
  const hasBACnet = meters.some((meter) => meter.values.some((value) => value.bacnet !== undefined));
  const shown = columns.filter((column) => column.id !== 'bacnet' || hasBACnet);
  const read = (name, meter, value) => (name === 'key' ? undefined : (value ?? meter)[name]);
  const text = (column, meter, value) => {
    if (column.isFlag) return t((value ?? meter).active ? 'word.on' : 'word.off');
    if (column.isAge && !value) return meter.lastRead === undefined ? '' : when(meter.lastRead);
    return value ? (column.plain ?? column.value)(meter, value, read) : column.meter(meter, read);
  };
  const row = (meter, value) => el('tr', { class: value ? '' : 'meter' }, shown.map((column) =>
    el('td', { class: `c-${column.id}${column.isNumber ? ' number' : ''}` }, text(column, meter, value) ?? '')));
  return el('section', el('h2', t('title.Meter')), dataTable(t('title.Meter'), shown.map((column) => t(`column.${column.id}`)),
    meters.flatMap((meter) => [row(meter), ...meter.values.map((value) => row(meter, value))]), { id: 'meters' }));
}

function userTable(users) {
  const yes = (flag) => t(flag ? 'word.yes' : 'word.no');
  const heads = [...['name', 'mayChange', 'mustChange', 'maximum'].map((name) => t(`user.${name}`)), ...forms.map((tab) => t(`tab.${tab}`)), 'FTP'];
  return el('section', el('h2', t('title.User')), dataTable(t('title.User'), heads, users.map((one) => [
    one.name, yes(one.mayChangePassword), yes(one.mustChangePassword), mostSessions(one.maximumSessions),
    ...forms.map((tab) => t(`user.${one.rights?.[tab] ?? 'none'}`)), yes(one.ftp)])));
}

function outputTable(outputs) {
  const heads = ['output.meter', 'column.index', 'column.description', 'column.label', 'output.state'].map((name) => t(name));
  return el('section', el('h2', t('title.Output')), dataTable(t('title.Output'), heads, outputs.map((one) => [
    one.name, String(one.index), word(one.description), one.label, one.on === undefined ? t('output.unknown') : t(one.on ? 'word.on' : 'word.off')])));
}

// What the manuals' General tab shows besides settings.
function deviceFacts(session, service, status, settings) {
  const zone = [settings.fields.find((field) => field.id === 'DEVICE.TIMEZONE')?.value].find(isZone);
  return [[t('general.serial'), session.device.serial], ...freeSpace(service ?? {}),
    [`${t('general.date')}, ${t('general.time')}`, status && `${dateAndTime(status.time, zone).join(' ')} ${zoneName(zone)}`]].filter((pair) => pair[1]);
}

function serviceFacts(service) {
  return el('section', el('h2', t('title.Service')), pairs([[t('service.hardware'), word(service.hardware)], [t('service.os'), service.os],
    [t('service.software'), service.version]].filter((pair) => pair[1])));
}

async function draw() {
  const session = await api.get('session');
  if (session.mustChangePassword) return empty();
  user = session.user;
  const may = (tab) => (session.rights[tab] ?? 'none') !== 'none';
  const [settings, meters, outputs, users, service, status] = await Promise.all([
    api.get('settings'), may('Meter') ? api.get('meters') : undefined, may('Output') ? api.get('outputs').catch(() => undefined) : undefined,
    may('User') ? api.get('users') : undefined, may('Service') ? api.get('service').catch(() => undefined) : undefined,
    may('General') ? api.get('status').catch(() => undefined) : undefined,
  ]);
  const sections = {
    Meter: () => meters && meterTable(meters.meters), User: () => users && userTable(users.users),
    Output: () => outputs?.outputs?.length > 0 && outputTable(outputs.outputs),
    Service: () => service && serviceFacts(service),
  };
  document.title = `${session.device.name} – ${t('print.title')}`;
  fill(page, el('h1', session.device.name), el('p.about', t('print.about', { serial: session.device.serial, version: session.device.version, time: when(Date.now() / 1000), user })),
    location.search === '?unsaved' && el('p.unsaved', t('print.unsaved')),
    el('button', { type: 'button', onclick: () => window.print() }, t('print.print')),
    forms.filter(may).map((tab) => [tab === 'General' ? formSection(tab, settings, deviceFacts(session, service, status, settings), outerAddresses(status)) : formSection(tab, settings), sections[tab]?.()]));
  watch();
  return undefined;
}

// The stream is no sign of life, and ends with the session.
function watch() {
  source = new EventSource(api.address('events?topics=session'));
  source.addEventListener('session', (event) => {
    try { if ('ended' in JSON.parse(event.data)) empty(); } catch { /* not for us */ }
  });
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) empty(); };
}

// A page that is kept to go back to keeps no connection; it looks whether it is still of use when it comes back.
addEventListener('pagehide', () => source?.close());
addEventListener('pageshow', async (event) => {
  if (!event.persisted || !user) return;
  try { if ((await api.get('session')).user === user) watch(); else empty(); } catch (error) { if (error.status === 401) empty(); else watch(); }
});
if ('BroadcastChannel' in self) {
  new BroadcastChannel('metergate').onmessage = (event) => { if (event.data === 'logout') empty(); };
}
// Somebody else may have logged in with this browser meanwhile.
document.addEventListener('visibilitychange', async () => {
  if (document.hidden || !user) return;
  try { if ((await api.get('session')).user !== user) empty(); } catch (error) { if (error.status === 401) empty(); }
});
document.documentElement.lang = language();
draw().catch((error) => { if (error.status === 401) empty(); else fill(page, el('p', error.message)); });
