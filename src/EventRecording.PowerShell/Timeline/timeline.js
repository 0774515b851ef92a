'use strict';
(() => {
  // All text is set as text, never as HTML.
  const ROWS_AT_ONCE = 200, ROW_HEIGHT = 20, LANE_PADDING = 12, MIN_LANE = 44, MAX_ROWS = 4, DOT = 16, GAP = 3, HEADING = 26;
  const MIN_SPAN = 2000, CHARACTER = 6.4;
  // The object that a page is about comes first, then what has to do with it.
  const RELATIONS = ['self', 'owner', 'owned', 'node', 'claim', 'volume', 'config'];
  const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const STEPS = [1, 2, 5, 10, 15, 30].map(n => n * SECOND)
    .concat([1, 2, 5, 10, 15, 30].map(n => n * MINUTE), [1, 2, 3, 6, 12].map(n => n * HOUR), [1, 2, 7, 14, 30, 90, 365].map(n => n * DAY));

  const byId = id => document.getElementById(id);
  const [filter, warnings, count, axis, chart, canvas, tip, rows, more] =
    ['filter', 'warnings', 'count', 'axis', 'chart', 'canvas', 'tip', 'rows', 'more'].map(byId);

  const events = JSON.parse(byId('events').textContent).map(
    ([type, reason, kind, namespace, object, times, first, last, source, message, context, relation], index) => ({
      type, reason, kind, namespace, object, times, first, last, source, message, context, relation, index,
      isWarning: type === 'Warning', isTimed: last !== null,
      text: [type, reason, kind + '/' + object, namespace, source, message, context, relation].join('\n').toLowerCase(),
    }));
  const byLastSeen = (a, b) => (b.last ?? -Infinity) - (a.last ?? -Infinity) || a.index - b.index;
  const timed = events.filter(event => event.isTimed);
  const extent = extentOf(timed), full = withMargin(extent);
  const severalNamespaces = new Set(events.map(event => event.namespace)).size > 1;
  const severalContexts = new Set(events.map(event => event.context)).size > 1;
  let view = { ...full }, lanes = [], listed = [], current = null, drawn = new Map(), scheduled = false;

  function extentOf(items) {
    let from = Infinity, to = -Infinity;
    for (const item of items) {
      from = Math.min(from, item.first);
      to = Math.max(to, item.last);
    }
    return from > to ? { from: 0, to: MINUTE } : { from, to };
  }

  function withMargin({ from, to }) {
    const margin = Math.max((to - from) * 0.03, 5 * SECOND);
    return { from: from - margin, to: to + margin };
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className)
      made.className = className;
    if (text !== undefined)
      made.textContent = text;
    return made;
  }

  const pad = (number, digits = 2) => String(number).padStart(digits, '0');
  const show = time => time === null ? 'no time' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  const plural = (number, noun) => number.toLocaleString('en') + ' ' + noun + (number === 1 ? '' : 's');
  const nameOf = event => event.kind + '/' + event.object;
  const labelOf = event => event.times > 1 ? event.reason + ' ×' + event.times : event.reason;

  const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;

  // What is shown.

  function select() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(word => word);
    const chosen = events.filter(event => (!warnings.checked || event.isWarning) && words.every(word => event.text.includes(word)));
    listed = chosen.slice().sort(byLastSeen);
    lanes = lanesOf(chosen.filter(event => event.isTimed));
    if (!chosen.includes(current))
      current = null;
    count.textContent = chosen.length === events.length
      ? plural(events.length, 'event') + ', ' + plural(lanes.length, 'object')
      : chosen.length.toLocaleString('en') + ' of ' + plural(events.length, 'event');
    drawRows();
    draw();
  }

  function lanesOf(chosen) {
    const found = new Map();
    for (const event of chosen) {
      const key = JSON.stringify([event.context, event.namespace, event.kind, event.object]);
      if (!found.has(key))
        found.set(key, { kind: event.kind, object: event.object, namespace: event.namespace, context: event.context, relation: event.relation, events: [] });
      found.get(key).events.push(event);
    }
    const made = [...found.values()];
    for (const lane of made)
      lane.events.sort((a, b) => a.first - b.first || a.index - b.index);
    const rank = lane => RELATIONS.indexOf(lane.relation);
    return made.sort((a, b) => compare(a.context, b.context) || rank(a) - rank(b) || a.events[0].first - b.events[0].first || compare(a.object, b.object));
  }

  // Drawing.

  const trackWidth = () => canvas.clientWidth - axis.offsetLeft;
  const toX = time => (time - view.from) / (view.to - view.from) * trackWidth();

  function schedule() {
    if (scheduled)
      return;
    scheduled = true;
    requestAnimationFrame(() => { scheduled = false; draw(); });
  }

  function draw() {
    let top = 0;
    const width = trackWidth();
    let context = null;
    for (const lane of lanes) {
      lane.heading = severalContexts && lane.context !== context ? HEADING : 0;
      context = lane.context;
      top += lane.heading;
      lane.bars = pack(lane.events, width);
      lane.top = top;
      const content = (1 + Math.max(0, ...lane.bars.map(bar => bar.row))) * ROW_HEIGHT;
      lane.height = Math.max(MIN_LANE, content + LANE_PADDING);
      lane.padding = (lane.height - content) / 2 + 2;
      top += lane.height;
    }
    canvas.style.height = top + 'px';
    drawAxis(width);
    drawLanes();
  }

  // Bars of one lane that would cover each other go into rows below; what finds no room is drawn as one with a number on it.
  function pack(items, width) {
    const ends = [], bars = [], scale = width / (view.to - view.from);
    let crowd = null;
    for (const event of items) {
      if (event.last < view.from || event.first > view.to)
        continue;
      const start = (event.first - view.from) * scale;
      const long = Math.max(DOT, (event.last - event.first) * scale);
      const left = event.last - event.first > 0 && long > DOT ? start : start - DOT / 2;
      let row = ends.findIndex(end => end + GAP <= left);
      if (row < 0 && ends.length < MAX_ROWS)
        row = ends.length;
      if (row < 0) {
        row = MAX_ROWS - 1;
        crowd.events.push(event);
        crowd.right = Math.max(crowd.right, left + long);
      } else {
        const bar = { left, right: left + long, row, events: [event] };
        bars.push(bar);
        if (row === MAX_ROWS - 1)
          crowd = bar;
      }
      ends[row] = Math.max(ends[row] ?? 0, left + long);
    }
    return bars;
  }

  function drawAxis(width) {
    const room = 95 / width * (view.to - view.from);
    const step = STEPS.find(one => one >= room) ?? Math.ceil(room / STEPS.at(-1)) * STEPS.at(-1);
    const ticks = [], lines = [];
    for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
      const when = new Date(time), x = toX(time), isDay = time % DAY === 0;
      const text = isDay ? when.toLocaleDateString('en', { month: 'short', day: 'numeric', year: step >= 30 * DAY ? 'numeric' : undefined, timeZone: 'UTC' })
        : pad(when.getUTCHours()) + ':' + pad(when.getUTCMinutes()) + (step < MINUTE ? ':' + pad(when.getUTCSeconds()) : '');
      const tick = element('span', isDay ? 'tick day' : 'tick', text), line = element('div', 'line');
      tick.style.left = x + 'px';
      line.style.left = 'calc(var(--label) + ' + x + 'px)';
      if (x < width - 40)
        ticks.push(tick);
      lines.push(line);
    }
    axis.replaceChildren(...ticks);
    canvas.querySelectorAll('.line').forEach(old => old.remove());
    canvas.prepend(...lines);
  }

  function drawLanes() {
    const hadFocus = canvas.contains(document.activeElement);
    drawn = new Map();
    canvas.querySelectorAll('.lane, .context, .empty').forEach(old => old.remove());
    const bottom = chart.scrollTop + chart.clientHeight + 200, top = chart.scrollTop - 200;
    const shown = document.createDocumentFragment();
    for (const lane of lanes) {
      if (lane.heading > 0 && lane.top - HEADING <= bottom && lane.top >= top)
        shown.append(drawHeading(lane));
      if (lane.top <= bottom && lane.top + lane.height >= top)
        shown.append(drawLane(lane));
    }
    if (lanes.length === 0)
      shown.append(element('div', 'empty', 'No event with a time fits the filter.'));
    canvas.append(shown);
    if (hadFocus && current)
      drawn.get(current)?.focus({ preventScroll: true });
  }

  function drawHeading(lane) {
    const made = element('div', 'context', lane.context || '(no context)');
    made.style.top = lane.top - HEADING + 'px';
    made.setAttribute('role', 'heading');
    made.setAttribute('aria-level', '2');
    return made;
  }

  function drawLane(lane) {
    const made = element('div', RELATIONS.indexOf(lane.relation) > 0 ? 'lane related' : 'lane'), label = element('div', 'label'), track = element('div', 'track');
    made.style.top = lane.top + 'px';
    made.style.height = lane.height + 'px';
    made.setAttribute('role', 'group');
    made.setAttribute('aria-label', lane.kind + ' ' + lane.object + (severalNamespaces ? ' in ' + lane.namespace : '') + (severalContexts ? ' of ' + lane.context : '') + ', ' + plural(lane.events.length, 'event'));
    const name = element('b', '', lane.object || '(no name)');
    name.title = lane.object;
    label.append(name, element('small', '', [lane.relation, lane.kind, severalNamespaces && lane.namespace].filter(part => part && part !== 'self').join(' · ')));
    const nextInRow = [];
    for (const bar of lane.bars.slice().reverse()) {
      drawBar(lane, track, bar, nextInRow[bar.row] ?? trackWidth());
      nextInRow[bar.row] = bar.left;
    }
    made.append(label, track);
    return made;
  }

  function drawBar(lane, track, bar, next) {
    const [event] = bar.events, isCrowd = bar.events.length > 1, isDot = bar.right - bar.left <= DOT;
    const isWarning = bar.events.some(one => one.isWarning);
    const left = Math.max(bar.left, -10), width = Math.min(bar.right, trackWidth() + 10) - left, top = lane.padding + bar.row * ROW_HEIGHT;
    const made = element('button', 'bar');
    made.type = 'button';
    made.tabIndex = -1;
    made.classList.toggle('dot', isDot);
    made.classList.toggle('warning', isWarning);
    made.classList.toggle('cluster', isCrowd);
    made.classList.toggle('chosen', bar.events.includes(current));
    made.style.cssText = 'left:' + left + 'px;width:' + width + 'px;top:' + top + 'px';
    made.setAttribute('aria-label', isCrowd ? plural(bar.events.length, 'event') + ' close together; activate to zoom in' : describe(event));
    const label = isCrowd ? String(bar.events.length) : labelOf(event), fits = label.length * CHARACTER + 16 < width;
    const mark = isWarning ? '!' : '';
    if (isCrowd || (fits && !isDot)) {
      made.append(element('span', '', isWarning && !isCrowd ? '! ' + label : label));
    } else {
      made.append(element('span', '', mark));
      drawTag(track, label, bar.right, top, Math.min(next, trackWidth()) - bar.right - 6);
    }
    made.bar = bar;
    for (const one of bar.events)
      drawn.set(one, made);
    track.append(made);
  }

  function drawTag(track, label, left, top, room) {
    if (room < 34)
      return;
    const tag = element('span', 'tag', label);
    tag.style.cssText = 'left:' + left + 'px;top:' + top + 'px;max-width:' + room + 'px';
    tag.setAttribute('aria-hidden', 'true');
    track.append(tag);
  }

  function describe(event) {
    const often = event.times > 1 ? plural(event.times, 'time') + ' from ' + show(event.first) + ' to ' + show(event.last) : 'at ' + show(event.last);
    return [event.type, event.reason, nameOf(event), often + ' UTC', event.message].join(', ');
  }

  // The table.

  function drawRows() {
    rows.replaceChildren();
    addRows(ROWS_AT_ONCE);
  }

  function addRows(number) {
    const part = document.createDocumentFragment();
    const from = rows.childElementCount;
    for (const event of listed.slice(from, from + number))
      part.append(rowOf(event));
    rows.append(part);
    const left = listed.length - rows.childElementCount;
    more.hidden = left === 0;
    more.textContent = 'Show more: ' + plural(left, 'event') + ' left';
  }

  function rowOf(event) {
    const made = element('tr');
    made.event = event;
    const cell = (text, className) => { const td = element('td', className, text); made.append(td); return td; };
    cell(show(event.last));
    cell().append(element('span', event.isWarning ? 'type warning' : 'type', event.isWarning ? '! ' + event.type : event.type));
    const reason = element('button', 'show', event.reason || '(none)');
    reason.type = 'button';
    reason.disabled = !event.isTimed;
    reason.setAttribute('aria-label', event.reason + ', show in the timeline');
    cell().append(reason);
    cell(nameOf(event) + (severalNamespaces && event.namespace ? ' · ' + event.namespace : '') + (severalContexts && event.context ? ' · ' + event.context : ''), 'name').title = nameOf(event);
    cell(event.message, 'message');
    cell(event.times.toLocaleString('en'), 'number');
    cell(show(event.first));
    cell(event.source);
    made.classList.toggle('chosen', event === current);
    return made;
  }

  function goToRow(event) {
    const index = listed.indexOf(event);
    if (index >= rows.childElementCount)
      addRows(index + 1 - rows.childElementCount);
    const row = rows.children[index];
    markRow();
    row.scrollIntoView({ block: 'center' });
    row.querySelector('button').focus({ preventScroll: true });
  }

  function markRow() {
    rows.querySelector('.chosen')?.classList.remove('chosen');
    for (const row of rows.children)
      row.classList.toggle('chosen', row.event === current);
  }

  // Moving.

  function zoom(factor, around = (view.from + view.to) / 2) {
    const widest = full.to - full.from;
    const span = Math.min(widest, Math.max(Math.min(MIN_SPAN, widest), (view.to - view.from) * factor));
    const from = around - (around - view.from) * span / (view.to - view.from);
    moveTo(from, span);
  }

  function moveTo(from, span = view.to - view.from) {
    const start = Math.max(full.from, Math.min(from, full.to - span));
    view = { from: start, to: start + span };
    hideTip();
    schedule();
  }

  function fit() {
    moveTo(full.from, full.to - full.from);
  }

  function goTo(event) {
    current = event;
    const span = view.to - view.from;
    if (event.last < view.from || event.first > view.to)
      moveTo(event.first - span / 2, span);
    draw();
    const lane = lanes.find(one => one.events.includes(event));
    if (lane.top < chart.scrollTop || lane.top + lane.height > chart.scrollTop + chart.clientHeight)
      chart.scrollTop = lane.top - chart.clientHeight / 3;
    drawLanes();
    const bar = drawn.get(event);
    bar?.focus({ preventScroll: true });
    if (bar)
      showTip(bar);
    markRow();
  }

  function neighbour(key) {
    if (!current)
      return lanes[0]?.events[0];
    const at = lanes.findIndex(lane => lane.events.includes(current)), inLane = lanes[at].events, place = inLane.indexOf(current);
    const nearest = lane => lane?.events.reduce((best, one) => Math.abs(one.first - current.first) < Math.abs(best.first - current.first) ? one : best);
    switch (key) {
      case 'ArrowRight': return inLane[place + 1];
      case 'ArrowLeft': return inLane[place - 1];
      case 'ArrowDown': return nearest(lanes[at + 1]);
      case 'ArrowUp': return nearest(lanes[at - 1]);
      case 'Home': return inLane[0];
      case 'End': return inLane.at(-1);
    }
  }

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey)
      return;
    const around = current ? (current.first + current.last) / 2 : undefined;
    switch (event.key) {
      case '+': case '=': zoom(0.6, around); break;
      case '-': zoom(1 / 0.6, around); break;
      case '0': fit(); break;
      case 'Escape': hideTip(); return;
      case 'ArrowRight': case 'ArrowLeft': case 'ArrowUp': case 'ArrowDown': case 'Home': case 'End': {
        const next = neighbour(event.key);
        if (next)
          goTo(next);
        break;
      }
      default: return;
    }
    event.preventDefault();
  }

  function activate(bar) {
    current = bar.events[0];
    const { from, to } = withMargin(extentOf(bar.events));
    if (bar.events.length > 1 && to - from < (view.to - view.from) * 0.9) {
      moveTo(from, Math.max(to - from, MIN_SPAN));
      return;
    }
    draw();
    goToRow(current);
  }

  function showTip(bar) {
    const { events: found } = bar.bar, [event] = found;
    const many = found.length > 1;
    const often = event.times > 1 ? show(event.first) + ' to ' + show(event.last) + ', ' + plural(event.times, 'time') : show(event.last);
    tip.replaceChildren(
      element('b', '', many ? plural(found.length, 'event') : (event.isWarning ? '! ' : '') + event.type + ' · ' + event.reason),
      element('div', '', nameOf(event) + (severalNamespaces ? ' · ' + event.namespace : '')),
      element('p', '', many ? 'Close together: click to zoom in.' : event.message),
      element('div', '', many ? '' : often + ' UTC' + (event.source ? ' · ' + event.source : '')));
    tip.hidden = false;
    const at = bar.getBoundingClientRect(), size = tip.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8)) + 'px';
    tip.style.top = (at.bottom + 8 + size.height > innerHeight ? Math.max(8, at.top - size.height - 8) : at.bottom + 8) + 'px';
  }

  function hideTip() {
    tip.hidden = true;
  }

  function onDrag(start) {
    const track = start.target.closest('.track');
    if (!track || start.target.closest('.bar') || start.button !== 0)
      return;
    const { from, to } = view, each = (to - from) / trackWidth();
    const move = event => moveTo(from - (event.clientX - start.clientX) * each, to - from);
    const end = () => { removeEventListener('pointermove', move); removeEventListener('pointerup', end); removeEventListener('pointercancel', end); };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  }

  function onWheel(event) {
    const span = view.to - view.from, x = event.clientX - axis.getBoundingClientRect().left;
    if (event.ctrlKey || event.metaKey)
      zoom(Math.exp(event.deltaY * 0.003), view.from + Math.max(0, x) / trackWidth() * span);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      moveTo(view.from + (event.deltaX || event.deltaY) / trackWidth() * span, span);
    else
      return;
    event.preventDefault();
  }

  const barOf = event => event.target.closest?.('.bar');
  const onBar = (name, action) => canvas.addEventListener(name, event => { const bar = barOf(event); if (bar) action(bar); });
  onBar('pointerover', showTip);
  onBar('pointerout', hideTip);
  onBar('focusin', bar => { if (!bar.bar.events.includes(current)) current = bar.bar.events[0]; });
  onBar('click', bar => activate(bar.bar));
  canvas.addEventListener('focusout', hideTip);
  canvas.addEventListener('pointerdown', onDrag);
  chart.addEventListener('keydown', onKey);
  chart.addEventListener('wheel', onWheel, { passive: false });
  chart.addEventListener('scroll', () => { hideTip(); drawLanes(); });
  rows.addEventListener('click', event => { if (event.target.matches('.show')) { chart.scrollIntoView({ block: 'nearest' }); goTo(event.target.closest('tr').event); } });
  more.addEventListener('click', () => addRows(ROWS_AT_ONCE * 5));
  filter.addEventListener('input', select);
  warnings.addEventListener('change', select);
  byId('in').addEventListener('click', () => zoom(0.6));
  byId('out').addEventListener('click', () => zoom(1 / 0.6));
  byId('fit').addEventListener('click', fit);
  addEventListener('resize', schedule);

  if (timed.length > 0)
    byId('span').prepend(show(extent.from) + ' to ' + show(extent.to) + ' UTC · ');
  const timeless = events.length - timed.length;
  byId('timeless').hidden = timeless === 0;
  byId('timeless').textContent = plural(timeless, 'event') + ' without a time: in the table only.';
  select();
  document.documentElement.dataset.readyAfter = Math.round(performance.now()) + ' ms';
})();
