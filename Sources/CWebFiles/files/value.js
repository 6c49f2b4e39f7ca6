// The page of a value: what it was last, how good that is, and its record byte by byte.

import * as api from './api.js';
import { failureDialog } from './dialog.js';
import { dataTable, el, fill, icon, numberCell, setText } from './dom.js';
import { age, grouped, isName, localTime, t, valueText, when, word } from './i18n.js';

/** What a value's page is called: by its meter's name and the codes of its record, since keys and places change. */
export const valueAddress = (meter, value) => `#meter/${encodeURIComponent(meter.name)}/${value.index}${value.dif ? `/${value.dif}-${value.vif}` : ''}`;

/**
 * Shows a value in the place of the list. `entry` is {meter, value, values}: the meter of the list, its value, and all of
 * its values as they were; it is undefined when there is no such value.
 */
export function createValuePage(host, store, entry) {
  let shown;
  let asOf;
  let parts;
  const box = el('div.valuepage');
  fill(host.main, el('p.crumbs', el('a', { href: `#meter${entry ? `/${encodeURIComponent(entry.meter.name)}` : ''}` }, icon('back'), t('value.back'))), box);

  async function load() {
    if (!entry) return gone();
    const { meter, value } = entry;
    try {
      const answer = await api.get(`meters/${meter.id}/values/${value.index}`);
      // It may have moved while it was asked for.
      if (entry?.value !== value) return entry && load();
      shown = answer;
      asOf = shown.readAt;
      parts = undefined;
      draw();
    } catch (error) {
      if (error.status === 404) gone();
      else if (error.status !== 401) failureDialog(t('value.failed'), error);
    }
    return undefined;
  }

  // Nobody is shown another value in its place.
  function gone() {
    entry = undefined;
    parts = undefined;
    fill(box, el('p.error', { role: 'alert' }, icon('warning'), el('span', shown?.meter ? t('value.gone', { value: shown.label || word(shown.description), meter: shown.meter.name }) : t('value.unknown'))));
  }

  // Nodes stay while their texts change, so that a selection and the focus do, too.
  function draw() {
    const { meter } = shown;
    const unit = shown.unit === 'None' ? '' : shown.unit;
    const places = [
      [t('column.description'), word(shown.description)],
      [t('value.scaled'), shown.scaled === undefined || isName(shown) ? undefined : `${grouped(String(shown.scaled))} ${unit}`],
      [t('column.obis'), shown.obis ?? (shown.suggestedObis && `(${shown.suggestedObis})`)], [t('column.register'), shown.register],
      [t('value.readAt'), shown.readAt === undefined ? undefined : when(shown.readAt)],
      [t('value.meterTime'), shown.meterTime && localTime(shown.meterTime)], [t('value.misses'), shown.misses || undefined],
      [t('value.storage'), shown.storage], [t('value.tariff'), shown.tariff], [t('value.function'), shown.function && t(`function.${shown.function}`)],
    ].filter(([, text]) => text !== undefined && text !== '');
    const names = places.map(([name]) => name).join('\n') + (shown.readAt === undefined);
    if (parts?.names !== names) build(names, places.map(([name]) => name));
    setText(parts.title, shown.label || word(shown.description));
    setText(parts.meter, ` ${meter.name}${meter.label ? ` · ${meter.label}` : ''}`);
    parts.big.className = `big is-${shown.quality}`;
    parts.quality.className = `quality is-${shown.quality}`;
    setText(parts.number, valueText(shown));
    setText(parts.scale, shown.scale && shown.scale !== '1E+0' ? `× ${shown.scale} ` : '');
    setText(parts.unit, unit);
    setText(parts.quality, t(`quality.${shown.quality}`));
    setText(parts.why, shown.why ? ` · ${word(shown.why)}` : '');
    if (parts.age && parts.age.dataset.at !== String(shown.readAt)) Object.assign(parts.age.dataset, { at: shown.readAt });
    places.forEach(([, text], index) => setText(parts.places[index], String(text)));
  }

  function build(names, labels) {
    parts = {
      names, title: el('span'), meter: el('small'), big: el('p'), number: el('strong'), scale: el('span'), unit: el('span'),
      quality: el('span'), age: shown.readAt !== undefined && age(shown.readAt), why: el('span'), places: labels.map(() => el('dd')),
    };
    parts.big.append(parts.number, ' ', parts.scale, parts.unit);
    fill(box, el('h1', parts.title, parts.meter),
      el('section.panel.reading', parts.big, el('p', parts.quality, ' ', parts.age, parts.why),
        el('dl.pairs', labels.flatMap((label, index) => [el('dt', label), parts.places[index]]))),
      shown.explained?.length > 0 && el('section.panel', el('h2', t('value.record'), asOf !== undefined && el('small', ` ${when(asOf)}`)), byteTable(shown.explained)),
      el('section.history', { id: 'history', hidden: true }));
  }

  return {
    load,
    // What is new comes with the stream. The record is not in it, and asking for it would be a sign of life of the
    // user: it stays as it was, with its time.
    changed(ids, isStructure) {
      if (!entry) return;
      if (isStructure && !follow()) return gone();
      if (!shown || ids && !ids.has(entry.meter.id)) return;
      shown = { ...shown, ...entry.value, meter: { ...shown.meter, name: entry.meter.name, label: entry.meter.label } };
      draw();
    },
  };

  // Where the value is now, when the list is another one; undefined: nowhere, or nobody knows.
  function follow() {
    const found = store.find(entry.meter, entry.value, entry.values);
    if (!found) return false;
    const hasMoved = found.value.index !== entry.value.index || found.meter.name !== entry.meter.name;
    entry = { ...found, values: [...found.meter.values] };
    if (hasMoved) host.moved(valueAddress(found.meter, found.value));
    return true;
  }
}

/** Bytes with their meanings. */
export function byteTable(rows) {
  return dataTable(t('bytes.table'), ['offset', 'bytes', 'meaning'].map((name) => t(`bytes.${name}`)),
    rows.map((row) => el('tr', { class: row.wrong ? 'wrong' : undefined }, numberCell(String(row.offset)), el('td', el('code', row.bytes.replace(/(..)(?=.)/g, '$1 '))),
      el('td', word(row.meaning?.en ?? row.meaning)))), { class: 'bytes' });
}
