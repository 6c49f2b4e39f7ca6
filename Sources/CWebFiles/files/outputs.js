// The Output tab: the digital outputs of meters, switched one by one and read back.

import * as api from './api.js';
import { on } from './bus.js';
import { confirmDialog, failureDialog, showAnswer } from './dialog.js';
import { button, dataTable, el, fill } from './dom.js';
import * as events from './events.js';
import { t, word } from './i18n.js';
import * as session from './session.js';

export function create(host) {
  const isWriter = session.mayWrite('Output');
  let outputs = [];
  // Which run of the gateway they are of: the keys of meters are others in the next one.
  let instance;
  let isGone = false;
  const busy = new Set();
  // A meter whose values have changed may have another state.
  const unlisten = on('meters', (data) => {
    if (data.instance !== instance) load().then(render, () => undefined);
    else for (const meter of data.meters ?? []) take(meter);
  });

  async function load() {
    ({ outputs, instance } = await api.get('outputs'));
    if (session.mayRead('Meter') && !isGone) events.follow({});
  }

  function take(meter) {
    let isOther = false;
    for (const output of outputs.filter((one) => one.meter === meter.id)) {
      const value = meter.values?.find((one) => one.index === output.index);
      if (!value || !/^[01]$/.test(value.value ?? '')) continue;
      const now = value.value === '1';
      if (now === output.on && value.quality === output.quality) continue;
      Object.assign(output, { on: now, quality: value.quality });
      isOther = true;
    }
    if (isOther && !busy.size) render();
  }

  async function toggle(output, wanted) {
    const key = `${output.meter}/${output.index}`;
    const run = instance;
    const name = output.label || word(output.description);
    const what = t(wanted ? 'output.on' : 'output.off', { name, meter: output.name });
    if (!await confirmDialog({ title: t('output.switch'), text: what, yes: t(wanted ? 'output.doOn' : 'output.doOff') }) || !await session.needLock()) return render();
    busy.add(key);
    render();
    try {
      const answer = await api.post(`outputs/${output.meter}/${output.index}`, { on: wanted, instance: run, dif: output.dif, vif: output.vif });
      await load();
      showAnswer(what, answer);
    } catch (error) {
      if (error.status === 423) await session.refused(error.body.holder);
      else if (error.status !== 401) await failureDialog(t('output.failed'), error);
      await load().catch(() => undefined);
    }
    busy.delete(key);
    session.releaseLock();
    render();
    // The button that was pressed means nothing now.
    if (document.activeElement === document.body) document.getElementById(buttonID(output, !wanted))?.focus();
    return undefined;
  }

  const buttonID = (output, isOn) => `output-${output.meter}-${output.index}-${isOn ? 'on' : 'off'}`;
  const switchButton = (output, isOn, isBusy) => button(t(isOn ? 'word.on' : 'word.off'), {
    id: buttonID(output, isOn),
    disabled: isBusy || output.on === isOn, onclick: () => toggle(output, isOn),
    'aria-label': `${output.name} ${output.label || word(output.description)}: ${t(isOn ? 'output.doOn' : 'output.doOff')}`,
  });

  function row(output) {
    const isBusy = busy.has(`${output.meter}/${output.index}`);
    const state = output.on === undefined ? t('output.unknown') : t(output.on ? 'word.on' : 'word.off');
    const cell = (name, ...nodes) => el('td', { 'data-label': t(name) }, nodes);
    return el('tr', el('th', { scope: 'row' }, el('a', { href: session.mayRead('Meter') ? `#meter/${encodeURIComponent(output.name)}/${output.index}` : undefined }, output.name)),
      cell('column.index', String(output.index)), cell('column.description', word(output.description)), cell('column.label', output.label),
      cell('output.state', el('span', { class: `state ${output.on ? 'on' : ''}` }, isBusy ? t('output.busy') : state),
        output.quality !== 'good' && el('small', { class: `quality is-${output.quality}` }, ` ${t(`quality.${output.quality}`)}`)),
      el('td.tools', !output.allowed ? el('small', t('output.notAllowed'))
        : isWriter && [true, false].map((isOn) => switchButton(output, isOn, isBusy))));
  }

  function render() {
    const heads = ['output.meter', 'column.index', 'column.description', 'column.label', 'output.state'].map((name) => t(name));
    fill(host.main, el('h1', t('title.Output')), outputs.length
      ? el('div.panel', dataTable(t('title.Output'), [...heads, el('th', el('span.visuallyhidden', t('output.switch')))], outputs.map(row), { class: 'stacked outputs' }))
      : el('p.empty', t('output.none')));
  }

  return { load, render, close: () => { isGone = true; unlisten(); events.follow(); }, resume: () => load().then(render, () => undefined) };
}
