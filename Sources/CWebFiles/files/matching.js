// Which meters and values of a list are those of the list before. Keys of meters are those of one run of the gateway,
// and values are numbered by their places: neither says what an entry is.

const isSame = (one, other) => one.interface === other.interface && one.serial === other.serial && one.manufacturer === other.manufacturer
  && Boolean(one.byPrimary) === Boolean(other.byPrimary) && (!one.byPrimary || one.link === other.link);

/** The meter of a list that a meter of another run of the gateway is; undefined: none, or nobody knows which. */
export function sameMeter(meter, list, before) {
  const alike = list.filter((one) => isSame(meter, one));
  // When one of several that are alike is gone it has to be exactly this one.
  if (alike.length < 2 && before.filter((one) => isSame(meter, one)).length < 2) return alike[0];
  const exact = alike.filter((one) => one.mediumCode === meter.mediumCode && one.version === meter.version && one.link === meter.link);
  return exact.length === 1 ? exact[0] : undefined;
}

/** What a value is: the codes of its record, as far as they are known. */
const codes = (value) => (value.dif ? `${value.dif} ${value.vif}` : value.description);

/** Whether two lists of values have the same values in the same places. */
export const isSameList = (before, now) => before === now
  || before.length === now.length && before.every((value, place) => codes(value) === codes(now[place]));

/** The number in a list of the value that had a number in the list before; undefined: none, or nobody knows which. */
export function sameValue(index, before, now) {
  if (isSameList(before, now)) return index;
  const value = before.find((one) => one.index === index);
  if (!value) return undefined;
  const alike = (list) => list.filter((one) => codes(one) === codes(value));
  const [old, fresh] = [alike(before), alike(now)];
  // Values that are alike keep their order; when one of them is gone nobody knows which.
  if (fresh.length) return fresh.length < old.length ? undefined : fresh[old.indexOf(value)].index;
  // The codes of what a file only describes are known with the first readout.
  const there = now.find((one) => one.index === index);
  return !value.dif && there?.description === value.description ? index : undefined;
}
