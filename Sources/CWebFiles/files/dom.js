// Elements made without HTML text: what comes from meters, files and people is never parsed as HTML.

const properties = new Set(['value', 'checked', 'disabled', 'readOnly', 'selected', 'indeterminate', 'open']);

/** An element, `tag.class.class`, with attributes, listeners (onclick …) and children; both may be left out. */
export function el(name, ...children) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  const isPlain = children[0]?.constructor === Object;
  for (const [key, value] of Object.entries(isPlain ? children.shift() : {})) {
    if (value === undefined || value === null || value === false && !properties.has(key)) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'class') classes.push(value);
    else if (properties.has(key)) node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  if (classes.length) node.className = classes.join(' ');
  add(node, children);
  return node;
}

/** Appends children; what is undefined, null or false is left out. */
export function add(node, children) {
  for (const child of children.flat(2)) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
}

/** Puts other children in the place of those that are there. Whichever had the focus has it again. */
export function fill(node, ...children) {
  const held = document.activeElement;
  const hadFocus = held !== node && node.contains(held);
  node.replaceChildren();
  add(node, children);
  if (hadFocus) refocus(node, held);
}

const identity = (node) => node.id || node.getAttribute('aria-label') || node.getAttribute('href') || node.textContent;

// The focus goes to the element that stands for the one that had it, and the caret to its place.
function refocus(node, held) {
  const wanted = identity(held);
  const found = held.isConnected ? held
    : wanted && [...node.querySelectorAll(held.localName)].find((one) => identity(one) === wanted);
  found?.focus({ preventScroll: true });
  if (found && held.selectionStart !== undefined && held.selectionStart !== null) {
    found.setSelectionRange?.(held.selectionStart, held.selectionEnd);
  }
}

/** Sets a text only where it differs: selections and screen readers are not disturbed. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute only where it differs; undefined: there is to be none. */
export function setAttribute(node, name, value) {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * A table that scrolls where it is too wide. Rows are lists of texts, elements or cells, or rows themselves; `class`
 * is that of the table.
 */
export function dataTable(label, heads, rows, attributes = {}) {
  const cell = (content) => (content instanceof HTMLTableCellElement ? content : el('td', content ?? ''));
  const head = (content) => (content instanceof HTMLTableCellElement ? content : el('th', { scope: 'col' }, content));
  const table = el('table', attributes, el('thead', el('tr', heads.map(head))),
    el('tbody', rows.map((row) => (row instanceof Element ? row : el('tr', row.map(cell))))));
  // Whoever takes nothing but the text has its columns, too.
  for (const row of table.rows) {
    for (const one of [...row.cells].slice(1)) one.before('\t');
    row.after('\n');
  }
  return el('div.scroll', { tabindex: '0', role: 'region', 'aria-label': label }, table);
}

/** A cell that stands at the right. */
export const numberCell = (text) => el('td.number', text ?? '');

// Lines on a grid of 24 × 24.
const paths = {
  reload: 'M20 11a8 8 0 1 0-2.3 5.7M20 4v7h-7',
  save: 'M5 3h11l4 4v14H4V4zM8 3v5h8V3M7 21v-8h10v8',
  print: 'M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.8v.2',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7v.2',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21',
  readout: 'M4 15a8 8 0 1 1 16 0M12 15l4-5M3 19h18',
  scan: 'M12 12h.1M8 16a5.5 5.5 0 0 1 0-8M16 8a5.5 5.5 0 0 1 0 8M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14',
  add: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L20 8l-4-4L4 16zM13 7l4 4',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 14h8l1-14',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  lock: 'M6 11h12v10H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  warning: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.2',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5 10 17 19 7',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  upload: 'M12 16V5M7 9l5-5 5 5M5 20h14',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  logout: 'M14 4h6v16h-6M10 8l-4 4 4 4M6 12h10',
  key: 'M8 18a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 11l9-7M17 6l3 3',
  back: 'M11 5l-7 7 7 7M4 12h16',
  off: 'M12 3v8M7 6.5a7.5 7.5 0 1 0 10 0',
};

/** A picture beside a text, silent for screen readers. */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name] ?? '');
  svg.append(path);
  return svg;
}

/** A button with a picture and a text. */
export function button(text, { picture, onclick, ...attributes } = {}) {
  return el('button', { type: 'button', onclick, ...attributes }, picture && icon(picture),
    el('span', text));
}

/** A button that shows only its picture and tells its name to whoever asks. */
export function pictureButton(text, picture, onclick, attributes = {}) {
  return el('button', { type: 'button', class: 'bare', 'aria-label': text, title: text, onclick, ...attributes },
    icon(picture));
}
