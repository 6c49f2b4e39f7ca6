// One field of a form: its control by kind, and everything that is said about it.

import { button, el, fill, icon, pictureButton } from './dom.js';
import { localTime, localized, number, t, word } from './i18n.js';
import { momentField } from './moment.js';

/** What changes call a field: a bit of a number has a name of its own. */
export const key = (field) => (field.bit === undefined ? field.id : `${field.id}#${field.bit}`);

/** The last part of the key, without underscores: what rules of the page go by in both dialects. */
export const plainKey = (field) => key(field).replace(/^.*\./, '').replace(/_/g, '');

/** What the page itself can say against a value; undefined: nothing. The gateway checks it all once more. */
export function mistake(field, value) {
  if (value === null || value === '') return undefined;
  if (field.kind === 'integer' && !field.choices?.length) {
    const given = Number(value);
    // Codes may be given in hexadecimal digits; those are the gateway's to judge.
    if (/^0x[0-9a-f]+$/i.test(value)) return undefined;
    if (!/^-?\d+$/.test(value)) return t('field.notNumber', { allowed: allowed(field) });
    if (given < (field.min ?? -Infinity) || given > (field.max ?? Infinity)) {
      return t('field.outside', { allowed: allowed(field) });
    }
  }
  if (field.maxLength !== undefined && [...value].length > field.maxLength) {
    return t('field.tooLong', { most: field.maxLength, length: [...value].length });
  }
  return undefined;
}

const allowed = (field) => localized(field.range) || field.allowed
  || (field.min !== undefined ? `${number(field.min)} – ${number(field.max)}${field.unit ? ` ${field.unit}` : ''}` : '');

/** What the gateway says against a field: what is allowed, as the field has it, and of what stands in the file what is in force instead. */
export function refusal(field, problem, isChange) {
  const found = / = (.*): not allowed; allowed: (.*); ([^;]*)$/s.exec(problem.message);
  if (!found) return { ...problem, message: word(problem.message) };
  const text = t('field.refused', { value: word(found[1]), allowed: allowedBy(field, found[2]) });
  return { ...problem, message: isChange ? text : `${text}; ${word(found[3])}` };
}

// Behind what is allowed the gateway may say what was probably meant.
function allowedBy(field, told) {
  if (field.bit !== undefined || !told.startsWith(field.allowed)) return allowed(field);
  const hint = told.slice(field.allowed.length);
  if (!hint) return allowed(field);
  return hint.startsWith(' (') ? `${allowed(field)} ${word(hint.slice(1))}` : word(told);
}

/** How many sessions a user may have. */
export const mostSessions = (count) => (count === -1 ? t('user.any') : String(count));

/** How a value is shown to people. */
export function shownValue(field, value) {
  if (value === undefined || value === '') return t('word.notSet');
  if (field.kind === 'flag') return t(value === '1' ? 'word.on' : 'word.off');
  if (field.kind === 'pointInTime') return localTime(value);
  const choice = field.choices?.find((one) => one.value === value);
  return choice ? choiceText(choice) : field.unit && !labelHasUnit(field) ? `${value} ${field.unit}` : value;
}

const choiceText = (choice) => {
  const text = localized(choice.label);
  return !text || text === choice.value ? choice.value : `${text} (${choice.value})`;
};
const labelHasUnit = (field) => localized(field.label).endsWith(')') && localized(field.label).includes(`(${field.unit})`);

/**
 * A field. `state` has {value, isChanged, isOff, problems}; `change(value)` is called with each new value,
 * null for the default.
 */
export function fieldRow(field, change) {
  const name = `field-${key(field).replace(/[^A-Za-z0-9]/g, '-')}`;
  const input = control(field, name, change);
  const help = el('p.fieldhelp', { id: `${name}-help`, hidden: true }, localized(field.help));
  const facts = el('p.facts', { id: `${name}-facts` });
  const errors = el('div.errors', { id: `${name}-errors`, 'aria-live': 'polite' });
  const toggle = pictureButton(t('field.help', { label: localized(field.label) }), 'info', () => {
    help.hidden = !help.hidden;
    toggle.setAttribute('aria-expanded', String(!help.hidden));
  }, { 'aria-expanded': 'false', 'aria-controls': `${name}-help` });
  const isGroup = field.kind === 'choices';
  const label = localized(field.label);
  const row = el('div', { class: `field kind-${field.kind}`, role: isGroup ? 'group' : undefined, 'aria-labelledby': isGroup ? `${name}-label` : undefined },
    el(isGroup ? 'span' : 'label', { class: 'label', id: `${name}-label`, for: isGroup ? undefined : name }, label,
      field.hasEffect === false && el('small.tag', t('field.noEffect'))),
    el('div.control', input.node,
      field.unit && !labelHasUnit(field) && el('span.unit', field.unit), toggle),
    facts, errors, help);
  input.main.setAttribute('aria-describedby', `${name}-errors ${name}-facts`);
  function show(state) {
    input.show(state.value ?? '');
    const isOff = Boolean(state.isOff || field.isReadOnly);
    input.disable(isOff);
    row.classList.toggle('off', isOff);
    row.classList.toggle('changed', state.isChanged);
    row.classList.toggle('wrong', state.problems.some((one) => one.severity !== 'note'));
    input.main.setAttribute('aria-invalid', String(state.problems.some((one) => one.severity === 'error')));
    const hadFocus = facts.contains(document.activeElement);
    // A button that is being pressed stays the same.
    const told = JSON.stringify([state.isChanged, state.isOff, state.problems]);
    if (facts.dataset.told !== told) drawFacts(facts, field, state, change);
    facts.dataset.told = told;
    // The button that was pressed is gone.
    if (hadFocus && !facts.contains(document.activeElement)) input.main.focus();
    const lines = state.problems.map((problem) => `${problem.severity} ${problem.message}`).join('\n');
    if (errors.dataset.shown !== lines) {
      errors.dataset.shown = lines;
      fill(errors, state.problems.map((problem) => el('p', { class: problem.severity }, icon('warning'),
        el('span', problem.message))));
    }
  }
  return { node: row, show, focus: () => {
    row.closest('details')?.setAttribute('open', '');
    input.main.focus();
  } };
}

