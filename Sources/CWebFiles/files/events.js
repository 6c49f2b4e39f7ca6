// The stream of what changes, and the watch over the connection.

import * as api from './api.js';
import { emit, on } from './bus.js';
import { now, sentence, setClock, word } from './i18n.js';
import * as session from './session.js';

const waits = [1, 2, 3, 5, 10, 60];
const silence = 20000;
let source;
let timer;
let failures = 0;
let lastEvent = 0;
let lostAt;
let isProbing = false;
// The meter list that the tab has; undefined: it needs none.
let known;
// Whether the stream that is open, or was last, brings meters, and up to which list it has.
let hasMeters = false;
let brought;
let switching;
// The page is left, and may come back as it was.
let isAway = false;
/** What the gateway last said of itself. */
export let status;

/** Since when the gateway has not been reached, as Unix time; undefined: it is. */
export const lostSince = () => lostAt;

/**
 * The tab has a meter list, of which it is to hear what changes from now on; undefined: it needs none any more.
 * A list without a revision is sent as a whole first. A stream that brings meters already goes on, and one that brings them
 * in vain does so for a while: the next tab may want them, and each new stream costs a connection.
 */
export function follow(list) {
  known = list && { since: list.revision, instance: list.instance };
  clearTimeout(switching);
  if (known ? hasMeters && isUpToDate(known) : !hasMeters) return;
  switching = setTimeout(() => { if (source) connect(); }, known ? 100 : 5000);
}

// Whether the stream has brought nothing that the list lacks.
const isUpToDate = ({ since, instance }) => brought?.instance === instance && brought.revision <= since;

/** Opens the stream. */
export function connect() {
  disconnect();
  if (isAway) return;
  hasMeters = Boolean(known);
  brought = known && { revision: known.since, instance: known.instance };
  const wish = { topics: `session,status${known ? ',meters' : ''}`, ...known };
  const opened = source = new EventSource(api.address(`events${api.query(wish)}`));
  lastEvent = Date.now();
  opened.onopen = () => {
    api.setConnected(true);
    if (failures) emit('resumed');
    failures = 0;
  };
  opened.onerror = () => {
    disconnect();
    retry();
  };
  listen(opened, 'status', takeStatus);
  // There are too many streams: it is not this page's turn for a while.
  listen(opened, 'crowded', () => { failures = waits.length; });
  listen(opened, 'meters', (data) => {
    brought = { revision: data.revision, instance: data.instance };
    if (!known) return;
    known = { since: data.revision, instance: data.instance };
    emit('meters', data);
  });
  listen(opened, 'session', (data) => {
    if ('ended' in data) emit('ended', { why: `${sentence(word(data.ended))}.` });
    else session.setLock(data);
  });
}

function listen(opened, name, take) {
  opened.addEventListener(name, (event) => {
    lastEvent = Date.now();
    let data;
    try { data = JSON.parse(event.data); } catch { return; }
    take(data);
  });
}

/** Takes the state of the gateway over. */
export function takeStatus(data) {
  status = data;
  if (data.time) setClock(data.time);
  emit('status', data);
}

/** Forgets what another user has seen. */
export function forgetStatus() { status = undefined; }

/** Closes the stream. */
export function disconnect() {
  source?.close();
  source = undefined;
  clearTimeout(timer);
  clearTimeout(switching);
}

// A page that a browser keeps to go back to would keep its stream as well, and six are all the connections that there
// are to a gateway: whatever comes next would wait for them.
addEventListener('pagehide', () => {
  isAway = true;
  disconnect();
});
addEventListener('pageshow', (event) => {
  isAway = false;
  if (!event.persisted || !session.current()) return;
  // What has happened meanwhile is unknown, as behind a lost connection.
  failures = Math.max(failures, 1);
  check();
});

function retry() {
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(check, waits[Math.min(failures, waits.length) - 1] * 1000);
}

// The stream ends as well when the session does; asking who we are tells which it is.
async function check() {
  if (!session.current()) return;
  try {
    const fresh = await api.get('session');
    // Somebody may have logged out, or in, meanwhile.
    if (!session.current() || source) return;
    if (fresh.user !== session.current()?.user) return emit('ended', { instance: fresh.instance });
    session.begin(fresh);
    if (fresh.mustChangePassword) emit('mustChange');
    else connect();
  } catch (error) {
    if (error.status === 401) emit('ended', { instance: error.body.instance });
    else if (!source) retry();
  }
}

// A cable that was pulled ends nothing: when nothing has come for a while, a small file is asked for, which is
// no sign of life of the user.
on('second', async () => {
  if (!source || isProbing || Date.now() - lastEvent < silence) return;
  isProbing = true;
  try {
    await fetch('icon.svg', { cache: 'no-store', signal: AbortSignal.timeout(8000) });
    lastEvent = Date.now();
  } catch {
    api.setConnected(false);
  } finally {
    isProbing = false;
  }
});

on('connection', (isThere) => {
  lostAt = isThere ? undefined : now();
  // Without a stream it is tried already.
  if (!isThere && session.current() && source) {
    disconnect();
    retry();
  }
});
