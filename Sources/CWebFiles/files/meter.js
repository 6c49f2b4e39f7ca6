// The Meter tab: the list with its tools, and the page of a value.

import * as api from './api.js';
import { on } from './bus.js';
import { columns, keepColumns, shownColumns } from './columns.js';
import { confirmDialog, download, failureDialog, showAnswer, toast } from './dialog.js';
import { button, el, fill, setText } from './dom.js';
import * as events from './events.js';
import { language, t, word } from './i18n.js';
import { createLost } from './lost.js';
import * as dialogs from './meterdialogs.js';
import { openMenu } from './menu.js';
import { createRows, mediums, states } from './meterrows.js';
import { createScanBar } from './scanbar.js';
import * as session from './session.js';
import { createStore } from './store.js';
import { createTable } from './treetable.js';
import { createValuePage, valueAddress } from './value.js';

// Kept while the page is open, so that the tab is as it was left.
const filter = { search: '', medium: '', state: '' };
const sort = { column: undefined, isDown: false };
const folded = new Map();
const manyMeters = 40;

export function create(host) {
  const isWriter = session.mayWrite('Meter');
  let table;
  let page;
  let parts = {};
  let timer;
  let place = { top: 0 };
  let isGone = false;
  const store = createStore((isStructure, ids, isOther) => changed(isStructure, ids, isOther));
  const unlisten = [
    on('meters', (data) => store.take(data)), on('status', drawScan),
    on('second', () => table?.draw()),
  ];

  async function load() {
    const list = await store.load();
    if (!isGone) events.follow(list);
  }

  const isClosed = (meter) => folded.get(meter.id) ?? (store.list().length > manyMeters || innerWidth <= 700);

  const rows = createRows(store, filter, sort, isClosed);

  function changed(isStructure, ids, isOther) {
    if (isOther) {
      // The gateway has begun anew: what the page knows by the keys of meters may be another meter's.
      folded.clear();
      table?.clear();
    }
    if (page) return page.changed(ids, isStructure);
    if (!table) return;
    // Rows do not change places under somebody's eyes: they are sorted when something else than values has changed.
    const fresh = !isStructure && ids && (filter.search || filter.state) && rows.some(ids);
    if (isStructure || !ids) drawRows();
    else if (fresh) showRows(fresh);
    else table.draw();
    host.dirty();
  }

  function drawRows() {
    drawMediums();
    showRows(rows.all());
  }

  function showRows(result) {
    table.setRows(result.rows);
    parts.sort.value = sort.column ?? '';
    parts.direction.disabled = !sort.column;
    parts.direction.setAttribute('aria-pressed', String(sort.isDown));
    setText(parts.direction, sort.isDown ? '▾' : '▴');
    parts.lost.draw();
    const all = store.list().length;
    const isLess = filter.search || filter.medium || filter.state;
    setText(parts.count, isLess ? t('meter.countOf', { meters: result.meters, all, values: result.values })
      : t('meter.count', { meters: result.meters, values: result.values }));
    parts.empty.hidden = result.rows.length > 0;
    table.node.hidden = !all;
    const text = all ? 'meter.noMatch' : events.status?.scan ? 'meter.emptyScan' : isWriter ? 'meter.emptyWriter' : 'meter.empty';
    setText(parts.empty, t(text));
  }

  function drawMediums() {
    const list = mediums(store);
    // One that is gone would hide everything.
    if (!list.includes(filter.medium)) filter.medium = '';
    const now = [language(), ...list].join();
    if (now === parts.mediums) return;
    parts.mediums = now;
    fill(parts.medium, el('option', { value: '' }, t('meter.allMediums')), list.map((medium) => el('option', { value: medium, selected: filter.medium === medium }, word(medium))));
  }

  function render() {
    if (table) place = table.place();
    table?.close();
    page = undefined;
    parts = {
      search: el('input', {
        type: 'search', value: filter.search, placeholder: t('meter.search'), 'aria-label': t('meter.search'),
        oninput: () => { clearTimeout(timer); timer = setTimeout(() => { filter.search = parts.search.value; drawRows(); }, 120); },
      }),
      medium: el('select', { 'aria-label': t('column.medium'), onchange: () => { filter.medium = parts.medium.value; drawRows(); } },
        el('option', { value: '' }, t('meter.allMediums'))),
      state: el('select', { 'aria-label': t('meter.state'), onchange: () => { filter.state = parts.state.value; drawRows(); } },
        el('option', { value: '' }, t('meter.allStates')),
        Object.keys(states).map((id) => el('option', { value: id, selected: filter.state === id }, t(`filter.${id}`)))),
      sort: el('select', { 'aria-label': t('meter.sort'), onchange: () => { Object.assign(sort, { column: parts.sort.value || undefined, isDown: false }); drawRows(); } },
        el('option', { value: '' }, t('meter.listOrder')), columns.map((column) => el('option', { value: column.id }, t('meter.by', { column: t(`column.${column.id}`) })))),
      direction: el('button', { type: 'button', 'aria-label': t('meter.descending'), title: t('meter.descending'), onclick: () => { sort.isDown = !sort.isDown; drawRows(); } }),
      lost: createLost(store),
      count: el('span.count', { role: 'status' }), empty: el('p.empty', { hidden: true }),
      scan: createScanBar(),
    };
    table = createTable({
      columns: shownColumns, read: store.read, isChanged: store.isChanged, isDeleted: store.isDeleted, isReadOnly: !isWriter,
      sort: () => sort, onSort: sortBy, onSelect: () => host.changed(), onDelete: remove, onActive: (row, isActive) => activate(isActive, [row]),
      onToggle: (meter, isOpen) => { folded.set(meter.id, !isOpen); drawRows(); }, onEdit: edit, onMenu: menu,
    });
    fill(host.main, el('h1.visuallyhidden', t('tab.Meter')),
      el('div.tools', parts.search, parts.medium, parts.state, parts.sort, parts.direction,
        button(t('meter.columns'), { picture: 'columns', class: 'columns', onclick: chooseColumns }),
        button(t('meter.foldAll'), { class: 'foldall', onclick: foldAll }), parts.count),
      parts.lost.node, parts.scan.node, parts.empty, table.node);
    drawRows();
    table.moveTo(place);
    drawScan();
  }

  function sortBy(id) {
    if (sort.column !== id) Object.assign(sort, { column: id, isDown: false });
    else if (!sort.isDown) sort.isDown = true;
    else Object.assign(sort, { column: undefined, isDown: false });
    drawRows();
  }

  function foldAll() {
    const isOpen = store.list().some((meter) => !isClosed(meter));
    for (const meter of store.list()) folded.set(meter.id, isOpen);
    drawRows();
  }

  async function chooseColumns() {
    const ids = await dialogs.columnDialog();
    if (!ids) return;
    keepColumns(ids);
    drawRows();
  }

  let wasScanning = false;
  let isCancelled = false;
  function drawScan() {
    const { scan } = events.status ?? {};
    if (Boolean(scan) !== wasScanning) {
      wasScanning = Boolean(scan);
      host.changed();
      if (!scan && !isCancelled) toast(t('scan.ended'));
      isCancelled = false;
      if (table) drawRows();
    }
    if (!page) parts.scan?.draw(scan);
  }

  // Commands.

  const picked = () => table?.picked() ?? [];
  const hasNewOnly = () => pickedMeters()[0]?.isNew === true;
  const pickedMeters = () => [...new Set(picked().map((row) => row.meter))];

  async function edit(row) {
    if (!isWriter) return row?.value ? openValue(row) : undefined;
    const wanted = picked().length > 1 ? picked() : row ? [row] : picked();
    const rows = wanted.filter((one) => !store.isDeleted(one.meter, one.value));
    if (wanted.length && !rows.length) return toast(t('meter.goes'), 'bad');
    if (!rows.length || !await session.needLock()) return;
    await dialogs.editDialog(store, rows);
    settle();
    table?.node.focus();
  }

  /** Gives the lock back when there is nothing to save. */
  function settle() {
    if (!store.count()) session.releaseLock();
  }

  const openValue = (row) => { location.hash = valueAddress(row.meter, row.value); };

  async function activate(isActive, rows = picked()) {
    if (!rows.length || !await session.needLock()) return;
    for (const { meter, value } of rows) store.activate(isActive, meter, value);
    settle();
  }

  async function remove() {
    const all = isWriter ? picked() : [];
    const isWhole = new Set(all.filter((row) => !row.value).map((row) => row.meter));
    // What goes with its meter is not passed over.
    const list = all.filter((row) => !row.value || !isWhole.has(row.meter));
    const gone = list.filter((row) => store.isDeletable(row.meter, row.value));
    const count = list.length - gone.length;
    if (count) toast(gone.length ? t('meter.notDeleted', { count }) : t('meter.notDeletable'), 'bad');
    if (!gone.length || !await session.needLock()) return;
    for (const { meter, value } of gone) store.remove(meter, value);
  }

  function undo() {
    for (const { meter, value } of picked()) store.undo(meter, value);
    settle();
  }

  /** Sends a command that takes effect at once; `done` says of the answer what it has done. */
  async function command(title, send, done = () => title) {
    if (!await session.needLock()) return;
    try {
      const answer = await send();
      await showAnswer(done(answer), answer);
    } catch (error) {
      if (error.status === 423) await session.refused(error.body.holder);
      else if (error.status !== 401) await failureDialog(title, error);
    }
    settle();
  }

  const listed = (rows) => rows.filter((row) => !row.meter.isNew && !row.value?.isNew);

  // How many entries have another register, or none.
  const moved = (name) => ({ changes = [] }) => t(changes.length ? `${name}.done` : `${name}.nothing`, { count: changes.length });

  function allocate() {
    const { entries, count } = store.entriesOf(listed(picked()));
    return dialogs.allocateDialog(count, (isAll, anew) => command(t('do.allocate'),
      () => api.post('meters/allocate', isAll ? { all: true, anew } : { entries, anew }), moved('allocate')));
  }

  async function deallocate() {
    const { entries, count } = store.entriesOf(listed(picked()));
    if (!entries.length) return;
    if (await confirmDialog({ title: t('do.deallocate'), text: `${t('deallocate.text', { count })}${count > entries.length ? `\n${t('allocate.whole')}` : ''}`, yes: t('do.deallocate'), kind: 'danger' })) {
      await command(t('do.deallocate'), () => api.post('meters/deallocate', { entries }), moved('deallocate'));
    }
  }

  const readout = () => command(t('readout.asked'), () => {
    const entries = pickedMeters().filter((meter) => !meter.isNew).map((meter) => meter.name);
    return api.post('meters/readout', entries.length ? { entries } : { all: true });
  });

  const scan = () => (events.status?.scan ? command(t('scan.cancelled'), () => {
    isCancelled = true;
    return api.remove('scan');
  }) : command(t('scan.started'), () => api.post('scan', {})));

  async function addMeter() {
    if (!await session.needLock()) return;
    const meter = await dialogs.addMeterDialog(store);
    settle();
    if (meter) table.go(`m${meter.id}`);
  }

  async function addValue() {
    const [meter] = pickedMeters();
    if (!meter || meter.isNew || !await session.needLock()) return;
    await dialogs.addValueDialog(store, meter);
    settle();
  }

  async function importList() {
    if (store.count()) return toast(t('import.saveFirst'), 'bad');
    if (await session.needLock() && await dialogs.importDialog()) await store.load();
    session.releaseLock();
  }

  const exportList = () => download('meters.csv', 'meters.csv');

  function menu(x, y) {
    const rows = picked();
    const [row] = rows;
    const none = !rows.length;
    const items = [
      row?.value && rows.length === 1 && !row.value.isNew && { text: t('meter.showValue'), picture: 'info', run: () => openValue(row) },
      isWriter && { text: t('do.edit'), picture: 'edit', key: '⏎', run: () => edit(row), isOff: none },
      isWriter && { text: t('do.addMeter'), picture: 'add', run: addMeter },
      isWriter && { text: t('do.addValue'), picture: 'add', run: addValue, isOff: none || hasNewOnly() },
      isWriter && null,
      isWriter && { text: t('do.activate'), picture: 'check', run: () => activate(true), isOff: none },
      isWriter && { text: t('do.deactivate'), picture: 'off', run: () => activate(false), isOff: none },
      isWriter && { text: t('do.allocate'), run: allocate },
      isWriter && { text: t('do.deallocate'), run: deallocate, isOff: none },
      isWriter && { text: t('do.readout'), picture: 'readout', run: readout },
      isWriter && null,
      isWriter && { text: t('do.undo'), run: undo, isOff: !rows.some((one) => store.isChanged(one.meter, one.value)) },
      isWriter && { text: t('do.delete'), picture: 'remove', run: remove, isOff: none, key: 'Del' },
      isWriter && null,
      isWriter && { text: t('do.import'), picture: 'upload', run: importList },
      { text: t('do.export'), picture: 'download', run: exportList },
    ].filter((item) => item !== false && item !== undefined);
    openMenu(x, y, items, t('meter.menu'));
  }

  function actions() {
    if (page) return [];
    const none = !picked().length;
    const isScanning = Boolean(events.status?.scan);
    const more = {
      id: 'more', text: t('do.more'), picture: 'more', kind: 'more', run: () => {
        const box = document.getElementById('action-more').getBoundingClientRect();
        menu(box.left, box.top);
      },
    };
    if (!isWriter) return [{ text: t('do.export'), picture: 'download', run: exportList }];
    return [
      { text: t('do.readout'), picture: 'readout', run: readout, title: t('readout.title') },
      { text: t(isScanning ? 'scan.cancel' : 'do.scan'), picture: isScanning ? 'close' : 'scan', kind: isScanning ? 'danger' : '', run: scan, id: 'scan' },
      { text: t('do.addMeter'), picture: 'add', run: addMeter, isExtra: true },
      { text: t('do.addValue'), picture: 'add', run: addValue, isOff: none || hasNewOnly(), title: hasNewOnly() ? t('add.value.later') : undefined, isExtra: true },
      { text: t('do.edit'), picture: 'edit', run: () => edit(), isOff: none },
      { text: t('do.activate'), run: () => activate(true), isOff: none, isExtra: true },
      { text: t('do.deactivate'), run: () => activate(false), isOff: none, isExtra: true },
      { text: t('do.allocate'), run: allocate, isExtra: true },
      { text: t('do.deallocate'), run: deallocate, isOff: none, isExtra: true },
      { text: t('do.delete'), picture: 'remove', run: remove, isOff: none, isExtra: true },
      { text: t('do.import'), picture: 'upload', run: importList, isExtra: true },
      { text: t('do.export'), picture: 'download', run: exportList, isExtra: true },
      more,
    ];
  }

  function show([name, index, codes]) {
    const meter = name === undefined ? undefined : store.named(name);
    if (index !== undefined) {
      if (table) place = table.place();
      table?.close();
      table = undefined;
      const value = meter && store.valueNamed(meter, Number(index), codes);
      page = createValuePage(host, store, value && { meter, value, values: [...meter.values] });
      host.changed();
      return page.load();
    }
    if (page) {
      render();
      host.changed();
    }
    if (meter) {
      folded.set(meter.id, false);
      drawRows();
      table.go(`m${meter.id}`);
    }
    return undefined;
  }

  /** Does something during which nothing can be changed. */
  async function whileStill(work) {
    const before = document.activeElement;
    const areas = [host.main, document.getElementById('actions')];
    for (const area of areas) area.inert = true;
    try {
      return await work();
    } finally {
      for (const area of areas) area.inert = false;
      if (before?.isConnected) before.focus({ preventScroll: true });
    }
  }

  async function save() {
    if (!await session.needLock()) return false;
    const answer = await whileStill(() => store.save());
    await showAnswer(t('save.done', { file: answer.saved ?? 'Device_Handle.cfg' }), answer);
    return !answer.notSaved;
  }

  const keys = (event) => {
    if (event.key === '/' && table && !/INPUT|SELECT|TEXTAREA/.test(event.target.tagName) && !document.querySelector('dialog[open]')) {
      event.preventDefault();
      parts.search.focus();
    }
  };
  addEventListener('keydown', keys);

  return {
    load, render, show, actions, save,
    changeCount: () => store.count(),
    discard: () => store.discard(),
    // The stream brings what has changed meanwhile, or all when the gateway has begun anew.
    resume: () => undefined,
    topics: () => shownColumns().map((column) => ({ label: t(`column.${column.id}`), help: t(`column.${column.id}.title`) })),
    close() {
      for (const end of unlisten) end();
      isGone = true;
      events.follow();
      removeEventListener('keydown', keys);
      table?.close();
      clearTimeout(timer);
    },
  };
}
