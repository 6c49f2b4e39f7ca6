// The dialogs of the Meter tab.

import * as api from './api.js';
import { columns, description, shownColumns } from './columns.js';
import { answerList, labelled, openDialog, showAnswer } from './dialog.js';
import { button, el } from './dom.js';
import * as events from './events.js';
import { t, word } from './i18n.js';

const labelLimit = 50;
const notInLabels = /[<>"]/;
// How many characters a field has at most is checked and said: a browser would cut off what is pasted, without a word.
const input = (value, { maxlength, ...attributes } = {}) => el('input', { value: value ?? '', autocomplete: 'off', spellcheck: 'false', 'data-most': maxlength, ...attributes });
const whole = (value, attributes = {}) => input(value === undefined ? '' : String(value), { inputmode: 'numeric', class: 'short', ...attributes });
const box = (checked) => el('input', { type: 'checkbox', checked: Boolean(checked) });

// What is wrong in the fields of the dialog that is open. Each field has its message beside it.
let faults = [];

/** Says at a field what is wrong with it. */
function fault(node, text) {
  // Where the hint says it already it is said there.
  const hint = document.getElementById(`${node.id}-hint`);
  if (hint?.textContent === text) {
    hint.classList.add('error');
    node.setAttribute('aria-invalid', 'true');
    faults.push({ node, hint });
    return;
  }
  const note = el('small.error', { id: `${node.id}-fault` }, text);
  node.setAttribute('aria-invalid', 'true');
  node.setAttribute('aria-errormessage', note.id);
  node.after(note);
  faults.push({ node, note });
}

function clearFaults() {
  for (const { node, note, hint } of faults.splice(0)) {
    node.removeAttribute('aria-invalid');
    note?.remove();
    hint?.classList.remove('error');
  }
}

/** Ends when a field is wrong, and goes to the first one. Nothing is taken over before. */
function checked() {
  for (const node of document.querySelectorAll('dialog[open] [data-most]')) {
    const { length } = [...node.value.trim()];
    if (length > node.dataset.most) fault(node, t('edit.tooMany', { count: Number(node.dataset.most), length }));
  }
  if (!faults.length) return;
  for (const { node } of faults) node.closest('details')?.setAttribute('open', '');
  // The button that was pressed is switched on again first.
  setTimeout(() => document.querySelector('dialog[open] [aria-invalid=true]')?.focus());
  if (faults.every((one) => one.isAsked)) throw new Error(t('edit.asked'));
  throw new Error(t('edit.wrong', { count: new Set(faults.map((one) => one.node)).size }));
}

/** The number in a field; undefined when it is empty. */
function numberIn(node, label, least, most) {
  const text = node.value.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) return fault(node, t('edit.number', { label, least, most }));
  return value;
}

// In the layouts of the manuals entries lie one behind the other; a unit id of multi slave has no step. Without the
// status, which not everybody may see, the gateway says it.
const steps = { standard: 10, 'float only': 2 };

/** The register of an entry; `store`, `meter` and `value` say of which. */
function registerIn(node, before, store, meter, value) {
  const step = steps[events.status?.registers?.layout];
  const most = step ? 65536 - step - (65536 - step) % step : 65535;
  const place = numberIn(node, t('column.register'), step ?? 1, most);
  if (place === undefined || place === before || !step) return place;
  if (place % step) {
    const below = place - place % step;
    return fault(node, t('edit.register.step', { step, below: String(below), above: String(below + step) }));
  }
  const other = holderOf(place, store, meter, value);
  // Two that change places have the same one for a moment.
  if (!other || node.dataset.told === String(place)) return place;
  node.dataset.told = String(place);
  fault(node, t('edit.register.taken', { register: String(place), other }));
  faults.at(-1).isAsked = true;
  return undefined;
}

