// The analyser: every byte of a telegram explained.

import * as api from './api.js';
import { button, dataTable, el, fill, icon, numberCell } from './dom.js';
import { localTime, t, valueText, word } from './i18n.js';
import { pairs } from './overview.js';
import { byteTable } from './value.js';

// The last telegram stays while the page is open. The key does not leave the field.
let last = '';

/** Shows the analyser in the place of the log. */
export function createAnalyser(host, hex) {
  const text = el('textarea', { id: 'hex', rows: '5', spellcheck: 'false', autocapitalize: 'none', placeholder: '68 15 15 68 08 01 72 …' });
  const key = el('input', { id: 'hexkey', type: 'password', autocomplete: 'off', maxlength: '47' });
  const outcome = el('div.outcome');
  // Of a whole analysis only that it is there is read out.
  const told = el('p.visuallyhidden', { role: 'status' });
  text.value = hex ? hex.replace(/(..)(?=.)/g, '$1 ') : last;
  fill(host.main, el('p.crumbs', el('a', { href: '#log' }, icon('back'), t('telegram.back'))), el('h1', t('telegram.title')),
    el('form.panel', { onsubmit: (event) => { event.preventDefault(); analyse(); } },
      el('div.labelled', el('label', { for: 'hex' }, t('telegram.hex')), text, el('small', t('telegram.hint'))),
      el('div.labelled', el('label', { for: 'hexkey' }, t('telegram.key')), key),
      el('div.buttons', button(t('telegram.explain'), { type: 'submit', class: 'primary', picture: 'search' }))), told, outcome);
  if (hex) analyse();
  else text.focus();

  // A place in the text, as the byte that stands there.
  const byteAt = (place) => Math.floor(text.value.slice(0, place).replace(/[^0-9a-f]/gi, '').length / 2);

  async function analyse() {
    last = text.value;
    const secret = key.value.replace(/\s/g, '');
    try {
      const answer = await api.post('telegram', { hex: text.value, ...(secret ? { key: secret } : {}) });
      told.textContent = t('telegram.done', { count: answer.telegram?.records?.length ?? 0 });
      const { error, offset } = answer.telegram ?? {};
      // What is in a damaged telegram is shown, and nobody takes it for sound.
      fill(outcome, error && el('p.error', { role: 'alert' }, icon('warning'), el('span', el('b', t('telegram.wrong')), ` ${word(error)} ${t('telegram.offset', { offset: String(offset ?? 0) })}`)),
        summary(answer.telegram ?? {}), records(answer.telegram?.records ?? []),
        el('section.panel', el('h2', t('telegram.bytes')), byteTable(answer.bytes ?? [])));
    } catch (error) {
      if (error.status === 401) return;
      told.textContent = '';
      fill(outcome, el('p.error', { role: 'alert' }, icon('warning'), el('span', error.message, error.body?.offset > 0 && ` ${t('telegram.offset', { offset: String(byteAt(error.body.offset)) })}`)));
    }
  }
}

function summary(telegram) {
  const { meter, frame, security } = telegram;
  return el('section.panel', el('h2', t('telegram.summary')), pairs([
    telegram.kind && [t('telegram.kind'), t(`kind.${telegram.kind}`)],
    meter && [t('telegram.meter'), [meter.serial, meter.manufacturer, meter.version, word(meter.mediumName)].filter((one) => one !== undefined && one !== null).join(' · ')],
    frame && [t('telegram.frame'), `C ${frame.c ?? '–'} · A ${frame.a ?? '–'} · CI ${frame.ci ?? '–'}`],
    telegram.access !== undefined && telegram.access !== null && [t('telegram.access'), String(telegram.access)],
    telegram.status && [t('telegram.status'), [telegram.status, ...(telegram.statusWords ?? []).map(word)].join(' · ')],
    security?.mode > 0 && [t('telegram.security'), `${security.mode} · ${word(security.state)}`],
    telegram.moreRecordsFollow && [t('telegram.more'), t('word.yes')]]));
}

function records(list) {
  if (!list.length) return undefined;
  const names = ['value', 'unit', 'description', 'function', 'storage', 'tariff', 'subunit', 'obis'];
  return el('section.panel', el('h2', t('telegram.records')),
    dataTable(t('telegram.records'), names.map((name) => t(`record.${name}`)), list.map((one) => [
      numberCell(recordValue(one)), one.unit === 'None' ? '' : one.unit, word(one.description),
      one.function && t(`function.${one.function}`), numberCell(one.storage), numberCell(one.tariff), numberCell(one.subunit), one.obis])));
}

function recordValue(one) {
  if (one.error) return word(one.error);
  if (one.time) return localTime(one.time);
  const value = String(one.scaled ?? one.value ?? '');
  return valueText({ ...one, value });
}
