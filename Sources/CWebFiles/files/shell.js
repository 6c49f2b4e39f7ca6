// What surrounds every tab: top bar, tabs, banners, the row of buttons, and the help.

import * as api from './api.js';
import { emit, on } from './bus.js';
import { confirmDialog, failureDialog, showAnswer } from './dialog.js';
import * as events from './events.js';
import { button, el, fill, icon, pictureButton, setText } from './dom.js';
import { language, localized, setLanguage, t, age, word } from './i18n.js';
import * as session from './session.js';

/** The tabs in the manuals' order, with the overview before them. */
export const tabs = ['Overview', 'General', 'Meter', 'Output', 'Configuration', 'Server', 'Security', 'User', 'Log', 'Service'];
const place = (id) => document.getElementById(id);

/** True when the tab may be seen. */
export const isVisible = (tab) => tab === 'Overview' || session.mayRead(tab);

/** Draws the top bar. */
export function drawTop(actions) {
  const state = session.current();
  setText(place('skip'), t('shell.skip'));
  const languages = el('select', {
    id: 'language', 'aria-label': t('shell.language'), onchange: (event) => setLanguage(event.target.value),
  }, [['en', 'English'], ['de', 'Deutsch']].map(([id, text]) =>
    el('option', { value: id, lang: id, selected: id === language() }, text)));
  fill(place('top'),
    el('a.brand', { href: '#overview' }, el('img', { src: 'icon.svg', alt: '' }),
      el('strong', state?.device?.name ?? 'metergate')),
    state && el('span.user', t('shell.user', { user: state.user }),
      state.isDefault && el('small', ` ${t('shell.default')}`),
      state.rightsReason && el('small.tag', { title: t('user.readsOnly.help') }, t('user.readsOnly'))),
    state && lockNote(),
    el('span.space'),
    state?.mayChangePassword && button(t('password.change'), { picture: 'key', class: 'quiet', onclick: actions.password }),
    languages,
    state && button(t(state.isDefault ? 'login.login' : 'do.logout'), { picture: state.isDefault ? 'key' : 'logout', class: 'quiet', id: 'leave', onclick: actions.logout }));
  drawTitle();
}

let shownTab;
function drawTitle() {
  const name = session.current()?.device?.name;
  document.title = [...new Set([name && shownTab && t(`tab.${shownTab}`), name, 'metergate'])].filter(Boolean).join(' – ');
}

function lockNote() {
  const lock = session.current().lock;
  if (lock?.isMine) return el('span.lock.mine', icon('edit'), t('lock.mine'));
  if (!lock?.holder) return undefined;
  const text = el('span', t('lock.holder', { holder: session.holderText() }));
  // Who may change nothing has no use for it.
  if (!session.mayWriteAny()) return el('span.lock', icon('lock'), text);
  return el('button', { type: 'button', class: 'lock quiet', id: 'lock-holder', title: t('lock.why'), onclick: () => session.refused() }, icon('lock'), text);
}

