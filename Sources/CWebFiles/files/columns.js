// The columns of the meter list, in the order of MUC500 manual 1.1, table 9.

import { grouped, keep, recall, t, ungrouped, word } from './i18n.js';

const memory = 'metergate.columns';
const yes = (flag) => (flag ? t('word.set') : t('word.notSet'));

/**
 * Each column: id, width in characters, and the text of a meter and of a value. `sort` gives what is compared
 * where it is not the text; `isNumber` stands at the right.
 */
export const columns = [
  { id: 'interface', width: 10, meter: (m) => m.interface, value: () => '' },
  { id: 'status', width: 5, meter: (m) => m.status ?? '', value: (m, v) => v.status ?? '' },
  { id: 'serial', width: 11, meter: (m, read) => read('serial', m) ?? '', value: () => '' },
  { id: 'manufacturer', width: 6, meter: (m, read) => read('manufacturer', m) ?? '', value: () => '' },
  { id: 'medium', width: 16, meter: (m) => word(m.medium ?? ''), value: () => '' },
  { id: 'version', width: 8, isNumber: true, meter: (m, read) => text(read('version', m)), value: () => '' },
  { id: 'link', width: 6, isNumber: true, meter: (m, read) => text(read('link', m)), value: () => '' },
  { id: 'value', width: 15, isNumber: true, meter: (m) => m.lastRead, isAge: true, value: (m, v) => grouped(v.value), plain: (m, v) => ungrouped(v.value) },
  { id: 'scale', width: 7, meter: () => '', value: (m, v) => v.scale ?? '' },
  { id: 'unit', width: 9, meter: () => '', value: (m, v) => v.unit ?? '' },
  { id: 'obis', width: 16, meter: () => '', value: (m, v, read) => read('obis', m, v) ?? '' },
  { id: 'key', width: 15, meter: (m, read) => yes(read('key', m) === undefined ? m.hasKey : read('key', m) !== ''), value: () => '' },
  { id: 'cycle', width: 10, isNumber: true, meter: (m, read) => (read('cycleMode', m) ? t(`cycle.${m.cycleMode}`) : text(read('cycle', m))), value: () => '' },
  { id: 'label', width: 20, meter: (m, read) => read('label', m) ?? '', value: (m, v, read) => read('label', m, v) ?? '' },
  { id: 'description', width: 32, meter: (m) => word(m.failure ?? ''), value: (m, v) => word(v.description ?? '') },
  { id: 'index', width: 5, isNumber: true, meter: () => '', value: (m, v) => text(v.index) },
  { id: 'register', width: 9, isNumber: true, meter: (m, read) => text(read('register', m)), value: (m, v, read) => text(read('register', m, v)) },
  { id: 'bacnet', width: 8, isNumber: true, isHidden: true, meter: () => '', value: (m, v) => text(v.bacnet) },
  { id: 'active', width: 7, isFlag: true, meter: (m, read) => flag(read('active', m)), value: (m, v, read) => flag(read('active', m, v)) },
];

function text(value) { return value === undefined ? '' : String(value); }
function flag(value) { return value ? '1' : ''; }

/** The columns that are shown, as this browser remembers. */
export function shownColumns() {
  const kept = recall(memory)?.split(',');
  const known = kept?.filter((id) => columns.some((column) => column.id === id));
  return known?.length ? columns.filter((column) => known.includes(column.id)) : columns.filter((column) => !column.isHidden);
}

/** Keeps which columns are shown. */
export const keepColumns = (ids) => keep(memory, ids.join(','));
