'use strict';
(() => {
const $ = (s, at = document) => at.querySelector(s);
const $$ = (s, at = document) => [...at.querySelectorAll(s)];
document.documentElement.classList.add('script');

const cards = $$('.card'), cells = $$('.cells a'), groups = $$('.group');
const query = $('#q'), found = $('#found'), reset = $('#reset'), sort = $('#sort'), fresh = $('#known'), entries = $('#entries');

// What the page shows. All of it but the open cards stands in the address.
const view = { q: '', kinds: new Set(), states: new Set(), fresh: false, sort: '', at: '' };

// Text to search in, made when it is first asked for.
const texts = new Map();
function textOf(el) {
  let t = texts.get(el);
  if (t === undefined) {
    t = el.textContent;
    if (el.matches('.cells a')) t += ' ' + $('.file', el.closest('.group')).textContent;
    texts.set(el, t = t.toLowerCase());
  }
  return t;
}

// An element is touched only where it changes, so that a key typed costs what it changes.
function show(el, on) {
  if (el.hidden === on) el.hidden = !on;
}

function filter() {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  const has = el => words.every(w => textOf(el).includes(w));
  let shownCards = 0, shownCells = 0;
  for (const c of cards) {
    const on = (!view.kinds.size || view.kinds.has(c.dataset.kind)) && !(view.fresh && 'known' in c.dataset) && has(c);
    show(c, on);
    shownCards += on;
  }
  for (const c of cells) {
    const on = (!view.states.size || [...view.states].some(s => s === 'missing' ? c.classList.contains('part') : c.classList.contains('s-' + s))) && has(c);
    show(c, on);
    shownCells += on;
  }
  for (const g of groups) show(g, $$('.cells a', g).some(c => !c.hidden));
  const part = (n, all, what) => all ? (n < all ? n + ' of ' + all : all) + ' ' + what : '';
  found.textContent = [part(shownCards, cards.length, cards.length === 1 ? 'difference' : 'differences'), part(shownCells, cells.length, 'patterns')].filter(Boolean).join(', ');
  const none = $('#none');
  if (none) none.hidden = shownCards > 0;
  reset.hidden = !(view.q || view.kinds.size || view.states.size || view.fresh);
}

const orders = {
  '': () => 0, // as they stand in the file
  count: (a, b) => b.dataset.count - a.dataset.count,
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
  kind: (a, b) => a.dataset.kind.localeCompare(b.dataset.kind),
};
let sorted = '';
function arrange() {
  if (!entries || sorted === view.sort) return;
  sorted = view.sort;
  entries.append(...[...cards].sort(orders[sorted]));
}

// Buttons and fields say what the view is.
function press() {
  if (query.value !== view.q) query.value = view.q;
  for (const b of $$('[data-kind].chip')) b.setAttribute('aria-pressed', view.kinds.has(b.dataset.kind));
  for (const b of $$('[data-state]')) b.setAttribute('aria-pressed', view.states.has(b.dataset.state));
  if (fresh) fresh.setAttribute('aria-pressed', view.fresh);
  if (sort) sort.value = view.sort;
}

// The values of fields are drawn as boxes when their pattern is first shown.
function draw(panel) {
  for (const p of $$('.values', panel)) {
    if ($('.boxes', p)) continue;
    const row = document.createElement('span');
    row.className = 'boxes';
    let i = 0;
    for (const part of p.dataset.v.split(' ')) {
      const [from, to] = part.split('..').map(Number);
      for (let v = from; v <= (to ?? from); v++) {
        const box = document.createElement('span');
        box.textContent = v;
        box.className = p.dataset.s[i++] === '1' ? 'seen' : 'unseen';
        row.append(box);
      }
    }
    $('span', p)?.classList.add('hidden'); // a reader of screens reads it still
    row.ariaHidden = true;
    p.append(row);
  }
}

function reveal(jump) {
  for (const el of $$('.shown')) el.classList.remove('shown');
  const el = view.at && document.getElementById(view.at);
  if (!el) return;
  if (el.matches('.panel')) {
    draw(el);
    el.classList.add('shown');
    $('.cells a[href="#' + CSS.escape(view.at) + '"]')?.classList.add('shown');
  } else if (jump) {
    if (el.matches('details')) el.open = true;
    // What comes into view is laid out after that, and moves what is below: so again, when it has been.
    const scroll = () => el.scrollIntoView({ block: 'start' });
    scroll();
    const later = n => n && requestAnimationFrame(() => { scroll(); later(n - 1); });
    later(4);
  }
}

function address() {
  const p = new URLSearchParams();
  if (view.q) p.set('q', view.q);
  for (const k of view.kinds) p.append('kind', k);
  for (const s of view.states) p.append('state', s);
  if (view.fresh) p.set('new', '1');
  if (view.sort) p.set('sort', view.sort);
  if (view.at) p.set('at', view.at);
  const want = p.toString() ? '#' + p : '';
  if (location.hash !== want) history.replaceState(null, '', want || location.pathname + location.search);
}

// An address without = names an element, as links do that are not followed by this script.
function read() {
  const hash = location.hash.slice(1);
  if (hash && !hash.includes('=')) {
    view.at = decodeURIComponent(hash);
  } else {
    const p = new URLSearchParams(hash);
    view.q = p.get('q') ?? '';
    view.kinds = new Set(p.getAll('kind'));
    view.states = new Set(p.getAll('state'));
    view.fresh = p.has('new');
    view.sort = p.get('sort') in orders ? p.get('sort') : '';
    view.at = p.get('at') ?? '';
  }
  update();
  reveal(true);
}

function update() {
  filter();
  arrange();
  press();
  address();
}

function toggle(set, value) {
  set.delete(value) || set.add(value);
  update();
}

function clear() {
  Object.assign(view, { q: '', kinds: new Set(), states: new Set(), fresh: false });
  update();
}

// Lanes. A register's most significant digit comes first; memory is bytes in the order of addresses.
const isLittle = card => (card.dataset.order ?? $('main').dataset.order) === 'little';

function number(hex, reversed, as) {
  if (reversed) hex = hex.match(/../g).reverse().join('');
  const bits = hex.length * 4, n = BigInt('0x' + hex);
  if (as === 'u') return n.toString();
  if (as === 's') return BigInt.asIntN(bits, n).toString();
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 64) return view.setBigUint64(0, n), view.getFloat64(0).toString();
  if (bits === 32) return view.setUint32(0, Number(n)), view.getFloat32(0).toPrecision(9).replace(/\.?0+($|e)/, '$1');
  if (bits === 16) return half(Number(n)).toString();
  return hex;
}

function half(n) {
  const sign = n & 0x8000 ? -1 : 1, e = n >> 10 & 31, f = n & 0x3ff;
  if (e === 31) return f ? NaN : sign * Infinity;
  return sign * (e ? (1 + f / 1024) * 2 ** (e - 15) : f / 1024 * 2 ** -14);
}

const first = new WeakMap(); // how values stood in the file
function lanes(card, size, as) {
  const little = isLittle(card);
  for (const b of $$('[data-lane]', card)) b.setAttribute('aria-pressed', b.dataset.lane === String(size));
  for (const code of $$('.hex.vec', card)) {
    if (!first.has(code)) first.set(code, [...code.childNodes]);
    code.classList.toggle('lane', size > 0);
    if (!size) {
      code.replaceChildren(...first.get(code));
      continue;
    }
    const v = code.dataset.v, memory = code.classList.contains('mem');
    const other = $$('.hex', code.closest('.vals')).find(o => o !== code)?.dataset.v ?? v;
    const parts = [], rest = memory ? 0 : v.length % size;
    for (let i = 0; i < v.length;) {
      const end = Math.min(v.length, i + (i === 0 && rest ? rest : size));
      const span = document.createElement('span'), digits = v.slice(i, end);
      span.textContent = as && digits.length === size ? number(digits, memory && little, as) : digits;
      span.classList.toggle('off', digits !== other.slice(i, end));
      parts.push(span);
      i = end;
    }
    parts.forEach((s, i) => { s.dataset.i = memory ? i : parts.length - 1 - i; });
    code.replaceChildren(...parts);
  }
}

// The buttons for lanes are made when a card is first opened: five hundred of them would be most of the page.
function equip(card) {
  const regs = card.open && $('[data-lanes]', card);
  if (regs && !$('.lanes', card)) regs.before($('#lanes').content.cloneNode(true));
}

function relane(card, size) {
  size ??= Number($('[data-lane][aria-pressed=true]', card)?.dataset.lane ?? 8) || 8;
  lanes(card, size, $('.as', card).value);
}

async function copy(button) {
  const text = button.dataset.copy ?? $('pre', button.parentElement).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  const was = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = was; }, 1200);
}

