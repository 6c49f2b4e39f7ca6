// The User tab: who may log in and do what, and the tokens of machines.

import * as api from './api.js';
import { confirmDialog, failureDialog, labelled, openDialog, showAnswer, tellDialog, toast } from './dialog.js';
import { button, el, fill, icon, pictureButton } from './dom.js';
import { mostSessions } from './fields.js';
import { t } from './i18n.js';
import * as session from './session.js';
import { tabs as shellTabs } from './shell.js';

const mostFTP = 2;
const ranks = { none: 0, read: 1, write: 2 };

export function create(host) {
  const isWriter = session.mayWrite('User');
  const tabs = shellTabs.filter((tab) => tab !== 'Overview');
  let users = [];
  let hash;
  let tokens = [];
  const edits = new Map();

  async function load() {
    const [answer, machine] = await Promise.all([api.get('users'), api.get('tokens').catch(() => undefined)]);
    ({ users, hash } = answer);
    tokens = Array.isArray(machine) ? machine : machine?.tokens;
  }

  const read = (user, name) => edits.get(user.name)?.[name] ?? user[name];
  const right = (user, tab) => edits.get(user.name)?.rights?.[tab] ?? user.rights?.[tab] ?? 'none';
  const all = () => [...users, ...[...edits.values()].filter((edit) => edit.add)];

  async function change(user, fresh) {
    const isMine = await session.needLock();
    if (isMine) {
      const edit = { name: user.name, ...edits.get(user.name), ...fresh };
      if (fresh.rights) edit.rights = { ...edits.get(user.name)?.rights, ...fresh.rights };
      tidy(user, edit);
      if (Object.keys(edit).length > 1) edits.set(user.name, edit);
      else edits.delete(user.name);
      if (!edits.size) session.releaseLock();
    }
    render();
  }

  // What is as it was is no change.
  function tidy(user, edit) {
    if (edit.add) return;
    for (const name of ['maximumSessions', 'mayChangePassword', 'mustChangePassword', 'ftp']) if (edit[name] === user[name]) delete edit[name];
    for (const [tab, value] of Object.entries(edit.rights ?? {})) if (value === (user.rights?.[tab] ?? 'none')) delete edit.rights[tab];
    if (edit.rights && !Object.keys(edit.rights).length) delete edit.rights;
  }

  function flag(user, name, label, isOff) {
    return cell(label, el('input', {
      type: 'checkbox', checked: Boolean(read(user, name)), disabled: !isWriter || user.isFixed || isOff, 'aria-label': `${user.name}: ${label}`,
      onchange: (event) => change(user, { [name]: event.target.checked }),
    }), name in (edits.get(user.name) ?? {}));
  }

  // To change a tab is to see it, too; who may no longer see it may not change it either.
  function rightBox(user, tab, wanted) {
    const label = t(wanted === 'read' ? 'user.readTab' : 'user.writeTab', { tab: t(`tab.${tab}`) });
    const now = right(user, tab);
    return cell(label, el('input', {
      type: 'checkbox', checked: ranks[now] >= ranks[wanted], disabled: !isWriter || user.isFixed, 'aria-label': `${user.name}: ${label}`,
      onchange: (event) => change(user, { rights: { [tab]: event.target.checked ? (wanted === 'write' ? 'write' : now === 'write' ? now : 'read') : wanted === 'read' ? 'none' : 'read' } }),
    }), edits.get(user.name)?.rights?.[tab] !== undefined);
  }

  const cell = (label, node, isChanged) => el('td', { 'data-label': label, class: isChanged ? 'edited' : '' }, node);

  function row(user) {
    const edit = edits.get(user.name);
    const isGone = edit?.remove;
    return el('tr', { class: `${edit ? 'changed' : ''} ${isGone ? 'deleted' : ''}` },
      el('th', { scope: 'row' }, isWriter && !user.isFixed && !isGone ? button(user.name, { class: 'link', title: t('do.edit'), onclick: () => editUser(user) }) : user.name,
        user.hasDeliveredPassword && el('small.tag.warn', t('user.delivered')),
        user.rightsReason && el('small.tag', { title: t('user.readsOnly.help') }, t('user.readsOnly')),
        user.mistakes?.map((text) => el('small.error', text))),
      cell(t('user.overwrite'), edit?.password !== undefined ? icon('check') : isWriter && !user.isFixed && !isGone ? pictureButton(`${t('user.setPassword')}: ${user.name}`, 'key', () => editUser(user, true)) : ''),
      flag(user, 'mayChangePassword', t('user.mayChange')), flag(user, 'mustChangePassword', t('user.mustChange')),
      cell(t('user.sessions'), String(user.sessions ?? 0)), cell(t('user.maximum'), mostSessions(read(user, 'maximumSessions')), edit?.maximumSessions !== undefined),
      tabs.flatMap((tab) => [rightBox(user, tab, 'read'), rightBox(user, tab, 'write')]), flag(user, 'ftp', 'FTP', true),
      el('td.tools', isWriter && !user.isFixed && (edit ? pictureButton(`${t('do.undo')}: ${user.name}`, 'reload', () => undo(user))
        : pictureButton(`${t('do.delete')}: ${user.name}`, 'remove', () => removeUser(user)))));
  }

  function undo(user) {
    edits.delete(user.name);
    if (!edits.size) session.releaseLock();
    render();
    host.main.querySelector(`[aria-label="${CSS.escape(`${t('do.delete')}: ${user.name}`)}"]`)?.focus();
  }

  async function removeUser(user) {
    if (user.name === session.current().user) return toast(t('user.notSelf'), 'bad');
    if (await session.needLock()) {
      edits.set(user.name, { name: user.name, remove: true });
      render();
    }
    return undefined;
  }

  function render() {
    fill(host.main, el('h1', t('title.User')), el('div.scroll', { role: 'region', tabindex: '0', 'aria-label': t('title.User') },
      el('table.users.stacked', el('thead',
        el('tr', ['user.name', 'user.overwrite', 'user.mayChange', 'user.mustChange', 'user.sessions', 'user.maximum'].map((name) => el('th', { rowspan: '2', scope: 'col', class: 'tall' }, el('span', t(name)))),
          tabs.map((tab) => el('th', { colspan: '2', scope: 'colgroup' }, t(`tab.${tab}`))), el('th', { rowspan: '2', scope: 'col' }, 'FTP'), el('th', { rowspan: '2' }, el('span.visuallyhidden', t('do.delete')))),
        el('tr', tabs.flatMap(() => [el('th', { scope: 'col' }, t('user.read')), el('th', { scope: 'col' }, t('user.write'))]))),
      el('tbody', all().map(row)))), el('p.facts', t('user.adminNote')), tokenPanel());
    host.dirty();
  }

  async function editUser(user, isPassword = false) {
    if (!await session.needLock()) return;
    const isNew = !user;
    const field = (value, attributes = {}) => el('input', { value, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none', ...attributes });
    const name = field(user?.name ?? '', { disabled: !isNew });
    const secret = () => field('', { type: 'password', autocomplete: 'new-password', disabled: !isNew && !isPassword, autofocus: isPassword });
    const [password, again] = [secret(), secret()];
    const set = el('input', { type: 'checkbox', checked: isPassword, onchange: () => { password.disabled = again.disabled = !set.checked; if (set.checked) password.focus(); } });
    const most = field(String(user ? read(user, 'maximumSessions') : -1), { inputmode: 'numeric', class: 'short' });
    const ftp = el('input', { type: 'checkbox', checked: Boolean(user && read(user, 'ftp')), disabled: !isNew });
    await openDialog({
      title: isNew ? t('user.add') : t('user.edit', { user: user.name }),
      body: [labelled(t('login.user'), name, isNew && t('user.name.hint')), !isNew && labelled(t('user.setPassword'), set), labelled(t('login.password'), password, t('user.password.hint')), labelled(t('password.again'), again),
        labelled(t('user.maximum'), most, t('user.maximum.hint')), labelled('FTP', ftp, t('user.ftp.hint'))],
      actions: [{ id: 'ok', text: t('do.ok'), isDefault: true, run: async () => {
        const fresh = { maximumSessions: Number(most.value) };
        if (!/^-?\d+$/.test(most.value.trim()) || fresh.maximumSessions !== -1 && !(fresh.maximumSessions >= 1 && fresh.maximumSessions <= 1000)) throw new Error(t('user.maximum.hint'));
        if (isNew || set.checked) {
          if (!password.value) throw new Error(t('password.empty'));
          if (password.value !== again.value) throw new Error(t('password.differ'));
          fresh.password = password.value;
        }
        if (isNew) {
          const text = name.value.trim();
          if (!text) throw new Error(t('user.noName'));
          if (all().some((one) => one.name === text)) throw new Error(t('user.exists', { user: text }));
          if (ftp.checked && all().filter((one) => read(one, 'ftp')).length >= mostFTP) throw new Error(t('user.ftp.hint'));
          await possible({ name: text, add: true, mayChangePassword: true, mustChangePassword: false, ftp: ftp.checked, rights: {}, ...fresh });
        } else {
          await possible({ ...edits.get(user.name), name: user.name, ...fresh });
          change(user, fresh);
        }
        render();
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (!edits.size) session.releaseLock();
  }

  // The gateway knows what names and passwords may be: an edit is kept when it would be taken.
  async function possible(edit) {
    await api.put(`users${api.query({ dryRun: true })}`, { hash, edits: [edit] }).catch((error) => { if (error.status !== 409) throw error; });
    if (edit.add) edits.set(edit.name, edit);
  }

  // Tokens take effect at once.

  function tokenPanel() {
    if (!tokens) return undefined;
    return el('section.panel.tokens', el('h2', t('token.title')), el('p.facts', t('token.hint')),
      tokens.length ? el('ul.lines', tokens.map((token) => el('li', el('strong', token.name), ' ', el('span', rightsText(token.rights)),
        isWriter && pictureButton(`${t('do.delete')}: ${token.name}`, 'remove', () => removeToken(token))))) : el('p.none', t('token.none')),
      isWriter && button(t('token.add'), { picture: 'add', onclick: addToken }));
  }

  const rightsText = (rights) => Object.entries(rights ?? {}).filter(([, right]) => right !== 'none')
    .map(([tab, right]) => `${t(`tab.${tab}`)}: ${t(`user.${right}`)}`).join(', ');

  async function addToken() {
    const name = el('input', { autocomplete: 'off', spellcheck: 'false', maxlength: '64' });
    const choices = tabs.map((tab) => ({ tab, node: el('select', ['none', 'read', 'write'].map((right) => el('option', { value: right, selected: right === (tab === 'Meter' ? 'read' : 'none') }, t(`user.${right}`)))) }));
    let made;
    await openDialog({
      title: t('token.add'), body: [labelled(t('token.name'), name), el('div.twocolumns', choices.map((one) => labelled(t(`tab.${one.tab}`), one.node)))],
      actions: [{ id: 'ok', text: t('token.add'), isDefault: true, run: async () => {
        if (!name.value.trim()) throw new Error(t('token.noName'));
        made = await api.post('tokens', { name: name.value.trim(), rights: Object.fromEntries(choices.map((one) => [one.tab, one.node.value])) });
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (!made) return;
    await tellDialog(t('token.made'), el('p', t('token.once')), el('p', el('code.token', made.token)));
    await load().then(render, host.failed);
  }

  async function removeToken(token) {
    if (!await confirmDialog({ title: t('token.remove'), text: t('token.removeText', { name: token.name }), yes: t('do.delete'), kind: 'danger' })) return;
    try {
      await api.remove(`tokens/${encodeURIComponent(token.name)}`);
      await load();
      render();
    } catch (error) { failureDialog(t('token.remove'), error); }
  }

  // What has been changed since an edit was sent.
  function since(sent, now) {
    const differs = (members, before) => Object.fromEntries(Object.entries(members ?? {}).filter(([name, value]) => value !== before?.[name]));
    const rights = differs(now.rights, sent.rights);
    const { rights: _, ...others } = now;
    return { ...differs(others, sent), name: now.name, ...Object.keys(rights).length ? { rights } : {} };
  }

  const shownUsers = () => JSON.stringify(users.map(({ sessions, ...rest }) => rest));

  async function save(isAgain = false) {
    if (!await session.needLock()) return false;
    const sent = new Map(edits);
    try {
      const answer = await api.put('users', { hash, edits: [...sent.values()] });
      for (const [name, edit] of sent) {
        const now = edits.get(name);
        const rest = now && now !== edit ? since(edit, now) : {};
        if (Object.keys(rest).length > 1) edits.set(name, rest);
        else edits.delete(name);
      }
      await load();
      render();
      showAnswer(t('save.done', { file: 'users' }), { news: answer?.news });
      return true;
    } catch (error) {
      if (error.status !== 409) throw error;
      const told = shownUsers();
      await load();
      // Another file that shows the same, as after a new start of the gateway, is nobody's change; of a password nothing
      // is shown, so that nobody knows.
      const hasPassword = [...sent.values()].some((edit) => edit.password !== undefined && !edit.add);
      if (told === shownUsers() && !isAgain && !hasPassword) return save(true);
      render();
      throw new Error(t('conflict.users'));
    }
  }

  return {
    load, render, save, changeCount: () => edits.size, discard: () => edits.clear(),
    actions: () => (isWriter ? [{ text: t('user.add'), picture: 'add', run: () => editUser() }] : []),
    topics: () => ['overwrite', 'mayChange', 'mustChange', 'sessions', 'maximum', 'read', 'write', 'readsOnly'].map((name) => ({ label: t(`user.${name}`), help: t(`user.${name}.help`) }))
      .concat({ label: 'FTP', help: t('user.ftp.hint') }),
    resume: () => (edits.size ? undefined : load().then(render, () => undefined)),
  };
}
