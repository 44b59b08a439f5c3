// The views are `#ask` and `#library`, so that the browser's own back and forward go between them.
const view = () => {
  const name = location.hash === '#library' ? 'library' : 'ask';
  document.body.dataset.view = name;
  element.querySelectorAll('a').forEach((link) => {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  });
  document.dispatchEvent(new CustomEvent('dateline:view', {detail: name}));
};
addEventListener('hashchange', view);
setTimeout(view);  // once every part of the page listens