function drawFacts(node, field, state, change) {
  const parts = [];
  if (field.isReadOnly) parts.push(el('span.why', icon('lock'), word(field.isReadOnly)));
  else if (state.isOff && typeof state.isOff === 'string') parts.push(el('span.why', state.isOff));
  const range = allowed(field);
  // What a message says already is not said twice.
  if (range && !state.problems.some((one) => one.message.includes(range)) && !['flag', 'choice', 'choices'].includes(field.kind) && !field.choices?.length) parts.push(el('span', range));
  if (field.default !== undefined && field.default !== '') parts.push(el('span', t('field.default', { value: shownValue(field, field.default) })));
  if (field.source === 'chip.ini') parts.push(el('span.source', field.line ? t('field.line', { line: String(field.line) }) : 'chip.ini'));
  else if (field.source === '--set') parts.push(el('span.source', t('field.set')));
  if (state.isChanged) {
    parts.push(el('b', t('field.changed')),
      button(t('do.undo'), { class: 'link', onclick: () => change(undefined) }));
  } else if (field.source === 'chip.ini' && !field.isReadOnly && !state.isOff && field.kind !== 'secret') {
    parts.push(button(t('field.toDefault'), { class: 'link', onclick: () => change(null) }));
  } else if (field.kind === 'secret' && field.isSet && !state.isOff) {
    parts.push(button(t('field.clear'), { class: 'link', onclick: () => change(null) }));
  }
  fill(node, parts.flatMap((part, index) => (index ? [el('span.dot', { 'aria-hidden': 'true' }, '·'), part] : [part])));
}

function control(field, name, change) {
  if (field.kind === 'flag') return flag(name, change);
  if (field.kind === 'choices') return several(field, name, change);
  if (field.kind === 'choice' || field.kind === 'integer' && field.choices?.length) return choice(field, name, change);
  if (field.kind === 'pointInTime') return moment(field, name, change);
  return text(field, name, change);
}

function single(input, show) {
  return { node: input, main: input, show, disable: (isOff) => { input.disabled = isOff; } };
}

function flag(name, change) {
  const input = el('input', { type: 'checkbox', id: name, onchange: () => change(input.checked ? '1' : '0') });
  return single(input, (value) => { input.checked = value === '1'; });
}

function choice(field, name, change) {
  const input = el('select', { id: name, onchange: () => change(input.value) },
    field.choices.map((one) => el('option', { value: one.value }, choiceText(one))));
  return single(input, (value) => {
    // A value that is not in the list, as of another device, stays to be seen.
    if (![...input.options].some((option) => option.value === value)) {
      input.append(el('option', { value }, value === '' ? t('word.notSet') : value));
    }
    input.value = value;
  });
}

function text(field, name, change) {
  const isSecret = field.kind === 'secret';
  const input = el('input', {
    id: name, type: isSecret ? 'password' : 'text', autocomplete: isSecret ? 'new-password' : 'off', spellcheck: 'false',
    inputmode: field.kind === 'integer' ? 'numeric' : undefined, autocapitalize: 'none',
    placeholder: isSecret ? t(field.isSet ? 'word.set' : 'word.notSet') : undefined,
    class: `${field.kind === 'integer' ? 'short' : ''}`, oninput: () => change(input.value),
  });
  return single(input, (value) => { if (input.value !== value) input.value = value; });
}

function moment(field, name, change) {
  // A time stands in the file as people write it; what is none yet is left as it was typed.
  const made = momentField({ id: name }, (value, isTime) => change(isTime ? value.replace('T', ' ') : value));
  return { node: made.node, main: made.input, show: made.show, disable: made.disable };
}

function several(field, name, change) {
  let current = [];
  const boxes = field.choices.map((one, index) => {
    const box = el('input', {
      type: 'checkbox', id: `${name}-${index}`, onchange: () => {
        const picked = field.choices.map((other) => other.value)
          .filter((value) => (value === one.value ? box.checked : current.includes(value)));
        change(picked.join(','));
      },
    });
    return { box, value: one.value, node: el('label.inline', box, choiceText(one)) };
  });
  const node = el('div.several', { id: name, role: 'presentation' }, boxes.map((one) => one.node));
  return {
    node, main: boxes[0]?.box ?? node,
    show(value) {
      current = value.split(',').map((one) => one.trim()).filter(Boolean);
      for (const one of boxes) one.box.checked = current.includes(one.value);
    },
    disable(isOff) { for (const one of boxes) one.box.disabled = isOff; },
  };
}
