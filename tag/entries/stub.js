// What pages put before the script tag: calls made before the tag has loaded wait in a queue (interface.md, section 1).
window.clickthread =
  window.clickthread ||
  function () {
    (clickthread.q = clickthread.q || []).push(arguments);
  };
