// Hides what an entry of a legend stands for, and says what is nearest to the pointer. The page is whole without it.
(() => {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.append(tip);
  const far = (low, at, high) => Math.max(low - at, 0, at - high);
  document.querySelectorAll('figure svg').forEach(svg => {
    const marks = [...svg.querySelectorAll(':scope title')].filter(title => title.parentNode !== svg).map(title => {
      const mark = { shape: title.parentNode, text: title.textContent };
      title.remove();
      return mark;
    });
    svg.addEventListener('pointermove', event => {
      let best = null, least = 14;
      marks.forEach(mark => {
        const box = mark.shape.getBoundingClientRect();
        const away = Math.hypot(far(box.left, event.clientX, box.right), far(box.top, event.clientY, box.bottom));
        if (box.width !== 0) if (least > away) [best, least] = [mark, away];
      });
      tip.hidden = best === null;
      if (best === null) return;
      tip.textContent = best.text;
      tip.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
      tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 12) + 'px';
    });
    svg.addEventListener('pointerleave', () => { tip.hidden = true; });
    const keys = [...svg.querySelectorAll('[data-key]')];
    if (2 > keys.length) return;
    svg.setAttribute('role', 'group');
    keys.forEach(key => {
      const name = key.dataset.key;
      const toggle = () => {
        const shown = key.getAttribute('aria-pressed') !== 'true';
        key.setAttribute('aria-pressed', shown);
        svg.querySelectorAll('[data-of]').forEach(part => {
          if (part.dataset.of === name) part.style.display = shown ? '' : 'none';
        });
      };
      key.setAttribute('role', 'button');
      key.setAttribute('tabindex', '0');
      key.setAttribute('aria-pressed', 'true');
      key.setAttribute('aria-label', name);
      key.addEventListener('click', toggle);
      key.addEventListener('keydown', event => {
        if (event.key !== 'Enter') if (event.key !== ' ') return;
        event.preventDefault();
        toggle();
      });
    });
  });
})();