// Who else has a register, with what is not saved yet.
function holderOf(place, store, meter, value) {
  for (const one of store.list()) {
    for (const other of [undefined, ...store.values(one)]) {
      if ((one !== meter || other !== value) && !store.isDeleted(one, other) && Number(store.read('register', one, other)) === place) {
        return [store.read('serial', one) ?? one.name, other ? store.read('label', one, other) || description(other) : store.read('label', one)].filter(Boolean).join(' · ');
      }
    }
  }
  return undefined;
}

function labelIn(node, before) {
  const text = node.value.trim();
  if (text !== before && notInLabels.test(text)) fault(node, t('edit.label', { count: labelLimit }));
  return text;
}

function keyIn(node) {
  const text = node.value.replace(/\s/g, '');
  if (text && !/^[0-9a-f]{32}$/i.test(text)) fault(node, t('edit.key'));
  return text.toUpperCase();
}

/** The fields of a meter's address and identity, for a new meter and an old one. */
function identityFields(get) {
  const fields = {
    serial: input(get('serial')), manufacturer: input(get('manufacturer'), { class: 'short' }),
    version: whole(get('version')), link: whole(get('link')), byPrimary: box(get('byPrimary')),
  };
  const has = (name) => get(name) !== undefined && get(name) !== '';
  // An empty text takes away what there was.
  const emptied = (name) => (has(name) ? '' : undefined);
  const needed = (name, why) => { if (has(name)) fault(fields[name], t(why)); };
  return {
    nodes: [
      labelled(t('column.serial'), fields.serial, t('edit.serial.hint')), labelled(t('column.manufacturer'), fields.manufacturer),
      labelled(t('column.version'), fields.version), labelled(t('edit.link'), fields.link, t('edit.link.hint')),
      labelled(t('edit.byPrimary'), fields.byPrimary),
    ],
    read() {
      const serial = fields.serial.value.trim();
      if (serial && !/^[0-9a-f]{1,8}$/i.test(serial)) fault(fields.serial, t('edit.serial'));
      const letters = fields.manufacturer.value.trim();
      if (letters && !/^[a-z]{3}$/i.test(letters)) fault(fields.manufacturer, t('edit.manufacturer'));
      return {
        serial: serial ? serial.toUpperCase().padStart(8, '0') : needed('serial', 'edit.serial'),
        manufacturer: fields.manufacturer.value.trim().toUpperCase() || emptied('manufacturer'),
        version: numberIn(fields.version, t('column.version'), 0, 255) ?? emptied('version'),
        link: numberIn(fields.link, t('column.link'), 0, 250) ?? needed('link', 'edit.link.hint'), byPrimary: fields.byPrimary.checked,
      };
    },
  };
}

/** Only what is given. */
const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const ok = (run) => [{ id: 'ok', text: t('do.ok'), isDefault: true, run: () => { clearFaults(); return run(); } }, { id: 'cancel', text: t('do.cancel') }];

/** Edits one entry, or what several have in common. */
export function editDialog(store, rows) {
  if (rows.length > 1) return severalDialog(store, rows);
  const [{ meter, value }] = rows;
  return value ? valueDialog(store, meter, value) : meterDialog(store, meter);
}

