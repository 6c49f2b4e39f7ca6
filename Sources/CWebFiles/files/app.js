// The page: begins the session, shows the tab that the address names, and watches over unsaved changes.

import * as api from './api.js';
import { on } from './bus.js';
import { failureDialog, openDialog, toast } from './dialog.js';
import { el, fill } from './dom.js';
import * as events from './events.js';
import { language, t } from './i18n.js';
import { changePassword, login } from './login.js';
import * as session from './session.js';
import * as shell from './shell.js';
import * as log from './log.js';
import * as meter from './meter.js';
import * as outputs from './outputs.js';
import * as overview from './overview.js';
import * as service from './service.js';
import * as settings from './settings.js';
import * as users from './users.js';

const makers = {
  Overview: overview.create, Meter: meter.create, Output: outputs.create, User: users.create,
  Log: log.create, Service: service.create,
};
const main = document.getElementById('main');
let view;
let shown = '';
let saving;

/** What the address names; no tab where there is none of this name. */
function route() {
  const parts = location.hash.slice(1).split('/').map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const tab = shell.tabs.find((one) => one.toLowerCase() === (parts[0] || 'overview').toLowerCase());
  return { tab: tab && shell.isVisible(tab) ? tab : undefined, parts: parts.slice(1) };
}

const tellNone = () => toast(t('shell.noTab', { address: location.hash }), 'bad');

/** What a tab has of the page: when it is no longer the one that is shown, nothing of what comes late for it is. */
function makeHost() {
  const away = el('div');
  const isShown = () => view?.host === host;
  const host = {
    get main() { return isShown() ? main : away; },
    /** The tab has changed what could be saved, or its buttons. */
    changed: () => { if (isShown()) shell.drawActions(view, commands); },
    dirty: () => { if (isShown()) shell.markDirty(view); },
    /** What is shown has another address now. */
    moved(address) {
      if (!isShown()) return;
      history.replaceState(null, '', address);
      shown = location.hash;
    },
    /** Shows a tab that could not be loaded. */
    failed(error) {
      if (!isShown() || error.status === 401) return;
      view.hasFailed = true;
      shell.failed(main, error, () => open(true));
    },
  };
  return host;
}

async function open(isFresh) {
  if (!session.current()) return;
  const { tab = 'Overview', parts } = route();
  if (!view && !route().tab) tellNone();
  const isOther = view !== undefined && view.tab !== tab;
  if (view && view.tab === tab && !isFresh) {
    shown = location.hash;
    view.show?.(parts);
    return;
  }
  if (isOther && !await mayLeave()) {
    history.replaceState(null, '', shown || '#overview');
    return;
  }
  view?.close?.();
  shown = location.hash;
  const hadFocus = main.contains(document.activeElement);
  fill(main, el('p.loading', t('shell.loading')));
  const host = makeHost();
  view = makers[tab] ? makers[tab](host) : settings.create(host, tab);
  Object.assign(view, { host, tab });
  main.className = `tab-${tab.toLowerCase()}`;
  shell.drawTabs(tab);
  shell.drawActions(view, commands);
  shell.toggleHelp(tab, [], false);
  const opened = view;
  try {
    await view.load?.();
    if (view === opened) {
      view.render();
      if (isOther || hadFocus) main.focus({ preventScroll: true });
      view.show?.(parts);
      shell.drawActions(view, commands);
    }
  } catch (error) {
    host.failed(error);
    if (!(error instanceof api.ApiError)) throw error;
  }
}

/** Asks what to do with unsaved changes; true when the tab may be left. */
async function mayLeave() {
  await saving;
  const count = view?.changeCount?.() ?? 0;
  if (!count) return true;
  const answer = await openDialog({
    title: t('unsaved.title'), body: el('p', t('unsaved.text', { count, tab: t(`tab.${view.tab}`) })),
    actions: [
      { id: 'save', text: t('do.save'), isDefault: true, picture: 'save' },
      { id: 'discard', text: t('do.discard'), kind: 'danger' },
      { id: 'stay', text: t('unsaved.stay') },
    ],
  });
  // What was changed while it was being saved is still to be asked about.
  if (answer === 'save') return await commands.save() === true && mayLeave();
  // The tab goes with its changes.
  if (answer === 'discard') await session.releaseLock();
  return answer === 'discard';
}

async function saveView(mine) {
  try {
    const isDone = await mine.save().finally(() => shell.setSaving(mine, false)) !== false;
    if (isDone && !mine.changeCount?.()) await session.releaseLock();
    return isDone;
  } catch (error) {
    if (error.status === 423) await session.refused(error.body.holder);
    else if (error.status !== 401) await failureDialog(t('save.failed'), error);
    return false;
  }
}

const commands = {
  save() {
    if (saving || !view?.save) return false;
    shell.setSaving(view, true);
    saving = saveView(view).finally(() => {
      saving = undefined;
      view?.host.changed();
    });
    return saving;
  },
  async reload() {
    await saving;
    const count = view?.changeCount?.() ?? 0;
    if (count) {
      const answer = await openDialog({
        title: t('do.reload'), body: el('p', t('unsaved.reload', { count })),
        actions: [{ id: 'discard', text: t('do.discard'), kind: 'danger', isDefault: true }, { id: 'stay', text: t('do.cancel') }],
      });
      if (answer !== 'discard') return;
      await session.releaseLock();
    }
    view?.discard?.();
    await open(true);
  },
  print() { window.open(`print.html${view?.changeCount?.() ? '?unsaved' : ''}`, 'metergate-print'); },
  help() { shell.toggleHelp(view.tab, view.topics?.() ?? []); },
};

