// The columns of the meter list, in the order of MUC500 manual 1.1, table 9.

import { keep, recall, t, ungrouped, valueText, word } from './i18n.js';

const memory = 'metergate.columns';
// Where a window is wide enough for all columns.
const wide = matchMedia('(min-width: 1500px)');

/**
 * Each column: id, width in characters, and the text of a meter and of a value. `sort` gives what is compared
 * where it is not the text; `isNumber` stands at the right; `grow` is its share of what is left of the width;
 * `hasShort` has a short heading; `isWide` is shown by itself only where the window is wide.
 */
export const columns = [
  { id: 'interface', width: 7.5, hasShort: true, meter: (m) => m.interface, value: () => '' },
  { id: 'status', width: 4, meter: (m) => m.status ?? '', value: (m, v) => v.status ?? '' },
  { id: 'serial', width: 10.5, meter: (m, read) => read('serial', m) ?? '', value: () => '' },
  { id: 'manufacturer', width: 6, meter: (m, read) => read('manufacturer', m) ?? '', value: () => '' },
  { id: 'medium', width: 13.5, meter: (m) => word(m.medium ?? ''), value: () => '' },
  { id: 'version', width: 8, isNumber: true, meter: (m, read) => text(read('version', m)), value: () => '' },
  { id: 'link', width: 5, isNumber: true, meter: (m, read) => text(read('link', m)), value: () => '' },
  { id: 'value', width: 15, isNumber: true, meter: (m) => m.lastRead, isAge: true, value: (m, v) => valueText(v), plain: (m, v) => ungrouped(v.value) },
  { id: 'scale', width: 6.5, hasShort: true, meter: () => '', value: (m, v) => v.scale ?? '' },
  { id: 'unit', width: 9.5, meter: () => '', value: (m, v) => v.unit ?? '' },
  { id: 'obis', width: 15, isWide: true, meter: () => '', value: (m, v, read) => read('obis', m, v) ?? '' },
  { id: 'key', width: 5.5, hasShort: true, meter: (m, read) => ((read('key', m) === undefined ? m.hasKey : read('key', m) !== '') ? '✓' : ''), value: () => '' },
  { id: 'cycle', width: 7, isNumber: true, meter: (m, read) => (read('cycleMode', m) ? t(`cycle.${m.cycleMode}`) : text(read('cycle', m))), value: () => '' },
  { id: 'label', width: 12, grow: 1, meter: (m, read) => read('label', m) ?? '', value: (m, v, read) => read('label', m, v) ?? '' },
  { id: 'description', width: 15, grow: 1.2, meter: (m) => word(m.failure ?? ''), value: (m, v) => description(v) },
  { id: 'index', width: 4, isNumber: true, meter: () => '', value: (m, v) => text(v.index) },
  { id: 'register', width: 9, isNumber: true, meter: (m, read) => text(read('register', m)), value: (m, v, read) => text(read('register', m, v)) },
  { id: 'bacnet', width: 8, isNumber: true, isHidden: true, meter: () => '', value: (m, v) => text(v.bacnet) },
  { id: 'active', width: 6.5, isFlag: true, meter: (m, read) => flag(read('active', m)), value: (m, v, read) => flag(read('active', m, v)) },
];

/** What a value is, with what tells it from others of this description: storage, tariff, subunit, function. */
export function description(value) {
  const places = ['storage', 'tariff', 'subunit'].filter((name) => value[name]).map((name) => t(`value.${name}.short`, { number: value[name] }));
  const kind = value.function && value.function !== 'instantaneous' ? [t(`function.${value.function}`)] : [];
  return [word(value.description ?? ''), ...kind, ...places].filter(Boolean).join(', ');
}

function text(value) { return value === undefined ? '' : String(value); }
function flag(value) { return value ? '1' : ''; }

/** The columns that are shown, as this browser remembers. */
export function shownColumns() {
  const kept = recall(memory)?.split(',');
  const known = kept?.filter((id) => columns.some((column) => column.id === id));
  return known?.length ? columns.filter((column) => known.includes(column.id)) : columns.filter((column) => !column.isHidden && (wide.matches || !column.isWide));
}

/** Keeps which columns are shown. */
export const keepColumns = (ids) => keep(memory, ids.join(','));