function meterDialog(store, meter) {
  const get = (name) => store.read(name, meter);
  const label = input(get('label'), { maxlength: String(labelLimit) });
  const mode = get('cycleMode');
  const cycle = whole(mode ? '' : get('cycle') || '');
  const active = box(get('active'));
  const register = whole(get('register'));
  const battery = box(get('battery'));
  const baud = el('select', [0, 300, 600, 1200, 2400, 4800, 9600, 19200, 38400].map((one) =>
    el('option', { value: String(one), selected: one === (get('baud') ?? 0) }, one ? `${one} Bd` : t('edit.baud.line'))));
  const key = input(get('key') ?? '', { placeholder: t(meter.hasKey ? 'edit.key.kept' : 'word.notSet'), type: 'password', autocomplete: 'new-password' });
  const noKey = box(false);
  const most = whole(get('maxValues') || '');
  const identity = identityFields(get);
  return openDialog({
    title: t('edit.meter', { name: meter.name }),
    body: [
      meter.problems?.length > 0 && el('ul.problems', meter.problems.map((text) => el('li.error', word(text)))),
      labelled(t('column.label'), label, t('edit.label', { count: labelLimit })), labelled(t('column.cycle'), cycle, mode ? t('edit.cycle.calendar', { cycle: t(`cycle.${mode}`) }) : t('edit.cycle.hint')),
      labelled(t('column.register'), register, t('edit.register.hint')), labelled(t('column.active'), active, t('edit.active')),
      labelled(t('column.key'), key, t('edit.key')), meter.hasKey && labelled(t('edit.key.remove'), noKey),
      el('details', el('summary', t('edit.identity')), identity.nodes,
        labelled(t('edit.baud'), baud), labelled(t('edit.battery'), battery, t('edit.battery.hint')),
        labelled(t('edit.maxValues'), most, t('edit.maxValues.hint'))),
    ],
    actions: ok(() => {
      const text = keyIn(key);
      const fresh = {
        ...given({
          ...identity.read(), cycle: numberIn(cycle, t('column.cycle'), 0, 31536000) ?? (mode ? undefined : 0),
          register: registerIn(register, get('register'), store, meter),
        }), label: labelIn(label, get('label')), battery: battery.checked, baud: Number(baud.value),
        maxValues: numberIn(most, t('edit.maxValues'), 0, 1000) ?? 0,
      };
      if (noKey.checked) fresh.key = '';
      else if (text) fresh.key = text;
      checked();
      store.write(fresh, meter);
      if (active.checked !== get('active')) store.activate(active.checked, meter);
    }),
  });
}

function valueDialog(store, meter, value) {
  const get = (name) => store.read(name, meter, value);
  const label = input(get('label'), { maxlength: String(labelLimit) });
  const obis = input(get('obis') ?? '', { placeholder: value.suggestedObis ?? 'X-X:X.X.X*X' });
  const before = get('userScale');
  const scale = input(String(Number(before ?? 1)), { class: 'short' });
  const register = whole(get('register'));
  const active = box(get('active'));
  return openDialog({
    title: t('edit.value', { name: meter.name, index: String(value.index) }),
    body: [
      el('p.hint', `${word(value.description)} · ${value.value} ${value.scale} ${value.unit}`),
      labelled(t('column.label'), label, t('edit.label', { count: labelLimit })),
      labelled(t('column.obis'), obis, t('edit.obis.hint')),
      value.suggestedObis && button(t('edit.obis.take', { obis: value.suggestedObis }), { class: 'link', onclick: () => { obis.value = value.suggestedObis; } }),
      labelled(t('edit.userScale'), scale, t('edit.userScale.hint')),
      !value.isNew && labelled(t('column.register'), register, t('edit.register.hint')), labelled(t('column.active'), active, t('edit.active')),
    ],
    actions: ok(() => {
      const code = obis.value.trim();
      if (code && !/^\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3}\*\d{1,3}$/.test(code)) fault(obis, t('edit.obis.hint'));
      const factor = scale.value.trim().replace(',', '.') || '1';
      if (!Number.isFinite(Number(factor)) || Number(factor) === 0) fault(scale, t('edit.userScale.hint'));
      const fresh = { label: labelIn(label, get('label')), obis: code, userScale: Number(factor) === Number(before ?? 1) ? before : factor };
      const place = registerIn(register, get('register'), store, meter, value);
      if (place !== undefined) fresh.register = place;
      checked();
      store.write(fresh, meter, value);
      if (active.checked !== get('active')) store.activate(active.checked, meter, value);
    }),
  });
}

