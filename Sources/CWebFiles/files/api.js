// Requests to the gateway. Every failure becomes an ApiError whose text is for the person who must act.

import { emit } from './bus.js';
import { sentence, t, word } from './i18n.js';

const base = '/api/v1/';
const patience = 30000;
let token;
let isConnected = true;

/** What went wrong: HTTP status (0: the gateway was not reached), text, and the answer's body. */
export class ApiError extends Error {
  constructor(status, text, body = {}) {
    super(text);
    this.status = status;
    this.body = body;
  }
  /** What is wrong with single values. */
  get problems() { return this.body.problems ?? []; }
}

/** Sets what proves that a request comes from this page. */
export function setToken(text) { token = text; }

/** The address of something that the browser itself fetches, such as a stream. */
export const address = (path) => base + path;

/** Says whether the gateway answers. */
export function setConnected(now) {
  if (now === isConnected) return;
  isConnected = now;
  emit('connection', now);
}
export const connected = () => isConnected;

async function send(method, path, { body, type, signal, isFile } = {}) {
  const headers = {};
  // What comes late for a session that has ended says nothing of the next one.
  const sent = token;
  if (method !== 'GET' && token) headers['X-CSRF-Token'] = token;
  if (type) headers['Content-Type'] = type;
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  // A file takes as long as it takes: only who has no file to send or get is waiting for nothing.
  const limit = new AbortController();
  signal?.addEventListener('abort', () => limit.abort());
  const timer = type || isFile ? undefined : setTimeout(() => limit.abort(), patience);
  let response;
  let text;
  try {
    response = await fetch(base + path, {
      method, headers, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : type ? body : JSON.stringify(body), signal: limit.signal,
    });
    setConnected(true);
    if (response.status !== 401) emit('sign');
    if (response.status === 204) return undefined;
    if (response.ok && isFile) return { blob: await response.blob(), name: fileName(response) };
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    // Slow is not lost: whether the gateway is there is watched by the stream.
    if (limit.signal.aborted) throw new ApiError(0, t('error.slow', { seconds: patience / 1000 }));
    setConnected(false);
    throw new ApiError(0, t('error.connection'));
  } finally {
    clearTimeout(timer);
  }
  const answer = parsed(text);
  if (response.ok) return answer;
  const failure = new ApiError(response.status,
    answer?.error ? sentence(word(answer.error)) : t('error.status', { status: String(response.status) }), answer ?? {});
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    if (seconds > 0) failure.message += ` ${t('error.retry', { seconds })}`;
  }
  if (response.status === 401 && !path.startsWith('session') && sent === token) emit('ended', { instance: answer?.instance });
  if (response.status === 403 && answer?.mustChangePassword) emit('mustChange');
  throw failure;
}

/** Which run of the gateway answers; undefined: nobody does. */
export const instance = () => send('GET', 'session').then((fresh) => fresh.instance, (error) => error.body?.instance);

function parsed(text) {
  try { return JSON.parse(text); } catch { return undefined; }
}

export const get = (path, options) => send('GET', path, options);
export const post = (path, body, options) => send('POST', path, { body, ...options });
export const put = (path, body) => send('PUT', path, { body });
export const remove = (path, body) => send('DELETE', path, { body });

const fileName = (response) => /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];

/** Downloads a file. It is fetched first, so that a failure can be told, and unsaved changes are in no danger. */
export async function download(path, name) {
  const file = await send('GET', path, { isFile: true });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.blob);
  link.download = file.name ?? name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** A query from what is not empty. */
export function query(values) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '' && value !== false) parts.set(name, value === true ? '1' : value);
  }
  const text = parts.toString();
  return text ? `?${text}` : '';
}
