// The page of a value: what it was last, how good that is, and its record byte by byte.

import * as api from './api.js';
import { failureDialog } from './dialog.js';
import { dataTable, el, fill, icon, numberCell } from './dom.js';
import { age, grouped, localized, t, when } from './i18n.js';

/** Shows a value in the place of the list. */
export function createValuePage(host, store, id, index) {
  let shown;
  let asOf;
  const box = el('div.valuepage');
  fill(host.main, el('p.crumbs', el('a', { href: `#meter/${id}` }, icon('back'), t('value.back'))), box);

  async function load() {
    try {
      shown = await api.get(`meters/${id}/values/${index}`);
      asOf = shown.readAt;
      draw();
    } catch (error) {
      if (error.status === 404) fill(box, el('p.error', error.message));
      else if (error.status !== 401) failureDialog(t('value.failed'), error);
    }
  }

  function draw() {
    const { meter } = shown;
    const unit = shown.unit === 'None' ? '' : shown.unit;
    const place = (label, text) => text !== undefined && text !== '' && [el('dt', label), el('dd', text)];
    fill(box,
      el('h1', shown.label || shown.description, ' ', el('small', `${meter.name}${meter.label ? ` · ${meter.label}` : ''}`)),
      el('section.panel.reading',
        el('p', { class: `big is-${shown.quality}` }, el('strong', grouped(shown.value)), ' ',
          shown.scale && shown.scale !== '1E+0' && el('span', `× ${shown.scale} `), el('span', unit)),
        el('p', el('span', { class: `quality is-${shown.quality}` }, t(`quality.${shown.quality}`)), ' ',
          shown.readAt !== undefined && age(shown.readAt), shown.why && el('span', ` · ${shown.why}`)),
        el('dl.pairs',
          place(t('column.description'), shown.description),
          place(t('value.scaled'), shown.scaled === undefined ? undefined : `${grouped(String(shown.scaled))} ${unit}`),
          place(t('column.obis'), shown.obis ?? (shown.suggestedObis && `(${shown.suggestedObis})`)), place(t('column.register'), shown.register),
          place(t('value.readAt'), shown.readAt === undefined ? undefined : when(shown.readAt)),
          place(t('value.meterTime'), shown.meterTime?.replace('T', ' ')), place(t('value.misses'), shown.misses || undefined),
          place(t('value.storage'), shown.storage), place(t('value.tariff'), shown.tariff), place(t('value.function'), shown.function && t(`function.${shown.function}`)))),
      shown.explained?.length > 0 && el('section.panel', el('h2', t('value.record'), asOf !== undefined && el('small', ` ${when(asOf)}`)), byteTable(shown.explained)),
      el('section.history', { id: 'history', hidden: true }));
  }

  return {
    load,
    // What is new comes with the stream. The record is not in it, and asking for it would be a sign of life of the
    // user: it stays as it was, with its time.
    changed(ids) {
      const fresh = store.meter(id)?.values.find((value) => value.index === index);
      if (!shown || !fresh || ids && !ids.has(id)) return;
      shown = { ...shown, ...fresh };
      draw();
    },
  };
}

/** Bytes with their meanings. */
export function byteTable(rows) {
  return dataTable(t('bytes.table'), ['offset', 'bytes', 'meaning'].map((name) => t(`bytes.${name}`)),
    rows.map((row) => [numberCell(String(row.offset)), el('code', row.bytes), localized(row.meaning)]), { class: 'bytes' });
}
