// The context menu, for mouse, keyboard and long press.

import { el, icon } from './dom.js';

let open;

/** Opens a menu at a point; `items` are {text, picture, run, isOff, key} or null for a line between. */
export function openMenu(x, y, items, label) {
  closeMenu();
  const before = document.activeElement;
  const buttons = [];
  const node = el('div.menu', { role: 'menu', 'aria-label': label, onkeydown: keyed, oncontextmenu: (event) => event.preventDefault() },
    items.map((item) => {
      if (!item) return el('hr', { role: 'separator' });
      const one = el('button', {
        type: 'button', role: 'menuitem', tabindex: '-1', disabled: item.isOff === true,
        onclick: () => { closeMenu(); item.run(); },
      }, item.picture ? icon(item.picture) : el('span.icon'), el('span', item.text), item.key && el('kbd', item.key));
      if (!item.isOff) buttons.push(one);
      return one;
    }));
  function keyed(event) {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) buttons.at(to % buttons.length)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') closeMenu();
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      const next = [...buttons.slice(at + 1), ...buttons].find((one) => one.textContent.trim().toLowerCase().startsWith(letter));
      if (!next || event.ctrlKey) return;
      next.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  document.body.append(node);
  const box = node.getBoundingClientRect();
  node.style.left = `${Math.max(4, Math.min(x, innerWidth - box.width - 4))}px`;
  node.style.top = `${Math.max(4, Math.min(y, innerHeight - box.height - 4))}px`;
  const outside = (event) => { if (!node.contains(event.target)) closeMenu(false); };
  // The press that opened it must not close it.
  setTimeout(() => addEventListener('pointerdown', outside, true));
  addEventListener('resize', closeMenu);
  open = { node, before, end: () => { removeEventListener('pointerdown', outside, true); removeEventListener('resize', closeMenu); } };
  buttons[0]?.focus();
}

/** Closes the menu; the focus goes back to where it was. */
export function closeMenu(isBack = true) {
  if (!open) return;
  const { node, before, end } = open;
  open = undefined;
  end();
  node.remove();
  if (isBack !== false) before?.focus?.({ preventScroll: true });
}
