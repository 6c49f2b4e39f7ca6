// The dialogs of login and passwords.

import * as api from './api.js';
import { labelled, openDialog, toast } from './dialog.js';
import { el, icon } from './dom.js';
import { t } from './i18n.js';
import * as session from './session.js';

let asking;

/**
 * Asks for user and password until a session has begun. `why` says why it is asked, `before` who was logged in, and
 * `count` how many unsaved changes another user would lose.
 */
export function login(reason = {}) {
  asking ??= ask(reason).finally(() => { asking = undefined; });
  return asking;
}

async function ask({ why, name, before, count }) {
  const user = el('input', { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', value: before ?? '' });
  const password = el('input', { type: 'password', autocomplete: 'current-password', autofocus: Boolean(before) });
  let warned;
  async function enter(body) {
    if (count && before && body.user !== before && warned !== body.user) {
      warned = body.user;
      throw new Error(t('login.other', { count, before, user: body.user }));
    }
    try {
      session.begin(await api.post('session', body));
    } catch (error) {
      password.value = '';
      throw error;
    }
  }
  while (!session.current()) {
    await openDialog({
      title: t('login.title'), canClose: false, kind: 'login',
      body: [name && el('p.device', name), why && el('p.hint', icon('info'), el('span', why)),
        labelled(t('login.user'), user), labelled(t('login.password'), password)],
      actions: [
        {
          id: 'login', text: t('login.login'), isDefault: true,
          run: () => enter({ user: user.value.trim(), password: password.value }),
        },
        { id: 'default', text: t('login.default'), run: () => enter({ user: 'web', password: 'web' }) },
      ],
    });
  }
}

const at = (field, error) => Object.assign(error, { field });

/** Lets the user change the own password. When it is forced there is no way around it but to log out. */
export async function changePassword(isForced) {
  const state = session.current();
  const field = (autocomplete) => el('input', { type: 'password', autocomplete });
  const [old, fresh, again] = [field('current-password'), field('new-password'), field('new-password')];
  const others = state.deliveredPasswords?.filter((one) => one !== state.user);
  const outcome = await openDialog({
    title: t('password.title'), canClose: !isForced,
    body: [
      isForced && el('p.hint', icon('key'), el('span', t('password.forced', { user: state.user }))),
      isForced && others?.length && el('p.hint.warn', icon('warning'),
        el('span', t('password.others', { users: others.join(', ') }))),
      // Password keepers want to know whose it is.
      el('input.hidden', { autocomplete: 'username', value: state.user, readOnly: true, tabindex: '-1', 'aria-hidden': 'true' }),
      labelled(t('password.old'), old), labelled(t('password.new'), fresh), labelled(t('password.again'), again),
    ],
    actions: [
      {
        id: 'change', text: t('password.change'), isDefault: true,
        run: async () => {
          if (!fresh.value) throw at(fresh, new Error(t('password.empty')));
          if (fresh.value !== again.value) throw at(again, new Error(t('password.differ')));
          session.begin(await api.post('session/password', { old: old.value, new: fresh.value }).catch((error) => {
            throw at(error.body?.error?.includes('old password') ? old : fresh, error);
          }));
        },
      },
      isForced ? { id: 'logout', text: t('do.logout') } : { id: 'cancel', text: t('do.cancel') },
    ],
  });
  if (outcome === 'change') toast(t('password.changed'));
  return outcome;
}