// What several entries get in common; a field that is left alone changes nothing.
function severalDialog(store, rows) {
  const meters = rows.filter((row) => !row.value);
  const keep = () => el('select', [['', t('edit.keep')], ['1', t('word.yes')], ['0', t('word.no')]].map(([value, text]) => el('option', { value }, text)));
  const active = keep();
  const battery = keep();
  const cycle = whole('', { placeholder: t('edit.keep') });
  const label = input('', { placeholder: t('edit.keep'), maxlength: String(labelLimit) });
  const noLabel = box(false);
  return openDialog({
    title: t('edit.several', { count: rows.length }),
    body: [
      labelled(t('column.label'), label), labelled(t('edit.label.remove'), noLabel), labelled(t('column.active'), active),
      meters.length > 0 && labelled(t('column.cycle'), cycle, t('edit.cycle.several')), meters.length > 0 && labelled(t('edit.battery'), battery),
    ],
    actions: ok(() => {
      const seconds = numberIn(cycle, t('column.cycle'), 0, 31536000);
      const text = labelIn(label, '');
      checked();
      for (const { meter, value } of rows) {
        const fresh = {};
        if (noLabel.checked || text) fresh.label = noLabel.checked ? '' : text;
        if (!value && seconds !== undefined) fresh.cycle = seconds;
        if (!value && battery.value) fresh.battery = battery.value === '1';
        store.write(fresh, meter, value);
        if (active.value) store.activate(active.value === '1', meter, value);
      }
    }),
  });
}

// What meters measure, by the names that the gateway knows (MUC500 manual 1.1, table 27).
const mediums = ['Water', 'Cold water', 'Warm water', 'Hot water', 'Dual register (hot/cold) water', 'Waste water', 'Heat (outlet)', 'Heat (inlet)',
  'Cooling (outlet)', 'Cooling (inlet)', 'Combined heat / cooling', 'Heat cost allocator', 'Electricity', 'Gas', 'Oil', 'Steam', 'Compressed air',
  'Calorific value', 'Pressure', 'Room sensor', 'Smoke detector', 'Gas detector', 'Carbon dioxide', 'A/D Converter', 'Breaker (electricity)',
  'Valve (gas or water)', 'Customer unit', 'Waste', 'Bus / System component', 'Communication controller', 'Unidirectional repeater',
  'Bidirectional repeater', 'Radio converter (system side)', 'Radio converter (meter side)', 'Other', 'Unknown medium'];

/** Adds a meter that a scan does not find; gives it. */
export async function addMeterDialog(store) {
  const identity = identityFields(() => undefined);
  const medium = el('select', el('option', { value: '' }, t('edit.medium.any')), mediums.map((name) => el('option', { value: name }, word(name))));
  const label = input('', { maxlength: String(labelLimit) });
  const cycle = whole('');
  const key = input('', { type: 'password', autocomplete: 'new-password' });
  let meter;
  await openDialog({
    title: t('do.addMeter'),
    body: [el('p.hint', t('add.meter.hint')), identity.nodes, labelled(t('column.medium'), medium),
      labelled(t('column.label'), label, t('edit.label', { count: labelLimit })), labelled(t('column.cycle'), cycle, t('edit.cycle.hint')), labelled(t('column.key'), key, t('edit.key'))],
    actions: ok(() => {
      const fresh = {
        ...identity.read(), medium: medium.value || undefined, label: labelIn(label, '') || undefined,
        cycle: numberIn(cycle, t('column.cycle'), 0, 31536000), key: keyIn(key) || undefined,
      };
      checked();
      if (!fresh.serial && fresh.link === undefined) throw new Error(t('add.meter.needs'));
      if (!fresh.serial) fresh.byPrimary = true;
      meter = store.addMeter(given(fresh));
    }),
  });
  return meter;
}

