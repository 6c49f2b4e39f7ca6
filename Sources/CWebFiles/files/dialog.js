// Dialogs and short messages.

import * as api from './api.js';
import { button, el, fill, icon, pictureButton } from './dom.js';
import { t, word } from './i18n.js';

let count = 0;
// How many entries a short message names.
const mostNames = 3;

/**
 * Opens a dialog. `actions` are {id, text, kind, run}: run may give false (or a promise of it) to keep it open.
 * An error of it may have the `field` that has to be filled in otherwise. Gives the id of the action taken, or undefined when it was closed.
 */
export function openDialog({ title, body, actions, isWide, canClose = true, kind }) {
  return new Promise((resolve) => {
    const heading = `dialog-${count += 1}`;
    const before = document.activeElement;
    let outcome;
    const message = el('div.message', { role: 'alert' });
    const close = (id) => { outcome = id; dialog.close(); };
    async function take(action) {
      let held;
      fill(message);
      try {
        held = document.activeElement;
        for (const one of buttons) one.disabled = true;
        if (await action.run?.() === false) return;
        close(action.id);
      } catch (error) {
        held = error.field ?? held;
        fill(message, problemList(error));
      } finally {
        for (const one of buttons) one.disabled = false;
        // A button that was disabled has lost the focus.
        if (dialog.open) held?.focus();
      }
    }
    const buttons = actions.map((action) => button(action.text, {
      type: action.isDefault ? 'submit' : 'button', class: action.kind ?? (action.isDefault ? 'primary' : ''),
      picture: action.picture, onclick: action.isDefault ? undefined : () => take(action),
    }));
    const form = el('form', {
      onsubmit: (event) => {
        event.preventDefault();
        const action = actions.find((one) => one.isDefault);
        if (action && !buttons.some((one) => one.disabled)) take(action);
      },
    }, el('div.body', body, message), el('div.buttons', buttons));
    const dialog = el('dialog', {
      'aria-labelledby': heading, class: `${isWide ? 'wide' : ''} ${kind ?? ''}`,
      // Browsers let a second Escape close a dialog whatever "cancel" says.
      onkeydown: (event) => { if (!canClose && event.key === 'Escape') event.preventDefault(); },
      oncancel: (event) => { if (!canClose) event.preventDefault(); },
      onclose: () => {
        if (!canClose && outcome === undefined) {
          dialog.showModal();
          return;
        }
        dialog.remove();
        // What was drawn anew meanwhile is found by its name.
        const back = before?.isConnected ? before : before?.id && document.getElementById(before.id);
        back?.focus?.({ preventScroll: true });
        resolve(outcome);
      },
    }, el('header', el('h2', { id: heading }, title),
      canClose && pictureButton(t('do.close'), 'close', () => dialog.close())), form);
    document.body.append(dialog);
    dialog.showModal();
    // A message has its buttons last, and the first of them would have the focus: the field is wanted.
    (dialog.querySelector('[autofocus]') ?? dialog.querySelector('.body input:not([disabled], .hidden), .body select, .body textarea, .buttons .primary'))?.focus();
  });
}

/** Asks whether to go on; true when it was said. */
export async function confirmDialog({ title, text, list, yes, kind }) {
  const answer = await openDialog({
    title, body: [paragraphs(text), list && el('ul', list.map((line) => el('li', line)))],
    actions: [{ id: 'yes', text: yes, kind, isDefault: true }, { id: 'no', text: t('do.cancel') }],
  });
  return answer === 'yes';
}

/** Says something that has to be read. */
export function tellDialog(title, ...body) {
  return openDialog({ title, body, actions: [{ id: 'ok', text: t('do.ok'), isDefault: true }] });
}

/** A failure as a dialog. */
export function failureDialog(title, error) {
  return tellDialog(title, problemList(error));
}

/** Downloads a file, and says why when that fails. */
export async function download(path, name) {
  try {
    await api.download(path, name);
  } catch (error) {
    if (error.status !== 401) await failureDialog(t('download.failed'), error);
  }
}

/** The text of a failure, with what is wrong in detail. */
function problemList(error) {
  const problems = error.problems ?? [];
  return [el('p.error', icon('warning'), el('span', error.message ?? String(error))),
    problems.length > 0 && el('ul.problems', problems.map(problemLine))];
}

