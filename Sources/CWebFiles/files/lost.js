// The panel of changes whose entries are gone: they are told until somebody has seen them.

import { button, el, fill, icon } from './dom.js';
import { t } from './i18n.js';

/** Makes the panel of a list; `draw` shows what it has lost since. */
export function createLost(store) {
  const node = el('div.hint.warn.lost', { role: 'alert', hidden: true });
  let told = 0;

  function draw() {
    const lost = store.lost();
    node.hidden = !lost.length;
    if (lost.length === told) return;
    told = lost.length;
    fill(node, told > 0 && [el('div', el('p', icon('warning'), ' ', t('lost.title')), el('ul', lost.map(line))),
      button(t('do.ok'), { onclick: () => { store.dismiss(); draw(); } })]);
  }

  return { node, draw };
}

// Keys of meters are not shown.
function line({ name, label, value, changes }) {
  const words = Object.entries(changes).map(([member, now]) => {
    if (member === 'active') return t(now ? 'do.activate' : 'do.deactivate');
    return member === 'key' ? memberName(member) : `${memberName(member)}: ${now}`;
  });
  return el('li', el('b', [name, label].filter(Boolean).join(' ')), value && ` · ${value.label || value.description}`, ' ', words.join(', '));
}

// By the name of its column or field.
const memberName = (member) => ['column', 'edit'].map((group) => `${group}.${member}`).filter((name) => t(name) !== name).map((name) => t(name))[0] ?? member.toUpperCase();
