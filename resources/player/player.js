"use strict";
(() => {
  // The film: moments, some of which are stops. Pictures are lists of shapes, as gui/export/player/plain.py writes them.
  const byId = (id) => document.getElementById(id);
  const film = JSON.parse(byId("steps").textContent);
  const { stops, times, captions } = film;
  const count = stops.length;
  const stopTimes = stops.map((moment) => times[moment]);
  const canvas = byId("picture"), stage = byId("stage"), slider = byId("place");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const LEGIBLE = 8.5; // pixels of the smallest text: below, a picture that was composed for less room is shown
  const PRINTED = 3; // pixels of paper for one of the page
  const CALM = 1500; // milliseconds at least for a stop, where nothing moves between stops

  let data = null, drawing = null;
  let now = stopTimes[0]; // where in the film, in milliseconds
  let goal = null; // the stop that a step is on its way to
  let playing = false, began = 0, from = 0, spoken = -1, asked = 0;

  // Where one is

  const upTo = (list, value) => { // how many of a sorted list are no greater than value
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle] <= value) low = middle + 1; else high = middle;
    }
    return low;
  };
  const reached = () => Math.max(upTo(stopTimes, now) - 1, 0);
  const at = () => (goal === null ? reached() : goal);
  const whole = (i) => Math.min(Math.max(Math.trunc(Number(i)) || 0, 0), count - 1);

  // Going through the film

  const halt = () => { playing = false; goal = null; cancelAnimationFrame(asked); asked = 0; };
  const place = (time) => { now = Math.min(Math.max(time, stopTimes[0]), film.length); show(); };
  const go = (i) => { halt(); place(stopTimes[whole(i)]); };
  const pause = () => { if (goal !== null) now = stopTimes[goal]; halt(); show(); };
  const move = () => { began = performance.now(); from = now; asked = requestAnimationFrame(tick); };
  const play = () => {
    halt();
    if (reached() === count - 1) now = stopTimes[0];
    playing = true;
    show();
    move();
  };
  const step = () => {
    const next = at() + 1;
    if (next >= count) return pause();
    if (calm.matches) return go(next);
    const start = goal === null ? now : stopTimes[goal];
    halt();
    now = start;
    goal = next;
    show();
    move();
  };
  const back = () => go(goal === null && now > stopTimes[reached()] ? reached() : at() - 1);
  const tick = (clock) => {
    const passed = Math.max(clock - began, 0);
    const end = goal === null ? film.length : stopTimes[goal];
    if (calm.matches && goal === null) return tickCalmly(passed);
    now = Math.min(from + passed, end);
    if (now < end) asked = requestAnimationFrame(tick); else halt();
    show();
  };
  const tickCalmly = (passed) => {
    if (passed >= CALM) {
      now = stopTimes[whole(reached() + 1)];
      began = performance.now();
      if (reached() === count - 1) { halt(); return show(); }
      show();
    }
    asked = requestAnimationFrame(tick);
  };

  // What is seen and said

  const show = () => {
    const here = at();
    slider.value = String(now);
    slider.setAttribute("aria-valuetext", `Step ${here + 1} of ${count}`);
    byId("count").textContent = `${here + 1} / ${count}`;
    document.body.classList.toggle("playing", playing);
    byId("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    byId("first").disabled = byId("back").disabled = here === 0 && now <= stopTimes[0];
    byId("next").disabled = byId("last").disabled = here === count - 1;
    if (here !== spoken) byId("caption").textContent = `Step ${here + 1} of ${count}. ${captions[here]}`;
    spoken = here;
    draw();
  };

  const fitting = (width, height) => { // which composition, and how large
    const found = data.compositions.map((each) => {
      const scale = Math.min(width / each.width, height / each.height);
      return { each, scale, text: each.text * scale };
    });
    return found.find((one) => one.text >= LEGIBLE) || found.reduce((a, b) => (b.text > a.text ? b : a));
  };

  const draw = () => {
    if (data === null || !stage.clientWidth || !stage.clientHeight) return;
    drawAs(fitting(stage.clientWidth, stage.clientHeight), window.devicePixelRatio || 1);
  };
  const print = () => { // as it was asked for, whatever the window is like
    if (data !== null) drawAs({ each: data.compositions[0], scale: 1 }, PRINTED);
  };

  const drawAs = ({ each, scale }, dots) => {
    const width = Math.max(Math.floor(each.width * scale), 1), height = Math.max(Math.floor(each.height * scale), 1);
    const moment = Math.max(upTo(times, now) - 1, 0);
    const same = [each, width, height, dots, moment].join();
    if (drawing && drawing.same === same && drawing.each === each) return;
    drawing = { same, each };
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const [wide, tall] = [Math.round(width * dots), Math.round(height * dots)];
    if (canvas.width !== wide || canvas.height !== tall) { canvas.width = wide; canvas.height = tall; }
    const painter = canvas.getContext("2d");
    base = [wide / each.width, tall / each.height];
    KINDS.V(painter, ["V", 1, 0, 0]);
    painter.fillStyle = css(each.background);
    painter.fillRect(0, 0, each.width, each.height);
    for (const number of each.pictures[moment]) paint(painter, each.items[number]);
  };

  // Shapes

  const css = (packed) => `#${packed.toString(16).padStart(6, "0")}`;
  const lengths = new Map(), colours = new Map();
  const real = (number) => { // an array of places in pixels
    if (!lengths.has(number)) lengths.set(number, data.arrays[number].map((value) => value / data.grid));
    return lengths.get(number);
  };
  const shades = (number) => { // an array of colours; null for none
    if (!colours.has(number)) colours.set(number, data.arrays[number].map((value) => (value < 0 ? null : css(value))));
    return colours.get(number);
  };
  const words = new Map(), images = new Map();

  const fillAndStroke = (painter, fill, edge, width) => {
    if (fill !== null) { painter.fillStyle = fill; painter.fill(); }
    if (edge !== null && width > 0) { painter.strokeStyle = edge; painter.lineWidth = width; painter.stroke(); }
  };

  const word = (number) => {
    if (!words.has(number)) {
      const [size, ...letters] = data.words[number];
      const path = new Path2D(), scale = size / data.em;
      for (let k = 0; k < letters.length; k += 3) {
        const place = new DOMMatrix([scale, 0, 0, scale, letters[k + 1] / data.grid, letters[k + 2] / data.grid]);
        path.addPath(outline(letters[k]), place);
      }
      words.set(number, path);
    }
    return words.get(number);
  };
  const outlines = new Map();
  const outline = (letter) => {
    if (!outlines.has(letter)) outlines.set(letter, new Path2D(data.outlines[letter]));
    return outlines.get(letter);
  };

  const image = (item, index) => { // one small picture, a dot to a cell
    const key = `${item[4]}/${index}/${item[5]}`;
    if (!images.has(key)) {
      const [rows, columns] = [item[5], item[6]];
      const small = document.createElement("canvas");
      small.width = columns;
      small.height = rows;
      const pixels = small.getContext("2d").createImageData(columns, rows);
      const first = index * rows * columns;
      for (let k = 0; k < rows * columns; k += 1) {
        const packed = data.arrays[item[4]][first + k];
        pixels.data.set([(packed >> 16) & 255, (packed >> 8) & 255, packed & 255, 255], 4 * k);
      }
      small.getContext("2d").putImageData(pixels, 0, 0);
      images.set(key, small);
    }
    return images.get(key);
  };

  let base = [1, 1]; // pixels of the canvas to one of the scene
  const KINDS = {
    V(painter, item) { // what follows is magnified, then moved
      const [, zoom, x, y] = item;
      painter.setTransform(base[0] * zoom, 0, 0, base[1] * zoom, base[0] * x / data.grid, base[1] * y / data.grid);
    },
    L(painter, item) {
      const [x1, y1, x2, y2, width] = item.slice(1, 6).map(real), colour = shades(item[6]);
      for (let k = 0; k < x1.length; k += 1) {
        if (colour[k] === null) continue;
        painter.beginPath();
        painter.moveTo(x1[k], y1[k]);
        painter.lineTo(x2[k], y2[k]);
        painter.strokeStyle = colour[k];
        painter.lineWidth = width[k] || 1e-3;
        painter.stroke();
      }
    },
    D(painter, item) {
      const [x, y, radius, width] = item.slice(1, 5).map(real), [fill, ring] = item.slice(5, 7).map(shades);
      for (let k = 0; k < x.length; k += 1) {
        painter.beginPath();
        painter.arc(x[k], y[k], Math.max(radius[k], 0), 0, 2 * Math.PI);
        fillAndStroke(painter, fill[k], ring[k], width[k]);
      }
    },
    R(painter, item) {
      const [x, y, width, height] = item.slice(1, 5).map(real), [fill, border] = item.slice(5, 7).map(shades);
      const corner = item[7] / data.grid, edge = item[8] / data.grid;
      for (let k = 0; k < x.length; k += 1) {
        painter.beginPath();
        const round = Math.max(Math.min(corner, width[k] / 2, height[k] / 2), 0);
        if (round > 0) painter.roundRect(x[k], y[k], width[k], height[k], round);
        else painter.rect(x[k], y[k], width[k], height[k]);
        fillAndStroke(painter, fill[k], border[k], edge);
      }
    },
    P(painter, item) {
      const [x, y, side] = item.slice(1, 4).map(real);
      painter.imageSmoothingEnabled = item[7] === 1;
      for (let k = 0; k < x.length; k += 1) painter.drawImage(image(item, k), x[k], y[k], side[k], side[k]);
    },
    G(painter, item) {
      const points = real(item[1]);
      painter.beginPath();
      for (let k = 0; k < points.length; k += 2) painter.lineTo(points[k], points[k + 1]);
      painter.fillStyle = css(item[2]);
      painter.fill();
    },
    T(painter, item) {
      painter.save();
      painter.translate(item[2] / data.grid, item[3] / data.grid);
      painter.fillStyle = css(item[4]);
      painter.fill(word(item[1]));
      painter.restore();
    },
  };
  const paint = (painter, item) => KINDS[item[0]](painter, item);

  // Keys, buttons, fingers

  const KEYS = {
    ArrowRight: step,
    ArrowLeft: back,
    " ": () => (playing ? pause() : play()),
    Home: () => go(0),
    End: () => go(count - 1),
  };
  document.addEventListener("keydown", (event) => {
    const pressed = KEYS[event.key];
    if (!pressed || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    pressed();
  });
  const BUTTONS = { first: KEYS.Home, back, play: KEYS[" "], next: step, last: KEYS.End };
  for (const [id, pressed] of Object.entries(BUTTONS)) byId(id).addEventListener("click", pressed);
  slider.addEventListener("input", () => { halt(); place(Number(slider.value)); });

  let touched = null;
  canvas.addEventListener("pointerdown", (event) => { touched = [event.clientX, event.clientY]; });
  canvas.addEventListener("pointercancel", () => { touched = null; });
  canvas.addEventListener("pointerup", (event) => {
    if (touched === null || event.button !== 0) return;
    const [dx, dy] = [event.clientX - touched[0], event.clientY - touched[1]];
    touched = null;
    if (Math.hypot(dx, dy) < 10) KEYS[" "]();
    else if (Math.abs(dx) > 40 && Math.abs(dx) > 2 * Math.abs(dy)) (dx < 0 ? step : back)();
  });

  new ResizeObserver(() => draw()).observe(stage);
  window.addEventListener("resize", () => draw());
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", () => draw());

  // Pictures are packed

  const unpacked = async () => {
    const bytes = Uint8Array.from(atob(byId("pictures").textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const ready = unpacked().then((read) => { data = read; show(); }, () => {
    byId("problem").textContent = "The pictures cannot be shown: this player needs a browser of 2023 or later.";
    byId("problem").hidden = false;
  });

  slider.min = String(stopTimes[0]);
  slider.max = String(film.length);
  slider.step = "any";
  window.twostroke = Object.freeze({
    count,
    get at() { return at(); },
    get playing() { return playing; },
    go, play, pause, ready,
  });
  show();
})();
