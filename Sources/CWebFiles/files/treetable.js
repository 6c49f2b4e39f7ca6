// A table of meters with their values under them, of which only the rows in sight exist: 12,500 values scroll
// like 25. Keyboard and screen readers have it as a treegrid whose active row is told by aria-activedescendant.

import { description } from './columns.js';
import { ago, t, when, word } from './i18n.js';
import { el, fill, setAttribute, setText } from './dom.js';

const beyond = 8;
const identity = new Set(['serial', 'manufacturer', 'medium', 'version', 'link']);
const sum = (columns) => columns.reduce((total, column) => total + column.width, 0);
const heights = { table: { meter: 30, value: 28 }, cards: { meter: 74, value: 54 } };

/**
 * `options`: columns(), read, isChanged, isDeleted, onSort(id), sort(), onToggle(meter, isOpen), onEdit(row),
 * onMenu(x, y), onSelect(), onActive(row, isActive), isReadOnly, onDelete().
 */
export function createTable(options) {
  let rows = [];
  let tops = new Float64Array(1);
  let places = new Map();
  let active = 0;
  // The row from which a range is selected, by its key: rows change places.
  let anchor;
  let shape = '';
  // The columns that the head has: which ones there are may depend on the width.
  let shown = [];
  const picked = new Set();
  const pool = [];
  const narrow = matchMedia('(max-width: 700px)');
  const body = el('div.rows', { role: 'rowgroup' });
  const head = el('div.head', { role: 'row', 'aria-rowindex': '1' });
  const grid = el('div', {
    class: 'treetable', role: 'treegrid', tabindex: '0', 'aria-multiselectable': 'true', 'aria-label': t('meter.list'),
    onscroll: () => draw(), onkeydown: keyed, onmousedown: pressed, ondblclick: doubled, oncontextmenu: menu,
    onclick: clicked, onpointerdown: touched, onpointerup: untouched, onpointercancel: untouched, onpointermove: slid,
  }, el('div', { role: 'rowgroup', class: 'heads' }, head), body);
  const watch = new ResizeObserver(layoutAll);
  watch.observe(grid);
  narrow.addEventListener('change', layoutAll);

  const kinds = () => heights[narrow.matches ? 'cards' : 'table'];

  function drawHead() {
    const sort = options.sort();
    grid.classList.toggle('cards', narrow.matches);
    shown = options.columns();
    fill(head, shown.map((column, index) => el('div', {
      role: 'columnheader', class: `cell c-${column.id}${column.isNumber ? ' number' : ''}`, 'aria-colindex': String(index + 1),
      'aria-sort': sort.column === column.id ? (sort.isDown ? 'descending' : 'ascending') : undefined,
    }, el('button', { type: 'button', tabindex: '-1', class: 'bare', title: t(`column.${column.id}.title`), onclick: () => { options.onSort(column.id); focus(); } },
      t(`column.${column.id}${column.hasShort ? '.short' : ''}`), el('span', { 'aria-hidden': 'true' }, sort.column === column.id ? (sort.isDown ? ' ▾' : ' ▴') : '')))));
    const widths = shown.map((column) => (column.grow ? `minmax(${column.width}ch, ${column.grow}fr)` : `${column.width}ch`)).join(' ');
    grid.style.setProperty('--columns', widths);
    grid.style.setProperty('--least', `${sum(shown)}ch`);
    // Values have nothing in these columns.
    grid.style.setProperty('--name', `${sum(shown.filter((column) => identity.has(column.id)))}ch`);
    grid.setAttribute('aria-colcount', String(shown.length));
    const now = `${narrow.matches} ${shown.map((column) => column.id).join()}`;
    if (now === shape) return;
    shape = now;
    fit();
    for (const row of pool.splice(0)) row.node.remove();
  }

  function layout() {
    const { meter, value } = kinds();
    tops = new Float64Array(rows.length + 1);
    for (let index = 0; index < rows.length; index += 1) tops[index + 1] = tops[index] + (rows[index].value ? value : meter);
    body.style.height = `${tops[rows.length]}px`;
  }

  /** Where the description is not in sight, values say what they are below the identity of their meter. */
  function fit() {
    grid.classList.toggle('named', grid.scrollWidth > grid.clientWidth || !shown.some((column) => column.id === 'description'));
  }

  function layoutAll() {
    drawHead();
    fit();
    layout();
    draw();
  }

  /** Shows other rows; the selection stays where its rows still exist. */
  function setRows(fresh) {
    const activeKey = rows[active]?.key;
    const [first, past] = firstInSight();
    rows = fresh;
    places = new Map(rows.map((row, index) => [row.key, index]));
    for (const key of picked) if (!places.has(key)) picked.delete(key);
    active = places.get(activeKey) ?? Math.min(active, Math.max(0, rows.length - 1));
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    drawHead();
    layout();
    // What comes in above, as during a scan, does not move what is looked at.
    if (grid.scrollTop && places.has(first)) grid.scrollTop = tops[places.get(first)] + past;
    draw();
  }

  /** The first row in sight, by its key, and how many pixels of it are not. */
  function firstInSight() {
    const index = indexAt(grid.scrollTop);
    return [rows[index]?.key, grid.scrollTop - tops[index]];
  }

  const focus = () => grid.focus({ preventScroll: true });

  function indexAt(offset) {
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** Draws the rows in sight. */
  function draw() {
    const from = Math.max(0, indexAt(grid.scrollTop) - beyond);
    const to = Math.min(rows.length, indexAt(grid.scrollTop + grid.clientHeight) + 1 + beyond);
    while (pool.length < to - from) pool.push(makeRow());
    for (let place = 0; place < pool.length; place += 1) {
      const index = from + place;
      const line = pool[place];
      line.node.hidden = index >= to;
      if (index < to) drawRow(line, index);
      else line.node.removeAttribute('id');
    }
    const current = rows[active] && document.activeElement === grid ? `row-${rows[active].key}` : '';
    if (current) grid.setAttribute('aria-activedescendant', current);
    else grid.removeAttribute('aria-activedescendant');
  }

  function makeRow() {
    const cells = shown.map((column, index) => {
      const cell = el('div', { role: 'gridcell', class: `cell c-${column.id}${column.isNumber ? ' number' : ''}`, 'aria-colindex': String(index + 1) });
      if (column.isFlag) cell.append(el('input', { type: 'checkbox', tabindex: '-1', 'aria-label': t('column.active') }));
      return cell;
    });
    const fold = el('span.fold', { 'aria-hidden': 'true' });
    const node = el('div', { role: 'row', class: 'row' }, fold, cells);
    body.append(node);
    return { node, cells, fold };
  }

  function drawRow(line, index) {
    const row = rows[index];
    const { meter, value } = row;
    const { node } = line;
    const changed = options.isChanged(meter, value);
    const state = value ? value.quality : meter.state;
    setAttribute(node, 'id', `row-${row.key}`);
    if (line.top !== tops[index]) node.style.transform = `translateY(${tops[index]}px)`;
    line.top = tops[index];
    setAttribute(node, 'data-index', String(index));
    const classes = `row ${value ? 'value' : 'meter'} is-${state}${picked.has(row.key) ? ' picked' : ''}${index === active ? ' active' : ''}`
      + `${changed ? ' changed' : ''}${options.isDeleted(meter, value) ? ' deleted' : ''}${!value && meter.duplicate ? ' duplicate' : ''}`
      + `${options.read('active', meter, value) ? '' : ' inactive'}`;
    if (node.className !== classes) node.className = classes;
    setAttribute(node, 'aria-rowindex', String(index + 2));
    setAttribute(node, 'aria-level', String(row.level));
    setAttribute(node, 'aria-selected', String(picked.has(row.key)));
    setAttribute(node, 'aria-expanded', row.hasValues ? String(row.isOpen) : undefined);
    setText(line.fold, row.hasValues ? (row.isOpen ? '▾' : '▸') : '');
    shown.forEach((column, place) => drawCell(line.cells[place], column, row));
    // Attributes that stay are not written: screen readers look at each that is.
    const place = `${row.place}/${row.size}`;
    if (line.place === place) return;
    line.place = place;
    node.setAttribute('aria-posinset', String(row.place));
    node.setAttribute('aria-setsize', String(row.size));
  }

  function drawCell(cell, column, { meter, value }) {
    if (column.isFlag) {
      const box = cell.firstChild;
      box.checked = Boolean(options.read('active', meter, value));
      box.disabled = options.isReadOnly;
      return;
    }
    if (column.isAge && !value) {
      const unix = column.meter(meter);
      if (unix === undefined) return setPlain(cell, '');
      if (cell.dataset.at !== String(unix)) {
        cell.dataset.at = unix;
        cell.title = when(unix);
      }
      return setText(cell, ago(unix));
    }
    const text = value ? column.value(meter, value, options.read) : column.meter(meter, options.read);
    const isSuggested = column.id === 'obis' && value && !text && value.suggestedObis;
    setPlain(cell, isSuggested ? `(${value.suggestedObis})` : text);
    if (column.id === 'serial') setAttribute(cell, 'data-name', value ? options.read('label', meter, value) || description(value) : undefined);
    setAttribute(cell, 'title', titleOf(column.id, text, isSuggested, value ?? meter, value));
    cell.classList.toggle('edited', options.isChanged(meter, value) && isEdited(column.id, meter, value));
  }

  // What is cut off can be read as well, and what a sign means.
  function titleOf(id, text, isSuggested, entry, value) {
    if (id === 'value' && value?.why) return word(value.why);
    if (id === 'key') return text ? t('word.set') : undefined;
    if (id === 'status') return statusTitle(entry);
    if (id === 'obis') return isSuggested ? t('meter.suggested') : undefined;
    return text || undefined;
  }

  const edited = { label: 'label', register: 'register', obis: 'obis', cycle: 'cycle', serial: 'serial', manufacturer: 'manufacturer', link: 'link', version: 'version', key: 'key' };
  function isEdited(id, meter, value) {
    const name = edited[id];
    return name !== undefined && options.read(name, meter, value) !== (value ?? meter)[name];
  }

  function setPlain(cell, text) {
    delete cell.dataset.at;
    setText(cell, text ?? '');
  }

  // Selection.

  function select(index, { isRange, isToggle } = {}) {
    if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, index));
    const { key } = rows[active];
    if (isRange) {
      if (!isToggle) picked.clear();
      const from = places.get(anchor) ?? active;
      for (let place = Math.min(from, active); place <= Math.max(from, active); place += 1) picked.add(rows[place].key);
    } else if (isToggle) {
      if (picked.has(key)) picked.delete(key);
      else picked.add(key);
      anchor = key;
    } else {
      picked.clear();
      picked.add(key);
      anchor = key;
    }
    reveal(active);
    draw();
    options.onSelect();
  }

  function reveal(index) {
    const top = head.offsetHeight;
    if (tops[index] < grid.scrollTop) grid.scrollTop = tops[index];
    else if (tops[index + 1] > grid.scrollTop + grid.clientHeight - top) grid.scrollTop = tops[index + 1] - grid.clientHeight + top;
  }

  const indexOf = (event) => {
    const node = event.target.closest?.('.row');
    return node && body.contains(node) ? Number(node.dataset.index) : undefined;
  };

  function pressed(event) {
    const index = indexOf(event);
    if (index === undefined || event.button !== 0) return;
    if (event.target.closest('.fold')) return;
    if (event.target.type === 'checkbox') {
      // The box is drawn anew for another row while the list scrolls: the keyboard stays with the list.
      event.preventDefault();
      active = index;
      focus();
      return;
    }
    if (event.shiftKey) event.preventDefault();
    select(index, { isRange: event.shiftKey, isToggle: event.ctrlKey || event.metaKey });
  }

  function clicked(event) {
    const index = indexOf(event);
    if (index === undefined) return;
    const row = rows[index];
    if (event.target.closest('.fold')) {
      if (row.hasValues) options.onToggle(row.meter, !row.isOpen);
    } else if (event.target.type === 'checkbox') {
      const isActive = event.target.checked;
      // It shows what is in the list, which changes only when the lock was had.
      event.target.checked = !isActive;
      options.onActive(row, isActive);
    }
  }

  function doubled(event) {
    const index = indexOf(event);
    if (index !== undefined && !event.target.closest('.fold') && event.target.type !== 'checkbox') options.onEdit(rows[index]);
  }

  function menu(event) {
    event.preventDefault();
    const index = indexOf(event);
    if (index === undefined && event.target !== grid) return;
    if (index !== undefined && !picked.has(rows[index].key)) select(index);
    if (event.button === 2 || event.pointerType === 'touch') return options.onMenu(event.clientX, event.clientY);
    menuAtRow();
  }

  function menuAtRow() {
    const node = document.getElementById(`row-${rows[active]?.key}`);
    const box = (node ?? grid).getBoundingClientRect();
    options.onMenu(box.left + 40, Math.min(box.bottom, innerHeight - 40));
  }

  // A long press is the context menu also where the browser does not make it one.
  let press;
  function touched(event) {
    if (event.pointerType !== 'touch') return;
    const { clientX, clientY } = event;
    const index = indexOf(event);
    press = { clientX, clientY, timer: setTimeout(() => {
      if (index === undefined) return;
      if (!picked.has(rows[index]?.key)) select(index);
      options.onMenu(clientX, clientY);
    }, 550) };
  }
  function untouched() { clearTimeout(press?.timer); press = undefined; }
  function slid(event) {
    if (press && Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) > 10) untouched();
  }

  const page = () => Math.max(1, Math.floor(grid.clientHeight / kinds().value) - 2);
  function keyed(event) {
    if (event.target !== grid || !rows.length) return;
    const row = rows[active];
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: page(), PageUp: -page(), Home: -rows.length, End: rows.length }[event.key];
    if (move !== undefined) {
      const isFirst = !picked.size && Math.abs(move) === 1;
      if (event.ctrlKey && !event.shiftKey && Math.abs(move) === 1) {
        active = Math.max(0, Math.min(rows.length - 1, active + move));
        reveal(active);
        draw();
      } else select(isFirst ? active : active + move, { isRange: event.shiftKey });
    } else if (event.key === 'ArrowRight') {
      if (row.hasValues && !row.isOpen) options.onToggle(row.meter, true);
      else if (row.hasValues) select(active + 1);
    } else if (event.key === 'ArrowLeft') {
      if (row.value) select(places.get(`m${row.meter.id}`) ?? active);
      else if (row.isOpen) options.onToggle(row.meter, false);
    } else if (event.key === ' ') {
      select(active, { isToggle: true });
    } else if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      for (const one of rows) picked.add(one.key);
      draw();
      options.onSelect();
    } else if (event.key === 'Enter' || event.key === 'F2') {
      if (!picked.size) select(active);
      options.onEdit(row);
    } else if (event.key === 'ContextMenu' || event.shiftKey && event.key === 'F10') {
      if (!picked.size) select(active);
      menuAtRow();
    } else if (event.key === 'Delete') options.onDelete();
    else return;
    event.preventDefault();
  }
  grid.addEventListener('focus', draw);
  grid.addEventListener('blur', draw);

  return {
    node: grid, setRows, draw,
    /** The rows that are selected, in their order. */
    picked: () => rows.filter((row) => picked.has(row.key)),
    /** Selects a row and brings it into sight. */
    go(key) {
      const index = places.get(key);
      if (index !== undefined) select(index);
    },
    /** Selects nothing, as when the rows are others. */
    clear() {
      picked.clear();
      anchor = undefined;
      active = 0;
      options.onSelect();
    },
    selectAll() { for (const one of rows) picked.add(one.key); draw(); options.onSelect(); },
    place: () => ({ top: grid.scrollTop }),
    moveTo(place) { grid.scrollTop = place.top; draw(); },
    close() {
      watch.disconnect();
      narrow.removeEventListener('change', layoutAll);
    },
  };
}

/** What the letters of the column S mean, for people. */
function statusTitle(entry) {
  return [...entry.status ?? ''].map((letter) => t(`status.${letter}`)).concat(word(entry.failure ?? entry.why) ?? []).join('\n');
}
