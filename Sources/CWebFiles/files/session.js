// Who is logged in, what the user may do, how long the session lasts, and who may write.

import * as api from './api.js';
import { emit, on } from './bus.js';
import { openDialog, toast } from './dialog.js';
import { el, icon } from './dom.js';
import { clock, t } from './i18n.js';

let session;
let lastSign = Date.now();
let isScanning = false;
let asking;
const channel = 'BroadcastChannel' in self ? new BroadcastChannel('metergate') : undefined;
const aliveEvery = 20000;

/** The session; undefined: nobody is logged in. */
export const current = () => session;
/** The right on a tab: `none`, `read` or `write`. */
export const right = (tab) => session?.rights?.[tab] ?? 'none';
export const mayRead = (tab) => right(tab) !== 'none';
export const mayWrite = (tab) => right(tab) === 'write';
export const mayWriteAny = () => Object.values(session?.rights ?? {}).includes('write');
/** Why a tab cannot be changed. */
export const whyReadOnly = () => (mayWriteAny() ? t('shell.readOnly') : t('shell.looks', { user: session?.user }));
export const hasLock = () => session?.lock?.isMine === true;

/** Takes a session of the gateway over. */
export function begin(fresh) {
  session = fresh;
  lastSign = Date.now();
  api.setToken(fresh.csrf);
  emit('session', fresh);
}

/** Why the gateway knows a session no longer, by what is known here; `instance` is which run of it says so. */
export function whyEnded(before, instance) {
  if (instance !== undefined && before.instance !== instance) return t('login.restarted');
  const isOld = before.timeoutSeconds > 0 && Date.now() - lastSign >= before.timeoutSeconds * 1000;
  return t(isOld ? 'login.timeout' : 'login.ended');
}

/** Forgets the session; print pages of this browser empty themselves. */
export function forget() {
  session = undefined;
  api.setToken(undefined);
  channel?.postMessage('logout');
}

/** Ends the session at the gateway, too. */
export async function logout() {
  try { await api.remove('session'); } catch { /* without the gateway it ends by its timeout */ }
  forget();
}

// A session ends some time after its window was closed (MUC500 manual 1.1, ch. 4.1): a page that can be seen is a sign
// of life, and so is a scan that somebody waits for.
function stayAlive() {
  if (!session || !api.connected() || document.hidden && !isScanning) return;
  const wait = session.timeoutSeconds ? Math.min(aliveEvery, session.timeoutSeconds * 333) : aliveEvery;
  if (Date.now() - lastSign < wait) return;
  lastSign = Date.now();
  api.post('session/alive').catch(() => undefined);
}
on('second', stayAlive);
document.addEventListener('visibilitychange', stayAlive);
on('status', (status) => { isScanning = Boolean(status.scan); });
on('sign', () => { lastSign = Date.now(); });

/** Takes over who may write. */
export function setLock(lock) {
  if (!session || !lock) return;
  const before = session.lock;
  session.lock = lock;
  emit('lock', { lock, before });
}

/**
 * Asks for the write lock at the first edit; true when it is ours. Otherwise a dialog has said who has it.
 */
export function needLock() {
  if (hasLock()) return Promise.resolve(true);
  asking ??= obtain().finally(() => { asking = undefined; });
  return asking;
}

async function obtain() {
  try {
    setLock(await api.post('session/lock', {}));
    return hasLock();
  } catch (error) {
    if (error.status === 423) {
      setLock({ ...session?.lock, holder: error.body.holder, isMine: false });
      return refused(error.body.holder);
    }
    // Without the gateway nothing can be saved, but typing can go on; saving asks again.
    if (error.status === 0) return true;
    if (error.status !== 401) {
      await openDialog({ title: t('lock.title'), body: el('p', error.message), actions: [ok()] });
    }
    return false;
  }
}

const ok = () => ({ id: 'ok', text: t('do.ok'), isDefault: true });

/** The holder of the lock, in words: the own user means another session of it. */
export function holderText(holder = session?.lock?.holder) {
  if (holder !== session?.user) return holder;
  const { from } = session.lock ?? {};
  return from ? t('lock.anotherFrom', { user: holder, address: from }) : t('lock.another', { user: holder });
}

/** Says who holds the lock, and offers to ask for it or to take it; true when it is ours then. */
export async function refused(name = session?.lock?.holder) {
  const since = session?.lock?.since;
  const holder = holderText(name);
  const actions = [{
    id: 'ask', text: t('lock.ask'), isDefault: true,
    run: async () => { setLock(await api.post('session/lock', { ask: true }).catch(asked)); },
  }];
  if (mayWrite('User')) {
    actions.push({
      id: 'take', text: t('lock.take'), kind: 'danger',
      run: async () => { setLock(await api.post('session/lock', { take: true })); },
    });
  }
  actions.push({ id: 'no', text: t('do.cancel') });
  const answer = await openDialog({
    title: t('lock.title'), actions,
    body: [el('p', icon('lock'), ' ', since ? t('lock.heldSince', { holder, since: clock(since) })
      : t('lock.held', { holder })), el('p', t('lock.why'))],
  });
  if (answer === 'ask' && !hasLock()) toast(t('lock.asked', { holder }));
  return hasLock();
}

function asked(error) {
  // The gateway has noted the wish, and still says who has the lock.
  if (error.status === 423) return { ...session.lock, holder: error.body.holder, isMine: false };
  throw error;
}

/** Gives the lock back when it is ours. */
export async function releaseLock() {
  if (!hasLock()) return;
  try {
    await api.remove('session/lock');
    setLock({ isMine: false });
  } catch { /* it is given back when the session ends */ }
}
