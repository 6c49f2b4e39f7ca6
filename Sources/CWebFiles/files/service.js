// The Service tab: versions, configuration in and out, certificates, restart and factory reset.

import * as api from './api.js';
import { emit } from './bus.js';
import { answerList, confirmDialog, download, failureDialog, labelled, openDialog, showAnswer, toast } from './dialog.js';
import { button, el, fill, icon } from './dom.js';
import { day, now, running, t, word } from './i18n.js';
import { pairs } from './overview.js';
import { freeSpace } from './sections.js';
import * as session from './session.js';

const parts = ['certificates', 'device', 'network', 'name', 'meters', 'users'];
const nested = new Set(['network', 'name']);
// The tabs whose right a part needs.
const tabOf = { users: 'User', certificates: 'Security', meters: 'Meter' };

export function create(host) {
  const isWriter = session.mayWrite('Service');
  let facts = {};
  let certificates;

  async function load() {
    const [device, keys] = await Promise.all([api.get('service'), api.get('certificates').catch(() => undefined)]);
    facts = device;
    certificates = keys;
  }

  function render() {
    // The bundle has the settings and the log in it.
    const lacking = ['Configuration', 'Log'].filter((tab) => !session.mayRead(tab));
    fill(host.main, el('h1', t('title.Service')), el('div.cards',
      el('section.panel', el('h2', t('service.device')), pairs([
        [t('service.hardware'), word(facts.hardware)], [t('service.os'), facts.os], [t('service.software'), facts.version], [t('service.page'), facts.version],
        facts.uptime !== undefined && [t('overview.uptime'), running(facts.uptime)], ...freeSpace(facts),
        [t('service.folder'), facts.folder], [t('service.ext'), facts.ext]].filter((pair) => pair && pair[1] !== undefined))),
      el('section.panel', el('h2', t('service.configuration')), el('p.facts', t('service.configuration.hint')),
        !isWriter && el('p.hint', t('service.export.noRight')),
        isWriter && el('div.buttons', button(t('service.export'), { picture: 'download', onclick: exportDialog }),
          button(t('service.import'), { picture: 'upload', onclick: importDialog })),
        el('p.facts', t('service.support.hint')),
        lacking.length ? el('p.hint', t('service.support.noRight', { tabs: lacking.map((tab) => t(`tab.${tab}`)).join(', ') }))
          : el('div.buttons', button(t('service.support'), { picture: 'download', onclick: () => download('service/support', 'support.tar.gz') }))),
      certificates && certificatePanel(),
      isWriter && el('section.panel', el('h2', t('service.restart')), el('p.facts', t('service.restart.hint')),
        el('div.buttons', button(t('service.reboot'), { picture: 'reload', onclick: restart }), button(t('service.reset'), { picture: 'warning', class: 'danger', disabled: Boolean(facts.noReset), onclick: reset })),
        facts.noReset && el('p.hint', t('service.reset.none', { why: word(facts.noReset) }))),
      el('section.panel.licences', el('h2', t('service.licences')), el('ul.lines', (facts.licences ?? []).map((one) => el('li',
        // An address from outside becomes a link only when it is one of the web.
        /^https:\/\//.test(one.url ?? '') ? el('a', { href: one.url, target: '_blank', rel: 'noreferrer' }, one.name) : el('span', one.name), ' ', el('small', one.licence))))),
    ));
  }

  function certificateText(one) {
    if (!one) return el('p.none', t('certificate.none'));
    const isOver = one.notAfter < now();
    const isSoon = one.notAfter < now() + 30 * 86400;
    return pairs([[t('certificate.subject'), one.subject], [t('certificate.issuer'), one.isSelfSigned ? t('certificate.self') : one.issuer],
      one.notAfter !== undefined && [t('certificate.until'), el('span', { class: isSoon ? 'bad' : '' }, day(one.notAfter), isOver && ` ${t('certificate.over')}`)]]);
  }

  function certificatePanel() {
    const mayChange = session.mayWrite('Security');
    const authorities = Array.isArray(certificates.authorities) ? certificates.authorities : [certificates.authorities].filter(Boolean);
    return el('section.panel', el('h2', t('certificate.title')), el('h3', t('certificate.own')), certificateText(certificates.own),
      mayChange && el('div.buttons', button(t('certificate.upload'), { picture: 'upload', onclick: () => uploadDialog(true) })),
      el('h3', t('certificate.authorities')), authorities.length ? authorities.map((one) => (typeof one === 'string' ? el('p', one) : certificateText(one))) : el('p.none', t('certificate.noAuthorities')),
      mayChange && el('div.buttons', button(t('certificate.uploadAuthorities'), { picture: 'upload', onclick: () => uploadDialog(false) }),
        authorities.length > 0 && button(t('certificate.removeAuthorities'), { picture: 'remove', onclick: removeAuthorities })));
  }

  const fileInput = (accept) => el('input', { type: 'file', accept });

  async function fileText(input) {
    if (!input.files.length) throw new Error(t('import.none'));
    const [file] = input.files;
    if (file.size > 262144) throw new Error(t('certificate.large'));
    return file.text();
  }

  async function uploadDialog(isOwn) {
    if (!await session.needLock()) return;
    const first = fileInput('.pem,.crt,.cer');
    const key = fileInput('.pem,.key');
    const done = await openDialog({
      title: t(isOwn ? 'certificate.upload' : 'certificate.uploadAuthorities'),
      body: [el('p.hint', t(isOwn ? 'certificate.hint' : 'certificate.authorities.hint')), labelled(t('certificate.file'), first), isOwn && labelled(t('certificate.key'), key)],
      actions: [{ id: 'ok', text: t('certificate.send'), isDefault: true, run: async () => {
        certificates = await api.put('certificates', isOwn ? { certificate: await fileText(first), key: await fileText(key) } : { authorities: await fileText(first) });
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    session.releaseLock();
    if (done === 'ok') {
      toast(t('certificate.done'));
      render();
    }
  }

  async function removeAuthorities() {
    if (!await confirmDialog({ title: t('certificate.removeAuthorities'), text: t('certificate.removeText'), yes: t('do.delete'), kind: 'danger' }) || !await session.needLock()) return;
    try {
      certificates = await api.put('certificates', { authorities: '' });
      render();
    } catch (error) { await failureDialog(t('certificate.removeAuthorities'), error); }
    session.releaseLock();
  }

  /** Boxes for parts; those that the user may not change are off. `changed` is called after each click. */
  function partBoxes(given, offered = parts, changed = () => undefined) {
    const boxes = parts.filter((part) => offered.includes(part)).map((part) => {
      const isOff = !session.mayWrite(tabOf[part] ?? 'Configuration');
      return { part, isOff, node: el('input', { type: 'checkbox', checked: given.includes(part) && !isOff, disabled: isOff, onchange: () => { follow(); changed(); } }) };
    });
    const device = boxes.find((one) => one.part === 'device')?.node;
    // Network and name are parts of the device's configuration.
    const follow = () => { for (const one of boxes) if (nested.has(one.part) && device) one.node.disabled = one.isOff || !device.checked; };
    follow();
    const label = ({ part, isOff }) => (isOff ? t('import.mayNot', { part: t(`part.${part}`) }) : t(`part.${part}`));
    return {
      nodes: boxes.map((one) => el('div', { class: nested.has(one.part) ? 'nested' : '' }, labelled(label(one), one.node))),
      read() {
        const picked = boxes.filter((one) => one.node.checked && !one.node.disabled).map((one) => one.part);
        if (!picked.length) throw new Error(t('part.none'));
        return picked.join(',');
      },
    };
  }

  async function exportDialog() {
    const boxes = partBoxes(['certificates', 'device', 'meters', 'users']);
    let chosen;
    await openDialog({
      title: t('service.export'), body: [el('p', t('service.export.which')), boxes.nodes, el('p.hint', icon('info'), el('span', t('service.export.hint')))],
      actions: [{ id: 'ok', text: t('service.export'), isDefault: true, picture: 'download', run: () => { chosen = boxes.read(); } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (chosen) await download(`config/export${api.query({ parts: chosen })}`, 'configuration.tar.gz');
  }

  async function importDialog() {
    if (!await session.needLock()) return;
    const file = fileInput('.gz,.tgz,.json,application/gzip,application/json');
    let plan;
    const send = (chosen, isDry) => api.post(`config/import${api.query({ parts: chosen, dryRun: isDry })}`, file.files[0],
      { type: /\.json$/i.test(file.files[0].name) ? 'application/json' : 'application/gzip' });
    const first = await openDialog({
      title: t('service.import'), body: [el('p.hint', t('service.import.hint')), labelled(t('import.file'), file)],
      actions: [{ id: 'check', text: t('import.check'), isDefault: true, run: async () => {
        if (!file.files.length) throw new Error(t('import.none'));
        plan = await send('', true);
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (first === 'check') await planDialog(plan, send);
    session.releaseLock();
  }

  // What an import does to whoever looks at this page.
  function consequences({ news = [] }) {
    return [[/\busers\b/, 'import.users'], [/\b(HTTPS?_(PORT|ENABLE)|HTTP_?S?PORT)\b|\[?WEB\b/, 'import.moves']].filter(([pattern]) => news.some((line) => pattern.test(line))).map(([, name]) => t(name));
  }

  // What a file would change; the parts that it has are chosen here.
  async function planDialog(first, send) {
    const box = el('div', { role: 'status' });
    let plan;
    let turn = 0;
    const show = (fresh) => {
      plan = fresh;
      fill(box, answerList(plan) ?? el('p', t('import.nothing')), consequences(plan).map((text) => el('p.hint.warn', icon('warning'), el('span', text))));
    };
    const boxes = partBoxes(first.parts, first.parts, async () => {
      const mine = turn += 1;
      plan = undefined;
      try {
        const fresh = await send(boxes.read(), true);
        if (mine === turn) show(fresh);
      } catch (error) {
        if (mine === turn) fill(box, el('p.error', icon('warning'), el('span', error.message)), answerList(error));
      }
    });
    show(first);
    let answer;
    const second = await openDialog({
      title: t('import.plan'), isWide: true, body: [el('fieldset', el('legend', t('import.parts')), boxes.nodes), box],
      actions: [{ id: 'yes', text: t('import.take'), isDefault: true, run: async () => {
        const chosen = boxes.read();
        if (!plan || plan.problems?.some((problem) => problem.severity === 'error')) return false;
        answer = await send(chosen, false);
        return true;
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (second === 'yes') await showAnswer(t('import.done'), answer);
  }

  async function restart() {
    if (!await confirmDialog({ title: t('service.reboot'), text: t('service.reboot.text'), yes: t('service.reboot') }) || !await session.needLock()) return;
    try {
      await api.post('service/restart', {});
      toast(t('service.restarting'));
    } catch (error) { if (error.status !== 401) await failureDialog(t('service.reboot'), error); }
  }

  async function reset() {
    if (!await session.needLock()) return;
    // Which run of the gateway it was is known as long as the session is there.
    const { device: { name }, instance } = session.current();
    const typed = el('input', { autocomplete: 'off', spellcheck: 'false' });
    const keep = el('input', { type: 'checkbox' });
    const done = await openDialog({
      title: t('service.reset'), body: [el('p.hint.warn', icon('warning'), el('span', t('service.reset.text'))), labelled(t('service.reset.keep'), keep), labelled(t('service.reset.type', { name }), typed)],
      actions: [{ id: 'ok', text: t('service.reset'), kind: 'danger', isDefault: true, run: async () => {
        if (typed.value !== name) throw new Error(t('service.reset.wrong', { name }));
        await api.post('service/reset', { confirm: typed.value, ...(keep.checked && { keep: ['network', 'name'] }) });
      } }, { id: 'cancel', text: t('do.cancel') }],
    });
    if (done === 'ok') emit('wasReset', { instance });
    else session.releaseLock();
  }

  return {
    load, render, resume: () => load().then(render, () => undefined),
    topics: () => ['export', 'import', 'support', 'reboot', 'reset'].map((name) => ({ label: t(`service.${name}`), help: t(`service.${name}.help`) })),
  };
}