function goTo(id) {
  view.at = view.at === id && document.getElementById(id)?.matches('.panel') ? '' : id;
  address();
  reveal(true);
}

function step(by) {
  const list = $$('.card', entries ?? document).filter(c => !c.hidden);
  if (!list.length) return;
  const now = list.indexOf(document.activeElement?.closest('.card'));
  const next = list[Math.max(0, Math.min(list.length - 1, now < 0 ? (by > 0 ? 0 : list.length - 1) : now + by))];
  $('summary', next).focus();
  next.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('click', e => {
  const el = e.target.closest('button, a');
  if (!el) return;
  if (el.matches('.close')) {
    e.preventDefault();
    const back = $('.cells a.shown');
    view.at = '';
    address();
    reveal();
    back?.focus({ preventScroll: true });
  } else if (el.matches('a[href^="#"]')) {
    e.preventDefault();
    goTo(el.hash.slice(1));
  } else if (el.matches('.copy')) copy(el);
  else if (el.dataset.lane !== undefined) relane(el.closest('.card'), Number(el.dataset.lane));
  else if (el.dataset.state !== undefined) toggle(view.states, el.dataset.state);
  else if (el.dataset.kind !== undefined) toggle(view.kinds, el.dataset.kind);
  else if (el === fresh) { view.fresh = !view.fresh; update(); }
  else if (el === reset) clear();
  else if (el.id === 'unfold') {
    const list = cards.filter(c => !c.hidden), open = list.some(c => !c.open);
    for (const c of list) c.open = open;
    el.textContent = open ? 'Close all' : 'Open all';
  }
});

document.addEventListener('change', e => {
  if (e.target === sort) { view.sort = sort.value; update(); }
  else if (e.target.matches('.as')) relane(e.target.closest('.card'));
});

query.addEventListener('input', () => { view.q = query.value; update(); });

document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const typing = e.target.matches('input, select, textarea');
  if (e.key === 'Escape') {
    if (view.at && $('.panel.shown')) $('.panel.shown .close').click();
    else if (view.q) { view.q = ''; update(); }
    else if (typing) e.target.blur();
  } else if (typing) return;
  else if (e.key === '/') { e.preventDefault(); query.focus(); query.select(); }
  else if (e.key === 'j') step(1);
  else if (e.key === 'k') step(-1);
});

document.addEventListener('toggle', e => { if (e.target.matches('.card')) equip(e.target); }, true);
addEventListener('hashchange', read);
if (fresh) fresh.hidden = !cards.some(c => 'known' in c.dataset) || cards.every(c => 'known' in c.dataset);
cards.forEach(equip);
read();
})();