/** One problem, with its place where it has one. */
export function problemLine(given) {
  // Of commands there are only texts.
  const problem = typeof given === 'string' ? { severity: 'warning', message: given } : given;
  const place = problem.file && `${problem.file}${problem.line ? `:${problem.line}` : ''}`;
  return el('li', { class: problem.severity }, el('b', t(`severity.${problem.severity}`)), ' ',
    place && el('span.place', `${place} `), word(problem.message));
}

/** What an answer says: news, notes and problems; undefined when it says nothing. */
export function answerList(answer) {
  const parts = [
    answer?.changes?.length && el('ul.changes', answer.changes.map(changeLine)),
    answer?.news?.length && el('ul', answer.news.map((text) => el('li', word(text)))),
    answer?.problems?.length && el('ul.problems', answer.problems.map(problemLine)),
    answer?.others?.length && el('ul.notes', answer.others.map((text) => el('li', otherText(text)))),
    answer?.notes?.length && el('ul.notes', answer.notes.map((text) => el('li', word(text)))),
    answer?.notSaved && el('p.error', icon('warning'), el('span', word(answer.notSaved))),
  ].filter(Boolean);
  return parts.length ? parts : undefined;
}

const otherText = (text) => t('save.others', { text: word(text) });

const changeText = (change) => `${change.entry}: ${change.before ?? t('word.none')} → ${change.now ?? t('word.none')}`;

function changeLine(change) {
  return el('li', change.entry, ': ', el('del', change.before ?? t('word.none')), ' → ',
    el('ins', change.now ?? t('word.none')));
}

/** A message that goes by itself, at the edge. */
export function toast(text, kind = '', details = undefined, lines = []) {
  const node = el('div', { class: `toast ${kind}` }, icon(kind === 'bad' ? 'warning' : 'check'),
    el('div', details ? el('details', el('summary', text), details) : el('span', text), lines.map((line) => el('p', line))),
    details && pictureButton(t('do.close'), 'close', () => node.remove()));
  document.getElementById('toasts').append(node);
  // What is being read stays.
  const end = () => { if (!node.querySelector('details[open]')) node.remove(); };
  setTimeout(end, kind === 'bad' ? 12000 : lines.length ? 20000 : details ? 8000 : 5000);
}

/** Shows an answer of the gateway: briefly, with the rest to be opened; as a dialog where it warns. */
export function showAnswer(title, given) {
  const answer = unrepeated(given);
  const body = answerList(answer);
  if (answer?.notSaved || answer?.problems?.some((problem) => problem.severity !== 'note')) return tellDialog(title, body);
  // What others have changed is said at once.
  const others = (answer?.others ?? []).map(otherText);
  const lines = [...(answer?.changes ?? []).map(changeText), ...others, ...[...answer?.news ?? [], ...answer?.notes ?? [], ...(answer?.problems ?? []).map((problem) => problem.message)].map(word)];
  const names = [...new Set((answer?.changes ?? []).map((change) => change.entry))];
  const shown = lines.length === 1 ? lines : names.length <= mostNames ? [names.join(', ')] : [];
  return toast([title, ...shown].filter(Boolean).join(title.endsWith('.') ? ' ' : ': '), '', lines.length > 1 ? body : undefined, others.slice(0, mostNames));
}

// The gateway says the same of a file when it is checked and when it is applied.
function unrepeated(answer) {
  if (!answer?.notes?.length) return answer;
  const said = (answer.problems ?? []).map((problem) => problem.message ?? problem);
  return { ...answer, notes: [...new Set(answer.notes)].filter((note) => !said.some((text) => note.includes(text))) };
}

/** A text of several paragraphs. */
function paragraphs(text) {
  return (text ?? '').split('\n').filter(Boolean).map((line) => el('p', line));
}

/** A label with its control in a form. */
export function labelled(text, control, hint) {
  const id = control.id || `control-${count += 1}`;
  control.id = id;
  if (hint) control.setAttribute('aria-describedby', `${id}-hint`);
  return el('div', { class: control.type === 'checkbox' ? 'labelled check' : 'labelled' },
    el('label', { for: id }, text), control, hint && el('small', { id: `${id}-hint` }, hint));
}
