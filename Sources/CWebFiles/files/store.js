// The meter list as the gateway has it, and over it the changes that are not saved yet.

import * as api from './api.js';

/** Makes a list. `changed(isStructure)` is called after each change. */
export function createStore(changed) {
  let meters = new Map();
  let order = [];
  const edits = new Map();
  const valueEdits = new Map();
  const deleted = new Set();
  const deletedValues = new Set();
  const registers = new Map();
  let added = [];
  let addedValues = [];
  let nextID = -1;

  const valueKey = (meter, value) => `${meter.id}/${value.index}`;
  const entryKey = (meter, value) => (value ? valueKey(meter, value) : String(meter.id));

  async function load() {
    const answer = await api.get('meters');
    meters = new Map(answer.meters.map((meter) => [meter.id, meter]));
    order = answer.meters.map((meter) => meter.id);
    forget();
  }

  // What a change concerned may be gone, as after another session's save.
  function forget() {
    for (const map of [edits, deleted]) {
      for (const id of map.keys()) if (!meters.has(id)) map.delete(id);
    }
    for (const map of [valueEdits, registers, deletedValues]) {
      for (const id of map.keys()) if (!find(id)) map.delete(id);
    }
    addedValues = addedValues.filter((one) => meters.has(one.meter));
  }

  function find(key) {
    const [id, index] = String(key).split('/').map(Number);
    const meter = meters.get(id);
    if (!meter || index === undefined) return meter;
    return meter.values.find((value) => value.index === index);
  }

  /** Takes over what has changed at the gateway; edits stay on top. */
  function take(data) {
    let isStructure = Boolean(data.order);
    for (const meter of data.meters ?? []) {
      const before = meters.get(meter.id);
      if (before?.values.length === meter.values.length) {
        // Rows keep their meters and values, so these are changed and not exchanged.
        const { values: list } = before;
        list.forEach((value, place) => become(value, meter.values[place]));
        become(before, meter);
        before.values = list;
        continue;
      }
      isStructure = true;
      if (!before) order.push(meter.id);
      meters.set(meter.id, meter);
    }
    for (const id of data.removed ?? []) {
      meters.delete(id);
      isStructure = true;
    }
    if (data.order) order = data.order;
    if (isStructure) {
      order = order.filter((id) => meters.has(id));
      forget();
    }
    changed(isStructure, new Set((data.meters ?? []).map((meter) => meter.id)));
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
    if (name === 'register') {
      const key = entryKey(meter, value);
      if (registers.has(key)) return registers.get(key);
    }
    const edit = value ? valueEdits.get(valueKey(meter, value)) : edits.get(meter.id);
    if (edit && name in edit) return edit[name];
    return (value ?? meter)[name];
  }

  /** Changes members; what is as it was is no change. */
  function write(fresh, meter, value) {
    const target = value ?? meter;
    if (target.isNew) {
      Object.assign(target, fresh);
      const entry = value ? addedValues.find((one) => one.value === value) : added.find((one) => one.meter === meter);
      Object.assign(value ? entry.addValue : entry.add, fresh);
      return changed(false);
    }
    const map = value ? valueEdits : edits;
    const key = value ? valueKey(meter, value) : meter.id;
    const edit = { ...map.get(key) };
    for (const [name, now] of Object.entries(fresh)) {
      if (name === 'register') {
        if (now === target.register) registers.delete(entryKey(meter, value));
        else registers.set(entryKey(meter, value), now);
      } else if (name !== 'key' && now === (target[name] ?? absent[name])) delete edit[name];
      else edit[name] = now;
    }
    if (Object.keys(edit).length) map.set(key, edit);
    else map.delete(key);
    changed(false);
  }

  /** Activates or deactivates: values follow their meter, and a value takes its meter along when activated. */
  function activate(isActive, meter, value) {
    if (!value) for (const one of meter.values) write({ active: isActive }, meter, one);
    if (value && isActive && !read('active', meter)) write({ active: true }, meter);
    write({ active: isActive }, meter, value);
  }

  function isChanged(meter, value) {
    if ((value ?? meter).isNew) return true;
    if (value) return valueEdits.has(valueKey(meter, value)) || registers.has(valueKey(meter, value)) || deletedValues.has(valueKey(meter, value));
    return edits.has(meter.id) || deleted.has(meter.id) || registers.has(String(meter.id));
  }

  const isDeleted = (meter, value) => deleted.has(meter.id) || Boolean(value) && deletedValues.has(valueKey(meter, value));

  function addMeter(add) {
    const meter = {
      id: nextID, name: add.serial ?? '', interface: 'M-Bus', status: 'A', active: true, cycle: 0, label: '', misses: 0,
      state: 'never', values: [], problems: [], ...add, isNew: true, hasKey: Boolean(add.key),
    };
    nextID -= 1;
    added.push({ add, meter });
    changed(true);
    return meter;
  }

  function addValue(meter, addValue) {
    const index = Math.max(0, ...values(meter).map((value) => value.index)) + 1;
    const value = {
      index, value: '', scale: '', unit: '', status: 'A', active: true, label: '', quality: 'never', misses: 0,
      description: `${addValue.dif} ${addValue.vif}`, ...addValue, isNew: true,
    };
    addedValues.push({ meter: meter.id, addValue, value });
    changed(true);
  }

  /** Marks for deletion; what was only to be added goes at once. Only values that were added can be deleted. */
  function remove(meter, value) {
    if (value?.isNew) addedValues = addedValues.filter((one) => one.value !== value);
    else if (meter.isNew) added = added.filter((one) => one.meter !== meter);
    else if (value) deletedValues.add(valueKey(meter, value));
    else deleted.add(meter.id);
    changed(true);
  }

  /** Takes the changes of an entry back. */
  function undo(meter, value) {
    if ((value ?? meter).isNew) return remove(meter, value);
    const key = entryKey(meter, value);
    registers.delete(key);
    if (value) {
      valueEdits.delete(key);
      deletedValues.delete(key);
    } else {
      edits.delete(meter.id);
      deleted.delete(meter.id);
    }
    changed(true);
  }

  function discard() {
    for (const map of [edits, valueEdits, deleted, deletedValues, registers]) map.clear();
    added = [];
    addedValues = [];
    changed(true);
  }

  const count = () => edits.size + valueEdits.size + deleted.size + deletedValues.size + registers.size + added.length + addedValues.length;

  /** What is sent to be saved. */
  function wire() {
    const byMeter = new Map();
    const edit = (id) => {
      if (!byMeter.has(id)) byMeter.set(id, { meter: id });
      return byMeter.get(id);
    };
    for (const [id, changes] of edits) if (!deleted.has(id)) Object.assign(edit(id), changes);
    for (const [key, changes] of valueEdits) {
      const [id, index] = key.split('/').map(Number);
      if (!deleted.has(id)) (edit(id).values ??= []).push({ index, ...changes });
    }
    return [
      ...byMeter.values(),
      ...addedValues.map((one) => ({ meter: one.meter, addValue: one.addValue })),
      ...added.map((one) => ({ add: one.add })),
      ...[...deletedValues].map((key) => ({ meter: Number(key.split('/')[0]), deleteValue: Number(key.split('/')[1]) })),
      ...[...deleted].map((id) => ({ delete: id })),
    ];
  }

  /** The name of an entry in commands. */
  const entryName = (meter, value) => `${meter.name}/${value ? value.index : 0}`;

  /** Saves: first the list, then registers that were given by hand. Gives the answers. */
  async function save() {
    const list = wire();
    const answers = [];
    if (list.length) {
      answers.push(await api.put('meters', { edits: list }));
      const kept = new Map(registers);
      discard();
      for (const [key, register] of kept) registers.set(key, register);
    }
    for (const [key, register] of [...registers]) {
      const meter = meters.get(Number(key.split('/')[0]));
      const value = key.includes('/') ? find(key) : undefined;
      if (meter) answers.push(await api.post('meters/assign', { entries: [entryName(meter, value)], register }));
      registers.delete(key);
    }
    await load();
    changed(true);
    return {
      changes: answers.flatMap((one) => one?.changes ?? []), news: answers.flatMap((one) => one?.news ?? []),
      problems: answers.flatMap((one) => one?.problems ?? []), notes: answers.flatMap((one) => one?.notes ?? []),
      saved: answers[0]?.saved, notSaved: answers.find((one) => one?.notSaved)?.notSaved,
    };
  }

  return {
    load, take, list, values, read, write, activate, isChanged, isDeleted, addMeter, addValue, remove, undo,
    discard, count, save, entryName, meter: (id) => meters.get(id) ?? added.find((one) => one.meter.id === id)?.meter,
  };
}

/** Makes an object like another one: what that one does not have goes, too. */
function become(target, source) {
  for (const name in target) if (!(name in source)) delete target[name];
  Object.assign(target, source);
}

// What absent members mean.
const absent = { label: '', obis: '', baud: 0, key: '', manufacturer: '' };