/** Adds a value to a meter by the codes of its record. */
export function addValueDialog(store, meter) {
  const dif = input('', { class: 'short', placeholder: '0C' });
  const vif = input('', { class: 'short', placeholder: '06' });
  const label = input('', { maxlength: String(labelLimit) });
  const codes = (node, name) => {
    const text = node.value.replace(/\s/g, '').toUpperCase();
    if (!/^([0-9A-F]{2}){1,11}$/.test(text)) fault(node, t('add.value.hex', { name }));
    return text;
  };
  return openDialog({
    title: t('add.value', { name: meter.name }),
    body: [el('p.hint', t('add.value.hint')), labelled('DIF', dif), labelled('VIF', vif), labelled(t('column.label'), label)],
    actions: ok(() => {
      const text = labelIn(label, '');
      const fresh = { dif: codes(dif, 'DIF'), vif: codes(vif, 'VIF'), ...(text ? { label: text } : {}) };
      checked();
      store.addValue(meter, fresh);
    }),
  });
}

/** Asks which columns are shown; gives their ids. */
export async function columnDialog() {
  const shown = new Set(shownColumns().map((column) => column.id));
  const boxes = columns.map((column) => ({ id: column.id, node: box(shown.has(column.id)) }));
  let ids;
  await openDialog({
    title: t('meter.columns'),
    body: [el('div.twocolumns', boxes.map((one) => labelled(t(`column.${one.id}`), one.node))),
      button(t('meter.columnsAll'), { class: 'link', onclick: () => { for (const one of boxes) one.node.checked = true; } })],
    actions: ok(() => {
      const picked = boxes.filter((one) => one.node.checked).map((one) => one.id);
      if (!picked.length) throw new Error(t('meter.columnsNone'));
      ids = picked;
    }),
  });
  return ids;
}

/** Gives registers to the selection or to all. */
export function allocateDialog(count, send) {
  const anew = box(false);
  const radio = (value, checked, isOff) => el('input', { type: 'radio', name: 'which', value, checked, disabled: isOff });
  const some = radio('some', count > 0, count === 0);
  const all = radio('all', count === 0);
  return openDialog({
    title: t('do.allocate'),
    body: [el('label.inline', some, t('allocate.some', { count })), count > 0 && el('p.hint', t('allocate.whole')), el('label.inline', all, t('allocate.all')),
      labelled(t('allocate.anew'), anew, t('allocate.anew.hint'))],
    actions: [
      { id: 'ok', text: t('do.allocate'), isDefault: true }, { id: 'cancel', text: t('do.cancel') },
    ],
  }).then((id) => (id === 'ok' ? send(all.checked, anew.checked) : undefined));
}

/** Imports a table: first says what would change; true when something was taken over. */
export async function importDialog() {
  const file = el('input', { type: 'file', accept: '.csv,text/csv,text/plain' });
  // As its bytes: spreadsheets write other encodings than UTF-8, which the gateway knows.
  let table;
  let plan;
  const first = await openDialog({
    title: t('do.import'), body: [el('p.hint', t('import.hint')), labelled(t('import.file'), file)],
    actions: [{
      id: 'check', text: t('import.check'), isDefault: true,
      run: async () => {
        if (!file.files.length) throw new Error(t('import.none'));
        table = await file.files[0].arrayBuffer();
        plan = await api.post('meters/import?dryRun=1', table, { type: 'text/csv' });
      },
    }, { id: 'cancel', text: t('do.cancel') }],
  });
  if (first !== 'check') return false;
  const isWrong = plan.problems?.some((problem) => problem.severity === 'error');
  const body = answerList(plan) ?? el('p', t('import.nothing'));
  if (isWrong || !plan.changes?.length && !plan.news?.length) {
    await openDialog({ title: t('import.plan'), body, isWide: true, actions: [{ id: 'ok', text: t('do.ok'), isDefault: true }] });
    return false;
  }
  let answer;
  const second = await openDialog({
    title: t('import.plan'), body, isWide: true,
    actions: [{ id: 'yes', text: t('import.take'), isDefault: true, run: async () => { answer = await api.post('meters/import', table, { type: 'text/csv' }); } },
      { id: 'cancel', text: t('do.cancel') }],
  });
  if (second === 'yes') await showAnswer(t('import.done'), { ...answer, changes: undefined });
  return second === 'yes';
}
