// The meter list as the gateway has it, and over it the changes that are not saved yet.

import * as api from './api.js';
import { isSameList, sameMeter, sameValue } from './matching.js';

/** Makes a list. `changed(isStructure, ids, isOther)` is called after each change; isOther: the gateway has begun anew. */
export function createStore(changed) {
  let meters = new Map();
  let order = [];
  let instance;
  let revision = 0;
  // Of which run of the gateway a meter is: dialogs may hold one for longer.
  const runs = new WeakMap();
  const edits = new Map();
  const valueEdits = new Map();
  const deleted = new Set();
  const deletedValues = new Set();
  let added = [];
  let addedValues = [];
  let lost = [];
  let nextID = -1;
  let isSaving = false;
  // What the stream brings meanwhile.
  const late = [];

  const valueKey = (meter, value) => `${meter.id}/${value.index}`;
  const parts = (key) => key.split('/').map(Number);

  async function load() {
    const answer = await api.get('meters');
    // What the stream has brought meanwhile is newer.
    const isNews = answer.instance !== instance || answer.revision >= revision;
    changed(true, undefined, isNews && replace(answer));
    return { instance, revision };
  }

  /** Takes a whole list over; true when it is that of another run of the gateway. */
  function replace(answer) {
    const before = meters;
    const isOther = instance !== undefined && answer.instance !== instance;
    ({ instance, revision } = answer);
    meters = new Map(answer.meters.map((meter) => [meter.id, own(meter)]));
    order = answer.meters.map((meter) => meter.id);
    carry(before, isOther);
    return isOther;
  }

  function own(meter) {
    runs.set(meter, instance);
    return meter;
  }

  // Changes go with their entries. What a change concerned may be gone, as after another session's save or another
  // start of the gateway: that is kept to be shown, and never sent.
  function carry(before, isOther) {
    const kept = { edits: [...edits], valueEdits: [...valueEdits], deleted: [...deleted], deletedValues: [...deletedValues], addedValues };
    for (const map of [edits, valueEdits, deleted, deletedValues]) map.clear();
    const all = [...meters.values()];
    const old = [...before.values()];
    const found = new Map();
    const follow = (id) => {
      if (!found.has(id)) found.set(id, isOther ? before.has(id) && sameMeter(before.get(id), all, old) : meters.get(id));
      return found.get(id) || undefined;
    };
    const followValue = (key) => {
      const [id, index] = parts(key);
      const now = follow(id);
      const place = now && before.has(id) ? sameValue(index, before.get(id).values, now.values) : undefined;
      return place === undefined ? undefined : `${now.id}/${place}`;
    };
    for (const [id, changes] of kept.edits) {
      const now = follow(id);
      if (now) edits.set(now.id, changes);
      else lose(before.get(id), undefined, changes);
    }
    for (const [key, changes] of kept.valueEdits) {
      const now = followValue(key);
      const [id, index] = parts(key);
      if (now) valueEdits.set(now, changes);
      else lose(before.get(id), before.get(id)?.values.find((one) => one.index === index), changes);
    }
    // What was to go and is gone needs nothing more.
    for (const id of kept.deleted) if (follow(id)) deleted.add(follow(id).id);
    for (const key of kept.deletedValues) if (followValue(key)) deletedValues.add(followValue(key));
    addedValues = kept.addedValues.filter((one) => {
      const now = follow(one.meter);
      if (!now) lose(before.get(one.meter), one.value, one.addValue);
      else if (meters.get(one.meter) !== before.get(one.meter)) one.value.index = 0;
      one.meter = now?.id;
      return now;
    });
    // They stand behind those of their meter.
    for (const one of addedValues) if (!one.value.index) one.value.index = nextIndex(meters.get(one.meter));
  }

  function lose(meter, value, changes) {
    if (meter) lost.push({ name: meter.name, label: meter.label, value, changes });
  }

  /** The entry as it is in the list now; undefined: it is not in it any more, and what was to be done to it is lost. */
  function here(meter, value, changes = {}) {
    if (meter.isNew || meters.get(meter.id) === meter) return { meter, value };
    const now = runs.get(meter) === instance ? meters.get(meter.id) : sameMeter(meter, [...meters.values()]);
    const index = now && value && (value.isNew ? undefined : sameValue(value.index, meter.values, now.values));
    const there = value?.isNew ? addedValues.find((one) => one.value === value)?.value : now?.values.find((one) => one.index === index);
    if (now && (!value || there)) return { meter: now, value: there };
    lose(meter, value, changes);
    changed(true);
    return undefined;
  }

  /** A meter and its value as they are in the list now, by what they are; `before` are all values that the meter had. Undefined: gone. */
  function find(meter, value, before) {
    const now = meters.get(meter.id) === meter || runs.get(meter) === instance ? meters.get(meter.id) : sameMeter(meter, [...meters.values()], []);
    const index = now && sameValue(value.index, before, now.values);
    const there = now?.values.find((one) => one.index === index);
    return there && { meter: now, value: there };
  }

  /** The meter that an address names: by its name, or by its key. */
  function named(name) {
    const all = list();
    return all.find((meter) => meter.name === name) ?? all.find((meter) => String(meter.id) === name);
  }

  /** The value that an address names: by its place, as long as its codes are those of the address, or else by these. */
  function valueNamed(meter, index, codes) {
    const isMeant = (value) => !codes || !value.dif || `${value.dif}-${value.vif}` === codes;
    const there = meter.values.find((value) => value.index === index);
    if (there && isMeant(there)) return there;
    const alike = codes ? meter.values.filter((value) => `${value.dif}-${value.vif}` === codes) : [];
    return alike.length === 1 ? alike[0] : undefined;
  }

  /** Takes over what has changed at the gateway; edits stay on top. */
  function take(data) {
    if (isSaving) return late.push(data);
    if (!data.removed) return changed(true, undefined, replace(data));
    if (data.instance !== instance || data.revision < revision) return undefined;
    ({ revision } = data);
    const before = new Map(meters);
    let isStructure = Boolean(data.order);
    for (const meter of data.meters) {
      const old = meters.get(meter.id);
      if (old && isSameList(old.values, meter.values)) {
        // Rows keep their meters and values, so these are changed and not exchanged.
        const { values: list } = old;
        list.forEach((value, place) => become(value, meter.values[place]));
        become(old, meter);
        old.values = list;
        continue;
      }
      isStructure = true;
      if (!old) order.push(meter.id);
      meters.set(meter.id, own(meter));
    }
    for (const id of data.removed) {
      meters.delete(id);
      isStructure = true;
    }
    if (data.order) order = data.order;
    if (isStructure) {
      order = order.filter((id) => meters.has(id));
      carry(before, false);
    }
    return changed(isStructure, new Set(data.meters.map((meter) => meter.id)));
  }

  /** All meters in their order, those that are to be added at the end. */
  function list() {
    return [...order.map((id) => meters.get(id)).filter(Boolean), ...added.map((one) => one.meter)];
  }

  /** The values of a meter, with those to be added. */
  function values(meter) {
    const extra = addedValues.filter((one) => one.meter === meter.id);
    return extra.length ? [...meter.values, ...extra.map((one) => one.value)] : meter.values;
  }

  /** A member of a meter or value, as changed or as it is. */
  function read(name, meter, value) {
    const edit = value ? valueEdits.get(valueKey(meter, value)) : edits.get(meter.id);
    if (edit && name in edit) return edit[name];
    // A cycle in seconds ends one by the calendar.
    if (name === 'cycleMode' && edit?.cycle !== undefined) return undefined;
    return (value ?? meter)[name];
  }

  /** Changes members; what is as it was is no change. */
  function write(fresh, anyMeter, anyValue) {
    const entry = here(anyMeter, anyValue, fresh);
    if (entry) set(fresh, entry.meter, entry.value);
    changed(false);
  }

  function set(fresh, meter, value) {
    const target = value ?? meter;
    if (target.isNew) {
      Object.assign(target, fresh);
      const entry = value ? addedValues.find((one) => one.value === value) : added.find((one) => one.meter === meter);
      Object.assign(value ? entry.addValue : entry.add, fresh);
      return;
    }
    const map = value ? valueEdits : edits;
    const key = value ? valueKey(meter, value) : meter.id;
    const edit = { ...map.get(key) };
    for (const [name, now] of Object.entries(fresh)) {
      // Nobody knows which key there is, and a cycle of 0 s ends one by the calendar.
      const isAlways = name === 'key' || name === 'cycle' && target.cycleMode;
      if (!isAlways && now === (target[name] ?? absent[name])) delete edit[name];
      else edit[name] = now;
    }
    if (Object.keys(edit).length) map.set(key, edit);
    else map.delete(key);
  }

  /** Activates or deactivates: values follow their meter, and a value takes its meter along when activated. */
  function activate(isActive, anyMeter, anyValue) {
    const entry = here(anyMeter, anyValue, { active: isActive });
    if (!entry) return;
    const { meter, value } = entry;
    if (!value) for (const one of values(meter)) set({ active: isActive }, meter, one);
    if (value && isActive && !read('active', meter)) set({ active: true }, meter);
    set({ active: isActive }, meter, value);
    changed(false);
  }

  function isChanged(meter, value) {
    if ((value ?? meter).isNew) return true;
    if (value) return valueEdits.has(valueKey(meter, value)) || deletedValues.has(valueKey(meter, value));
    return edits.has(meter.id) || deleted.has(meter.id);
  }

  const isDeleted = (meter, value) => deleted.has(meter.id) || Boolean(value) && deletedValues.has(valueKey(meter, value));

  function addMeter(add) {
    const meter = {
      id: nextID, name: add.serial ?? `@${add.link}`, interface: 'M-Bus', status: 'A', active: true, cycle: 0, label: '', misses: 0,
      state: 'never', values: [], problems: [], ...add, isNew: true, hasKey: Boolean(add.key),
    };
    nextID -= 1;
    added.push({ add, meter });
    changed(true);
    return meter;
  }

  const nextIndex = (meter) => Math.max(0, ...values(meter).map((value) => value.index)) + 1;

  function addValue(anyMeter, addValue) {
    const meter = here(anyMeter, undefined, addValue)?.meter;
    if (!meter) return;
    const value = {
      index: nextIndex(meter), value: '', scale: '', unit: '', status: 'A', active: true, label: '', quality: 'never', misses: 0,
      description: `${addValue.dif} ${addValue.vif}`, ...addValue, isNew: true,
    };
    addedValues.push({ meter: meter.id, addValue, value });
    changed(true);
  }

  /** Whether it can be deleted: single values only when they were added, or are not sent any more. */
  const isDeletable = (meter, value) => !value || value.isNew || value.status?.includes('A') || value.quality === 'notSent';

  /** Marks for deletion; what was only to be added goes at once. */
  function remove(anyMeter, anyValue) {
    const entry = here(anyMeter, anyValue);
    if (!entry) return;
    const { meter, value } = entry;
    if (value?.isNew) addedValues = addedValues.filter((one) => one.value !== value);
    else if (meter.isNew) added = added.filter((one) => one.meter !== meter);
    else if (value) deletedValues.add(valueKey(meter, value));
    else deleted.add(meter.id);
    changed(true);
  }

  /** Takes the changes of an entry back. */
  function undo(meter, value) {
    if ((value ?? meter).isNew) return remove(meter, value);
    if (value) {
      valueEdits.delete(valueKey(meter, value));
      deletedValues.delete(valueKey(meter, value));
    } else {
      edits.delete(meter.id);
      deleted.delete(meter.id);
    }
    changed(true);
  }

  function discard() {
    for (const map of [edits, valueEdits, deleted, deletedValues]) map.clear();
    added = [];
    addedValues = [];
    lost = [];
    changed(true);
  }

  const count = () => edits.size + valueEdits.size + deleted.size + deletedValues.size + added.length + addedValues.length;

  /** The codes of a value, by which the gateway sees whether the number still means the same one. */
  function namedBy(id, index) {
    const value = meters.get(id)?.values.find((one) => one.index === index);
    return value?.dif ? { dif: value.dif, vif: value.vif } : {};
  }

  /** What is sent to be saved. Numbers of values are those of the list as it is: what moves values comes after them. */
  function wire() {
    const byMeter = new Map();
    const edit = (id) => {
      if (!byMeter.has(id)) byMeter.set(id, { meter: id });
      return byMeter.get(id);
    };
    for (const [id, changes] of edits) if (!deleted.has(id)) Object.assign(edit(id), changes);
    for (const [key, changes] of valueEdits) {
      const [id, index] = parts(key);
      if (!deleted.has(id) && !deletedValues.has(key)) (edit(id).values ??= []).push({ index, ...namedBy(id, index), ...changes });
    }
    const gone = [...deletedValues].map(parts).filter(([id]) => !deleted.has(id)).sort((a, b) => b[1] - a[1]);
    return [
      ...[...deleted].map((id) => ({ delete: id })),
      ...byMeter.values(),
      ...gone.map(([id, index]) => ({ meter: id, deleteValue: index, ...namedBy(id, index) })),
      ...addedValues.filter((one) => !deleted.has(one.meter)).map((one) => ({ meter: one.meter, addValue: one.addValue })),
      ...added.map((one) => ({ add: one.add })),
    ];
  }

  /**
   * What rows are called in commands, and how many entries these are: a meter without a number means all of its
   * entries, and so it does in a selection that has none of its values.
   */
  function entriesOf(rows) {
    const partly = new Set(rows.filter((row) => row.value).map((row) => row.meter));
    const isWhole = (row) => !row.value && !partly.has(row.meter);
    return {
      entries: rows.map((row) => (isWhole(row) ? row.meter.name : `${row.meter.name}/${row.value?.index ?? 0}`)),
      count: rows.reduce((sum, row) => sum + (isWhole(row) ? 1 + row.meter.values.length : 1), 0),
    };
  }

  /** Saves, all or nothing. Gives the answer. */
  async function save() {
    const sent = { edits: new Map(edits), valueEdits: new Map(valueEdits), deleted: [...deleted], deletedValues: [...deletedValues], added, addedValues };
    isSaving = true;
    let answer;
    try {
      answer = await api.put('meters', { instance, edits: wire() });
      forget(sent);
    } finally {
      isSaving = false;
      for (const data of late.splice(0)) take(data);
    }
    // It is saved by now, whatever comes of this.
    await load().catch(() => changed(true));
    return answer;
  }

  // What has been changed since it was sent stays.
  function forget(sent) {
    for (const [map, before] of [[edits, sent.edits], [valueEdits, sent.valueEdits]]) {
      for (const [key, changes] of before) {
        const rest = Object.entries(map.get(key) ?? {}).filter(([name, now]) => now !== changes[name]);
        if (rest.length) map.set(key, Object.fromEntries(rest));
        else map.delete(key);
      }
    }
    for (const id of sent.deleted) deleted.delete(id);
    for (const key of sent.deletedValues) deletedValues.delete(key);
    added = added.filter((one) => !sent.added.includes(one));
    addedValues = addedValues.filter((one) => !sent.addedValues.includes(one));
  }

  return {
    load, take, list, find, named, valueNamed, values, read, write, activate, isChanged, isDeleted, isDeletable, addMeter, addValue, remove, undo,
    discard, count, save, entriesOf, meter: (id) => meters.get(id) ?? added.find((one) => one.meter.id === id)?.meter,
    /** Changes whose entries are gone. */
    lost: () => lost,
    dismiss() { lost = []; },
  };
}

/** Makes an object like another one: what that one does not have goes, too. */
function become(target, source) {
  for (const name in target) if (!(name in source)) delete target[name];
  Object.assign(target, source);
}

// What absent members mean.
const absent = { label: '', obis: '', baud: 0, key: '', manufacturer: '', version: '', cycle: 0, maxValues: 0, register: '' };
