// How far the scan is, above the list of meters.

import { el, fill, setText } from './dom.js';
import { span, t } from './i18n.js';

/** Makes the bar; `draw` shows a scan, or none. */
export function createScanBar() {
  const node = el('div.scan', { hidden: true });

  function draw(scan) {
    node.hidden = !scan;
    if (!scan) return fill(node);
    if (!node.firstChild) {
      fill(node, el('progress', { max: '1000', 'aria-label': t('scan.under') }), el('span', { role: 'status' }), el('span.left', { 'aria-hidden': 'true' }));
    }
    const [bar, told, left] = node.children;
    bar.value = scan.thousandths;
    setText(told, t('scan.found', { found: scan.found, fresh: scan.new }));
    return setText(left, `${Math.floor(scan.thousandths / 10)} %${scan.secondsLeft === undefined ? '' : ` · ${t('scan.left', { span: span(scan.secondsLeft) })}`}`);
  }

  return { node, draw };
}
