// A field of a local date and time. The one that browsers have shows the form of their country, so that it is only
// used to choose from.

import { el, pictureButton } from './dom.js';
import { localTime, parsedTime, t } from './i18n.js';

/**
 * Makes such a field: {node, input, show(value), disable(isOff)}. `change(value, isTime)` is called with 2026-11-22T14:05
 * and true, or with an empty text or what was typed where that is no time; `attributes` are those of the field.
 */
export function momentField(attributes, change) {
  const take = () => {
    const text = input.value.trim();
    const iso = parsedTime(text);
    input.setAttribute('aria-invalid', String(text !== '' && !iso));
    change(iso ?? text, iso !== undefined);
  };
  const input = el('input', {
    autocomplete: 'off', spellcheck: 'false', placeholder: t('time.form'), ...attributes, oninput: take,
    // What was understood stands in one form.
    onchange: () => { if (parsedTime(input.value)) input.value = localTime(parsedTime(input.value)); },
  });
  const picker = el('input', {
    type: 'datetime-local', tabindex: '-1', 'aria-hidden': 'true', step: '1',
    onchange: () => {
      input.value = localTime(parsedTime(picker.value) ?? '');
      take();
    },
  });
  const open = pictureButton(t('time.choose'), 'calendar', () => {
    picker.value = parsedTime(input.value) ?? '';
    picker.showPicker?.();
  });
  return {
    node: el('span.moment', input, picker, open), input,
    show(value) {
      const iso = parsedTime(value);
      const meant = (text) => parsedTime(text) ?? text.trim();
      // What is being typed stays as it is, also where it is no time yet, or ends with a blank.
      if (meant(input.value) !== meant(value)) input.value = iso ? localTime(iso) : value;
    },
    disable(isOff) { for (const one of [input, picker, open]) one.disabled = isOff; },
  };
}
