// What happens in one part of the page and concerns others: session, lock, connection, status, meters, language.

const target = new EventTarget();

/** Calls a function at each event of this name; gives what ends that. */
export function on(name, listener) {
  const wrapped = (event) => listener(event.detail);
  target.addEventListener(name, wrapped);
  return () => target.removeEventListener(name, wrapped);
}

/** Tells all that listen. */
export function emit(name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail }));
}