/** Draws the tabs that may be seen. */
export function drawTabs(active) {
  const links = !session.current() ? [] : tabs.filter(isVisible).map((tab) => el('a', {
    href: `#${tab.toLowerCase()}`, 'aria-current': tab === active ? 'page' : undefined,
    class: tab !== 'Overview' && !session.mayWrite(tab) ? 'readonly' : '',
    title: tab !== 'Overview' && !session.mayWrite(tab) ? t('shell.readOnly') : undefined,
  }, t(`tab.${tab}`)));
  const nav = place('tabs');
  nav.setAttribute('aria-label', t('shell.tabs'));
  fill(nav, links);
  shownTab = active;
  drawTitle();
  nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

/** Draws the row of buttons of a tab: its own ones, and Reload, Save, Help, Print. */
export function drawActions(view, shell) {
  const own = view.actions?.() ?? [];
  const isWriter = view.tab === 'Overview' || session.mayWrite(view.tab);
  const save = view.save && button(t('do.save'), { picture: 'save', class: 'save primary', onclick: shell.save, id: 'action-save' });
  fill(place('actions'),
    el('div.own', !isWriter && el('span.facts', session.whyReadOnly()), own.filter(Boolean).map((action) => button(action.text, {
      picture: action.picture, class: `${action.isExtra ? 'extra' : ''} ${action.kind ?? ''}`, onclick: action.run,
      disabled: action.isOff === true, title: action.title, id: action.id && `action-${action.id}`,
    }))),
    el('div.common',
      button(t('do.reload'), { picture: 'reload', onclick: shell.reload, title: t('do.reload.title') }),
      isWriter && save,
      button(t('do.print'), { picture: 'print', onclick: shell.print }),
      button(t('do.help'), { picture: 'help', onclick: shell.help, 'aria-expanded': String(!place('help').hidden), id: 'help-button' })));
  markDirty(view);
}

/** Shows whether there is something to save. */
export function markDirty(view) {
  const save = place('actions').querySelector('.save');
  if (!save) return;
  const count = view.changeCount?.() ?? 0;
  const hadFocus = document.activeElement === save;
  save.disabled = count === 0 && !isSaving;
  save.setAttribute('aria-disabled', String(isSaving));
  // What is disabled cannot have the focus.
  if (hadFocus && save.disabled) place('main').focus({ preventScroll: true });
  setText(save.querySelector('span'), isSaving ? t('do.saving') : count ? t('do.saveCount', { count }) : t('do.save'));
}

let isSaving = false;
/** Shows that a tab is being saved, or no longer. */
export function setSaving(view, now) {
  isSaving = now;
  if (view) markDirty(view);
}

/** Shows or hides the help of a tab. `fields` are those of the settings, `texts` further {label, help}. */
export function toggleHelp(tab, topics, show = place('help').hidden) {
  const panel = place('help');
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = !show;
  place('help-button')?.setAttribute('aria-expanded', String(show));
  if (!show) {
    if (hadFocus) place('help-button')?.focus();
    return;
  }
  fill(panel,
    el('header', el('h2', { id: 'help-title', tabindex: '-1' }, t('help.title', { tab: t(`tab.${tab}`) })),
      pictureButton(t('do.close'), 'close', () => toggleHelp(tab, [], false))),
    t(`help.${tab}`).split('\n').map((line) => el('p', line)),
    topics.length > 0 && el('dl', topics.flatMap((topic) => [
      el('dt', localized(topic.label)),
      el('dd', localized(topic.help), topic.allowed && el('small', t('field.allowed', { allowed: localized(topic.range) || topic.allowed })),
        topic.choices?.length && el('ul', topic.choices.map((choice) =>
          el('li', el('b', choice.value), localized(choice.label) !== choice.value && ` ${localized(choice.label)}`)))),
    ])));
  panel.setAttribute('aria-labelledby', 'help-title');
  place('help-title').focus();
}
// What somebody has left open is nobody else's to read; it comes back for the same user.
on('ended', () => {
  place('help').hidden = true;
  document.body.classList.add('away');
});
on('session', () => document.body.classList.remove('away'));

// Banners: what concerns all tabs and lasts. One element each, so that none is read out again when another changes.
const banners = new Map();

function banner(id, make) {
  const old = banners.get(id);
  if (!make) {
    old?.remove();
    banners.delete(id);
    return;
  }
  const node = make();
  node.classList.add('banner');
  if (old) old.replaceWith(node);
  else place('banners').append(node);
  banners.set(id, node);
}

function drawConnection() {
  const since = events.lostSince();
  banner('connection', since && (() => el('div.bad', icon('warning'),
    el('span', t('shell.lost')), ' ', age(since, { 'aria-hidden': 'true' }))));
  document.body.classList.toggle('offline', Boolean(since));
}
on('connection', drawConnection);

// Whose wish is not fulfilled for now; that user still sees who has the lock.
let refusedTo;
function drawLock() {
  const lock = session.current()?.lock;
  if (!lock?.isMine || lock.wantedBy !== refusedTo) refusedTo = undefined;
  const isWanted = lock?.isMine && lock.wantedBy && !refusedTo;
  banner('lock', isWanted && (() => el('div.warn', icon('lock'),
    el('span', t('lock.wanted', { user: lock.wantedBy === session.current().user ? t('lock.another', { user: lock.wantedBy }) : lock.wantedBy })),
    button(t('lock.give'), { onclick: () => emit('giveLock') }),
    button(t('lock.keep'), { onclick: () => { refusedTo = lock.wantedBy; drawLock(); } }))));
}
on('lock', drawLock);

/** Files that were changed on the disk and are not in force. */
function drawPending(status) {
  const pending = status?.pending;
  banner('pending', pending && (() => {
    const lines = pendingLines(pending);
    const may = session.mayWrite('Service');
    return el('div', { class: pending.isBlocked ? 'bad' : 'warn' },
      el('details', el('summary', icon('info'), t(pending.isBlocked ? 'shell.blocked' : 'shell.pending', { files: pending.files.join(', ') })),
        el('ul', lines.map((line) => el('li', line))), pending.heldBack && el('p', word(pending.heldBack)),
        pending.isBlocked ? el('p', t('shell.mendFirst')) : !may && el('p', t('shell.applyRight'))),
      !pending.isBlocked && may && button(t('shell.apply'), { picture: 'check', id: 'apply', onclick: () => apply(pending) }));
  }));
}

const pendingLines = (pending) => [...pending.settings ?? [], ...pending.meters ?? [], ...pending.problems ?? []].map(word);

async function apply(pending) {
  const hadLock = session.hasLock();
  const lines = pendingLines(pending);
  if (!await confirmDialog({
    title: t('shell.apply'), text: `${t('shell.applyText', { files: pending.files.join(', ') })}${lines.length ? '' : `\n${t('shell.applyNothing')}`}`, list: lines, yes: t('shell.apply'),
  }) || !await session.needLock()) return;
  try {
    await showAnswer(t('shell.applied'), await api.post('service/apply', {}));
    emit('applied');
  } catch (error) {
    if (error.status !== 401) await failureDialog(t('shell.apply'), error);
  }
  if (!hadLock) session.releaseLock();
}
let lastPending = '';
let hasPending = false;
on('status', (status) => {
  const text = JSON.stringify(status.pending ?? '') + language();
  if (text !== lastPending) drawPending(status);
  lastPending = text;
  if (hasPending && !status.pending) emit('overtaken');
  hasPending = Boolean(status.pending);
});

/** Draws all banners anew, in another language. */
export function drawBanners() {
  drawConnection();
  drawLock();
  drawPending(events.status);
}

/** What stands in a tab that could not be loaded. */
export function failed(main, error, again) {
  fill(main, el('div.panel', el('p.error', icon('warning'), el('span', error.message)),
    button(t('do.again'), { picture: 'reload', onclick: again })));
}
