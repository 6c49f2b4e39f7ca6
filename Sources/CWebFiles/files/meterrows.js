// Which meters and values are shown, and in which order.

import { columns } from './columns.js';
import { word } from './i18n.js';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What a meter's state is called in the filter. */
export const states = {
  problem: (meter) => ['failed', 'partly', 'stale'].includes(meter.state) || meter.problems?.length > 0,
  ok: (meter) => meter.state === 'ok',
  never: (meter) => meter.state === 'never',
  inactive: (meter, store) => !store.read('active', meter) || store.values(meter).some((value) => !store.read('active', meter, value)),
  duplicate: (meter) => meter.duplicate,
  noRegister: (meter, store) => store.read('register', meter) === undefined,
  changed: (meter, store) => store.isChanged(meter) || store.values(meter).some((value) => store.isChanged(meter, value)),
};

/**
 * The rows of the table. `filter` has {search, medium, state}, `sort` {column, isDown}; `closed(meter)` says
 * whether a meter's values are folded away.
 */
export function createRows(store, filter, sort, closed) {
  let order = [];
  let words = [];
  // What is shown of each meter; undefined: it is filtered away.
  const groups = new Map();
  const orders = new Map();

  function groupOf(meter) {
    if (filter.medium && meter.medium !== filter.medium) return undefined;
    if (filter.state && !states[filter.state]?.(meter, store)) return undefined;
    let list = orders.get(meter.id);
    if (!list) orders.set(meter.id, list = sorted(store.values(meter), sort, (column, one) => sortText(column, store, meter, one)));
    let isFound = false;
    if (filter.state === 'inactive' && store.read('active', meter)) {
      list = list.filter((value) => !store.read('active', meter, value));
      isFound = true;
    }
    if (words.length && !matches(words, meterText(store, meter))) {
      list = list.filter((value) => matches(words, `${meterText(store, meter)} ${valueText(store, meter, value)}`));
      if (!list.length) return undefined;
      isFound = true;
    }
    const isClosed = !isFound && closed(meter);
    const rows = [{ key: `m${meter.id}`, meter, level: 1, hasValues: list.length > 0, isOpen: list.length > 0 && !isClosed }];
    if (!isClosed) list.forEach((value, place) => rows.push({ key: `v${meter.id}/${value.index}`, meter, value, level: 2, place: place + 1, size: list.length }));
    return { rows, values: list.length };
  }

  function gather() {
    const shown = order.map((meter) => groups.get(meter.id)).filter(Boolean);
    shown.forEach((group, place) => Object.assign(group.rows[0], { place: place + 1, size: shown.length }));
    return { rows: shown.flatMap((group) => group.rows), meters: shown.length, values: shown.reduce((sum, group) => sum + group.values, 0) };
  }

  return {
    /** All of them, found and sorted anew. */
    all() {
      words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
      groups.clear();
      orders.clear();
      order = sorted(store.list(), sort, (column, one) => sortText(column, store, one));
      for (const meter of order) groups.set(meter.id, groupOf(meter));
      return gather();
    },
    /**
     * After a change of some meters: they come and go as the filter says, and nobody changes places under somebody's
     * eyes. Undefined: the rows are the same.
     */
    some(ids) {
      const keys = (group) => group?.rows.map((row) => row.key).join();
      let isOther = false;
      for (const meter of order) {
        if (!ids.has(meter.id)) continue;
        const fresh = groupOf(meter);
        if (keys(fresh) === keys(groups.get(meter.id))) continue;
        groups.set(meter.id, fresh);
        isOther = true;
      }
      return isOther ? gather() : undefined;
    },
  };
}

function sorted(list, sort, textOf) {
  const column = sort.column && columns.find((one) => one.id === sort.column);
  if (!column) return list;
  // Numbers are compared as such, which is quicker; where one is none the difference is NaN, and the text counts.
  const keyed = list.map((one) => {
    const text = textOf(column, one);
    return [text, one, Number(text)];
  });
  keyed.sort((a, b) => {
    // What has nothing in this column stands last either way.
    if (a[0] === '' || b[0] === '') return a[0] === b[0] ? 0 : a[0] === '' ? 1 : -1;
    return (sort.isDown ? -1 : 1) * (a[2] - b[2] || collator.compare(a[0], b[0]));
  });
  return keyed.map((one) => one[1]);
}

function sortText(column, store, meter, value) {
  if (value) return column.id === 'value' ? String(value.value ?? '') : column.value(meter, value, store.read);
  return String(column.meter(meter, store.read) ?? '');
}

function meterText(store, meter) {
  return [meter.interface, store.read('serial', meter), store.read('manufacturer', meter), word(meter.medium), store.read('label', meter), meter.name,
    store.read('register', meter), word(meter.failure)].filter((one) => one !== undefined && one !== '').join(' ').toLowerCase();
}

function valueText(store, meter, value) {
  return [value.value, value.unit, word(value.description), store.read('label', meter, value), store.read('obis', meter, value), store.read('register', meter, value)]
    .filter((one) => one !== undefined && one !== '').join(' ').toLowerCase();
}

const matches = (words, text) => words.every((word) => text.includes(word));

/** The mediums that occur. */
export function mediums(store) {
  return [...new Set(store.list().map((meter) => meter.medium).filter(Boolean))].sort(collator.compare);
}