const top = {
  password: () => changePassword(false),
  async logout() {
    if (!await mayLeave()) return;
    const { isDefault } = session.current() ?? {};
    events.disconnect();
    await session.logout();
    await askLogin(isDefault ? {} : { why: t('login.out') });
  },
};

function clear() {
  view?.close?.();
  view = undefined;
  events.forgetStatus();
  fill(main);
  fill(document.getElementById('actions'));
  shell.drawTop(top);
  shell.drawTabs();
}

async function askLogin(reason) {
  clear();
  await login(reason);
  await begun();
  holdFocus();
}

// Behind a dialog whose opener is gone the keyboard goes on in the tab.
function holdFocus() {
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
}

async function begun() {
  shell.drawTop(top);
  const wasForced = session.current().mustChangePassword;
  if (wasForced) {
    if (await changePassword(true) !== 'change') {
      await session.logout();
      return askLogin({});
    }
    shell.drawTop(top);
  }
  events.connect();
  api.get('status').then(events.takeStatus, () => undefined);
  await open(true);
  if (wasForced) holdFocus();
}

// The session has ended while the page stood open. What was typed stays, for the same user.
let isEnding = false;
on('ended', async ({ why: told, instance }) => {
  const before = session.current();
  if (isEnding || !before) return;
  isEnding = true;
  events.disconnect();
  session.forget();
  if (!before.isDefault || !await visit(before.user)) {
    // Nobody says why when the gateway has begun anew, or the computer was asleep.
    const why = told ?? session.whyEnded(before, instance ?? await api.instance());
    const count = view?.changeCount?.();
    await login({ why: [why, count ? t('login.kept') : ''].join(' ').trim(), name: before.device?.name, before: before.user, count });
  }
  isEnding = false;
  const after = session.current();
  if (after?.user === before.user && !after.mustChangePassword) {
    shell.drawTop(top);
    shell.drawBanners();
    events.connect();
    if (view?.changeCount?.()) view.resume?.();
    else await open(true);
  } else {
    view?.discard?.();
    clear();
    await begun();
  }
  holdFocus();
});

// Nothing of what was is left: the page begins anew with the device, where that has kept its address.
on('wasReset', ({ instance }) => {
  events.disconnect();
  session.forget();
  view?.discard?.();
  clear();
  fill(main, el('p.panel', { role: 'status' }, t('service.wasReset')));
  const begin = Date.now();
  // Within a minute it is there again; who keeps the page open for longer, as its address is another one, need not ask often.
  const ask = async () => {
    const next = await api.instance();
    if (next !== undefined && next !== instance) location.replace('/');
    else setTimeout(ask, Date.now() - begin < 60000 ? 2000 : 10000);
  };
  setTimeout(ask, 2000);
});

// Who had not logged in is let in again without being asked, as soon as the page is looked at.
async function visit(user) {
  if (document.hidden) await new Promise((resume) => { document.addEventListener('visibilitychange', resume, { once: true }); });
  try {
    const fresh = await api.get('session');
    if (fresh.user !== user) return false;
    session.begin(fresh);
    return true;
  } catch { return false; }
}

on('mustChange', () => { if (session.current() && !document.querySelector('dialog')) changePassword(true).then((done) => done !== 'change' && top.logout()); });
on('session', () => shell.drawTop(top));
on('lock', ({ lock, before }) => {
  shell.drawTop(top);
  if (before?.isMine && !lock.isMine && lock.holder) toast(t('lock.taken', { holder: session.holderText() }), 'bad');
  if (!before?.isMine && lock.isMine && before?.holder) toast(t('lock.yours'));
  if (before?.holder && !before.isMine && !lock.holder && !lock.isMine && session.mayWriteAny()) toast(t('lock.free'));
});
on('giveLock', async () => {
  const count = view?.changeCount?.() ?? 0;
  if (count && !await mayLeave()) return;
  await session.releaseLock();
  shell.drawBanners();
  if (count) await open(true);
});
// What is shown is no longer what is in force; what is typed stays on top of it.
on('applied', async () => {
  if (!view?.changeCount?.()) await open(true);
  holdFocus();
});
// The name of the device may be another one when files are taken over, by whomever.
on('overtaken', async () => {
  if (!session.current() || document.hidden) return;
  try { session.begin(await api.get('session')); } catch { return; }
  if (!view?.changeCount?.()) view?.resume?.();
});
on('resumed', () => (view?.hasFailed ? open(true) : view?.resume?.()));
on('language', () => {
  shell.drawTop(top);
  shell.drawBanners();
  if (!view) return;
  shell.drawTabs(view.tab);
  shell.drawActions(view, commands);
  view.render();
  view.show?.(route().parts);
  if (!document.getElementById('help').hidden) shell.toggleHelp(view.tab, view.topics?.() ?? [], true);
});
addEventListener('hashchange', () => {
  if (location.hash === shown) return;
  // An address that names nothing changes nothing.
  if (view && !route().tab) {
    tellNone();
    history.replaceState(null, '', shown || '#overview');
  } else open(false);
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener('beforeunload', (event) => { if (view?.changeCount?.()) event.preventDefault(); });
addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 's' && !document.querySelector('dialog[open]')) {
    event.preventDefault();
    if (view?.changeCount?.()) commands.save();
  }
});

let starting;
async function start() {
  clearTimeout(starting);
  document.documentElement.lang = language();
  shell.drawTop(top);
  try {
    session.begin(await api.get('session'));
  } catch (error) {
    if (error.status === 401) return askLogin({ name: error.body.device?.name });
    // It comes up, or is away: it is tried until it answers.
    shell.failed(main, error, start);
    starting = setTimeout(start, 3000);
    return;
  }
  await begun();
}
start();
