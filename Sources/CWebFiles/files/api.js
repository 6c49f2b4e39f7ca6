// Requests to the gateway. Every failure becomes an ApiError whose text is for the person who must act.

import { emit } from './bus.js';
import { t } from './i18n.js';

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
  let response;
  try {
    response = await fetch(base + path, {
      method, headers, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : type ? body : JSON.stringify(body),
      signal: signal ?? AbortSignal.timeout(type ? patience * 4 : patience),
    });
    setConnected(true);
    emit('sign');
    if (response.status === 204) return undefined;
    if (response.ok && isFile) return { blob: await response.blob(), name: fileName(response) };
  } catch (error) {
    if (signal?.aborted) throw error;
    setConnected(false);
    throw new ApiError(0, t('error.connection'));
  }
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const failure = new ApiError(response.status,
    answer?.error ?? t('error.status', { status: String(response.status) }), answer ?? {});
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    if (seconds > 0) failure.message += ` ${t('error.retry', { seconds })}`;
  }
  if (response.status === 401 && !path.startsWith('session') && sent === token) emit('ended', { why: failure.message });
  if (response.status === 403 && answer?.mustChangePassword) emit('mustChange');
  throw failure;
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
